//! Numbers of a writer's log that two different events have. One event in two files has its number
//! twice and is no finding.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::catalog::segment::{Duplicate, Row, Segment, row};
use crate::catalog::{Contents, FileNumbers, LogNumber, VisibleSegment, WriterLogs};

/// Rows of a segment that are read at once.
const CHUNK_ROWS: usize = 1 << 14;

/// Adds the numbers of new files to those of all files. Returns the numbers that were there before,
/// in another file or in another row of the same.
pub(super) fn add_numbers(logs: &mut WriterLogs, files: &[FileNumbers]) -> WriterLogs {
    let mut numbers = FileNumbers { all: std::mem::take(logs), again: WriterLogs::default() };
    for file in files {
        numbers.extend(file);
    }
    *logs = numbers.all;
    numbers.again
}

/// Finds those numbers of `again` that different events have, now that a segment with new files is
/// added to a catalog. `before` are the numbers of the other files, and `deleted` the rows whose
/// event another segment has too.
pub(super) fn find_doubled(
    again: &WriterLogs,
    before: &WriterLogs,
    contents: &Contents,
    added: &VisibleSegment,
    deleted: &[(i64, Duplicate)],
) -> io::Result<Vec<LogNumber>> {
    let deleted_here: BTreeSet<Row> =
        deleted.iter().filter(|(id, _)| *id == added.id).map(|(_, row)| row.by_record).collect();
    let mut events: BTreeMap<LogNumber, usize> = BTreeMap::new();
    for number in numbers(&added.segment, &deleted_here, again)? {
        *events.entry(number).or_default() += 1;
    }
    // Of these numbers other files had one event each, unless that is deleted now in favour of the
    // same event in the added segment.
    let mut deleted_elsewhere: BTreeSet<LogNumber> = BTreeSet::new();
    for other in contents.segments.iter().filter(|other| other.id != added.id) {
        let rows = deleted.iter().filter(|(id, _)| *id == other.id);
        let rows: Vec<Row> = rows.map(|(_, row)| row.by_record).collect();
        for entry in other.segment.entries(&rows)? {
            deleted_elsewhere.extend(entry.event.writer.zip(entry.event.seq));
        }
    }
    let is_doubled = |(number, events): &(LogNumber, usize)| {
        let others = before.has(number) && !deleted_elsewhere.contains(number);
        events + usize::from(others) > 1
    };
    Ok(events.into_iter().filter(is_doubled).map(|(number, _)| number).collect())
}

/// Numbers of the rows of a segment that are among `wanted`, without those of deleted rows.
fn numbers(
    segment: &Segment,
    deleted: &BTreeSet<Row>,
    wanted: &WriterLogs,
) -> io::Result<Vec<LogNumber>> {
    let rows = (0..segment.len()).map(row);
    let visible: Vec<Row> = rows.filter(|row| !deleted.contains(row)).collect();
    let mut found = Vec::new();
    for chunk in visible.chunks(CHUNK_ROWS) {
        for entry in segment.entries(chunk)? {
            let number = entry.event.writer.zip(entry.event.seq);
            found.extend(number.filter(|number| wanted.has(number)));
        }
    }
    Ok(found)
}
