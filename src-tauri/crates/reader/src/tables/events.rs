//! The table of the events. Where all columns lie by time, as numbers, they are read there; else whole
//! blocks of rows by record are.

mod by_record;
mod by_time;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use event::{Column, EVENT_COLUMNS, Kind, Mark};
use query::{CancellationToken, Filters};

use super::{Scan, instants, nullable, required};
use crate::Error;
use crate::snapshot::Snapshot;

/// Column of the table of events: one of an event, or one that tells about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventColumn {
    /// Column of the event, one of [`EVENT_COLUMNS`].
    Of(Column),
    /// File in which it lies, as its path below the journal's folder; null while it is pending.
    File,
    /// Row in that file, from 0; null while it is pending.
    Row,
    /// Whether it has a mark now: corrected or voided.
    Has(Mark),
    /// Further columns of its file, as a JSON object of texts; null if there are none.
    Extra,
}

impl EventColumn {
    /// All columns, in the order of the table.
    pub fn all() -> Vec<Self> {
        let more = [Self::File, Self::Row, Self::Has(Mark::Corrected), Self::Has(Mark::Voided)];
        let of_event = EVENT_COLUMNS.into_iter().map(Self::Of);
        of_event.chain(more).chain([Self::Extra]).collect()
    }

    /// Name and type of the column.
    pub fn field(self) -> Field {
        let kind = |column: Column| match column.kind() {
            Kind::Text => DataType::Utf8View,
            Kind::Instant => instants(),
            Kind::Number => DataType::UInt64,
        };
        match self {
            Self::Of(column) => Field::new(column.name(), kind(column), column.is_nullable()),
            Self::File => nullable("file", DataType::Utf8View),
            Self::Row => nullable("row", DataType::UInt64),
            Self::Has(mark) => required(mark.name(), DataType::Boolean),
            Self::Extra => nullable("extra", DataType::Utf8View),
        }
    }

    /// Index of the column in [`event::DIMENSIONS`]; `None` if it is none.
    fn dimension(self) -> Option<usize> {
        match self {
            Self::Of(column) => column.dimension(),
            _ => None,
        }
    }

    /// Whether it lies by time.
    fn is_by_time(self) -> bool {
        matches!(self, Self::Of(Column::Timestamp | Column::RecordedAt))
            || self.dimension().is_some()
    }
}

pub(super) fn scan(
    snapshot: &Arc<Snapshot>,
    filters: &Filters,
    columns: Vec<EventColumn>,
    token: &CancellationToken,
) -> Result<Box<dyn Scan>, Error> {
    let selected = snapshot.select(filters, token)?;
    let fields: Vec<Field> = columns.iter().map(|column| column.field()).collect();
    let schema = Arc::new(Schema::new(fields));
    if columns.iter().all(|column| column.is_by_time()) {
        return Ok(Box::new(by_time::ByTime::new(snapshot, selected, columns, schema)));
    }
    if columns.iter().any(|column| matches!(column, EventColumn::Has(_))) {
        snapshot.marked(token)?;
    }
    Ok(Box::new(by_record::ByRecord::new(snapshot, &selected, columns, schema)?))
}
