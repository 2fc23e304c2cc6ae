//! The status of the open journal, and what the window shows at its start.

use chrono::{DateTime, Utc};
use event::format_time;
use journal::PendingStatus;
use query::{Coverage, Covered, Totals};
use serde::Serialize;
use session::JournalSession;
use ts_rs::TS;

use super::{ApiError, EventsPage, LocationKind, Recent, Settings};

/// The start of the window: what it shows first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Start {
    /// Status of the open journal, such as the one named on the command line; null if none is open.
    pub journal: Option<Status>,
    /// Error of opening the journal named on the command line; null if there is none.
    pub problem: Option<ApiError>,
    /// Location that was not opened for that problem, by which it can be tried again; null if there is
    /// none.
    pub named: Option<String>,
    /// Recent journals, the latest first.
    pub recent: Vec<Recent>,
    /// Pending events of other buckets than the open one.
    pub pending_elsewhere: Vec<PendingElsewhere>,
    /// Settings of this installation.
    pub settings: Settings,
    /// Whether there is a sample journal to open.
    pub sample: bool,
    /// Reason why the settings are not saved; null if they are.
    pub unsaved: Option<ApiError>,
    /// The newest events of the open journal, if they were asked for and could be read.
    pub events: Option<EventsPage>,
}

/// Pending events of another bucket than the open one.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct PendingElsewhere {
    /// Location at which it was when it was last recorded into, to be shown.
    pub last_at: String,
    /// Number of pending events.
    #[ts(type = "number")]
    pub events: u64,
}

impl From<journal::PendingElsewhere> for PendingElsewhere {
    fn from(journal::PendingElsewhere { last_at, events }: journal::PendingElsewhere) -> Self {
        Self { last_at, events }
    }
}

/// Status of the open journal.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Status {
    /// Number of the opening: a later one has a higher number.
    #[ts(type = "number")]
    pub opening: u64,
    /// Order of the statuses: of two about one opening, the one with the higher number is newer.
    #[ts(type = "number")]
    pub order: u64,
    /// Name of the bucket.
    pub name: String,
    /// Location of the bucket, to be shown.
    pub location: String,
    /// Kind of what the location names.
    pub kind: LocationKind,
    /// How its store is opened, such as `as profile audit`; empty where nothing is said, and for folders
    /// and archives.
    pub opened_as: String,
    /// Number of events, each counted once.
    pub events: usize,
    /// Number of records.
    pub records: usize,
    /// First timestamp; null in an empty journal.
    pub first: Option<String>,
    /// Last timestamp; null in an empty journal.
    pub last: Option<String>,
    /// Coverage of every answer.
    pub coverage: Coverage,
    /// Progress of the first reading of the bucket; null once it has ended.
    pub reading: Option<ReadingProgress>,
    /// Pending events on this device.
    pub pending: Pending,
    /// Notices about the opening, one sentence each.
    pub notices: Vec<String>,
    /// Reason why nothing can be recorded; null if it can.
    pub read_only: Option<String>,
    /// Whether that is because the bucket is at another place than where it was last recorded into.
    pub elsewhere: bool,
    /// Time at which the last event was recorded on this device, if its clock now is more than one
    /// minute behind that; null if not.
    pub clock_behind: Option<String>,
    /// Error of the last refresh of the bucket; null if it succeeded.
    pub lost: Option<ApiError>,
    /// Reason why the settings are not saved; null if they are.
    pub unsaved: Option<ApiError>,
}

/// An opening that failed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct OpeningFailed {
    /// Number of the opening, as in `Status`.
    #[ts(type = "number")]
    pub opening: u64,
    /// Error of the opening.
    pub problem: ApiError,
}

/// Progress of the first reading.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ReadingProgress {
    /// Number of files that were read, or found to be unreadable.
    pub done: usize,
    /// Number of files in the bucket.
    pub files: usize,
    /// Bytes of those that were read.
    #[ts(type = "number")]
    pub bytes_done: u64,
    /// Bytes of all files.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Seconds that the rest will take; null while that cannot be told.
    #[ts(type = "number | null")]
    pub seconds_left: Option<i64>,
    /// Whether the store of the bucket has too much to do, and asked to wait.
    pub held_back: bool,
}

/// Pending events: recorded on this device, and not yet known to be in the bucket.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Pending {
    /// Number of pending events; null if it is unknown, for the reason in `problem`.
    pub events: Option<usize>,
    /// Time at which the oldest pending event was recorded; null if none is pending or it is
    /// unknown.
    pub since: Option<String>,
    /// Reason why the last flush failed, or why the pending events are unknown; null if neither.
    pub problem: Option<String>,
}

/// Context of a status: the fields that do not come from the session, as in [`Status`].
pub(crate) struct StatusContext {
    pub opening: u64,
    pub order: u64,
    pub reading: Option<ReadingProgress>,
    pub lost: Option<ApiError>,
    pub unsaved: Option<ApiError>,
    /// Current time, by which the clock is compared.
    pub now: DateTime<Utc>,
}

impl Status {
    pub(crate) fn of(
        session: &JournalSession,
        totals: Covered<Totals>,
        pending: Result<PendingStatus, session::Error>,
        context: StatusContext,
    ) -> Self {
        let StatusContext { opening, order, reading, lost, unsaved, now } = context;
        let Covered { value: totals, coverage } = totals;
        let behind = |status: &PendingStatus| status.clock_behind(now).and(status.last_recorded_at);
        Self {
            opening,
            order,
            name: session.name(),
            location: session.location(),
            kind: session.kind().into(),
            opened_as: session.opened_as(),
            events: totals.events,
            records: totals.records,
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            coverage,
            clock_behind: pending.as_ref().ok().and_then(behind).map(format_time),
            pending: Pending::from(pending),
            notices: session.notices().to_vec(),
            read_only: session.read_only().map(str::to_owned),
            elsewhere: session.is_elsewhere(),
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
