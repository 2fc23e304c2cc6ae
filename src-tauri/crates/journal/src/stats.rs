//! Statistics of a journal: recorded, pending and stored, and what failed.

use bucket::Bucket;
use chrono::{DateTime, TimeDelta, Utc};

use crate::options::Options;
use crate::pending::Pending;

/// Statistics of a journal, counted in the bucket and in the outbox of this device. What only the outbox
/// tells is `None` if that cannot be read: [`Pending::status`] says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Pending events: acknowledged, and not yet known to be in the bucket.
    pub buffer_events: Option<u64>,
    /// Number of pending events from which they are flushed at once: see [`Options`].
    pub flush_threshold: u64,
    /// Journal files in the bucket, of all writers; `None` if it cannot be listed now.
    pub persisted_files: Option<u64>,
    /// Events recorded through this outbox since it was made, pending or not.
    pub total_events_created: Option<u64>,
    /// Time at which the oldest pending event was recorded; `None` if none is pending.
    pub pending_since: Option<DateTime<Utc>>,
    /// Failure of the last flush, of any process: when and why. `None` after one that succeeded.
    pub failure: Option<(DateTime<Utc>, String)>,
    /// Number of times that another installation was found to write under this one's name.
    pub forks: Option<u64>,
    /// Time by which this device's clock is behind the last event recorded on it; `None` up to one
    /// minute.
    pub clock_behind: Option<TimeDelta>,
    /// Leftover files of interrupted writes in the journal's folder. They are never read or
    /// removed.
    pub leftovers: u64,
}

impl Stats {
    /// Counts the files of the bucket and the events of the outbox. What is pending is told even where
    /// the bucket cannot be listed.
    pub async fn gather(bucket: &Bucket, pending: &Pending, options: &Options) -> Self {
        let listed = bucket.list_all().await.ok();
        let files = listed.map(|listed| listed.files.len() as u64);
        Self::of_listed(files, bucket, pending, options).await
    }

    /// [`Stats::gather`] where the number of files is known from a listing, or none could be made.
    pub async fn of_listed(
        persisted_files: Option<u64>,
        bucket: &Bucket,
        pending: &Pending,
        options: &Options,
    ) -> Self {
        let status = pending.status().await.ok();
        let status = status.as_ref();
        Self {
            buffer_events: status.map(|status| status.events),
            flush_threshold: options.flush_threshold,
            persisted_files,
            total_events_created: status.map(|status| status.created),
            pending_since: status.and_then(|status| status.since),
            failure: status.and_then(|status| status.failure.clone()),
            forks: status.map(|status| status.forks),
            clock_behind: status.and_then(|status| status.clock_behind(options.clock.now())),
            leftovers: bucket.leftovers().await,
        }
    }
}
