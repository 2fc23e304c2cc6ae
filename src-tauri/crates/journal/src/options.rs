//! How a journal is to be written.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::random::{Random, SystemRandom};

/// When what is pending is flushed, and by whose time and random bytes. The default is a thousand
/// events or five seconds, by those of this device.
#[derive(Clone)]
pub struct Options {
    /// From this many pending events on, they are flushed at once.
    pub flush_threshold: u64,
    /// After this long, they are flushed however few they are.
    pub flush_after: Duration,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            flush_threshold: 1000,
            flush_after: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = f.debug_struct("Options");
        options.field("flush_threshold", &self.flush_threshold);
        options.field("flush_after", &self.flush_after).finish_non_exhaustive()
    }
}
