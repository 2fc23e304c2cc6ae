//! Everything that crosses between the window and the core, and nothing else. The TypeScript of
//! these types is generated into `ui/src/ipc/gen` by their tests.
//!
//! Columns keep their names. Instants cross as RFC 3339 in UTC. 64-bit numbers cross as text,
//! because JSON in a window has none; counts cross as numbers.

mod answer;
mod ask;
mod record;

pub(crate) use ask::{LONGEST_PAGE, cursor};
pub(crate) use record::TimelinePart;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error as the window gets it: what to branch on, and one sentence to show.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Problem {
    pub kind: ProblemKind,
    pub message: String,
}

/// What the person in front of the window can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProblemKind {
    /// What was entered is not usable: enter something else.
    Invalid,
    /// It was understood and refused; nothing was recorded.
    Refused,
    /// There is no such event, record or journal.
    Missing,
    /// The bucket or this device did not do its part: try again, or look there.
    Failed,
    /// A later question of the same kind took its place.
    Stopped,
}

/// What the window shows first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Start {
    /// The journal named on the command line, if it opened.
    pub journal: Option<Status>,
    /// Why it did not open.
    pub problem: Option<Problem>,
    pub recent: Vec<Recent>,
    pub settings: Settings,
    /// There is a sample journal to open.
    pub sample: bool,
}

/// A journal that was open before. The handle stands for its path, which the window never names.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Recent {
    pub handle: String,
    pub name: String,
    /// Where it lies, for people to tell two of one name apart.
    pub location: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Settings {
    /// Who is recorded as the actor of corrections.
    pub actor: String,
    pub theme: Theme,
    /// Times in UTC; otherwise in the zone of this machine.
    pub utc: bool,
    pub views: Vec<SavedView>,
    /// The columns of each list, in their order.
    pub columns: BTreeMap<String, Vec<ColumnLayout>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedView {
    pub name: String,
    /// The query as the window writes it.
    pub query: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ColumnLayout {
    pub column: String,
    /// In CSS pixels.
    pub width: u32,
    pub shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The open journal.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Status {
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
    pub lost: Option<Problem>,
}

/// Files that have been looked at, and of how many.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ReadingProgress {
    pub done: usize,
    pub files: usize,
}

/// What waits on this device for the next flush.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Pending {
    pub events: usize,
    /// When the oldest of them was recorded; null if none waits.
    pub since: Option<String>,
    /// Why the last flush did not go through; null if it did.
    pub problem: Option<String>,
}

/// Which files an answer rests on.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Coverage {
    pub files: usize,
    pub read: usize,
    pub rows: usize,
    pub unreadable: Vec<Unreadable>,
    pub complete: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Unreadable {
    pub file: String,
    pub problem: String,
}

/// Which events are asked for. Terms of one column are alternatives; columns narrow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct Filters {
    pub entity_type: Vec<Term>,
    pub entity_id: Vec<Term>,
    pub field: Vec<Term>,
    pub action: Vec<Term>,
    pub actor: Vec<Term>,
    pub source: Vec<Term>,
    pub workspace_id: Vec<Term>,
    /// From this instant on.
    pub since: Option<String>,
    /// Before this instant.
    pub until: Option<String>,
    /// Text in the old or the new value, in any case.
    pub contains: Option<String>,
    /// Leave out updates that changed nothing.
    pub hide_no_ops: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Term {
    pub value: String,
    pub exclude: bool,
}

/// Where a page of events begins.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum PageFrom {
    Newest,
    /// With what is older than the cursor's event.
    After {
        cursor: String,
    },
    /// With the lines just newer than the cursor's event.
    Before {
        cursor: String,
    },
    /// With the event that so many matching ones are newer than.
    Rank {
        rank: usize,
    },
}

/// A page of events, newest first. `next` and `previous` are cursors to its neighbours.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventsPage {
    pub lines: Vec<EventLine>,
    /// Matching events newer than the first line's.
    pub rank: usize,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub total: usize,
    /// Updates that changed nothing and were left out.
    pub hidden_no_ops: usize,
    pub coverage: Coverage,
}

/// A line of the list of events: an event, or the newest of those that are folded.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventLine {
    pub event: EventRow,
    pub fold: Option<Fold>,
}

/// Events in a row by one actor through one source that are shown as one line.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Fold {
    pub events: usize,
    /// When the oldest of them happened.
    pub oldest: String,
    pub oldest_address: String,
}

/// An event as a row shows it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventRow {
    /// What names this event and no other in the bucket.
    pub address: String,
    pub event_id: String,
    pub timestamp: String,
    pub entity_type: String,
    pub entity_id: String,
    pub field: String,
    pub action: String,
    pub old_value: Option<Value>,
    pub new_value: Option<Value>,
    pub actor: String,
    pub source: String,
    pub workspace_id: Option<String>,
    pub recorded_at: Option<String>,
    pub writer: Option<String>,
    pub seq: Option<String>,
    pub corrects: Option<String>,
    pub reason: Option<String>,
    pub batch: Option<String>,
    /// Columns that the file has beside those of a journal, by name.
    pub extra: BTreeMap<String, String>,
    /// Where it lies; null while it waits on this device for the next flush.
    pub place: Option<Place>,
    pub no_op: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Place {
    pub file: String,
    /// Row in the file, from 0.
    pub row: usize,
}

/// A value's text, cut where it is long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Value {
    pub text: String,
    /// Characters in the whole value.
    pub length: usize,
    pub cut: bool,
}

/// One event with all around it. Its values are whole.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventDetail {
    pub event: EventRow,
    pub effect: Effect,
    /// Corrections, voids and notes about it, oldest first.
    pub about: Vec<EventRow>,
    /// The event it is about.
    pub target: Option<EventRow>,
    /// The events before and after it in its record's timeline.
    pub before: Option<EventRow>,
    pub after: Option<EventRow>,
}

/// What an event is taken to say.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Effect {
    Recorded,
    /// Its latest effective corrections, by field.
    Corrected {
        values: Vec<CorrectedValue>,
    },
    Void {
        by: String,
    },
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct CorrectedValue {
    pub field: String,
    pub value: Option<Value>,
    /// Address of the correction.
    pub by: String,
}

/// How often each value occurs, and when events happened.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Facets {
    pub total: usize,
    pub facets: Vec<Facet>,
    pub histogram: Vec<Bar>,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Facet {
    /// Name of the column, as in `Filters`.
    pub column: String,
    /// Most frequent first.
    pub values: Vec<Count>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Count {
    pub value: String,
    pub count: usize,
}

/// Events from `start` on and before `end`.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Bar {
    pub start: String,
    pub end: String,
    pub count: usize,
}

/// What names a record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct RecordKey {
    pub entity_type: String,
    pub entity_id: String,
}

/// Which past of a record is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct View {
    /// Events up to and including this instant; null for now.
    pub at: Option<String>,
    pub reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Reading {
    Recorded,
    #[default]
    Corrected,
}

/// One record at the view's instant, as the view reads it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RecordView {
    pub entity_type: String,
    pub entity_id: String,
    /// What people call it, where its fields have a name.
    pub name: Option<String>,
    pub exists: bool,
    pub deleted: bool,
    /// Events up to the view's instant, and after it.
    pub events: usize,
    pub later: usize,
    /// Of the events up to the instant.
    pub first: Option<EventRow>,
    pub last: Option<EventRow>,
    pub fields: Vec<Field>,
    pub coverage: Coverage,
}

/// Where a page of a timeline begins.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum TimelineFrom {
    /// After so many newer items.
    Skip { skip: usize },
    /// So that this event is in its middle.
    Event { address: String },
}

/// A page of a record's timeline, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelinePage {
    pub items: Vec<TimelineItem>,
    /// Items newer than the first one given.
    pub skip: usize,
    pub total: usize,
    pub coverage: Coverage,
}

/// Two views of one record, held against each other.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Comparison {
    /// Only those that differ, by name.
    pub fields: Vec<FieldChange>,
    /// How many fields are the same.
    pub same: usize,
    /// Events of the record between the two instants.
    pub between: usize,
    pub coverage: Coverage,
}

/// A field that differs between two views; null where there is no such field.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct FieldChange {
    pub field: String,
    pub from: Option<Field>,
    pub to: Option<Field>,
    /// The event that makes the difference.
    pub because: Option<EventRow>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelineItem {
    pub event: EventRow,
    pub effect: Effect,
    /// Addresses of what was said about it.
    pub about: Vec<String>,
    /// Address of the event it is about.
    pub target: Option<String>,
    /// Nothing but the tie-break orders it and a neighbour.
    pub order_uncertain: bool,
    pub broken: Option<Broken>,
}

/// The update's old value is not the value before it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Broken {
    /// The value before it; null if there was none.
    pub expected: Option<Value>,
}

/// A field's value, and what it rests on.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Field {
    pub field: String,
    pub value: Option<Value>,
    /// The event that set it.
    pub address: String,
    pub actor: String,
    pub timestamp: String,
    pub source: String,
    /// The correction whose value stands in place of the recorded one.
    pub correction: Option<String>,
    /// How many events of the timeline changed it.
    pub changes: usize,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct RecordFilters {
    pub entity_type: Vec<Term>,
    /// Text in the record's id or its name, in any case.
    pub contains: Option<String>,
    /// Only records that are deleted.
    pub deleted: bool,
}

/// Records, latest change first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RecordsPage {
    pub records: Vec<RecordRow>,
    pub next: Option<String>,
    pub total: usize,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RecordRow {
    pub entity_type: String,
    pub entity_id: String,
    pub name: Option<String>,
    pub events: usize,
    pub first: String,
    pub last: String,
    pub last_actor: String,
    pub deleted: bool,
}

/// Updates whose old value is not the value before them, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainsPage {
    pub breaks: Vec<ChainBreak>,
    pub next: Option<String>,
    pub total: usize,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainBreak {
    pub event: EventRow,
    pub expected: Option<Value>,
}

/// What one text in the search box means.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Found {
    /// Events with this id.
    pub events: Vec<EventRow>,
    /// Records with this text in their id or their name.
    pub records: Vec<RecordRow>,
    pub actors: Vec<Count>,
    pub fields: Vec<Count>,
    /// How many events have the text in a value.
    pub in_values: usize,
    /// The newest of them.
    pub hits: Vec<EventRow>,
    /// How far the search is; null once all was searched.
    pub searched: Option<Searched>,
    pub coverage: Coverage,
}

/// Parts of the journal that were searched, and of how many.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Searched {
    pub done: usize,
    pub of: usize,
}

/// What is to be said about events.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export)]
pub struct Amend {
    /// Addresses of the events.
    pub addresses: Vec<String>,
    pub what: What,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum What {
    /// It should have recorded `to`. `field` names a field of a whole-record event; null is the
    /// event's own.
    Correct {
        field: Option<String>,
        to: Option<String>,
        reason: String,
    },
    Void {
        reason: String,
    },
    Note {
        text: String,
    },
}

/// The event that would be appended, column by column.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Preview {
    pub columns: Vec<PreviewColumn>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct PreviewColumn {
    pub column: String,
    pub value: Option<String>,
    /// The journal gives the value when it accepts the event.
    pub given_when_recorded: bool,
}
