//! Filters: conditions that select events.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use event::{FILTER_COLUMNS, Mark};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Column, Predicate, Zone, instant};

/// Filters that select events. All conditions hold together; the default selects every event.
///
/// ```
/// use query::{Column, Filters, FiltersConflict, Term};
///
/// // Events by Sarah or Tom that did not come from an ingest.
/// let filters = Filters::default()
///     .with(Column::Actor, Term::including("Sarah"))
///     .with(Column::Actor, Term::including("Tom"))
///     .with(Column::Source, Term::excluding("ingest"));
/// assert_eq!(filters.of(Column::Actor).len(), 2);
///
/// // Both filters together: those of them by Tom.
/// let tom = Filters::default().with(Column::Actor, Term::including("Tom"));
/// let both = filters.and(tom.clone())?;
/// assert_eq!(both.of(Column::Actor), [Term::including("Tom")]);
/// assert_eq!(both.of(Column::Source), [Term::excluding("ingest")]);
///
/// // No event has two actors.
/// let sarah = Filters::default().with(Column::Actor, Term::including("Sarah"));
/// let conflict = FiltersConflict::NothingInCommon(Column::Actor);
/// assert_eq!(tom.and(sarah), Err(conflict));
/// # Ok::<(), FiltersConflict>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Filters {
    /// Terms by column, all of [`FILTER_COLUMNS`]. An event matches the terms of a column if it has
    /// one of the included values, or there are none, and none of the excluded ones. A null
    /// workspace is the empty text.
    #[serde(flatten, deserialize_with = "of_filter_columns")]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub terms: BTreeMap<Column, Vec<Term>>,
    /// Start of the time span, inclusive; `None` for no start.
    #[serde(default, with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub since: Option<DateTime<Utc>>,
    /// End of the time span, exclusive; `None` for no end.
    #[serde(default, with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub until: Option<DateTime<Utc>>,
    /// Text in the old or the new value, in any case; `None` for any value.
    #[serde(default)]
    pub contains: Option<String>,
    /// Whether that text is compared by [`fold_loosely`](event::fold_loosely).
    #[serde(default)]
    pub loosely: bool,
    /// Whether no-ops are hidden: updates whose old and new value are equal.
    #[serde(default)]
    pub hide_no_ops: bool,
    /// Marks that an event must have now (`true`), or must not have (`false`).
    #[serde(default)]
    pub marks: BTreeMap<Mark, bool>,
    /// Predicates, all of which must hold.
    #[serde(default)]
    pub predicates: Vec<Predicate>,
    /// Time zone of the hours, weekdays and dates of the predicates.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub zone: Zone,
}

impl Filters {
    /// Adds a term to those of a column.
    #[must_use]
    pub fn with(mut self, column: Column, term: Term) -> Self {
        self.terms.entry(column).or_default().push(term);
        self
    }

    /// Terms of a column; empty if it has none.
    pub fn of(&self, column: Column) -> &[Term] {
        self.terms.get(&column).map_or(&[], Vec::as_slice)
    }

    /// Combines two filters: an event matches the result if it matches both. The terms of the
    /// result are distinct, and the included ones come first.
    ///
    /// # Errors
    ///
    /// Fails if both have a text, both have a start or both have an end, of which a filter holds
    /// one each; if they disagree on a mark; if their predicates are in different zones; or if the values
    /// that both include in one column have none in common.
    pub fn and(self, other: Self) -> Result<Self, FiltersConflict> {
        let mut both = self.normalized();
        both.zone = match (both.zone_of_predicates(), other.zone_of_predicates()) {
            (Some(here), Some(there)) if here != there => {
                return Err(FiltersConflict::Twice("zone"));
            }
            (here, there) => here.or(there).unwrap_or_default(),
        };
        for (column, there) in other.normalized().terms {
            let here = both.terms.remove(&column).unwrap_or_default();
            let common = common(here, there).ok_or(FiltersConflict::NothingInCommon(column))?;
            both.terms.insert(column, common);
        }
        both.since = either(both.since, other.since, FiltersConflict::Twice("since"))?;
        both.until = either(both.until, other.until, FiltersConflict::Twice("until"))?;
        both.loosely |= other.loosely;
        both.contains = either(both.contains, other.contains, FiltersConflict::TwoTexts)?;
        both.hide_no_ops |= other.hide_no_ops;
        for predicate in other.predicates {
            if !both.predicates.contains(&predicate) {
                both.predicates.push(predicate);
            }
        }
        for (mark, has) in other.marks {
            if both.marks.insert(mark, has).is_some_and(|before| before != has) {
                return Err(FiltersConflict::Twice(mark.name()));
            }
        }
        Ok(both)
    }

    /// Time zone on which the meaning of the predicates depends; `None` if it depends on none.
    pub fn zone_of_predicates(&self) -> Option<Zone> {
        self.predicates.iter().any(Predicate::depends_on_zone).then_some(self.zone)
    }

    /// Normal form of the filters: distinct terms, the included ones first, no column without a term,
    /// distinct predicates, and a zone only if these depend on it.
    pub(crate) fn normalized(&self) -> Self {
        let mut filters = Self {
            terms: BTreeMap::new(),
            predicates: Vec::new(),
            zone: self.zone_of_predicates().unwrap_or_default(),
            ..self.clone()
        };
        for predicate in &self.predicates {
            if !filters.predicates.contains(predicate) {
                filters.predicates.push(predicate.clone());
            }
        }
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

/// Conflict of two filters, or of two terms of a query text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FiltersConflict {
    /// Two texts to find in the old or new value.
    #[error("only one text can be searched for; words that stand together are put in quotes")]
    TwoTexts,
    /// Setting that is given twice; holds its name.
    #[error("{0} can be given only once")]
    Twice(&'static str),
    /// Nothing in common: both include values of this column, and none of them is the same.
    #[error("no event has both values of {}; | between them, as in a|b, means either", .0.name())]
    NothingInCommon(Column),
}

/// Terms of a column that hold if both hold, each in normal form; `None` if no value is left.
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

/// Deserializes terms by column. Fails with the name of a column that is not in [`FILTER_COLUMNS`].
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

/// Term of a filter: a value to include or to exclude. Parsed from text, `!x` excludes `x`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Term {
    /// Value of the column, which must be equal.
    pub value: String,
    /// Whether events with this value are excluded.
    pub exclude: bool,
}

impl Term {
    /// Term that includes events with this value.
    pub fn including(value: impl Into<String>) -> Self {
        Self { value: value.into(), exclude: false }
    }

    /// Term that excludes events with this value.
    pub fn excluding(value: impl Into<String>) -> Self {
        Self { value: value.into(), exclude: true }
    }

    /// Whether terms hold of a value: see [`Filters::terms`].
    pub fn hold(terms: &[Self], value: &str) -> bool {
        let is_included = |term: &Self| !term.exclude && term.value == value;
        let has_included = terms.iter().any(|term| !term.exclude);
        (!has_included || terms.iter().any(is_included))
            && !terms.iter().any(|term| term.exclude && term.value == value)
    }
}

impl FromStr for Term {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        // A value that begins with `!` is written `\\!`.
        let value = |text: &str| match text.strip_prefix('\\') {
            Some(value) if value.starts_with('!') => value.to_owned(),
            _ => text.to_owned(),
        };
        Ok(match text.strip_prefix('!') {
            Some(excluded) => Self::excluding(value(excluded)),
            None => Self::including(value(text)),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_begins_with_an_exclamation_mark_is_escaped() {
        let table = [
            ("Tom", Term::including("Tom")),
            ("!Tom", Term::excluding("Tom")),
            (r"\!Tom", Term::including("!Tom")),
            (r"!\!Tom", Term::excluding("!Tom")),
            (r"\Tom", Term::including(r"\Tom")),
        ];
        for (text, term) in table {
            assert_eq!(text.parse(), Ok(term), "{text}");
        }
    }

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
