//! Columns that are not in the table, and how their values are shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use event::Kind;

use super::instant_column::InstantColumn;
use super::nested_json::nested_json;
use super::text_column::{TextColumn, date_texts};
use crate::file::meaning::{Leaves, Meaning};

/// A column that is not in the table. It never costs a row.
pub(super) enum ExtraColumn {
    Text(TextColumn),
    Other(ArrayRef, Option<NullBuffer>, Leaves),
    /// The same in every row.
    Same(String),
}

impl ExtraColumn {
    pub fn of(name: &str, column: &ArrayRef, meaning: Meaning) -> Self {
        if meaning.says_more()
            && let Ok(Some(text)) = TextColumn::of(name, Kind::Text, column, &meaning)
        {
            return Self::Text(text);
        }
        Self::Other(Arc::clone(column), column.logical_nulls(), meaning.leaves)
    }

    /// What is shown of a row; `None` for null.
    pub fn get(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(column) => match column.get(row) {
                Ok(text) => text.map(str::to_owned),
                Err(bytes) => Some(not_utf8(&bytes)),
            },
            Self::Other(_, Some(nulls), _) if nulls.is_null(row) => None,
            Self::Other(column, _, leaves) => Some(show(column, row, leaves)),
            Self::Same(text) => Some(text.clone()),
        }
    }
}

/// A name that no other column of the list has.
pub(super) fn unused<T>(name: &str, others: &[(String, T)]) -> String {
    let is_used = |name: &str| others.iter().any(|(other, _)| other == name);
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_used(name)).unwrap_or_default()
}

/// The values of a row in some columns, as a JSON object of texts; `None` if all are null.
pub(super) fn shown(
    columns: &[(String, ExtraColumn)],
    row: usize,
) -> Result<Option<String>, String> {
    let mut found = BTreeMap::new();
    for (name, column) in columns {
        if let Some(shown) = column.get(row) {
            found.insert(name, shown);
        }
    }
    let object = (!found.is_empty()).then(|| serde_json::to_string(&found));
    object.transpose().map_err(|e| e.to_string())
}

/// Bytes that should be text, given as hexadecimal digits.
pub(super) fn not_utf8(bytes: &str) -> String {
    format!("{bytes}, which is not UTF-8 text")
}

/// A value as people may read it; a nested one is JSON text. `leaves` has what the file says of the
/// column's leaves.
pub(super) fn show(column: &ArrayRef, row: usize, leaves: &Leaves) -> String {
    // One value is looked at, and not the column for each of its rows.
    let value = column.slice(row, 1);
    if let Some(text) = InstantColumn::of(&value).and_then(|instants| instants.text(0)) {
        return text;
    }
    if *value.data_type() == DataType::Date32 {
        return date_texts(&value).value(0).to_owned();
    }
    if let Some(json) = nested_json(&value, 0, leaves) {
        return json.text;
    }
    let shown = ArrayFormatter::try_new(value.as_ref(), &FormatOptions::default());
    let shown = shown.and_then(|shown| shown.value(0).try_to_string());
    shown.unwrap_or_else(|_| {
        let number = cast_with_options(&value, &DataType::Int64, &CastOptions::default());
        let number = number.ok().and_then(|number| {
            let number = number.as_any().downcast_ref::<Int64Array>()?;
            number.is_valid(0).then(|| format!("{}: ", number.value(0)))
        });
        format!("{}{} that cannot be shown", number.unwrap_or_default(), value.data_type())
    })
}
