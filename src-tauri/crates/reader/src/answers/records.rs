//! List of records, deleted ones among them, and list of broken value chains: both from the record
//! summaries.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io;
use std::sync::Arc;

use event::{Position, fold_case, fold_loosely};
use query::{
    CancellationToken, ChainBreak, ChainsPage, ChainsQuery, Filters, RecordSummary, RecordsPage,
    RecordsQuery, Term,
};

use crate::Error;
use crate::snapshot::Snapshot;
use crate::summaries::{BrokenAt, SummaryList, timelines};

impl Snapshot {
    /// A page of the list of records, latest change first: see [`RecordsQuery`].
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is, where events are filtered; [`Error::Catalog`] if a
    /// segment cannot be read.
    #[tracing::instrument(skip_all)]
    pub fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<RecordsPage, Error> {
        if query.events != Filters::default() {
            return self.touched_records(query, token);
        }
        // Names are in the summaries only.
        if query.contains.is_none() && self.ready_summaries()?.is_none() {
            return Ok(self.record_outlines()?.page(self, query)?);
        }
        let (summaries, folding) = self.summaries_or_so_far(query.so_far)?;
        let found = matching(query, &summaries.records)?;
        let page = page(&summaries.records, &found, query.after.as_ref(), query.limit)?;
        Ok(RecordsPage { folding, loosely: query.loosely, ..page })
    }

    /// A page of the broken value chains of the whole journal, newest first: see [`ChainsQuery`].
    ///
    /// # Errors
    /// [`Error::Catalog`] if the summaries cannot be made or a segment cannot be read.
    #[tracing::instrument(skip_all)]
    pub fn chains(&self, query: &ChainsQuery) -> Result<ChainsPage, Error> {
        let (summaries, folding) = self.summaries_or_so_far(query.so_far)?;
        let breaks = &summaries.breaks;
        let after = query.after.as_ref();
        let time = |after: &Position| after.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let start = |after| breaks.partition_point(|broken| broken.time > time(after));
        let mut found = Vec::new();
        let mut known = HashMap::new();
        // The summaries know times only: breaks of one time are sorted here by position.
        for of_time in breaks[after.map_or(0, start)..].chunk_by(|a, b| a.time == b.time) {
            if found.len() > query.limit {
                break;
            }
            let mut of_time = self.breaks(of_time, &mut known)?;
            of_time.retain(|(position, _)| after.is_none_or(|after| position < after));
            of_time.sort_by(|(a, _), (b, _)| b.cmp(a));
            found.extend(of_time);
        }
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| more).map(|(position, _)| position.clone());
        let mut of_page: Vec<ChainBreak> = found.into_iter().map(|(_, found)| found).collect();
        self.mark_repeated_ids(of_page.iter_mut().map(|found| &mut found.entry))?;
        self.mark_amended(of_page.iter_mut().map(|found| &mut found.entry))?;
        Ok(ChainsPage { breaks: of_page, next, total: breaks.len(), folding })
    }

    /// The breaks of one time, each with its position. `known` caches all breaks of records by the
    /// hash of their entity id.
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
            let is_of_time = |(position, _): &&(Position, ChainBreak)| {
                position.timestamp.timestamp_nanos_opt() == Some(time)
            };
            found.extend(all.iter().filter(is_of_time).cloned());
        }
        Ok(found)
    }

    /// The breaks of all records whose entity id has this hash, each with its position.
    fn breaks_with_hash(&self, hash: u64) -> io::Result<Vec<(Position, ChainBreak)>> {
        let mut found = Vec::new();
        for timeline in timelines(self.entries_with_hash(hash)?) {
            for broken in timeline.breaks() {
                let entry = Arc::new(timeline.entries()[broken.index].clone());
                found.push((entry.position(), ChainBreak { entry, expected: broken.expected }));
            }
        }
        Ok(found)
    }
}

/// The indexes in the list of all records that a query lets through.
pub(super) fn matching(query: &RecordsQuery, records: &SummaryList) -> io::Result<Vec<usize>> {
    if query.types.is_empty() && query.contains.is_none() && !query.deleted {
        return Ok((0..records.len()).collect());
    }
    let folded = |text: &str| {
        if query.loosely { fold_loosely(text) } else { fold_case(text).into_owned() }
    };
    let contains = query.contains.as_deref().map(folded);
    let has = |text: &str, wanted: &str| folded(text).contains(wanted);
    let mut found = Vec::new();
    for at in 0..records.len() {
        let record = records.packed(at)?;
        if (!query.deleted || record.deleted)
            && of_types(&query.types, records.entity_type(&record)?)
            && contains.as_ref().is_none_or(|wanted| {
                has(record.entity_id, wanted) || record.name.is_some_and(|name| has(name, wanted))
            })
        {
            found.push(at);
        }
    }
    Ok(found)
}

/// Whether terms let a type through.
pub(super) fn of_types(types: &[Term], entity_type: &str) -> bool {
    let is = |term: &&Term| term.value == entity_type;
    let mut included = types.iter().filter(|t| !t.exclude).peekable();
    let mut excluded = types.iter().filter(|t| t.exclude);
    (included.peek().is_none() || included.any(|t| is(&t))) && !excluded.any(|t| is(&t))
}

/// The page of the records at the indexes `found` that follows `after`. Binary search: the list is
/// sorted by position, latest change first.
fn page(
    records: &SummaryList,
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
    let total = found.len();
    Ok(RecordsPage { records: of_page, next, total, loosely: false, folding: None })
}
