//! Time limit on pieces of work, kept by one thread for all of them.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Watchdog over pieces of work that are done one after the other. Its thread ends with it.
pub(crate) struct Watchdog {
    begun: Sender<()>,
    ended: Sender<()>,
}

impl Watchdog {
    /// Calls `on_timeout` if a piece takes longer than `limit`; after that nothing is watched.
    pub fn start(limit: Duration, on_timeout: impl FnOnce() + Send + 'static) -> Self {
        let (begun, beginning) = channel();
        let (ended, end) = channel();
        thread::spawn(move || {
            while beginning.recv().is_ok() {
                if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                    return on_timeout();
                }
            }
        });
        Self { begun, ended }
    }

    /// Does a piece of work under the limit.
    pub fn watch<T>(&self, work: impl FnOnce() -> T) -> T {
        self.begin();
        let done = work();
        self.end();
        done
    }

    /// Begins a piece of work. The one before must have ended.
    pub fn begin(&self) {
        // Nobody receives it after a timeout.
        let _ = self.begun.send(());
    }

    /// Ends the piece of work that began last.
    pub fn end(&self) {
        let _ = self.ended.send(());
    }
}
