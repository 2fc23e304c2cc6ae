//! Events from the rows of a cluster, and rows for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use event::{Cell, Column, EVENT_COLUMNS, Entry, Event, Kind, Place};

use crate::files::{ABOUT_ROW, EXTRA, LocalRow, Other, other_column};
use crate::sql::column;
use crate::{Error, ErrorKind};

/// Column of a batch as another type.
pub(crate) struct Table<'a>(pub &'a RecordBatch);

impl Table<'_> {
    /// Column of texts.
    pub fn texts(&self, name: &str) -> Result<StringArray, Error> {
        Ok(self.cast(name, &DataType::Utf8)?.as_string::<i32>().clone())
    }

    /// Column of integers.
    pub fn numbers(&self, name: &str) -> Result<Int64Array, Error> {
        let column = self.cast(name, &DataType::Int64)?;
        Ok(column.as_primitive::<arrow::datatypes::Int64Type>().clone())
    }

    fn cast(&self, name: &str, to: &DataType) -> Result<ArrayRef, Error> {
        let column = self.column(name)?;
        if column.data_type() == to {
            return Ok(Arc::clone(column));
        }
        cast(column, to).map_err(|why| odd(&format!("{name} is no {to}: {why}")))
    }

    fn column(&self, name: &str) -> Result<&ArrayRef, Error> {
        let found = self.0.column_by_name(name.trim_matches('`'));
        found.ok_or_else(|| odd(&format!("{name} is missing")))
    }
}

/// Text of a row; `None` for null.
pub(crate) fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// Count of a row, at a column of integers.
pub(crate) fn count(column: &Int64Array, row: usize) -> usize {
    if column.is_valid(row) { usize::try_from(column.value(row)).unwrap_or_default() } else { 0 }
}

/// Error that a cluster answers what was not asked for.
pub(crate) fn odd(what: &str) -> Error {
    Error::new(ErrorKind::Failed, format!("the cluster answers what was not asked for: {what}"))
}

/// Columns of the relation of events that [`entries`] needs, for a select.
pub(crate) fn entry_columns(others: &[Other]) -> String {
    let of_event = EVENT_COLUMNS.into_iter().map(column);
    let others = (0..others.len()).map(other_column);
    let json = [EXTRA, ABOUT_ROW].map(str::to_owned);
    of_event.chain(others).chain(json).collect::<Vec<_>>().join(", ")
}

/// Entries of the rows of a batch. Ids are not marked as repeated, and there are no marks.
pub(crate) fn entries(batch: &RecordBatch, others: &[Other]) -> Result<Vec<Entry>, Error> {
    let table = Table(batch);
    let mut texts: [Option<StringArray>; EVENT_COLUMNS.len()] = [const { None }; _];
    let mut instants: [Option<Int64Array>; EVENT_COLUMNS.len()] = [const { None }; _];
    for of in EVENT_COLUMNS {
        match of.kind() {
            Kind::Instant => instants[of.index()] = Some(table.numbers(&column(of))?),
            // A number may have more digits than 63 bits hold.
            Kind::Text | Kind::Number => texts[of.index()] = Some(table.texts(&column(of))?),
        }
    }
    let further = Further::of(&table, others)?;
    let entry = |row: usize| {
        let cell = |of: Column| match of.kind() {
            Kind::Instant => {
                let column = instants[of.index()].as_ref()?;
                column.is_valid(row).then(|| Cell::Instant(column.value(row)))
            }
            Kind::Text => text(texts[of.index()].as_ref()?, row).map(Cell::Text),
            Kind::Number => text(texts[of.index()].as_ref()?, row)?.parse().ok().map(Cell::Number),
        };
        let cells = EVENT_COLUMNS.map(|of| cell(of).unwrap_or_default());
        let event = Event::from_cells(&cells).ok_or_else(|| odd("an event without a column"))?;
        let digest = event.digest().to_string().into();
        let mut entry = Entry::new(event, Place::SomeFile { digest });
        further.add_to(&mut entry, row)?;
        Ok(entry)
    };
    (0..batch.num_rows()).map(entry).collect()
}

/// Columns beside those of an event.
struct Further<'a> {
    columns: Vec<(&'a Other, ArrayRef)>,
    extra: StringArray,
    about_row: StringArray,
}

impl<'a> Further<'a> {
    fn of(table: &Table<'_>, others: &'a [Other]) -> Result<Self, Error> {
        let column = |(at, other)| Ok((other, Arc::clone(table.column(&other_column(at))?)));
        Ok(Self {
            columns: others.iter().enumerate().map(column).collect::<Result<_, Error>>()?,
            extra: table.texts(EXTRA)?,
            about_row: table.texts(ABOUT_ROW)?,
        })
    }

    fn add_to(&self, entry: &mut Entry, row: usize) -> Result<(), Error> {
        let object = |column: &StringArray| -> BTreeMap<String, String> {
            let json = text(column, row).map(serde_json::from_str);
            json.and_then(Result::ok).unwrap_or_default()
        };
        entry.extra = object(&self.extra);
        entry.about_row = object(&self.about_row);
        for (other, column) in &self.columns {
            if column.is_null(row) {
                continue;
            }
            let shown = ArrayFormatter::try_new(column, &FormatOptions::default());
            let shown = shown.and_then(|shown| shown.value(row).try_to_string());
            let shown = shown.map_err(|why| odd(&format!("{}: {why}", other.name)))?;
            let to = if other.is_about_row { &mut entry.about_row } else { &mut entry.extra };
            to.insert(other.name.clone(), shown);
        }
        Ok(())
    }
}

/// Rows for a cluster, all texts but the instants: see [`select_local`].
pub(crate) fn local_batch(rows: &[LocalRow]) -> Result<RecordBatch, Error> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for of in EVENT_COLUMNS {
        let name = column(of).trim_matches('`').to_owned();
        let cells = rows.iter().map(|row| row.event.cells()[of.index()]);
        if of.kind() == Kind::Instant {
            fields.push(Field::new(name, DataType::Int64, true));
            columns.push(Arc::new(cells.map(Cell::nanos).collect::<Int64Array>()));
        } else {
            let texts = cells.map(|cell| cell.to_text().map(std::borrow::Cow::into_owned));
            fields.push(Field::new(name, DataType::Utf8, true));
            columns.push(Arc::new(texts.collect::<StringArray>()));
        }
    }
    for (name, of) in [
        (EXTRA, (|row: &LocalRow| row.extra.clone()) as fn(&LocalRow) -> Option<String>),
        (ABOUT_ROW, |row: &LocalRow| row.about_row.clone()),
    ] {
        fields.push(Field::new(name.trim_matches('`'), DataType::Utf8, true));
        columns.push(Arc::new(rows.iter().map(of).collect::<StringArray>()));
    }
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new(schema, columns).map_err(|why| odd(&why.to_string()))
}

/// Text that selects the rows of a view of [`local_batch`] as events, without the mark of certainty.
pub(crate) fn select_local(view: &str, others: &[Other]) -> String {
    let of_event = EVENT_COLUMNS.into_iter().map(|of| match of.kind() {
        Kind::Number => format!("cast({} as decimal(20,0)) as {}", column(of), column(of)),
        _ => column(of),
    });
    let others = others.iter().enumerate().map(|(at, other)| {
        format!("cast(null as {}) as {}", other.kind.type_name(), other_column(at))
    });
    let json = [EXTRA, ABOUT_ROW].map(str::to_owned);
    let columns: Vec<String> = of_event.chain(others).chain(json).collect();
    format!("select {} from {view}", columns.join(", "))
}

/// One column of texts, for a cluster.
pub(crate) fn texts_batch(columns: &[(&str, Vec<String>)]) -> Result<RecordBatch, Error> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays = columns.iter().map(|(_, texts)| {
        let mut column = StringBuilder::new();
        for text in texts {
            column.append_value(text);
        }
        Arc::new(column.finish()) as ArrayRef
    });
    let arrays = arrays.collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|why| odd(&why.to_string()))
}

/// The rows of a batch for which `keep` holds.
pub(crate) fn kept(batch: &RecordBatch, keep: Vec<bool>) -> Result<RecordBatch, Error> {
    let kept = arrow::compute::filter_record_batch(batch, &BooleanArray::from(keep));
    kept.map_err(|why| odd(&why.to_string()))
}

/// Names of the columns that an entry has beside those of its event.
pub(crate) fn further_names(entry: &Entry) -> BTreeSet<String> {
    entry.other_columns().into_keys().collect()
}
