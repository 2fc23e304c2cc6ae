//! What every record comes to: one fold of the whole journal, record by record.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use event::{Entry, RecordId, Timeline, View};
use rayon::prelude::*;

use crate::RecordSummary;
use crate::bits::Bits;
use crate::catalog::Shown;
use crate::segment::Row;

/// The records are folded in so many parts of about one size.
const SHARES: u64 = 256;

/// What the records of some segments come to.
#[derive(Debug)]
pub(crate) struct Folded {
    /// Latest change first.
    pub records: Vec<RecordSummary>,
    /// For each segment the rows by record whose old value is not the value before it.
    pub breaks: Vec<Bits>,
    of: Vec<Arc<Shown>>,
}

/// The latest that was folded, for snapshots that have little else.
#[derive(Debug, Default)]
pub(crate) struct Folds(Mutex<Option<Arc<Folded>>>);

impl Folds {
    /// What the records of these segments come to.
    pub fn of(&self, parts: &[Arc<Shown>]) -> io::Result<Arc<Folded>> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = latest.as_ref().filter(|known| known.is_of(parts)) {
            return Ok(Arc::clone(known));
        }
        let folded = Arc::new(fold(parts)?);
        *latest = Some(Arc::clone(&folded));
        Ok(folded)
    }
}

impl Folded {
    fn is_of(&self, parts: &[Arc<Shown>]) -> bool {
        self.of.len() == parts.len() && self.of.iter().zip(parts).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

/// The records of a share, and the breaks among them: which segment, and which row by record.
type Share = (Vec<RecordSummary>, Vec<(usize, Row)>);

fn fold(parts: &[Arc<Shown>]) -> io::Result<Folded> {
    let hashes: Vec<Vec<u64>> =
        parts.iter().map(|part| part.segment.record_hashes()).collect::<io::Result<_>>()?;
    let shares: Vec<Share> = (0..SHARES)
        .into_par_iter()
        .map(|share| fold_share(parts, &hashes, share))
        .collect::<io::Result<_>>()?;
    let mut breaks: Vec<Bits> = parts.iter().map(|part| Bits::none(part.segment.len())).collect();
    let mut records = Vec::new();
    for (of_share, broken) in shares {
        records.extend(of_share);
        for (part, row) in broken {
            breaks[part].set(row as usize, true);
        }
    }
    records.sort_unstable_by(|a, b| b.position.cmp(&a.position));
    Ok(Folded { records, breaks, of: parts.to_vec() })
}

fn fold_share(parts: &[Arc<Shown>], hashes: &[Vec<u64>], share: u64) -> io::Result<Share> {
    let width = u64::MAX / SHARES + 1;
    let start = share * width;
    let end = start.saturating_add(width - 1);
    let mut rows: Vec<Vec<(u64, Range<Row>)>> = Vec::new();
    for (part, hashes) in parts.iter().zip(hashes) {
        let first = hashes.partition_point(|&hash| hash < start);
        let last = hashes.partition_point(|&hash| hash <= end);
        let ranges = part.segment.record_ranges(first..last)?;
        rows.push(hashes[first..last].iter().copied().zip(ranges).collect());
    }
    let mut all: Vec<u64> = rows.iter().flatten().map(|(hash, _)| *hash).collect();
    all.sort_unstable();
    all.dedup();
    let mut found = Share::default();
    let mut at = vec![0; parts.len()];
    for hash in all {
        let mut of_hash = Vec::new();
        for (part, shown) in parts.iter().enumerate() {
            let theirs = rows[part][at[part]..].iter().take_while(|(theirs, _)| *theirs == hash);
            let theirs: Vec<Range<Row>> = theirs.map(|(_, rows)| rows.clone()).collect();
            at[part] += theirs.len();
            let hidden = &shown.hidden[1];
            let shown_rows = theirs.into_iter().flatten();
            let shown_rows: Vec<Row> =
                shown_rows.filter(|row| hidden.binary_search(row).is_err()).collect();
            let entries = shown.segment.entries(&shown_rows)?;
            of_hash.extend(entries.into_iter().zip(shown_rows).map(|(e, row)| (e, (part, row))));
        }
        fold_records(of_hash, &mut found);
    }
    Ok(found)
}

/// Folds events of one hash: mostly one record.
fn fold_records(mut entries: Vec<(Entry, (usize, Row))>, into: &mut Share) {
    let key = |entry: &Entry| (entry.event.entity_id.clone(), entry.event.entity_type.clone());
    let same = |a: &Entry, b: &Entry| {
        (&a.event.entity_id, &a.event.entity_type) == (&b.event.entity_id, &b.event.entity_type)
    };
    if entries.iter().any(|(entry, _)| !same(entry, &entries[0].0)) {
        entries.sort_by_cached_key(|(entry, _)| key(entry));
    }
    while let Some((first, _)) = entries.first() {
        let end = entries.iter().position(|(entry, _)| !same(entry, first));
        let rest = entries.split_off(end.unwrap_or(entries.len()));
        entries.sort_by(|(a, _), (b, _)| a.cmp_position(b));
        let (of_record, places): (Vec<Entry>, Vec<(usize, Row)>) = entries.into_iter().unzip();
        let timeline = Timeline::new(of_record);
        into.1.extend(timeline.breaks().into_iter().map(|found| places[found.index]));
        into.0.extend(summary(&timeline));
        entries = rest;
    }
}

fn summary(timeline: &Timeline) -> Option<RecordSummary> {
    let (first, last) = (timeline.entries().first()?, timeline.entries().last()?);
    let state = timeline.state(View::NOW);
    Some(RecordSummary {
        record: RecordId {
            entity_type: first.event.entity_type.clone(),
            entity_id: first.event.entity_id.clone(),
        },
        name: state.name(),
        events: timeline.entries().len(),
        first: first.event.timestamp,
        last: last.event.timestamp,
        last_actor: last.event.actor.clone(),
        deleted: state.deleted,
        position: last.position(),
    })
}
