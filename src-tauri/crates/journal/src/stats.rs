//! How much was recorded, where it is, and what stands in its way.

use bucket::Bucket;
use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;
use crate::options::Options;
use crate::pending::Pending;

/// How much was recorded, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Events that are not yet known to be in the bucket.
    pub buffer_events: u64,
    pub flush_threshold: u64,
    /// The journal's files in the bucket, whoever wrote them.
    pub persisted_files: u64,
    /// Events ever recorded through this outbox.
    pub total_events_created: u64,
    /// When the oldest event that waits was recorded.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When and why the last attempt to flush did not succeed; `None` after one that did.
    pub failure: Option<(DateTime<Utc>, String)>,
    /// How often another installation was found to write under this one's name.
    pub forks: u64,
    /// By how much this device's clock is behind the last event recorded on it, if it is.
    pub clock_behind: Option<TimeDelta>,
    /// What interrupted puts have left beside the journal's files.
    pub leftovers: u64,
}

impl Stats {
    /// Counts in the bucket and in the outbox. A listing that fails is an error and no number.
    pub async fn gather(
        bucket: &Bucket,
        pending: &Pending,
        options: &Options,
    ) -> Result<Self, Error> {
        let waiting = pending.status().await?;
        Ok(Self {
            buffer_events: waiting.events,
            flush_threshold: options.flush_threshold,
            persisted_files: bucket.list_all().await.map_err(Error::List)?.files.len() as u64,
            total_events_created: waiting.created,
            waiting_since: waiting.since,
            failure: waiting.failure.clone(),
            forks: waiting.forks,
            clock_behind: waiting.clock_behind(options.clock.now()),
            leftovers: bucket.leftovers().await,
        })
    }
}
