//! The open journal as a whole.

use chrono::{DateTime, Utc};
use event::format_time;
use journal::PendingStatus;
use query::{Coverage, Covered, Totals};
use serde::Serialize;
use session::JournalSession;
use ts_rs::TS;

use super::{ApiError, Recent, Settings};

/// What the window shows first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Start {
    /// The journal named on the command line, if it opened.
    pub journal: Option<Status>,
    /// Why it did not open.
    pub problem: Option<ApiError>,
    pub recent: Vec<Recent>,
    pub settings: Settings,
    /// There is a sample journal to open.
    pub sample: bool,
}

/// The open journal.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Status {
    /// Which opening of a journal it is about: a later one has a higher number.
    #[ts(type = "number")]
    pub opening: u64,
    /// Of two about one opening, the one with the higher number is newer.
    #[ts(type = "number")]
    pub order: u64,
    pub name: String,
    pub location: String,
    pub events: usize,
    pub records: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub coverage: Coverage,
    /// How far the first reading of the bucket is; null once it is done.
    pub reading: Option<ReadingProgress>,
    pub pending: Pending,
    /// Why nothing can be recorded here; null if it can.
    pub read_only: Option<String>,
    /// When the last event was recorded on this device, if its clock now says less; null if not.
    pub clock_behind: Option<String>,
    /// Why the bucket cannot be looked at now; null if it can.
    pub lost: Option<ApiError>,
    /// Why the settings could not be saved; null if they could.
    pub unsaved: Option<ApiError>,
}

/// An opening that failed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct OpeningFailed {
    /// Which opening it is: see [`Status::opening`].
    #[ts(type = "number")]
    pub opening: u64,
    pub problem: ApiError,
}

/// Files that have been looked at, and of how many.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ReadingProgress {
    pub done: usize,
    pub files: usize,
}

/// Events that are pending on this device, for the next flush.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Pending {
    /// How many; null if that cannot be known now, and `problem` says why.
    pub events: Option<usize>,
    /// When the oldest of them was recorded; null if none is pending.
    pub since: Option<String>,
    /// Why the last flush did not go through, or why it cannot be known what is pending.
    pub problem: Option<String>,
}

/// What of a status does not come from the journal itself.
pub(crate) struct Circumstances {
    pub opening: u64,
    pub order: u64,
    pub reading: Option<ReadingProgress>,
    pub lost: Option<ApiError>,
    pub unsaved: Option<ApiError>,
    pub now: DateTime<Utc>,
}

impl Status {
    pub(crate) fn of(
        session: &JournalSession,
        totals: Covered<Totals>,
        pending: Result<PendingStatus, session::Error>,
        circumstances: Circumstances,
    ) -> Self {
        let Circumstances { opening, order, reading, lost, unsaved, now } = circumstances;
        let Covered { value: totals, coverage } = totals;
        let behind = |status: &PendingStatus| status.clock_behind(now).and(status.last_recorded_at);
        Self {
            opening,
            order,
            name: session.name(),
            location: session.location(),
            events: totals.events,
            records: totals.records,
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            coverage,
            clock_behind: pending.as_ref().ok().and_then(behind).map(format_time),
            pending: Pending::from(pending),
            read_only: session.read_only().map(str::to_owned),
            reading,
            lost,
            unsaved,
        }
    }
}

impl From<Result<PendingStatus, session::Error>> for Pending {
    fn from(pending: Result<PendingStatus, session::Error>) -> Self {
        match pending {
            Ok(status) => Self {
                events: Some(usize::try_from(status.events).unwrap_or(usize::MAX)),
                since: status.since.map(format_time),
                problem: status.failure.map(|(_, why)| why),
            },
            Err(error) => Self { events: None, since: None, problem: Some(error.to_string()) },
        }
    }
}
