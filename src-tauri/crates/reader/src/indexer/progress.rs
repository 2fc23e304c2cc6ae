//! Progress of a refresh: how much is read, and how long the rest will take.

use std::sync::Arc;

use bucket::{FileMeta, Listing};
use chrono::{DateTime, TimeDelta, Utc};
use query::Engine;

use super::plan::IndexPlan;
use super::refresh::Refresh;
use crate::catalog::Contents;
use crate::engine::LocalEngine;

/// Time for which files are read before it is said how long the rest will take.
const TOO_SOON: TimeDelta = TimeDelta::seconds(2);

/// Progress of a refresh.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Files of the journal, from the listing.
    pub files: usize,
    /// Files that are done with: in the catalog before, read now, or found unreadable.
    pub done: usize,
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes of the files that are done with.
    pub bytes_done: u64,
    /// How long the rest will take, as the files took that were read so far; `None` while that cannot be
    /// told.
    pub left: Option<TimeDelta>,
    /// Whether the store of the bucket has too much to do, and asked to wait.
    pub held_back: bool,
    /// Engine over what is in the catalog so far, and the pending events.
    pub engine: Arc<dyn Engine>,
    /// Whether that engine has any event.
    pub has_events: bool,
}

/// Number of files, and of the bytes in them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Amount {
    pub files: usize,
    pub bytes: u64,
}

impl Amount {
    fn of(files: &[FileMeta]) -> Self {
        Self { files: files.len(), bytes: files.iter().map(|file| file.size).sum() }
    }

    /// One more file of this size.
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// Reporter of the progress with one plan.
pub(super) struct Reporter<'a> {
    refresh: &'a Refresh<'a>,
    all: Amount,
    /// Of them, what is to be read.
    new: Amount,
    since: Option<DateTime<Utc>>,
}

impl<'a> Reporter<'a> {
    /// A reporter of what is done with a plan for a listing, which is begun now.
    pub fn start(refresh: &'a Refresh<'a>, listing: &Listing, plan: &IndexPlan) -> Self {
        let (all, new) = (Amount::of(&listing.files), Amount::of(&plan.new));
        Self { refresh, all, new, since: refresh.indexer.now() }
    }

    /// A reporter of a catalog before the bucket is listed: all that is known is done.
    pub fn of_known(refresh: &'a Refresh<'a>, contents: &Contents) -> Self {
        let bytes = contents.files.values().map(|read| read.identity.size).sum();
        let all = Amount { files: contents.files.len(), bytes };
        Self { refresh, all, new: Amount::default(), since: None }
    }

    /// Reports that this much of what was to be read is done.
    pub fn report(&self, done: Amount, engine: &Arc<LocalEngine>) {
        let Self { all, new, .. } = *self;
        let passed = self.since.zip(self.refresh.indexer.now()).map(|(since, now)| now - since);
        let progress = Progress {
            files: all.files,
            done: all.files - new.files + done.files,
            bytes: all.bytes,
            bytes_done: all.bytes - new.bytes + done.bytes,
            left: passed.and_then(|passed| left(passed, done.bytes, new.bytes)),
            held_back: self.refresh.indexer.bucket.is_held_back(),
            has_events: engine.snapshot.has_events(),
            engine: Arc::clone(engine) as Arc<dyn Engine>,
        };
        // The future may have been dropped: then nobody receives it.
        drop(self.refresh.progress.send(progress));
    }
}

/// How long the rest takes, if so many bytes of all took the time that has passed.
fn left(passed: TimeDelta, done: u64, all: u64) -> Option<TimeDelta> {
    let rest = all.checked_sub(done).filter(|_| passed >= TOO_SOON && done > 0)?;
    let millis = i128::from(passed.num_milliseconds()) * i128::from(rest) / i128::from(done);
    i64::try_from(millis).ok().and_then(TimeDelta::try_milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_takes_as_long_as_what_is_done() {
        let seconds = TimeDelta::seconds;
        let table = [
            (seconds(10), 25, 100, Some(seconds(30))),
            (seconds(10), 100, 100, Some(seconds(0))),
            (seconds(1), 50, 100, None),
            (seconds(10), 0, 100, None),
            (seconds(-5), 50, 100, None),
            (seconds(10), 1, u64::MAX, None),
        ];
        for (passed, done, all, expected) in table {
            assert_eq!(left(passed, done, all), expected, "{done} of {all} after {passed}");
        }
    }
}
