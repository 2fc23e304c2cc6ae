//! The one compiler from filters to what a segment is asked.

use std::io;
use std::ops::Range;

use chrono::{DateTime, Utc};
use event::{Column, FILTER_COLUMNS};
use polars::prelude::{Expr, col, lit};
use query::{Filters, Term};

use crate::catalog::segment::Segment;

/// What filters come to in one segment.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The rows by time that can be meant.
    pub rows: Range<usize>,
    /// What must hold for a row, over the columns below as codes; `None` if nothing more must.
    /// Text and no-ops are left to the caller, who finds and counts them by other means.
    pub holds: Option<Expr>,
    pub columns: Vec<Column>,
}

pub(crate) fn compile(filters: &Filters, segment: &Segment) -> io::Result<Compiled> {
    if let Some(column) = filters.terms.keys().find(|column| !FILTER_COLUMNS.contains(column)) {
        let why = format!("events cannot be filtered by {}", column.name());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let since = filters.since.map_or(Ok(0), |time| rank(segment, time))?;
    let until = filters.until.map_or(Ok(segment.len()), |time| rank(segment, time))?;
    let mut compiled = Compiled { rows: since..until.max(since), holds: None, columns: Vec::new() };
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
        if let Some(holds) = included.into_iter().chain(excluded).reduce(Expr::and) {
            compiled.holds = compiled.holds.map(|all| all.and(holds.clone())).or(Some(holds));
            compiled.columns.push(column);
        }
    }
    Ok(compiled)
}

fn rank(segment: &Segment, time: DateTime<Utc>) -> io::Result<usize> {
    let nanos = time.timestamp_nanos_opt();
    // An instant that nanoseconds cannot express is before or after all of them.
    let nanos = nanos.unwrap_or(if time.timestamp() < 0 { i64::MIN } else { i64::MAX });
    segment.rank_of_time(nanos)
}

/// The codes of the values that terms name. No workspace and the empty workspace are the same.
fn codes<'a>(
    column: Column,
    terms: impl Iterator<Item = &'a Term>,
    segment: &Segment,
) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for term in terms {
        if let Some(dimension) = column.dimension() {
            let words = (0..).zip(segment.words(dimension));
            let same = words.filter(|(_, w)| w.as_deref().unwrap_or_default() == term.value);
            found.extend(same.map(|(code, _)| code));
        } else {
            let records = segment.records_with_id(&term.value)?;
            found.extend(records.into_iter().map(|(record, _)| record.entity));
        }
    }
    Ok(found)
}
