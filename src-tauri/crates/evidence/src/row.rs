//! An event as a row: the cells of a table, and a JSON object.

use std::borrow::Cow;
use std::collections::BTreeSet;

use event::{EVENT_COLUMNS, Entry, Place};
use serde::Serialize;
use serde::ser::SerializeMap;

/// Names of the columns that say where an event lies, how it is addressed where its id is not unique, and
/// what amendments make of it now.
pub(crate) const FILE: &str = "file";
pub(crate) const ROW: &str = "row";
pub(crate) const ADDRESS: &str = "address";
pub(crate) const MARKS: &str = "marks";

/// What the name of a further column begins with in a table.
const FURTHER: &str = "extra.";

/// Names of the columns of a table of events: those of an event, `file`, `row`, `address`, `marks`, and
/// the further ones behind `extra.`.
pub(crate) fn column_names(further: &BTreeSet<String>) -> Vec<String> {
    let own = EVENT_COLUMNS.iter().map(|column| column.name().to_owned());
    let about = [FILE, ROW, ADDRESS, MARKS].map(str::to_owned);
    own.chain(about).chain(further.iter().map(|name| further_name(name))).collect()
}

/// Name of a further column in a table.
pub(crate) fn further_name(name: &str) -> String {
    format!("{FURTHER}{name}")
}

/// Cells of an entry under [`column_names`]; `None` is a null.
pub(crate) fn cells<'a>(
    entry: &'a Entry,
    further: &'a BTreeSet<String>,
) -> impl Iterator<Item = Option<Cow<'a, str>>> {
    let own = entry.event.cells().map(event::Cell::to_text);
    let (file, row) = place(entry);
    let about = [
        file.map(Cow::Borrowed),
        row.map(|row| row.to_string().into()),
        address(entry).map(Cow::Owned),
        marks(entry).map(Cow::Owned),
    ];
    let further = further.iter().map(|name| further_cell(entry, name).map(Cow::Borrowed));
    own.into_iter().chain(about).chain(further)
}

/// Cell of a further column.
pub(crate) fn further_cell<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    entry.about_row.get(name).or_else(|| entry.extra.get(name)).map(String::as_str)
}

/// File and row in it, from 0; nulls for an event that is pending, or of which the engine does not know
/// them.
pub(crate) fn place(entry: &Entry) -> (Option<&str>, Option<u64>) {
    match &entry.place {
        Place::File { file, row } => (Some(file), Some(*row)),
        Place::SomeFile { .. } | Place::Pending => (None, None),
    }
}

/// Address, where the id is not unique.
pub(crate) fn address(entry: &Entry) -> Option<String> {
    entry.id_is_repeated.then(|| entry.address().to_string())
}

/// Names of the marks with blanks between them; `None` if there is none.
pub(crate) fn marks(entry: &Entry) -> Option<String> {
    let names: Vec<&str> = entry.marks.iter().map(|mark| mark.name()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Entry as the JSON object that the command line prints for an event, with `file` and `row`.
#[derive(Debug)]
pub(crate) struct JsonRow<'a>(pub &'a Entry);

impl Serialize for JsonRow<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.0;
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in EVENT_COLUMNS.iter().zip(entry.event.cells()) {
            map.serialize_entry(column.name(), &cell.to_text())?;
        }
        let (file, row) = place(entry);
        map.serialize_entry(FILE, &file)?;
        map.serialize_entry(ROW, &row)?;
        if let Some(address) = address(entry) {
            map.serialize_entry(ADDRESS, &address)?;
        }
        if !entry.marks.is_empty() {
            map.serialize_entry(MARKS, &entry.marks)?;
        }
        if !entry.extra.is_empty() || !entry.about_row.is_empty() {
            map.serialize_entry("extra", &entry.other_columns())?;
        }
        map.end()
    }
}
