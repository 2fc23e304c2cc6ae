//! Cells of an event, in the order of the column table, and the conversion back.

use std::borrow::Cow;

use chrono::DateTime;

use crate::time::clamped_nanos;
use crate::{Column, Draft, EVENT_COLUMNS, Event, Kind, format_time};

/// Cell: the value of one event in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cell<'a> {
    /// No value.
    #[default]
    Null,
    /// Text, which may be empty.
    Text(&'a str),
    /// Instant, in nanoseconds since 1970.
    Instant(i64),
    /// Unsigned integer.
    Number(u64),
}

impl<'a> Cell<'a> {
    /// Text form of the cell, as in JSON and CSV: an instant in RFC 3339, a number in digits;
    /// `None` if the cell is null.
    pub fn to_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.into()),
            Self::Instant(nanos) => Some(format_time(DateTime::from_timestamp_nanos(nanos)).into()),
            Self::Number(number) => Some(number.to_string().into()),
        }
    }

    /// Text of the cell; `None` if it holds no text.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Length of the text in bytes; 0 if the cell holds no text.
    pub fn text_len(self) -> usize {
        self.text().map_or(0, str::len)
    }

    /// Nanoseconds since 1970; `None` if the cell holds no instant.
    pub fn nanos(self) -> Option<i64> {
        match self {
            Self::Instant(nanos) => Some(nanos),
            _ => None,
        }
    }

    /// Number of the cell; `None` if it holds no number.
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Cell::Text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().into()
    }
}

/// Cells of one event, in the order of [`EVENT_COLUMNS`].
pub type Cells<'a> = [Cell<'a>; EVENT_COLUMNS.len()];

impl Event {
    /// Cells of the event, in the order of [`EVENT_COLUMNS`].
    pub fn cells(&self) -> Cells<'_> {
        [
            (&self.event_id).into(),
            Cell::Instant(clamped_nanos(self.timestamp)),
            (&self.entity_type).into(),
            (&self.entity_id).into(),
            (&self.field).into(),
            Cell::Text(self.action.as_str()),
            (&self.old_value).into(),
            (&self.new_value).into(),
            (&self.actor).into(),
            (&self.source).into(),
            (&self.workspace_id).into(),
            self.recorded_at.map_or(Cell::Null, |at| Cell::Instant(clamped_nanos(at))),
            (&self.writer).into(),
            self.seq.map_or(Cell::Null, Cell::Number),
            (&self.corrects).into(),
            (&self.reason).into(),
            (&self.batch).into(),
        ]
    }

    /// Event with these cells; `None` if a required cell is null, or a cell is not of the kind of
    /// its column.
    pub fn from_cells(cells: &Cells<'_>) -> Option<Self> {
        let fits = |(column, cell): (&Column, &Cell<'_>)| match cell {
            Cell::Null => column.is_nullable(),
            Cell::Text(_) => column.kind() == Kind::Text,
            Cell::Instant(_) => column.kind() == Kind::Instant,
            Cell::Number(_) => column.kind() == Kind::Number,
        };
        if !EVENT_COLUMNS.iter().zip(cells).all(fits) {
            return None;
        }
        let known = |column: Column| cells[column.index()].text().unwrap_or_default();
        let text = |column: Column| known(column).to_owned();
        let some = |column: Column| cells[column.index()].text().map(str::to_owned);
        let instant =
            |column: Column| cells[column.index()].nanos().map(DateTime::from_timestamp_nanos);
        Some(Self {
            event_id: text(Column::EventId),
            timestamp: instant(Column::Timestamp)?,
            entity_type: text(Column::EntityType),
            entity_id: text(Column::EntityId),
            field: text(Column::Field),
            action: known(Column::Action).into(),
            old_value: some(Column::OldValue),
            new_value: some(Column::NewValue),
            actor: text(Column::Actor),
            source: text(Column::Source),
            workspace_id: some(Column::WorkspaceId),
            recorded_at: instant(Column::RecordedAt),
            writer: some(Column::Writer),
            seq: cells[Column::Seq.index()].number(),
            corrects: some(Column::Corrects),
            reason: some(Column::Reason),
            batch: some(Column::Batch),
        })
    }
}

impl Draft {
    /// Cells of the event that the draft becomes, in the order of [`EVENT_COLUMNS`]; `None` where
    /// the journal assigns the value on acceptance.
    pub fn cells(&self) -> [Option<Cell<'_>>; EVENT_COLUMNS.len()] {
        [
            None,
            self.timestamp.map(|at| Cell::Instant(clamped_nanos(at))),
            Some((&self.entity_type).into()),
            Some((&self.entity_id).into()),
            Some((&self.field).into()),
            Some(Cell::Text(self.action.as_str())),
            Some((&self.old_value).into()),
            Some((&self.new_value).into()),
            Some((&self.actor).into()),
            Some((&self.source).into()),
            Some((&self.workspace_id).into()),
            None,
            None,
            None,
            Some((&self.corrects).into()),
            Some((&self.reason).into()),
            // Else only events that are recorded together have a batch id.
            Some((&self.batch).into()),
        ]
    }
}
