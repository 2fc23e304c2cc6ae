//! Which selected rows pass the predicates of filters: by the columns by time as far as these tell, else
//! by looking at each row.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use chrono::DateTime;
use event::{Column, fold_case};
use query::{
    CancellationToken, Filters, Missing, Pattern, Predicate, Step, Undecided, Zone, hour_and_day,
    is_hour_within,
};
use rayon::prelude::*;

use super::regex_literals::literals_of;
use super::row_test::{CompiledPattern, RowCells, RowTest};
use super::select::{Selected, chunks};
use super::selections::{MOST_FOUND, Reporter};
use super::told::Plan;
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
struct Decided {
    passing: Bitmap,
    undecided: Vec<(Missing, Bitmap)>,
}

impl Decided {
    fn none(len: usize) -> Self {
        Self { passing: Bitmap::none(len), undecided: Vec::new() }
    }

    fn undecided(&mut self, missing: Missing) -> &mut Bitmap {
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
    let plans = tests.iter().map(|(_, test)| Plan::of(test, segment)).collect::<io::Result<_>>()?;
    let (mut decided, mut unknown) = told(segment, tests, plans, selected, token)?;
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
    plans: Vec<Plan<'_>>,
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
        for ((_, test), plan) in tests.iter().zip(&plans) {
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

/// What was found of one block: rows by record that pass, and those that are undecided.
#[derive(Default)]
struct Found {
    passing: Vec<Row>,
    undecided: Vec<(Row, Missing)>,
}

/// Looks at rows by time one by one.
fn look_at(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    rows: &Bitmap,
    decided: &mut Decided,
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut wanted = rows_by_record(segment, rows)?;
    for ids in tests.iter().filter_map(|(_, test)| test.event_ids()) {
        let mut with_id = Bitmap::none(segment.len());
        for id in ids {
            let rows = segment.rows_with_id_hash(decode::id_hash(id))?;
            rows.into_iter().for_each(|row| with_id.set(row as usize, true));
        }
        wanted.and(&with_id);
    }
    let is_wanted = |row: Row| wanted.get(row as usize);
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
    let blocks = blocks_of(segment, tests, &wanted)?;
    if reporter.listens() {
        let some = newest(segment, &decided.passing)?;
        reporter.begin(decided.passing.count(), &some, blocks.len());
    }
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
                segment.for_each_values(block, is_wanted, |row, values| {
                    decide(row, RowCells { time: 0, values, head: None }, &mut found);
                })?;
            }
            reporter.found(&found.passing);
            Ok(found)
        })
        .collect::<Result<_, Error>>()?;
    let mut passing = Bitmap::none(segment.len());
    let mut undecided: HashMap<Row, Missing> = HashMap::new();
    for found in found {
        found.passing.into_iter().for_each(|row| passing.set(row as usize, true));
        undecided.extend(found.undecided);
    }
    for_each_by_record(segment, rows, |row, by_record| {
        if passing.get(by_record as usize) {
            decided.passing.set(row, true);
        } else if let Some(missing) = undecided.get(&by_record) {
            decided.undecided(*missing).set(row, true);
        }
    })?;
    Ok(())
}

/// The newest of some rows by time, as rows by record.
fn newest(segment: &Segment, rows: &Bitmap) -> io::Result<Vec<Row>> {
    let (mut newest, mut end) = (Vec::new(), segment.len());
    while let Some(row) = rows.last_before(end).filter(|_| newest.len() < MOST_FOUND) {
        newest.extend(segment.rows_by_record(row..row + 1)?);
        end = row;
    }
    Ok(newest)
}

/// Calls `f` with each of some rows by time, and the row by record of the same event.
fn for_each_by_record(
    segment: &Segment,
    rows: &Bitmap,
    mut f: impl FnMut(usize, Row),
) -> io::Result<()> {
    for chunk in chunks(&(0..segment.len())).filter(|chunk| rows.count_in(chunk.clone()) > 0) {
        let by_record = segment.rows_by_record(chunk.clone())?;
        let start = chunk.start;
        rows.iter_in(chunk).for_each(|row| f(row, by_record[row - start]));
    }
    Ok(())
}

/// Some rows by time as rows by record.
fn rows_by_record(segment: &Segment, rows: &Bitmap) -> io::Result<Bitmap> {
    let mut bits = Bitmap::none(segment.len());
    for_each_by_record(segment, rows, |_, by_record| bits.set(by_record as usize, true))?;
    Ok(bits)
}

/// The blocks that have a row that is wanted, and may have one that passes every test or is not decided.
fn blocks_of(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    wanted: &Bitmap,
) -> io::Result<Vec<usize>> {
    let has_one = |block: &usize| {
        let rows = segment.rows_of(*block);
        wanted.first_from(rows.start as usize).is_some_and(|row| row < rows.end as usize)
    };
    let mut blocks: Vec<usize> = (0..segment.block_count()).filter(has_one).collect();
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
