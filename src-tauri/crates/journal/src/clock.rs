//! The clock of a journal. It is a parameter, so that a test can control the time.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

/// A clock: the current time, and timers. Nothing in this crate takes the time from elsewhere.
pub trait Clock: Send + Sync {
    /// The current time in UTC. It may go backwards between two calls.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for `duration`: the future is ready after it.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The clock of this device. Its `sleep` needs a Tokio runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the device for the time"
    )]
    fn now(&self) -> DateTime<Utc> {
        // `Utc::now` panics before 1970, which a device without a battery may take it to be.
        SystemTime::now().into()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
