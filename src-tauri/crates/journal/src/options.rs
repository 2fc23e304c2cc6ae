//! Options of a journal: flush limits, clock and random source.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::random::{Random, SystemRandom};

/// Options of an opened journal: when pending events are flushed, and the clock and random source.
///
/// Pending events are flushed when they are many enough or old enough, whichever comes first.
///
/// ```
/// use std::time::Duration;
/// use journal::Options;
///
/// let options = Options::default();
/// assert_eq!(options.flush_threshold, 1000);
/// assert_eq!(options.flush_after, Duration::from_secs(5));
///
/// // Flushes when asked to, and practically never by itself.
/// let manual = Options {
///     flush_threshold: u64::MAX,
///     flush_after: Duration::from_secs(u32::MAX.into()),
///     ..Options::default()
/// };
/// assert_eq!(manual.flush_threshold, u64::MAX);
/// ```
#[derive(Clone)]
pub struct Options {
    /// Number of pending events from which they are flushed at once. The default is 1000.
    pub flush_threshold: u64,
    /// Time after which pending events are flushed, however few they are. The default is 5 seconds.
    pub flush_after: Duration,
    /// Whether a bucket that is at another place than before was moved there. Without it such a bucket
    /// is taken for a copy, and not opened for writing. The default is false.
    pub moved: bool,
    /// Clock that dates events and files, and times flushes. The default is [`SystemClock`].
    pub clock: Arc<dyn Clock>,
    /// Random source of ids and writer names. The default is [`SystemRandom`].
    pub random: Arc<dyn Random>,
    /// Called when the bucket got its id, which the first recording into it makes, before that is
    /// acknowledged: what was kept of it by its place can be kept by its id from now on. The default
    /// does nothing.
    pub identified: Arc<dyn Fn() + Send + Sync>,
    /// Called when a file is stored and was read back, before its events are no longer pending, on a
    /// thread that may block. The default does nothing.
    pub stored: Arc<dyn Fn(StoredFile) + Send + Sync>,
}

/// File that a flush has stored in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Path below the journal's folder.
    pub name: String,
    /// Number of events in it.
    pub events: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            flush_threshold: 1000,
            flush_after: Duration::from_secs(5),
            moved: false,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            identified: Arc::new(|| ()),
            stored: Arc::new(|_| ()),
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
