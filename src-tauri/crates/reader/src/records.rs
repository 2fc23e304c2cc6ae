//! The list of records, the deleted among them, and the broken chains.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::{Entry, Position, RecordId};

use crate::folded::BrokenAt;
use crate::summaries::{Packed, Summaries};
use crate::{Answer, Error, Snapshot};

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordsQuery {
    /// Of any of these types, or of all if there are none.
    pub types: Vec<crate::Term>,
    /// With this text in their id or their name, in any case.
    pub contains: Option<String>,
    /// Only those that are deleted.
    pub deleted: bool,
    pub after: Option<Position>,
    pub limit: usize,
}

/// A page of records, latest change first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPage {
    pub records: Vec<RecordSummary>,
    pub next: Option<Position>,
    pub total: usize,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSummary {
    pub record: RecordId,
    /// What people call it, where its fields have a name.
    pub name: Option<String>,
    pub events: usize,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub last_actor: String,
    /// Deleted now, given every correction.
    pub deleted: bool,
    pub(crate) position: Position,
}

/// A page of updates whose old value is not the value before it, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainsPage {
    pub breaks: Vec<ChainBreak>,
    pub next: Option<Position>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    pub entry: Arc<Entry>,
    /// The value before it; `None` if that was null, or there was none.
    pub expected: Option<String>,
}

impl Snapshot {
    /// The records asked for.
    #[tracing::instrument(level = "info", skip_all, fields(limit = query.limit))]
    pub fn records(&self, query: &RecordsQuery) -> Result<Answer<RecordsPage>, Error> {
        let records = &self.folded()?.records;
        let found = self.watch(query.find(records))?;
        Ok(self.answer(self.watch(page(records, &found, query.after.as_ref(), query.limit))?))
    }

    /// The broken value chains of the whole journal.
    #[tracing::instrument(skip_all)]
    pub fn chains(
        &self,
        after: Option<&Position>,
        limit: usize,
    ) -> Result<Answer<ChainsPage>, Error> {
        let breaks = &self.folded()?.breaks;
        let time = |after: &Position| after.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let start = |after| breaks.partition_point(|broken| broken.time > time(after));
        let mut found = Vec::new();
        let mut known = HashMap::new();
        // What happened at one time is put in order together.
        for of_time in breaks[after.map_or(0, start)..].chunk_by(|a, b| a.time == b.time) {
            if found.len() > limit {
                break;
            }
            let mut of_time = self.watch(self.breaks(of_time, &mut known))?;
            of_time.retain(|(position, _)| after.is_none_or(|after| position < after));
            of_time.sort_by(|(a, _), (b, _)| b.cmp(a));
            found.extend(of_time);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(position, _)| position.clone());
        let breaks_of_page = found.into_iter().map(|(_, found)| found).collect();
        Ok(self.answer(ChainsPage { breaks: breaks_of_page, next, total: breaks.len() }))
    }

    /// The breaks of one time, each with its position. `known` are those of records, by hash.
    fn breaks(
        &self,
        of_time: &[BrokenAt],
        known: &mut HashMap<u64, Vec<(Position, ChainBreak)>>,
    ) -> io::Result<Vec<(Position, ChainBreak)>> {
        let mut found = Vec::new();
        for of_hash in of_time.chunk_by(|a, b| a.hash == b.hash) {
            let BrokenAt { time, hash } = of_hash[0];
            let all = match known.entry(hash) {
                Slot::Occupied(known) => known.into_mut(),
                Slot::Vacant(unknown) => unknown.insert(self.breaks_with_hash(hash)?),
            };
            let then = Some(time);
            let of_then = |(position, _): &&(Position, ChainBreak)| {
                position.timestamp.timestamp_nanos_opt() == then
            };
            found.extend(all.iter().filter(of_then).cloned());
        }
        Ok(found)
    }

    fn breaks_with_hash(&self, hash: u64) -> io::Result<Vec<(Position, ChainBreak)>> {
        let mut found = Vec::new();
        for timeline in self.timelines_with_hash(hash)? {
            for broken in timeline.breaks() {
                let entry = Arc::new(timeline.entries()[broken.index].clone());
                found.push((entry.position(), ChainBreak { entry, expected: broken.expected }));
            }
        }
        Ok(found)
    }
}

impl RecordsQuery {
    /// The records asked for, on all pages, as places in the list.
    fn find(&self, records: &Summaries) -> io::Result<Vec<usize>> {
        if self.types.is_empty() && self.contains.is_none() && !self.deleted {
            return Ok((0..records.len()).collect());
        }
        let contains = self.contains.as_ref().map(|text| text.to_lowercase());
        let mut found = Vec::new();
        for at in 0..records.len() {
            let record = records.packed(at)?;
            if (!self.deleted || record.deleted)
                && of_types(&self.types, records.entity_type(&record)?)
                && contains.as_ref().is_none_or(|text| is_called(&record, text))
            {
                found.push(at);
            }
        }
        Ok(found)
    }
}

/// Whether the id or the name holds `text`, which is in lower case.
fn is_called(record: &Packed<'_>, text: &str) -> bool {
    let holds = |called: &str| called.to_lowercase().contains(text);
    holds(record.entity_id) || record.name.is_some_and(holds)
}

fn of_types(types: &[crate::Term], entity_type: &str) -> bool {
    let is = |term: &&crate::Term| term.value == entity_type;
    let mut included = types.iter().filter(|t| !t.exclude).peekable();
    let mut excluded = types.iter().filter(|t| t.exclude);
    (included.peek().is_none() || included.any(|t| is(&t))) && !excluded.any(|t| is(&t))
}

/// The part of a list of records, latest change first, that follows `after`.
fn page(
    records: &Summaries,
    found: &[usize],
    after: Option<&Position>,
    limit: usize,
) -> io::Result<RecordsPage> {
    let (mut low, mut high) = (0, after.map_or(0, |_| found.len()));
    while low < high {
        let middle = usize::midpoint(low, high);
        let middle_at = records.get(found[middle])?.position;
        if after.is_some_and(|after| middle_at >= *after) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let of_page = found[low..].iter().take(limit).map(|&at| records.get(at));
    let of_page: Vec<RecordSummary> = of_page.collect::<io::Result<_>>()?;
    let more = low + of_page.len() < found.len();
    let next = of_page.last().filter(|_| more).map(|record| record.position.clone());
    Ok(RecordsPage { records: of_page, next, total: found.len() })
}
