//! Which events a question is about.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use event::FILTER_COLUMNS;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Column, instant};

/// Which events. All conditions hold together; the default is every event.
///
/// ```
/// use query::{Column, Filters, Term};
///
/// let filters = Filters::default()
///     .with(Column::Actor, Term::including("Sarah"))
///     .with(Column::Actor, Term::including("Tom"))
///     .with(Column::Source, Term::excluding("ingest"));
/// assert_eq!(filters.of(Column::Actor).len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Filters {
    /// Terms of one column are alternatives, except that an excluded value excludes; columns
    /// narrow each other. The columns are of [`FILTER_COLUMNS`].
    #[serde(flatten, deserialize_with = "of_filter_columns")]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub terms: BTreeMap<Column, Vec<Term>>,
    /// From this instant on.
    #[serde(default, with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    #[serde(default, with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub until: Option<DateTime<Utc>>,
    /// Text in the old or the new value, in any case.
    #[serde(default)]
    pub contains: Option<String>,
    /// Leave out updates that changed nothing.
    #[serde(default)]
    pub hide_no_ops: bool,
}

impl Filters {
    /// Adds a term of a column.
    #[must_use]
    pub fn with(mut self, column: Column, term: Term) -> Self {
        self.terms.entry(column).or_default().push(term);
        self
    }

    /// The terms of a column; none if it is not filtered by.
    pub fn of(&self, column: Column) -> &[Term] {
        self.terms.get(&column).map_or(&[], Vec::as_slice)
    }
}

/// Terms of columns that events can be filtered by; an error names another column.
fn of_filter_columns<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<Column, Vec<Term>>, D::Error> {
    let terms = BTreeMap::<Column, Vec<Term>>::deserialize(from)?;
    match terms.keys().find(|column| !FILTER_COLUMNS.contains(column)) {
        Some(column) => {
            Err(D::Error::custom(format!("events cannot be filtered by {}", column.name())))
        }
        None => Ok(terms),
    }
}

/// A value to have, or not to have. As text, `!x` excludes `x`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Term {
    pub value: String,
    pub exclude: bool,
}

impl Term {
    /// Events that have this value.
    pub fn including(value: impl Into<String>) -> Self {
        Self { value: value.into(), exclude: false }
    }

    /// Events that have another value.
    pub fn excluding(value: impl Into<String>) -> Self {
        Self { value: value.into(), exclude: true }
    }
}

impl FromStr for Term {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix('!') {
            Some(value) => Self::excluding(value),
            None => Self::including(text),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn events_are_filtered_by_the_columns_of_the_table_that_say_so() {
        for column in event::COLUMNS {
            let filters = Filters::default().with(column, Term::excluding("x"));
            let json = serde_json::to_string(&filters).unwrap();
            assert!(json.contains(&format!(r#""{}":["#, column.name())), "{json}");
            match serde_json::from_str::<Filters>(&json) {
                Ok(read) => {
                    assert!(FILTER_COLUMNS.contains(&column), "{json}");
                    assert_eq!(read, filters);
                }
                Err(error) => {
                    assert!(!FILTER_COLUMNS.contains(&column), "{error}");
                    let why = format!("events cannot be filtered by {}", column.name());
                    assert!(error.to_string().starts_with(&why), "{error}");
                }
            }
        }
        assert!(serde_json::from_str::<Filters>(r#"{"no_column": []}"#).is_err());
    }
}
