//! Records of a result: those that events touch which filters let through, with the counts and the first
//! and last change among these.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;

use chrono::DateTime;
use event::Column;
use query::{CancellationToken, RecordSummary, RecordsPage, RecordsQuery};
use rayon::prelude::*;

use super::latest::{HasLatest, RowAt};
use super::record_outlines::{RecordKey, types_of};
use super::records::{matching, of_types};
use super::select::Selected;
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{record_hash, row};
use crate::error::check;
use crate::snapshot::Snapshot;

/// Rows by time that are scanned in one task.
const ROWS_PER_TASK: usize = 1 << 21;

/// Rows whose columns are read at once.
const CHUNK_ROWS: usize = 1 << 16;

/// Record that selected events touch.
#[derive(Debug, Clone, Copy)]
struct Touched {
    key: RecordKey,
    /// How many of them do.
    events: usize,
    /// Time of the first of them, in nanoseconds since 1970.
    first: i64,
    /// Time of the last of them.
    time: i64,
    last: RowAt,
}

impl Touched {
    const NONE: Self =
        Self { key: (0, 0), events: 0, first: 0, time: 0, last: RowAt { part: 0, row: 0 } };
}

impl HasLatest for Touched {
    fn latest(&self) -> (i64, RowAt) {
        (self.time, self.last)
    }
}

impl Snapshot {
    /// A page of the records that events touch which [`RecordsQuery::events`] lets through.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    pub(super) fn touched_records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<RecordsPage, Error> {
        let selected = self.select(&query.events, token)?;
        let mut found = self.touched(&selected, token)?;
        let outlines = self.record_outlines()?;
        let mut folding = None;
        if query.contains.is_some() {
            let (summaries, so_far) = self.summaries_or_so_far(query.so_far)?;
            folding = so_far;
            let codes = (0..).zip(outlines.types()).map(|(code, name)| (name.as_str(), code));
            let codes: HashMap<&str, u32> = codes.collect();
            let mut wanted: HashSet<RecordKey> = HashSet::new();
            for at in matching(query, &summaries.records)? {
                let record = summaries.records.packed(at)?;
                let code = codes.get(summaries.records.entity_type(&record)?);
                wanted.extend(code.map(|code| (record_hash(record.entity_id), *code)));
            }
            found.retain(|one| wanted.contains(&one.key));
        } else if query.deleted {
            let deleted = outlines.of_those(|_, deleted| deleted);
            found.retain(|one| deleted.contains_key(&one.key));
        }
        let types = outlines.types().iter();
        let listed: Vec<bool> = types.map(|name| of_types(&query.types, name)).collect();
        found.retain(|one| listed[one.key.1 as usize]);
        self.sort_latest_first(&mut found)?;
        let start = match &query.after {
            None => 0,
            Some(after) => self.first_after(&found, after)?,
        };
        let of_page = &found[start..found.len().min(start.saturating_add(query.limit))];
        let records = self.touched_summaries(of_page)?;
        let more = start + records.len() < found.len();
        let next = records.last().filter(|_| more).map(|record| record.position.clone());
        let total = found.len();
        Ok(RecordsPage { records, next, total, loosely: query.loosely, folding })
    }

    /// The records that selected rows are about, each once.
    fn touched(
        &self,
        selected: &[Selected],
        token: &CancellationToken,
    ) -> Result<Vec<Touched>, Error> {
        let types = types_of(&self.segments());
        let parts = self.parts().iter().zip(selected).enumerate();
        let tasks: Vec<(usize, Range<usize>)> = parts
            .filter(|(_, (_, selected))| selected.count() > 0)
            .flat_map(|(at, (_, selected))| {
                let (start, end) = (selected.rows.start, selected.rows.end);
                let starts = (start..end).step_by(ROWS_PER_TASK);
                starts.map(move |start| (at, start..end.min(start + ROWS_PER_TASK)))
            })
            .collect();
        let scanned = tasks.par_iter().map(|(at, rows)| {
            check(token)?;
            Ok(scan(&self.parts()[*at], row(*at), rows.clone(), &selected[*at], &types[*at])?)
        });
        let mut found = scanned.collect::<Result<Vec<Vec<Touched>>, Error>>()?.concat();
        found.par_sort_by_key(|one| one.key);
        let of_records = found.chunk_by(|a, b| a.key == b.key);
        Ok(of_records.map(|parts| self.one_touched(parts)).collect::<io::Result<_>>()?)
    }

    /// What was found of one record in several parts, as one.
    fn one_touched(&self, found: &[Touched]) -> io::Result<Touched> {
        let mut all = found[0];
        for next in &found[1..] {
            all.events += next.events;
            all.first = all.first.min(next.first);
            if self.is_later(next.last, all.last)? {
                (all.time, all.last) = (next.time, next.last);
            }
        }
        Ok(all)
    }

    /// The summaries of records, with the numbers of the events that touch them.
    fn touched_summaries(&self, found: &[Touched]) -> io::Result<Vec<RecordSummary>> {
        let keys: HashSet<RecordKey> = found.iter().map(|one| one.key).collect();
        let outlines = self.record_outlines()?.of_those(|key, _| keys.contains(&key));
        let summary = |one: &Touched| {
            let last = self.entry_at(one.last)?;
            let whole = outlines.get(&one.key).map(|outline| self.summary(outline)).transpose()?;
            let (name, deleted) = whole.map_or((None, false), |whole| (whole.name, whole.deleted));
            Ok(RecordSummary {
                record: last.event.record(),
                name,
                events: one.events,
                first: DateTime::from_timestamp_nanos(one.first),
                last: last.event.timestamp,
                last_actor: last.event.actor.clone(),
                deleted,
                position: last.position(),
            })
        };
        found.par_iter().map(summary).collect()
    }
}

/// What selected rows of a part say of each record that they are about.
fn scan(
    visible: &VisibleSegment,
    part: u32,
    rows: Range<usize>,
    selected: &Selected,
    types: &[u32],
) -> io::Result<Vec<Touched>> {
    let segment = &visible.segment;
    let hashes = segment.record_hashes()?;
    let mut found = vec![Touched::NONE; hashes.len()];
    for start in rows.clone().step_by(CHUNK_ROWS) {
        let chunk = start..rows.end.min(start + CHUNK_ROWS);
        if selected.count_in(chunk.clone()) == 0 {
            continue;
        }
        let of_type = segment.dimension_codes(Column::EntityType.as_dimension(), chunk.clone())?;
        let ordinals = segment.record_ordinals(chunk.clone())?;
        let times = segment.times(chunk.clone())?;
        selected.for_each_in(chunk, |by_time| {
            let (at, offset) = (row(by_time), by_time - start);
            let touched = &mut found[ordinals[offset] as usize];
            if touched.events == 0 {
                touched.first = times[offset];
                touched.key.1 = types[of_type[offset] as usize];
            }
            touched.events += 1;
            (touched.time, touched.last) = (times[offset], RowAt { part, row: at });
        });
    }
    let found = found.into_iter().zip(hashes).filter(|(one, _)| one.events > 0);
    Ok(found.map(|(one, hash)| Touched { key: (hash, one.key.1), ..one }).collect())
}
