//! The signal that the outbox's thread sends after each change: the number of pending events, and
//! whether they are due to be flushed.

use tokio::sync::watch;

/// Senders of the signal: one for those who show the number, one for the automatic flush.
pub(crate) struct FlushSignal {
    /// Number of pending events, sent after every change.
    pub pending: watch::Sender<u64>,
    /// Sent only when the value changes: waking the automatic flush after every event would make
    /// recording, which is woken at the same time, a fifth slower.
    pub due: watch::Sender<FlushDue>,
}

/// When pending events are due to be flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlushDue {
    /// Nothing is pending.
    Nothing,
    /// Due after [`Options::flush_after`](crate::Options::flush_after).
    Later,
    /// Due at once: the threshold is reached.
    Now,
}

impl FlushSignal {
    /// Sends the number of `pending` events. From `threshold` on they are due at once.
    pub(crate) fn send(&self, pending: u64, threshold: u64) {
        self.pending.send_replace(pending);
        let due = match pending {
            0 => FlushDue::Nothing,
            pending if pending >= threshold => FlushDue::Now,
            _ => FlushDue::Later,
        };
        self.due.send_if_modified(|last| std::mem::replace(last, due) != due);
    }
}
