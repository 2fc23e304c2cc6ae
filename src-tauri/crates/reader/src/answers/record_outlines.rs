//! Outlines of all records, from the columns alone: which records there are, in the order of their
//! latest change, and which of them are deleted. Folding every record takes long; this takes a
//! moment, and answers until the summaries are made.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Range;

use chrono::DateTime;
use event::{Action, Column, Entry, RecordId, Timeline, View, WHOLE_RECORD};
use query::{RecordSummary, RecordsPage, RecordsQuery};
use rayon::prelude::*;

use super::latest::{HasLatest, RowAt};
use super::records::of_types;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Row, Segment, row};
use crate::snapshot::Snapshot;

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

/// What tells records apart: the hash of the entity id, and the code of the type.
pub(super) type RecordKey = (u64, u32);

/// Outline of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline {
    /// Hash of the entity id.
    hash: u64,
    /// Time of its latest event, in nanoseconds since 1970.
    time: i64,
    /// Its latest event.
    last: RowAt,
    /// Its latest event that inserts or deletes the whole record; `None` if it has none.
    whole: Option<RowAt>,
    /// Index among the types.
    entity_type: u32,
    /// Whether its latest such event deletes it.
    deleted: bool,
    /// Whether it was ever deleted.
    was_deleted: bool,
    /// Whether it has amendments: only folding tells what they come to.
    is_amended: bool,
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

/// What was seen of a record in some rows by time. Small: these are written at random.
#[derive(Clone, Copy)]
struct Seen {
    time: i64,
    /// The latest row, or [`Seen::NONE`].
    row: Row,
    /// The latest row that inserts or deletes the whole record, or [`Seen::NONE`].
    whole: Row,
    entity_type: u32,
    deleted: bool,
    was_deleted: bool,
    is_amended: bool,
}

impl HasLatest for Outline {
    fn latest(&self) -> (i64, RowAt) {
        (self.time, self.last)
    }
}

impl Seen {
    const NONE: Row = Row::MAX;
    const NOTHING: Self = Self {
        time: 0,
        row: Self::NONE,
        whole: Self::NONE,
        entity_type: 0,
        deleted: false,
        was_deleted: false,
        is_amended: false,
    };
}

#[derive(Clone, Copy)]
enum Kind {
    Insert,
    Delete,
    Amendment,
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
            .map(|(at, rows)| scan(&snapshot.parts()[*at], row(*at), rows.clone(), &meanings[*at]));
        let mut found = scanned.collect::<io::Result<Vec<Vec<Outline>>>>()?.concat();
        // There are as many ascending runs as tasks.
        found.par_sort_by_key(|one| (one.hash, one.entity_type));
        let same = |a: &Outline, b: &Outline| (a.hash, a.entity_type) == (b.hash, b.entity_type);
        let merged = found.chunk_by(same).map(|parts| snapshot.merged(parts));
        let mut outlines = merged.collect::<io::Result<Vec<Outline>>>()?;
        snapshot.sort_latest_first(&mut outlines)?;
        snapshot.settle(&mut outlines)?;
        Ok(Self { outlines, types })
    }

    /// The outlines of records for which a condition holds: on the key, and on whether they are deleted.
    pub(super) fn of_those(
        &self,
        holds: impl Fn(RecordKey, bool) -> bool + Sync,
    ) -> HashMap<RecordKey, Outline> {
        let keyed = |one: &Outline| ((one.hash, one.entity_type), *one);
        let holds = |one: &&Outline| holds((one.hash, one.entity_type), one.deleted);
        self.outlines.par_iter().filter(holds).map(keyed).collect()
    }

    /// The types of records; their code is the place among them.
    pub(super) fn types(&self) -> &[String] {
        &self.types
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
            Some(after) => snapshot.first_after(&found, after)?,
        };
        let of_page = &found[start..found.len().min(start.saturating_add(query.limit))];
        let records: Vec<RecordSummary> = of_page
            .par_chunks(RECORDS_PER_TASK)
            .map(|some| some.iter().map(|one| snapshot.summary(one)).collect())
            .collect::<io::Result<Vec<Vec<_>>>>()?
            .concat();
        let more = start + records.len() < found.len();
        let next = records.last().filter(|_| more).map(|record| record.position.clone());
        Ok(RecordsPage { records, next, total: found.len(), loosely: false, folding: None })
    }
}

impl Snapshot {
    /// The summary of a record. Its name is folded of the few events that can set it.
    pub(super) fn summary(&self, outline: &Outline) -> io::Result<RecordSummary> {
        let last = self.entry_at(outline.last)?;
        let record = last.event.record();
        let (mut events, mut first, mut naming) = (0, last.event.timestamp, Vec::new());
        for part in self.parts() {
            let Some(rows) = rows_of(part, &record)? else { continue };
            let is_visible = |row: &Row| part.deleted_rows[1].binary_search(row).is_err();
            let mut visible = rows.clone().filter(is_visible);
            if let Some(row) = visible.next() {
                events += 1 + visible.count();
                let time = part.segment.time_of_row_by_record(row)?;
                first = first.min(DateTime::from_timestamp_nanos(time));
                naming.extend(self.entries_that_name(&part.segment, &record.entity_type, rows)?);
            }
        }
        if outline.is_amended {
            naming = self.entries_of(&record)?;
        }
        let now = Timeline::new(naming).state(View::NOW);
        Ok(RecordSummary {
            name: self.names().name(&record.entity_type, &now),
            record,
            events,
            first,
            last: last.event.timestamp,
            last_actor: last.event.actor.clone(),
            deleted: outline.deleted,
            position: last.position(),
        })
    }

    /// The events that can set the name of a record of a type, among its rows by record.
    fn entries_that_name(
        &self,
        segment: &Segment,
        entity_type: &str,
        rows: Range<Row>,
    ) -> io::Result<Vec<Entry>> {
        let dimension = Column::Field.as_dimension();
        let may_name =
            |field: &str| field == WHOLE_RECORD || self.names().may_name(entity_type, field);
        let fields = segment.dimension_values(dimension).iter();
        let named: Vec<bool> = fields.map(|field| field.as_deref().is_some_and(may_name)).collect();
        segment.entries_with(rows, dimension, |code| named.get(code as usize) == Some(&true))
    }

    /// What was found of one record in several parts, as one.
    fn merged(&self, found: &[Outline]) -> io::Result<Outline> {
        let was_deleted = found.iter().any(|one| one.was_deleted);
        let mut all = Outline { was_deleted, ..found[0] };
        for next in &found[1..] {
            let is_later = match next.time.cmp(&all.time) {
                Ordering::Equal => self.is_later(next.last, all.last)?,
                other => other.is_gt(),
            };
            if is_later {
                (all.time, all.last) = (next.time, next.last);
            }
            if let Some(whole) = next.whole.filter(|_| was_deleted)
                && all.whole.map_or(Ok(true), |before| self.is_later(whole, before))?
            {
                (all.whole, all.deleted) = (Some(whole), next.deleted);
            }
            all.is_amended |= next.is_amended;
        }
        Ok(all)
    }

    /// Folds the records of which only that tells whether they are deleted.
    fn settle(&self, outlines: &mut [Outline]) -> io::Result<()> {
        let uncertain = outlines.par_iter_mut().filter(|one| one.was_deleted && one.is_amended);
        uncertain.try_for_each(|one| {
            let entries = self.entries_of(&self.entry_at(one.last)?.event.record())?;
            one.deleted = Timeline::new(entries).state(View::NOW).deleted;
            Ok(())
        })
    }
}

/// The rows by record of a record in a part; `None` if it has none there.
fn rows_of(part: &VisibleSegment, record: &RecordId) -> io::Result<Option<Range<Row>>> {
    let mut records = part.segment.records_with_id(&record.entity_id)?.into_iter();
    let found = records.find(|(_, entity_type)| *entity_type == record.entity_type);
    Ok(found.map(|(record, _)| record.rows))
}

/// For each part what its codes of types are among those of all parts, as in [`RecordOutlines::types`].
pub(super) fn types_of(parts: &[&VisibleSegment]) -> Vec<Vec<u32>> {
    meanings(parts).1.into_iter().map(|meanings| meanings.types).collect()
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
    visible: &VisibleSegment,
    part: u32,
    rows: Range<usize>,
    meanings: &Meanings,
) -> io::Result<Vec<Outline>> {
    let segment = &visible.segment;
    let hashes = segment.record_hashes()?;
    let mut records = vec![Seen::NOTHING; hashes.len()];
    let deleted_rows = &visible.deleted_rows[0];
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
            let seen = &mut records[ordinals[offset] as usize];
            (seen.time, seen.row) = (times[offset], by_time);
            seen.entity_type = meanings.types[types[offset] as usize];
            match meanings.actions[actions[offset] as usize] {
                Some(Kind::Amendment) => seen.is_amended = true,
                Some(kind) if meanings.whole == Some(fields[offset]) => {
                    seen.whole = by_time;
                    seen.deleted = matches!(kind, Kind::Delete);
                    seen.was_deleted |= seen.deleted;
                }
                _ => {}
            }
        }
    }
    let at = |row: Row| RowAt { part, row };
    let outline = |(seen, hash): (Seen, u64)| Outline {
        hash,
        time: seen.time,
        last: at(seen.row),
        whole: (seen.whole != Seen::NONE).then(|| at(seen.whole)),
        entity_type: seen.entity_type,
        deleted: seen.deleted,
        was_deleted: seen.was_deleted,
        is_amended: seen.is_amended,
    };
    let seen = records.into_iter().zip(hashes).filter(|(seen, _)| seen.row != Seen::NONE);
    Ok(seen.map(outline).collect())
}
