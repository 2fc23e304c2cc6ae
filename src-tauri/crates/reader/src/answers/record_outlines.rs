//! Outlines of all records, from the columns alone: which records there are, in the order of their
//! latest change, and which of them are deleted. Folding every record takes long; this takes a
//! moment, and answers until the summaries are made.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use event::{Action, Column, Position, RecordId, View, WHOLE_RECORD};
use query::{RecordSummary, RecordsPage, RecordsQuery};
use rayon::prelude::*;

use super::records::of_types;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Row, Segment, row};
use crate::snapshot::Snapshot;
use crate::summaries::{summary, timelines};

/// Rows by time that are scanned in one task.
const ROWS_PER_TASK: usize = 1 << 21;

/// Rows whose columns are read at once.
const CHUNK_ROWS: usize = 1 << 16;

/// Records that are folded in one task.
const RECORDS_PER_TASK: usize = 1 << 6;

/// Outlines of all records of a snapshot, latest change first.
#[derive(Debug)]
pub(crate) struct RecordOutlines {
    outlines: Vec<Outline>,
    types: Vec<String>,
}

/// Outline of a record.
#[derive(Debug, Clone, Copy)]
struct Outline {
    /// Hash of the entity id.
    hash: u64,
    /// Index among the types.
    entity_type: u32,
    /// Its latest event.
    last: RowAt,
    /// Its latest event that inserts or deletes the whole record; `None` if it has none.
    whole: Option<RowAt>,
    /// Whether that deletes it.
    deleted: bool,
    /// Whether only folding tells if it is deleted: it was, and it has amendments, or its order is
    /// uncertain.
    uncertain: bool,
}

/// Row by time of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowAt {
    /// In nanoseconds since 1970.
    time: i64,
    part: u32,
    row: Row,
}

/// What the codes of the columns of a part mean.
struct Meanings {
    /// For each action whether it inserts or deletes, or is an amendment.
    actions: Vec<Option<Kind>>,
    /// Code of the whole record among the fields.
    whole: Option<u32>,
    /// Index among the types of all parts, for each code.
    types: Vec<u32>,
}

#[derive(Clone, Copy)]
enum Kind {
    Insert,
    Delete,
    Amendment,
}

/// What was found of one record in some rows of a part.
#[derive(Clone, Copy)]
struct Found {
    outline: Outline,
    has_deletion: bool,
    has_amendment: bool,
}

impl RecordOutlines {
    /// Makes the outlines of all records of a snapshot.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub fn of(snapshot: &Snapshot) -> io::Result<Self> {
        let (types, meanings) = meanings(&snapshot.segments());
        let tasks: Vec<(usize, Range<usize>)> = snapshot
            .parts()
            .iter()
            .enumerate()
            .flat_map(|(at, part)| {
                let len = part.segment.len();
                let starts = (0..len).step_by(ROWS_PER_TASK);
                starts.map(move |start| (at, start..len.min(start + ROWS_PER_TASK)))
            })
            .collect();
        let scanned = tasks
            .par_iter()
            .map(|(at, rows)| scan(&snapshot.parts()[*at], *at, rows.clone(), &meanings[*at]));
        let mut found = scanned.collect::<io::Result<Vec<Vec<Found>>>>()?.concat();
        // There are as many ascending runs as tasks.
        found.par_sort_by_key(|one| (one.outline.hash, one.outline.entity_type));
        let same = |a: &Found, b: &Found| {
            (a.outline.hash, a.outline.entity_type) == (b.outline.hash, b.outline.entity_type)
        };
        let merged = found.chunk_by(same).map(|parts| snapshot.merged(parts));
        let mut outlines = merged.collect::<io::Result<Vec<Outline>>>()?;
        outlines.par_sort_unstable_by(|a, b| cmp_latest(&b.last, &a.last));
        for together in outlines.chunk_by_mut(|a, b| a.last.time == b.last.time) {
            if together.iter().any(|one| one.last.part != together[0].last.part) {
                snapshot.sort_by_position(together)?;
            }
        }
        snapshot.settle(&mut outlines, &types)?;
        Ok(Self { outlines, types })
    }

    /// A page of the list of records: see [`RecordsQuery`], of which `contains` is not looked at.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(super) fn page(
        &self,
        snapshot: &Snapshot,
        query: &RecordsQuery,
    ) -> io::Result<RecordsPage> {
        let listed: Vec<bool> =
            self.types.iter().map(|entity_type| of_types(&query.types, entity_type)).collect();
        let is_listed =
            |one: &&Outline| listed[one.entity_type as usize] && (one.deleted || !query.deleted);
        let found: Vec<&Outline> = self.outlines.iter().filter(is_listed).collect();
        let start = match &query.after {
            None => 0,
            Some(after) => first_after(snapshot, &found, after)?,
        };
        let of_page = &found[start..found.len().min(start.saturating_add(query.limit))];
        let records: Vec<RecordSummary> = of_page
            .par_chunks(RECORDS_PER_TASK)
            .map(|some| some.iter().map(|one| self.summary(snapshot, one)).collect())
            .collect::<io::Result<Vec<Vec<_>>>>()?
            .concat();
        let more = start + records.len() < found.len();
        let next = records.last().filter(|_| more).map(|record| record.position.clone());
        Ok(RecordsPage { records, next, total: found.len() })
    }

    /// The summary of a record, which is folded for it.
    fn summary(&self, snapshot: &Snapshot, outline: &Outline) -> io::Result<RecordSummary> {
        let entity_type = &self.types[outline.entity_type as usize];
        let timelines = timelines(snapshot.entries_with_hash(outline.hash)?);
        let mut summaries = timelines.iter().filter_map(summary);
        let found = summaries.find(|summary| summary.record.entity_type == *entity_type);
        found.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// The index of the first record whose latest change is before `after`.
fn first_after(snapshot: &Snapshot, found: &[&Outline], after: &Position) -> io::Result<usize> {
    let time = after.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
    let mut low = found.partition_point(|one| one.last.time > time);
    let mut high = found.partition_point(|one| one.last.time >= time);
    while low < high {
        let middle = usize::midpoint(low, high);
        if snapshot.position_at(found[middle].last)? >= *after {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

impl Snapshot {
    /// What was found of one record in several parts, as one.
    fn merged(&self, found: &[Found]) -> io::Result<Outline> {
        let mut all = found[0];
        for next in &found[1..] {
            if self.is_later(next.outline.last, all.outline.last)? {
                all.outline.last = next.outline.last;
            }
            if let Some(whole) = next.outline.whole
                && all.outline.whole.map_or(Ok(true), |before| self.is_later(whole, before))?
            {
                (all.outline.whole, all.outline.deleted) = (Some(whole), next.outline.deleted);
            }
            all.has_deletion |= next.has_deletion;
            all.has_amendment |= next.has_amendment;
        }
        all.outline.uncertain = all.has_deletion && all.has_amendment;
        Ok(all.outline)
    }

    /// Whether a row comes later in the total order.
    fn is_later(&self, one: RowAt, other: RowAt) -> io::Result<bool> {
        if one.time == other.time && one.part != other.part {
            return Ok(self.position_at(one)? > self.position_at(other)?);
        }
        Ok(cmp_latest(&one, &other) == Ordering::Greater)
    }

    /// Sorts records by the position of their latest events, latest first.
    fn sort_by_position(&self, outlines: &mut [Outline]) -> io::Result<()> {
        let position = |one: &Outline| Ok((self.position_at(one.last)?, *one));
        let mut sorted = outlines.par_iter().map(position).collect::<io::Result<Vec<_>>>()?;
        sorted.sort_by(|(a, _), (b, _)| b.cmp(a));
        for (place, (_, outline)) in outlines.iter_mut().zip(sorted) {
            *place = outline;
        }
        Ok(())
    }

    fn position_at(&self, at: RowAt) -> io::Result<Position> {
        Ok(self.parts()[at.part as usize].segment.entry_at(at.row as usize)?.position())
    }

    /// Folds the records of which only that tells whether they are deleted.
    fn settle(&self, outlines: &mut [Outline], types: &[String]) -> io::Result<()> {
        outlines.par_iter_mut().filter(|one| one.uncertain).try_for_each(|one| {
            let entity_type = &types[one.entity_type as usize];
            let timelines = timelines(self.entries_with_hash(one.hash)?);
            let is_it = |record: &RecordId| record.entity_type == *entity_type;
            let timeline = timelines.iter().find(|timeline| {
                timeline.entries().first().is_some_and(|first| is_it(&first.event.record()))
            });
            one.deleted = timeline.is_some_and(|timeline| timeline.state(View::NOW).deleted);
            Ok(())
        })
    }
}

/// The order of rows of one part, and of rows of different times.
fn cmp_latest(a: &RowAt, b: &RowAt) -> Ordering {
    (a.time, a.part, a.row).cmp(&(b.time, b.part, b.row))
}

/// The types of all parts, and what the codes of each part mean.
fn meanings(parts: &[&VisibleSegment]) -> (Vec<String>, Vec<Meanings>) {
    let mut types: BTreeMap<String, u32> = BTreeMap::new();
    let of_column = |segment: &Segment, column: Column| -> Vec<String> {
        let values = segment.dimension_values(column.as_dimension()).iter();
        values.map(|value| value.clone().unwrap_or_default()).collect()
    };
    let mut meanings = Vec::new();
    for part in parts {
        let actions = of_column(&part.segment, Column::Action).into_iter();
        let kind = |action: String| match Action::from(action) {
            Action::Insert => Some(Kind::Insert),
            Action::Delete => Some(Kind::Delete),
            other => other.is_amendment().then_some(Kind::Amendment),
        };
        let actions = actions.map(kind).collect();
        let fields = of_column(&part.segment, Column::Field);
        let whole = fields.iter().position(|field| field == WHOLE_RECORD).map(row);
        let codes = of_column(&part.segment, Column::EntityType).into_iter().map(|entity_type| {
            let next = row(types.len());
            *types.entry(entity_type).or_insert(next)
        });
        meanings.push(Meanings { actions, whole, types: codes.collect() });
    }
    let mut names: Vec<(u32, String)> =
        types.into_iter().map(|(name, code)| (code, name)).collect();
    names.sort_unstable();
    (names.into_iter().map(|(_, name)| name).collect(), meanings)
}

/// What rows of a part say of each record that they are about, by ascending hash.
fn scan(
    part: &VisibleSegment,
    at: usize,
    rows: Range<usize>,
    meanings: &Meanings,
) -> io::Result<Vec<Found>> {
    let segment = &part.segment;
    let hashes = segment.record_hashes()?;
    let mut records: Vec<Option<Found>> = vec![None; hashes.len()];
    let deleted_rows = &part.deleted_rows[0];
    let mut next_deleted = deleted_rows.partition_point(|row| (*row as usize) < rows.start);
    for start in rows.clone().step_by(CHUNK_ROWS) {
        let chunk = start..rows.end.min(start + CHUNK_ROWS);
        let codes = |column: Column| segment.dimension_codes(column.as_dimension(), chunk.clone());
        let (types, fields, actions) =
            (codes(Column::EntityType)?, codes(Column::Field)?, codes(Column::Action)?);
        let (ordinals, times) =
            (segment.record_ordinals(chunk.clone())?, segment.times(chunk.clone())?);
        for (offset, by_time) in chunk.enumerate() {
            let by_time = row(by_time);
            if deleted_rows.get(next_deleted) == Some(&by_time) {
                next_deleted += 1;
                continue;
            }
            let last = RowAt { time: times[offset], part: row(at), row: by_time };
            let ordinal = ordinals[offset] as usize;
            let entity_type = meanings.types[types[offset] as usize];
            let found = records[ordinal].get_or_insert(Found {
                outline: Outline {
                    hash: hashes[ordinal],
                    entity_type,
                    last,
                    whole: None,
                    deleted: false,
                    uncertain: false,
                },
                has_deletion: false,
                has_amendment: false,
            });
            found.outline.last = last;
            let kind = meanings.actions[actions[offset] as usize];
            let is_whole = meanings.whole == Some(fields[offset]);
            match kind {
                Some(Kind::Amendment) => found.has_amendment = true,
                Some(kind) if is_whole => {
                    found.outline.whole = Some(last);
                    found.outline.deleted = matches!(kind, Kind::Delete);
                    found.has_deletion |= found.outline.deleted;
                }
                _ => {}
            }
        }
    }
    Ok(records.into_iter().flatten().collect())
}
