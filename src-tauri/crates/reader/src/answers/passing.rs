//! Which selected rows pass the predicates of filters: by the columns by time as far as these tell, else
//! by looking at each row.

use std::io;

use chrono::DateTime;
use decode::Values;
use event::{Column, fold_case};
use query::{
    CancellationToken, Filters, Missing, Pattern, Predicate, Step, Undecided, Zone, hour_and_day,
    is_hour_within,
};
use rayon::prelude::*;

use super::regex_literals::literals_of;
use super::row_test::{CompiledPattern, RowCells, RowTest};
use super::select::{Selected, chunks, to_rows_by_time};
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Row, Segment};
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
    token: &CancellationToken,
) -> Result<(), Error> {
    let tests: Vec<(&Predicate, RowTest)> = filters
        .predicates
        .iter()
        .filter_map(|predicate| Some((predicate, RowTest::of(predicate, filters.zone)?)))
        .collect();
    for (part, selected) in parts.iter().zip(selected) {
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
            retain_tested(&part.segment, &tests, selected, token)?;
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

/// What was found of one block: rows by record that pass, and those that are not decided.
#[derive(Default)]
struct Found {
    passing: Vec<Row>,
    undecided: Vec<(Row, Missing)>,
}

/// Removes the rows that do not pass all tests.
fn retain_tested(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    selected: &mut Selected,
    token: &CancellationToken,
) -> Result<(), Error> {
    let wanted = rows_by_record(segment, selected)?;
    let is_wanted = |row: Row| wanted.as_ref().is_none_or(|bits| bits.get(row as usize));
    let needs_head = tests.iter().any(|(_, test)| test.needs_head());
    let decide = |row: Row, cells: RowCells<'_>, found: &mut Found| {
        let mut missing = None;
        for (_, test) in tests {
            match test.decide(cells) {
                Ok(true) => {}
                Ok(false) => return,
                Err(what) => missing = missing.or(Some(what)),
            }
        }
        match missing {
            None => found.passing.push(row),
            Some(what) => found.undecided.push((row, what)),
        }
    };
    let blocks = blocks_of(segment, tests, wanted.as_ref())?;
    let found: Vec<Found> = blocks
        .into_par_iter()
        .map(|block| {
            check(token)?;
            let mut found = Found::default();
            if needs_head {
                segment.for_each_row(block, is_wanted, |row, time, head, values| {
                    decide(row, RowCells { time, values, head: Some(head) }, &mut found);
                })?;
            } else {
                segment.for_each_values(block, is_wanted, |row, values: Values<'_>| {
                    decide(row, RowCells { time: 0, values, head: None }, &mut found);
                })?;
            }
            Ok(found)
        })
        .collect::<Result<_, Error>>()?;
    let rows = selected.rows.clone();
    let by_time = |by_record: &mut dyn Iterator<Item = Row>| -> io::Result<Option<Bitmap>> {
        let mut bits = None;
        for row in by_record {
            bits.get_or_insert_with(|| Bitmap::none(segment.len())).set(row as usize, true);
        }
        bits.map(|bits| to_rows_by_time(segment, &bits, rows.clone())).transpose()
    };
    for kind in [Missing::Number, Missing::Date, Missing::RecordedAt] {
        let rows = found.iter().flat_map(|found| &found.undecided);
        let mut of_kind = rows.filter(|(_, missing)| *missing == kind).map(|(row, _)| *row);
        if let Some(bits) = by_time(&mut of_kind)? {
            selected.undecided.push((kind, bits));
        }
    }
    let mut passing = found.iter().flat_map(|found| found.passing.iter().copied());
    match by_time(&mut passing)? {
        Some(bits) => selected.bits_mut(segment.len()).and(&bits),
        None => (selected.rows, selected.bits) = (0..0, None),
    }
    Ok(())
}

/// The selected rows as rows by record; `None` if they are all rows of the segment.
fn rows_by_record(segment: &Segment, selected: &Selected) -> io::Result<Option<Bitmap>> {
    if selected.count() == segment.len() {
        return Ok(None);
    }
    let mut bits = Bitmap::none(segment.len());
    for chunk in chunks(&selected.rows) {
        if selected.count_in(chunk.clone()) > 0 {
            let by_record = segment.rows_by_record(chunk.clone())?;
            let start = chunk.start;
            selected.for_each_in(chunk, |row| bits.set(by_record[row - start] as usize, true));
        }
    }
    Ok(Some(bits))
}

/// The blocks that have a row that is wanted, and may have one that passes every test or is not decided.
fn blocks_of(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    wanted: Option<&Bitmap>,
) -> io::Result<Vec<usize>> {
    let mut blocks: Vec<usize> = match wanted {
        None => (0..segment.block_count()).collect(),
        Some(bits) => {
            let has_one = |block: &usize| {
                let rows = segment.rows_of(*block);
                bits.count_in(rows.start as usize..rows.end as usize) > 0
            };
            (0..segment.block_count()).filter(has_one).collect()
        }
    };
    for texts in tests.iter().flat_map(|(predicate, _)| texts_in_values(predicate)) {
        let mut any: Option<Vec<u64>> = Some(vec![0; segment.block_count().div_ceil(64)]);
        for text in texts {
            any = match (any, segment.blocks_with(&text)?) {
                (Some(all), Some(with)) => {
                    Some(all.iter().zip(with).map(|(all, with)| all | with).collect())
                }
                _ => None,
            };
        }
        if let Some(bits) = any {
            blocks.retain(|block| bits[block / 64] & 1 << (block % 64) != 0);
        }
    }
    Ok(blocks)
}

/// Texts, folded, that the values of a row must contain to pass: of each list at least one.
fn texts_in_values(predicate: &Predicate) -> Vec<Vec<String>> {
    let folded = |text: &str| fold_case(text).into_owned();
    match predicate {
        Predicate::Text { of, patterns, exclude: false }
            if matches!(of.column, Column::OldValue | Column::NewValue) =>
        {
            let of_pattern = |pattern: &Pattern| match pattern {
                Pattern::Equals(text) | Pattern::Contains(text) | Pattern::Begins(text) => {
                    Some(vec![folded(text)])
                }
                Pattern::Matches(expression) => literals_of(expression),
            };
            let all: Option<Vec<Vec<String>>> = patterns.iter().map(of_pattern).collect();
            all.map(|all| all.concat()).into_iter().collect()
        }
        Predicate::Change { steps, exclude: false } => {
            let side = |of: fn(&Step) -> Option<&String>| -> Option<Vec<String>> {
                steps.iter().map(|step| of(step).map(|text| folded(text))).collect()
            };
            [side(|step| step.from.as_ref()), side(|step| step.to.as_ref())]
                .into_iter()
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// How many rows are undecided, by what is missing.
pub(super) fn undecided(selected: &[Selected]) -> Undecided {
    let mut undecided = Undecided::default();
    for (missing, bits) in selected.iter().flat_map(|selected| &selected.undecided) {
        *undecided.of(*missing) += bits.count();
    }
    undecided
}
