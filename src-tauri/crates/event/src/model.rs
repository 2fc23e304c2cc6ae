//! Events and where they lie.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Action, Address, Disambiguator, Position};

/// The field name that stands for the whole record.
pub const WHOLE_RECORD: &str = "*";

/// What an event is about: `candidate` / `CAND-00342`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordId {
    pub entity_type: String,
    pub entity_id: String,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.entity_type, self.entity_id)
    }
}

/// One immutable entry of a journal: who changed which field of which record, from what to what,
/// when, through which source. The columns of a journal file, one to one; as JSON, an object of them
/// by name, without those that are null, and with instants in nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// `evt-` and a UUID v7. Ids of legacy files are not unique: see [`Address`].
    pub event_id: String,
    /// When the change happened.
    #[serde(with = "crate::time::nanos")]
    pub timestamp: DateTime<Utc>,
    pub entity_type: String,
    pub entity_id: String,
    /// The field that changed; [`WHOLE_RECORD`] for all of them.
    pub field: String,
    pub action: Action,
    /// Null, empty and blank are three different values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_value: Option<String>,
    pub actor: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// When the journal accepted the event, to the microsecond. Null in legacy files.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::maybe_nanos")]
    pub recorded_at: Option<DateTime<Utc>>,
    /// The log the event belongs to: one installation's within this bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<String>,
    /// Position in that log, from 0, without a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The [`Address`] of the event that a `correct`, `void` or `note` is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Events recorded together share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
}

impl Event {
    pub fn record(&self) -> RecordId {
        RecordId { entity_type: self.entity_type.clone(), entity_id: self.entity_id.clone() }
    }

    /// Whether this is the record that the event is about.
    pub fn is_about(&self, record: &RecordId) -> bool {
        self.entity_type == record.entity_type && self.entity_id == record.entity_id
    }

    /// Whether the event is an update that changed nothing.
    pub fn is_no_op(&self) -> bool {
        self.action == Action::Update && self.old_value == self.new_value
    }
}

/// Where an event lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file of the bucket: its name without folder, and the row from 0.
    File { file: Arc<str>, row: u64 },
    /// Acknowledged, and waiting on this device for the next flush.
    Pending,
}

/// An event and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub event: Event,
    /// The bucket holds another entry with the same id: then the id alone is no address.
    pub id_is_repeated: bool,
    /// The bucket holds another entry that says the same event and differs in other columns: then
    /// only its place tells it from that one.
    pub event_is_repeated: bool,
    /// Columns that a file has beside those of a journal, by name, as text.
    pub extra: BTreeMap<String, String>,
    /// Columns of a journal that say something about the row and nothing about its event, by name,
    /// as text. Rows that differ in them alone say the same.
    pub about_row: BTreeMap<String, String>,
    pub place: Place,
}

impl Entry {
    /// An event without extra columns.
    pub fn new(event: Event, place: Place) -> Self {
        Self {
            event,
            id_is_repeated: false,
            event_is_repeated: false,
            extra: BTreeMap::new(),
            about_row: BTreeMap::new(),
            place,
        }
    }

    /// Where the entry stands in the total order of the journal.
    pub fn position(&self) -> Position {
        Position::of(self)
    }

    /// What names this entry and no other of the bucket: its id alone if no other has it; else the
    /// digest too; else, where another row says the same event, its place.
    pub fn address(&self) -> Address {
        let disambiguator = self.id_is_repeated.then(|| match &self.place {
            Place::File { file, row } if self.event_is_repeated => {
                Disambiguator::Place { file: file.to_string(), row: *row }
            }
            _ => Disambiguator::Digest(self.event.digest()),
        });
        Address { event_id: self.event.event_id.clone(), disambiguator }
    }

    /// Whether `address` means this entry.
    pub fn is_at(&self, address: &Address) -> bool {
        self.event.event_id == address.event_id
            && match (&address.disambiguator, &self.place) {
                (None, _) => true,
                (Some(Disambiguator::Digest(digest)), _) => self.event.digest() == *digest,
                (Some(Disambiguator::Place { file, row }), Place::File { file: f, row: r }) => {
                    **f == **file && r == row
                }
                (Some(Disambiguator::Place { .. }), Place::Pending) => false,
            }
    }
}
