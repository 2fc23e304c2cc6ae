//! Which selected rows pass the predicates of filters: by the columns by time as far as these tell, else
//! by looking at each row.

use std::io;
use std::ops::Range;

use chrono::DateTime;
use event::Column;
use query::{
    CancellationToken, Filters, Missing, Pattern, Predicate, Undecided, Zone, hour_and_day,
    is_hour_within,
};
use rayon::prelude::*;

use super::look_at::look_at;
use super::plan::Plan;
use super::row_test::{CompiledPattern, RowTest};
use super::select::{Selected, chunks};
use super::selections::Reporter;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::Segment;
use crate::error::check;

/// The quarter of an hour in which an instant lies, in nanoseconds since 1970.
fn quarter(nanos: i64) -> i64 {
    nanos.div_euclid(900_000_000_000)
}

/// Removes the rows from a selection that do not pass the predicates of filters, and notes those that
/// these do not decide.
///
/// # Errors
/// As [`super::select::select`].
pub(super) fn retain_passing(
    parts: &[&VisibleSegment],
    filters: &Filters,
    selected: &mut [Selected],
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<(), Error> {
    let tests: Vec<(&Predicate, RowTest)> = filters
        .predicates
        .iter()
        .filter_map(|predicate| Some((predicate, RowTest::of(predicate, filters.zone)?)))
        .collect();
    for (at, (part, selected)) in parts.iter().zip(selected).enumerate() {
        for predicate in &filters.predicates {
            check(token)?;
            if selected.rows.is_empty() {
                break;
            }
            match predicate {
                Predicate::Hours { .. } | Predicate::Weekdays { .. } => {
                    retain_at_times(&part.segment, predicate, filters.zone, selected)?;
                }
                Predicate::Text { of, patterns, exclude } if of.column == Column::EntityId => {
                    retain_records(&part.segment, patterns, *exclude, selected)?;
                }
                _ => {}
            }
        }
        if !tests.is_empty() && selected.count() > 0 {
            retain_tested(&part.segment, &tests, selected, reporter.of_part(at), token)?;
        }
    }
    Ok(())
}

/// Removes the rows whose timestamp is not at some hours or days.
fn retain_at_times(
    segment: &Segment,
    predicate: &Predicate,
    zone: Zone,
    selected: &mut Selected,
) -> io::Result<()> {
    let at = |nanos: i64| hour_and_day(zone, DateTime::from_timestamp_nanos(nanos));
    let passes = |(hour, day)| match predicate {
        Predicate::Hours { from, until } => is_hour_within(*from, *until, hour),
        Predicate::Weekdays { days } => days.contains(&day),
        _ => true,
    };
    let mut bits = Bitmap::none(segment.len());
    for chunk in chunks(&selected.rows) {
        let times = segment.times(chunk.clone())?;
        // Rows are in the order of time: where the first and the last of a quarter of an hour are at one
        // hour, all are. An expression of Polars would work out each row.
        let mut start = chunk.start;
        for together in times.chunk_by(|a, b| quarter(*a) == quarter(*b)) {
            let ends = [together[0], together[together.len() - 1]].map(at);
            if ends[0] != ends[1] {
                let each = together.iter().enumerate().filter(|(_, nanos)| passes(at(**nanos)));
                each.for_each(|(nth, _)| bits.set(start + nth, true));
            } else if passes(ends[0]) {
                bits.set_within(start..start + together.len());
            }
            start += together.len();
        }
    }
    selected.bits_mut(segment.len()).and(&bits);
    Ok(())
}

/// Removes the rows about records whose id does not have one of some patterns, or has.
fn retain_records(
    segment: &Segment,
    patterns: &[Pattern],
    exclude: bool,
    selected: &mut Selected,
) -> io::Result<()> {
    let patterns: Vec<CompiledPattern> = patterns.iter().filter_map(CompiledPattern::of).collect();
    let passes = |id: &str| patterns.iter().any(|pattern| pattern.is_in(id)) != exclude;
    let records = segment.records_where(passes)?;
    let mut bits = Bitmap::none(segment.len());
    for chunk in chunks(&selected.rows) {
        let ordinals = segment.record_ordinals(chunk.clone())?;
        for (row, ordinal) in chunk.zip(ordinals) {
            if records.get(ordinal as usize) {
                bits.set(row, true);
            }
        }
    }
    selected.bits_mut(segment.len()).and(&bits);
    Ok(())
}

/// Rows by time, one bit a row: those that pass, and those that are undecided, by what is missing.
pub(super) struct Decided {
    pub passing: Bitmap,
    undecided: Vec<(Missing, Bitmap)>,
}

impl Decided {
    fn none(len: usize) -> Self {
        Self { passing: Bitmap::none(len), undecided: Vec::new() }
    }

    /// The rows that are undecided because this is missing.
    pub fn undecided(&mut self, missing: Missing) -> &mut Bitmap {
        let len = self.passing.len();
        let at = self.undecided.iter().position(|(kind, _)| *kind == missing);
        let at = at.unwrap_or_else(|| {
            self.undecided.push((missing, Bitmap::none(len)));
            self.undecided.len() - 1
        });
        &mut self.undecided[at].1
    }
}

/// Removes the rows that do not pass all tests.
fn retain_tested(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    selected: &mut Selected,
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<(), Error> {
    let plans = tests.iter().map(|(_, test)| Plan::of(test, segment));
    let plans = plans.collect::<io::Result<Vec<_>>>()?;
    let (mut decided, mut unknown) = told(segment, tests, &plans, selected, token)?;
    // Only what is selected is looked at, and counted.
    let of_selected = selected.bits_mut(segment.len());
    decided.passing.and(of_selected);
    decided.undecided.iter_mut().for_each(|(_, bits)| bits.and(of_selected));
    unknown.and(of_selected);
    if !unknown.is_empty() {
        look_at(segment, tests, &unknown, &mut decided, reporter, token)?;
    }
    selected.undecided = decided.undecided;
    selected.bits = Some(decided.passing);
    Ok(())
}

/// What the columns tell of the rows in the range of a selection, and the rows that have to be looked at.
fn told(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    plans: &[Plan<'_>],
    selected: &Selected,
    token: &CancellationToken,
) -> Result<(Decided, Bitmap), Error> {
    let chunks: Vec<_> =
        chunks(&selected.rows).filter(|rows| selected.count_in(rows.clone()) > 0).collect();
    let of_chunk = |rows: &Range<usize>| {
        check(token)?;
        let mut decided = Decided::none(rows.len());
        decided.passing.set_within(0..rows.len());
        let mut unknown = Bitmap::none(rows.len());
        let mut possible = decided.passing.clone();
        let mut undecided: Vec<(Missing, Bitmap)> = Vec::new();
        for ((_, test), plan) in tests.iter().zip(plans) {
            let told = plan.tell(segment, rows)?;
            decided.passing.and(&told.yes);
            let mut may = told.yes;
            may.or(&told.unknown);
            may.or(&told.missing);
            possible.and(&may);
            unknown.or(&told.unknown);
            undecided.push((test.missing(), told.missing));
        }
        unknown.and(&possible);
        possible.and_not(&unknown);
        for (missing, mut bits) in undecided {
            // A row is counted for the first of the tests that does not decide it.
            bits.and(&possible);
            possible.and_not(&bits);
            if !bits.is_empty() {
                decided.undecided(missing).or(&bits);
            }
        }
        Ok((decided, unknown))
    };
    let found: Vec<(Decided, Bitmap)> =
        chunks.par_iter().map(of_chunk).collect::<Result<_, Error>>()?;
    let (mut all, mut unknown) = (Decided::none(segment.len()), Bitmap::none(segment.len()));
    for (rows, (decided, unknown_there)) in chunks.iter().zip(found) {
        all.passing.or_at(rows.start, &decided.passing);
        unknown.or_at(rows.start, &unknown_there);
        for (missing, bits) in decided.undecided {
            all.undecided(missing).or_at(rows.start, &bits);
        }
    }
    Ok((all, unknown))
}

/// How many rows are undecided, by what is missing.
pub(super) fn undecided(selected: &[Selected]) -> Undecided {
    let mut undecided = Undecided::default();
    for (missing, bits) in selected.iter().flat_map(|selected| &selected.undecided) {
        *undecided.of(*missing) += bits.count();
    }
    undecided
}
