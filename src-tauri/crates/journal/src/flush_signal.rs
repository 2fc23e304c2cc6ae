//! What the outbox's thread tells after each change: how many events are pending, and whether they
//! are to be flushed.

use tokio::sync::watch;

/// The channels by which it is told.
pub(crate) struct FlushSignal {
    /// How many events wait.
    pub waiting: watch::Sender<u64>,
    /// Told only when it is another than before: to wake somebody after every event would take the
    /// recorder, who is woken at the same time, a fifth longer.
    pub due: watch::Sender<FlushDue>,
}

/// When what is pending is to be flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlushDue {
    Nothing,
    /// After the time that the options say.
    Later,
    Now,
}

impl FlushSignal {
    /// Tells that so many events are pending, of which `threshold` are to be flushed at once.
    pub(crate) fn tell(&self, pending: u64, threshold: u64) {
        self.waiting.send_replace(pending);
        let due = match pending {
            0 => FlushDue::Nothing,
            pending if pending >= threshold => FlushDue::Now,
            _ => FlushDue::Later,
        };
        self.due.send_if_modified(|told| std::mem::replace(told, due) != due);
    }
}
