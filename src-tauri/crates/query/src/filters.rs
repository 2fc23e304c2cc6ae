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

    /// The events that both hold for. Values that are included come before those that are excluded,
    /// and each stands once.
    ///
    /// # Errors
    ///
    /// Where both name a text or the same end of the time, of which there is one, or include values
    /// of a column that have none in common.
    pub fn and(self, other: Self) -> Result<Self, FiltersConflict> {
        let mut both = self.normalized();
        for (column, there) in other.normalized().terms {
            let here = both.terms.remove(&column).unwrap_or_default();
            let common = common(here, there).ok_or(FiltersConflict::NothingInCommon(column))?;
            both.terms.insert(column, common);
        }
        both.since = either(both.since, other.since, FiltersConflict::Twice("since"))?;
        both.until = either(both.until, other.until, FiltersConflict::Twice("until"))?;
        both.contains = either(both.contains, other.contains, FiltersConflict::TwoTexts)?;
        both.hide_no_ops |= other.hide_no_ops;
        Ok(both)
    }

    /// The same filters, with included values before excluded ones, each once, and no column
    /// without a term.
    pub(crate) fn normalized(&self) -> Self {
        let mut filters = Self { terms: BTreeMap::new(), ..self.clone() };
        for (column, terms) in &self.terms {
            let (included, excluded): (Vec<&Term>, Vec<&Term>) =
                terms.iter().partition(|term| !term.exclude);
            for term in included.into_iter().chain(excluded) {
                if !filters.of(*column).contains(term) {
                    filters = filters.with(*column, term.clone());
                }
            }
        }
        filters
    }
}

/// Why two filters cannot hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FiltersConflict {
    /// Two texts in the old or new value.
    #[error("only one text can be searched for; words that stand together are put in quotes")]
    TwoTexts,
    /// What can be said once.
    #[error("{0} can be given only once")]
    Twice(&'static str),
    /// No value of the column is included by both.
    #[error("no event has both values of {}; | between them, as in a|b, means either", .0.name())]
    NothingInCommon(Column),
}

/// The terms of a column that hold where both do, each normalized; `None` if no value is left.
fn common(here: Vec<Term>, there: Vec<Term>) -> Option<Vec<Term>> {
    let split = |terms: Vec<Term>| -> (Vec<Term>, Vec<Term>) {
        terms.into_iter().partition(|term| !term.exclude)
    };
    let (mut included, mut excluded) = split(here);
    let (others, more) = split(there);
    if included.is_empty() {
        included = others;
    } else if !others.is_empty() {
        included.retain(|term| others.contains(term));
        if included.is_empty() {
            return None;
        }
    }
    excluded.extend(more.into_iter().filter(|term| !excluded.contains(term)).collect::<Vec<_>>());
    Some([included, excluded].concat())
}

fn either<T>(
    here: Option<T>,
    there: Option<T>,
    conflict: FiltersConflict,
) -> Result<Option<T>, FiltersConflict> {
    match (here, there) {
        (Some(_), Some(_)) => Err(conflict),
        (here, there) => Ok(here.or(there)),
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
