//! Answers with events: a page of them, those of one record, one that was recorded, broken chains.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use event::{Cell, Column as C, Draft, EVENT_COLUMNS, Entry, Event, Mark, Position, Timeline};
use query::{ChainBreak, ChainsPage, Coverage, Covered, EventsPage, Undecided};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{none_of, short_time};
use crate::print::{Answer, Column, Sheet, Table, counted, visible_text, visible_value};
use evidence::left_out;

/// Event as cells of text. A column that the journal has yet to fill is null.
#[derive(Debug)]
pub struct EventRow {
    /// Cells in the order of [`EVENT_COLUMNS`]. Numbers are text, because many readers of JSON lose
    /// digits of large ones.
    cells: [Option<String>; EVENT_COLUMNS.len()],
    /// Address of the event, where its id is not unique.
    address: Option<String>,
    /// Columns of its file that are not in the table, and their values.
    extra: BTreeMap<String, String>,
    /// What amendments make of the event now.
    marks: BTreeSet<Mark>,
    /// Its timestamp, if it has one yet.
    time: Option<DateTime<Utc>>,
}

impl Serialize for EventRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in EVENT_COLUMNS.iter().zip(&self.cells) {
            map.serialize_entry(column.name(), cell)?;
        }
        if let Some(address) = &self.address {
            map.serialize_entry(ADDRESS, address)?;
        }
        if !self.marks.is_empty() {
            map.serialize_entry(MARKS, &self.marks)?;
        }
        if !self.extra.is_empty() {
            map.serialize_entry("extra", &self.extra)?;
        }
        map.end()
    }
}

impl EventRow {
    /// The row of an event of the journal.
    pub fn of_entry(entry: &Entry) -> Self {
        let address = entry.id_is_repeated.then(|| entry.address().to_string());
        let (extra, marks) = (entry.other_columns(), entry.marks.clone());
        Self { address, extra, marks, ..Self::of_event(&entry.event) }
    }

    /// The row of an event that was just recorded.
    pub fn of_event(event: &Event) -> Self {
        let cells = event.cells().map(|cell| cell.to_text().map(Cow::into_owned));
        Self { time: Some(event.timestamp), ..Self::of_cells(cells) }
    }

    /// The row of an event that would be recorded.
    pub fn of_draft(draft: &Draft) -> Self {
        let text = |cell: Option<Cell<'_>>| cell.and_then(Cell::to_text).map(Cow::into_owned);
        Self { time: draft.timestamp, ..Self::of_cells(draft.cells().map(text)) }
    }

    fn of_cells(cells: [Option<String>; EVENT_COLUMNS.len()]) -> Self {
        let (extra, marks) = (BTreeMap::new(), BTreeSet::new());
        Self { cells, address: None, extra, marks, time: None }
    }

    /// The row under [`sheet_columns`]: the cells, the address and the marks.
    fn sheet_row(&self) -> Vec<Option<String>> {
        self.cells.iter().chain([&self.address, &self.marks()]).cloned().collect()
    }

    /// The names of the marks with blanks between them; `None` if there is none.
    fn marks(&self) -> Option<String> {
        let names: Vec<&str> = self.marks.iter().map(|mark| mark.name()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// The cell of a column.
    fn cell(&self, column: C) -> Option<&str> {
        self.cells[column.index()].as_deref()
    }

    /// The cell of a column that is never null.
    fn text(&self, column: C) -> &str {
        self.cell(column).unwrap_or_default()
    }

    /// The row under [`TABLE_COLUMNS`], for people.
    fn table_row(&self) -> Vec<String> {
        vec![
            self.time.map(short_time).unwrap_or_default(),
            visible_text(&format!("{}/{}", self.text(C::EntityType), self.text(C::EntityId))),
            visible_text(self.text(C::Field)),
            visible_text(self.text(C::Action)),
            visible_value(self.cell(C::OldValue)),
            visible_value(self.cell(C::NewValue)),
            self.event_cell(),
        ]
    }

    /// The last cell for people: marks, id or address, actor, source, and of an amendment its target and
    /// reason.
    fn event_cell(&self) -> String {
        let name = self.address.as_deref().or(self.cell(C::EventId)).map(str::to_owned);
        let who = Some(format!("by {} via {}", self.text(C::Actor), self.text(C::Source)));
        let about = self.cell(C::Corrects).map(|other| format!("about {other}"));
        let reason = self.cell(C::Reason).map(|reason| format!("because: {reason}"));
        let marks = self.marks().map(|marks| format!("[{marks}]"));
        let all: Vec<String> = [marks, name, who, about, reason].into_iter().flatten().collect();
        visible_text(&all.join("  "))
    }
}

/// Columns of a list of events, for people.
const TABLE_COLUMNS: [Column<'static>; 7] = [
    Column::Whole("time, UTC"),
    Column::Name("record"),
    Column::Text("field"),
    Column::Whole("action"),
    Column::Text("old value"),
    Column::Text("new value"),
    Column::Below("event"),
];
/// Index of the record among [`TABLE_COLUMNS`].
const RECORD: usize = 1;
/// Index of the action among [`TABLE_COLUMNS`].
const ACTION: usize = 3;

/// Names of the columns after those of an event.
const ADDRESS: &str = "address";
const MARKS: &str = "marks";

/// Columns of every event in CSV.
fn sheet_columns() -> Vec<&'static str> {
    EVENT_COLUMNS.iter().map(|column| column.name()).chain([ADDRESS, MARKS]).collect()
}

/// Events in CSV. Further columns of their files are columns of their own, behind `extra.`.
fn sheet_of<'a>(events: impl Iterator<Item = &'a EventRow> + Clone) -> Sheet {
    let names: BTreeSet<&String> = events.clone().flat_map(|event| event.extra.keys()).collect();
    let columns = sheet_columns().into_iter().map(Cow::Borrowed);
    let extra = names.iter().map(|name| Cow::Owned(format!("extra.{name}")));
    let row = |event: &EventRow| {
        let extra = names.iter().map(|name| event.extra.get(*name).cloned());
        event.sheet_row().into_iter().chain(extra).collect()
    };
    Sheet::new(columns.chain(extra), events.map(row).collect())
}

/// Events that would be recorded, in CSV and for people.
pub fn drafted(events: &[EventRow]) -> (Sheet, Table<'static>) {
    let rows = events.iter().map(EventRow::table_row).collect();
    (sheet_of(events.iter()), Table { title: None, columns: TABLE_COLUMNS.into(), rows })
}

/// Page of events, or all events of one record.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the JSON's")]
pub struct Events {
    events: Vec<EventRow>,
    next: Option<String>,
    total: usize,
    coverage: Coverage,
    /// Events that the filters do not decide; not there if they decide all.
    #[serde(skip_serializing_if = "decides_all")]
    undecided: Undecided,
    #[serde(skip)]
    hidden_no_ops: usize,
    #[serde(skip)]
    of_one_record: bool,
}

impl Events {
    /// A page of the list of events.
    pub fn page(page: Covered<EventsPage>) -> Self {
        let Covered { value: page, coverage } = page;
        Self {
            events: page.items.iter().map(|item| EventRow::of_entry(&item.entry)).collect(),
            next: page.next.map(|next: Position| next.to_string()),
            total: page.total,
            coverage,
            undecided: page.undecided,
            hidden_no_ops: page.hidden_no_ops,
            of_one_record: false,
        }
    }

    /// All events of one record: there is no next page.
    pub fn all(timeline: Covered<Timeline>) -> Self {
        let Covered { value: timeline, coverage } = timeline;
        let entries = timeline.entries();
        Self {
            events: entries.iter().map(EventRow::of_entry).collect(),
            next: None,
            total: entries.len(),
            coverage,
            undecided: Undecided::default(),
            hidden_no_ops: 0,
            of_one_record: true,
        }
    }
}

fn decides_all(undecided: &Undecided) -> bool {
    *undecided == Undecided::default()
}

impl Answer for Events {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        self.events.iter().map(serde_json::to_value).collect()
    }

    fn sheet(&self) -> Sheet {
        sheet_of(self.events.iter())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let mut columns = TABLE_COLUMNS.to_vec();
        let mut rows: Vec<_> = self.events.iter().map(EventRow::table_row).collect();
        if self.of_one_record {
            columns.remove(RECORD);
            for row in &mut rows {
                row.remove(RECORD);
            }
        }
        vec![Table { title: None, columns, rows }]
    }

    fn remarks(&self) -> Vec<String> {
        let hidden = (self.hidden_no_ops > 0).then(|| {
            format!("{} that changed nothing left out.", counted(self.hidden_no_ops, "update"))
        });
        let counts = match self.total {
            0 => none_of("event", &self.coverage),
            total => format!("{} of {}.", self.events.len(), counted(total, "event")),
        };
        [Some(counts), hidden].into_iter().flatten().chain(left_out(&self.undecided)).collect()
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// Event that was recorded, or would be.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Appended(pub EventRow);

impl Answer for Appended {
    fn sheet(&self) -> Sheet {
        sheet_of(std::iter::once(&self.0))
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let named = sheet_columns().into_iter().zip(self.0.sheet_row());
        let cells =
            named.filter(|(name, value)| ![ADDRESS, MARKS].contains(name) || value.is_some());
        let rows =
            cells.map(|(name, value)| vec![name.to_owned(), visible_value(value.as_deref())]);
        let columns = vec![Column::Whole("column"), Column::Text("value")];
        vec![Table { title: None, columns, rows: rows.collect() }]
    }
}

/// Page of broken value chains.
#[derive(Debug, Serialize)]
pub struct Chains {
    breaks: Vec<BreakRow>,
    next: Option<String>,
    total: usize,
    coverage: Coverage,
}

/// Update whose old value is not the value before it.
#[derive(Debug, Serialize)]
struct BreakRow {
    #[serde(flatten)]
    event: EventRow,
    /// The value before it.
    expected: Option<String>,
}

impl Chains {
    /// A page of the list of broken chains.
    pub fn page(page: Covered<ChainsPage>) -> Self {
        let Covered { value: page, coverage } = page;
        let row = |found: ChainBreak| BreakRow {
            event: EventRow::of_entry(&found.entry),
            expected: found.expected,
        };
        Self {
            breaks: page.breaks.into_iter().map(row).collect(),
            next: page.next.map(|next| next.to_string()),
            total: page.total,
            coverage,
        }
    }
}

impl Answer for Chains {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        self.breaks.iter().map(serde_json::to_value).collect()
    }

    fn sheet(&self) -> Sheet {
        let columns = sheet_columns().into_iter().chain(["expected"]);
        let cells = |row: &BreakRow| {
            row.event.sheet_row().into_iter().chain([row.expected.clone()]).collect()
        };
        Sheet::new(columns, self.breaks.iter().map(cells).collect())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let mut columns = TABLE_COLUMNS.to_vec();
        // Each is an update, so the column of the action is free for the value before it.
        columns[ACTION] = Column::Text("value before");
        let table_row = |row: &BreakRow| {
            let mut cells = row.event.table_row();
            cells[ACTION] = visible_value(row.expected.as_deref());
            cells
        };
        vec![Table { title: None, columns, rows: self.breaks.iter().map(table_row).collect() }]
    }

    fn remarks(&self) -> Vec<String> {
        match self.total {
            0 => vec![none_of("broken chain", &self.coverage)],
            total => vec![format!("{} of {}.", self.breaks.len(), counted(total, "broken chain"))],
        }
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }

    fn is_finding(&self) -> bool {
        self.total > 0
    }
}
