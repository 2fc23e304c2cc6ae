//! What time it is. A parameter everywhere, so that a test can hold it.

use chrono::{DateTime, Utc};

pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of this device.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the device for the time"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
