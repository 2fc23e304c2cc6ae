//! Events, the records that they are about, and the places where they lie.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Action, Address, Disambiguator, Mark, Position};

/// Field name that stands for the whole record.
pub const WHOLE_RECORD: &str = "*";

/// Record that an event is about: its type and its id. Its text form is `candidate/CAND-00342`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordId {
    /// Type of the record, such as `candidate`.
    pub entity_type: String,
    /// Id of the record, unique within its type.
    pub entity_id: String,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.entity_type, self.entity_id)
    }
}

/// Event: one immutable entry of a journal. It states who changed which field of which record, from
/// which value to which, when, and through which source.
///
/// Its fields are the [`EVENT_COLUMNS`](crate::EVENT_COLUMNS) of a journal file. Serialized, it is
/// an object of the columns by name, without null values, and with instants in nanoseconds since
/// 1970.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Id of the event. Daybook assigns `evt-` and a UUID v7; ids of legacy files are not unique:
    /// see [`Address`].
    pub event_id: String,
    /// Timestamp of the change, to the nanosecond.
    #[serde(with = "crate::time::nanos")]
    pub timestamp: DateTime<Utc>,
    /// Type of the record.
    pub entity_type: String,
    /// Id of the record.
    pub entity_id: String,
    /// Field that changed; [`WHOLE_RECORD`] for all of them.
    pub field: String,
    /// Action: the kind of change.
    pub action: Action,
    /// Value before the change. Null, empty and blank are three different values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_value: Option<String>,
    /// Value after the change; of a note, its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_value: Option<String>,
    /// Actor who made the change.
    pub actor: String,
    /// Source through which the change came, such as `api`.
    pub source: String,
    /// Workspace of the change; empty or null where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// Time at which the journal accepted the event, to the microsecond. Null in legacy files.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::maybe_nanos")]
    pub recorded_at: Option<DateTime<Utc>>,
    /// Writer: id of the log that holds the event. Each installation has a log of its own in a
    /// bucket. Null in legacy files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<String>,
    /// Sequence number of the event in that log, from 0, without a gap. Null in legacy files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// [`Address`] of the event that a `correct`, `void` or `note` is about. A note without one is
    /// about the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// Reason of a `correct` or `void`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Batch id, which events recorded together share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
}

impl Event {
    /// Record that the event is about.
    pub fn record(&self) -> RecordId {
        RecordId { entity_type: self.entity_type.clone(), entity_id: self.entity_id.clone() }
    }

    /// Whether the event is about `record`.
    pub fn is_about(&self, record: &RecordId) -> bool {
        self.entity_type == record.entity_type && self.entity_id == record.entity_id
    }

    /// Whether the event is a no-op: an update whose old and new value are equal.
    pub fn is_no_op(&self) -> bool {
        self.action == Action::Update && self.old_value == self.new_value
    }
}

/// Place of an event: a row of a file, or the outbox of this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Row of a journal file in the bucket.
    File {
        /// File's path below the journal's folder.
        file: Arc<str>,
        /// Row in the file, from 0.
        row: u64,
    },
    /// Some file of the bucket: the engine that answers knows the events, and not in which rows they
    /// lie, as a cluster does.
    SomeFile {
        /// [Digest](crate::EventDigest) of the event, as text: what orders legacy events with one
        /// timestamp where nothing tells their files.
        digest: Arc<str>,
    },
    /// Pending: acknowledged on this device and not yet in the bucket.
    Pending,
}

/// Entry of a journal: an event with its place and the other columns of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Event of the row.
    pub event: Event,
    /// Whether another entry of the bucket has the same id. Then the id alone is no address.
    pub id_is_repeated: bool,
    /// Extra columns of the file, which no journal format has: text by column name. They are no part of
    /// the event: of several rows that hold it, one is an entry.
    pub extra: BTreeMap<String, String>,
    /// Columns that are about the row and no part of the event: those of the journal format behind
    /// [`EVENT_COLUMNS`](crate::EVENT_COLUMNS), such as `salt`, and those that the path of the file
    /// names. Text by column name. Rows that differ in these alone hold the same event.
    pub about_row: BTreeMap<String, String>,
    /// Place of the event.
    pub place: Place,
    /// What amendments make of the event now. Set where an engine answers with the entry, and by
    /// [`Timeline::new`](crate::Timeline::new).
    pub marks: BTreeSet<Mark>,
}

impl Entry {
    /// Entry of an event that has no other columns, repeats no other entry and has no mark.
    pub fn new(event: Event, place: Place) -> Self {
        Self {
            event,
            id_is_repeated: false,
            extra: BTreeMap::new(),
            about_row: BTreeMap::new(),
            place,
            marks: BTreeSet::new(),
        }
    }

    /// All other columns of its row: text by column name.
    pub fn other_columns(&self) -> BTreeMap<String, String> {
        self.extra.clone().into_iter().chain(self.about_row.clone()).collect()
    }

    /// Position of the entry in the total order of the journal.
    pub fn position(&self) -> Position {
        Position::of(self)
    }

    /// Address that names this entry and no other of the bucket: the id alone if no other entry has
    /// it, else the id and the digest.
    pub fn address(&self) -> Address {
        let digest = || Disambiguator::Digest(self.event.digest());
        let disambiguator = self.id_is_repeated.then(digest);
        Address { event_id: self.event.event_id.clone(), disambiguator }
    }

    /// Whether `address` names this entry. An address without a disambiguator names every entry
    /// with its id.
    pub fn is_at(&self, address: &Address) -> bool {
        self.event.event_id == address.event_id
            && match (&address.disambiguator, &self.place) {
                (None, _) => true,
                (Some(Disambiguator::Digest(digest)), _) => self.event.digest() == *digest,
                (Some(Disambiguator::Place { file, row }), Place::File { file: f, row: r }) => {
                    **f == **file && r == row
                }
                (Some(Disambiguator::Place { .. }), Place::SomeFile { .. } | Place::Pending) => {
                    false
                }
            }
    }
}
