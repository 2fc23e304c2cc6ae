//! Compiler from filters to a predicate over the columns of a segment.

use std::io;
use std::ops::Range;

use chrono::{DateTime, Utc};
use event::{Column, FILTER_COLUMNS};
use polars::prelude::{Expr, col, lit};
use query::{Filters, Predicate, Term};

use super::row_test::CompiledPattern;
use crate::catalog::segment::Segment;

/// Filters, compiled for one segment.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Range of rows by time outside of which no row is let through.
    pub rows: Range<usize>,
    /// Predicate over `columns` that a row in the range must satisfy; `None` if every row does. A
    /// value is meant by its dictionary code, a record by its ordinal. [`Filters::contains`],
    /// [`Filters::hide_no_ops`] and predicates about more than a dimension are not part of it: see
    /// [`super::select`].
    pub predicate: Option<Expr>,
    /// The columns that the predicate refers to by name.
    pub columns: Vec<Column>,
    /// For each of some dimensions which of its codes a row may have.
    pub tables: Vec<(usize, Vec<bool>)>,
}

/// Compiles filters for a segment.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if they have terms for a column that is not one of
/// [`FILTER_COLUMNS`]; fails if the segment cannot be read.
pub(crate) fn compile(filters: &Filters, segment: &Segment) -> io::Result<Compiled> {
    if let Some(column) = filters.terms.keys().find(|column| !FILTER_COLUMNS.contains(column)) {
        let why = format!("events cannot be filtered by {}", column.name());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    if let Some(problem) = filters.predicates.iter().find_map(Predicate::problem) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let since = filters.since.map_or(Ok(0), |time| rank(segment, time))?;
    let until = filters.until.map_or(Ok(segment.len()), |time| rank(segment, time))?;
    let mut compiled = Compiled {
        rows: since..until.max(since),
        predicate: None,
        columns: Vec::new(),
        tables: Vec::new(),
    };
    for column in FILTER_COLUMNS {
        let terms = filters.of(column);
        if terms.is_empty() {
            continue;
        }
        let included = codes(column, terms.iter().filter(|term| !term.exclude), segment)?;
        let excluded = codes(column, terms.iter().filter(|term| term.exclude), segment)?;
        if included.is_empty() && terms.iter().any(|term| !term.exclude) {
            // No row of this segment has any of the values.
            compiled.rows = 0..0;
        }
        let is = |code: u32| col(column.name()).eq(lit(code));
        let included = included.into_iter().map(is).reduce(Expr::or);
        let excluded = excluded.into_iter().map(is).map(Expr::not);
        if let Some(of_column) = included.into_iter().chain(excluded).reduce(Expr::and) {
            compiled.predicate =
                compiled.predicate.map(|all| all.and(of_column.clone())).or(Some(of_column));
            compiled.columns.push(column);
        }
    }
    for predicate in &filters.predicates {
        if let Predicate::Text { of, patterns, exclude } = predicate
            && let Some(dimension) = of.column.dimension()
        {
            let patterns: Vec<CompiledPattern> =
                patterns.iter().filter_map(CompiledPattern::of).collect();
            let values = segment.dimension_values(dimension).iter();
            let passes = |value: &Option<String>| {
                let text = value.as_deref().unwrap_or_default();
                patterns.iter().any(|pattern| pattern.is_in(text)) != *exclude
            };
            compiled.tables.push((dimension, values.map(passes).collect()));
        }
    }
    Ok(compiled)
}

/// How many rows of a segment are before an instant.
fn rank(segment: &Segment, time: DateTime<Utc>) -> io::Result<usize> {
    let nanos = time.timestamp_nanos_opt();
    // An instant that nanoseconds cannot express is before or after all of them.
    let nanos = nanos.unwrap_or(if time.timestamp() < 0 { i64::MIN } else { i64::MAX });
    segment.rank_of_time(nanos)
}

/// The dictionary codes of the values that terms name, or the ordinals of the records. No workspace
/// and the empty workspace are the same.
fn codes<'a>(
    column: Column,
    terms: impl Iterator<Item = &'a Term>,
    segment: &Segment,
) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for term in terms {
        if let Some(dimension) = column.dimension() {
            let values = (0..).zip(segment.dimension_values(dimension));
            let same = values.filter(|(_, v)| v.as_deref().unwrap_or_default() == term.value);
            found.extend(same.map(|(code, _)| code));
        } else {
            let records = segment.records_with_id(&term.value)?;
            found.extend(records.into_iter().map(|(record, _)| record.ordinal));
        }
    }
    Ok(found)
}
