//! Looking at rows one by one, block by block, where the columns do not tell whether they pass.

use std::collections::HashMap;
use std::io;

use event::{Column, fold_case};
use query::{CancellationToken, Missing, Pattern, Predicate, Step};
use rayon::prelude::*;

use super::passing::Decided;
use super::regex_literals::literals_of;
use super::row_test::{RowCells, RowTest};
use super::selections::{MOST_FOUND, Reporter};
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::segment::{Row, Segment};
use crate::error::check;

/// Rows by time whose rows by record are read at once: few, where few are looked at.
const ROWS_AT_ONCE: usize = 1 << 14;

/// What was found of one block: rows by record that pass, and those that are undecided.
#[derive(Default)]
struct Found {
    passing: Vec<Row>,
    undecided: Vec<(Row, Missing)>,
}

/// Looks at rows by time one by one.
pub(super) fn look_at(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    rows: &Bitmap,
    decided: &mut Decided,
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<(), Error> {
    let wanted = wanted_by_record(segment, tests, rows)?;
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

/// Some rows by time as rows by record, but for those whose id no test lets through.
fn wanted_by_record(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    rows: &Bitmap,
) -> io::Result<Bitmap> {
    let mut wanted = Bitmap::none(segment.len());
    for_each_by_record(segment, rows, |_, by_record| wanted.set(by_record as usize, true))?;
    for ids in tests.iter().filter_map(|(_, test)| test.event_ids()) {
        let mut with_id = Bitmap::none(segment.len());
        for id in ids {
            for row in segment.rows_with_id_hash(decode::id_hash(id))? {
                with_id.set(row as usize, true);
            }
        }
        wanted.and(&with_id);
    }
    Ok(wanted)
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
    let mut next = rows.first_from(0);
    while let Some(row) = next {
        let start = row / ROWS_AT_ONCE * ROWS_AT_ONCE;
        let window = start..start + ROWS_AT_ONCE;
        let by_record = segment.rows_by_record(window.clone())?;
        rows.iter_in(window.clone()).for_each(|row| f(row, by_record[row - start]));
        next = rows.first_from(window.end);
    }
    Ok(())
}

/// The blocks that have a row that is wanted, and may have one that passes every test or is not decided.
fn blocks_of(
    segment: &Segment,
    tests: &[(&Predicate, RowTest)],
    wanted: &Bitmap,
) -> io::Result<Vec<usize>> {
    let has_one = |block: &usize| {
        let rows = segment.rows_of(*block);
        wanted.count_in(rows.start as usize..rows.end as usize) > 0
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
