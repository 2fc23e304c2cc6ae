//! Columns of an answer.

use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

/// Column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct SqlColumn {
    /// Name, as the query gives it. Several columns may have one name.
    pub name: String,
    /// Kind of its values.
    pub kind: SqlKind,
}

/// Names of columns, each different: the second of one name is `name_2`.
pub fn distinct_names(columns: &[SqlColumn]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let numbered = (2..).map(|nth| format!("{}_{nth}", column.name));
        let mut candidates = std::iter::once(column.name.clone()).chain(numbered);
        names.extend(candidates.find(|name| !names.contains(name)));
    }
    names
}

/// Kind of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum SqlKind {
    /// Text.
    Text,
    /// Number, whole or not.
    Number,
    /// Instant or date.
    Time,
    /// Yes or no.
    Boolean,
    /// Anything else, such as a list or an interval.
    Other,
}

impl SqlKind {
    /// Kind of the values of an Arrow type.
    pub fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Boolean => Self::Boolean,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Self::Time,
            DataType::Dictionary(_, values) => Self::of(values),
            kind if kind.is_numeric() => Self::Number,
            _ => Self::Other,
        }
    }
}
