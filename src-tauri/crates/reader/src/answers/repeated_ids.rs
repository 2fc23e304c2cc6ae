//! Which events share their id with others, so that every event of an answer carries its address
//! and nothing has to be looked up for it later.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use decode::id_hash;
use event::Entry;
use rayon::prelude::*;

use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Segment, hash_of, place_of};
use crate::snapshot::Snapshot;

/// More entries than this are not looked up one by one: that would read more of the indexes of ids
/// than going through them.
const MOST_LOOKED_UP: usize = 256;

/// The indexes of ids are gone through in so many parts.
const PARTS: u32 = 1 << 8;

/// More rows of new segments than this are not looked up one by one either.
const MOST_NEW_ROWS: usize = 2000;

/// An entry of an answer.
pub(crate) trait AnsweredEntry {
    fn entry(&mut self) -> &mut Entry;
}

impl AnsweredEntry for Entry {
    fn entry(&mut self) -> &mut Entry {
        self
    }
}

impl AnsweredEntry for Arc<Entry> {
    fn entry(&mut self) -> &mut Entry {
        Self::make_mut(self)
    }
}

/// What the ids hash to that more than one row of some segments has, ascending. Different ids may
/// have one hash: an id that is not here is not repeated, and one that is may be.
#[derive(Debug, Default)]
pub(crate) struct RepeatedIds {
    segments: Vec<Weak<Segment>>,
    hashes: Vec<u32>,
}

/// The repeated ids of the segments that were asked about last. Looking up the ids of one page takes
/// about 2 ms of ten million events, and of a record with 600 events 25 ms: with them at hand it
/// takes nothing. Finding them takes about 100 ms, so it is not done for the first question.
#[derive(Debug, Default)]
pub(crate) struct RepeatedIdsCache {
    latest: Mutex<Arc<RepeatedIds>>,
    is_at_work: AtomicBool,
    /// How often they were asked for and not there.
    missed: AtomicUsize,
}

impl Snapshot {
    /// Marks the entries whose id another entry of the journal has too, and those that say the same
    /// event as another.
    pub(crate) fn mark_repeated_ids<'a, E: AnsweredEntry + 'a>(
        &self,
        entries: impl Iterator<Item = &'a mut E>,
    ) -> io::Result<()> {
        let mut entries: Vec<&mut Entry> = entries.map(AnsweredEntry::entry).collect();
        entries.sort_by_cached_key(|entry| id_hash(&entry.event.event_id));
        let known = self.repeated_ids(entries.len())?;
        let mut with_same_id: Vec<Entry> = Vec::new();
        for entry in entries {
            let id = &entry.event.event_id;
            // Few ids share a hash: mostly nothing has to be read but an index.
            if !self.may_be_repeated(id_hash(id), known.as_deref())? {
                continue;
            }
            if with_same_id.first().is_none_or(|other| other.event.event_id != *id) {
                with_same_id = self.entries_with_id(id)?;
            }
            let marked =
                with_same_id.iter().find(|o| o.place == entry.place && o.event == entry.event);
            if let Some(marked) = marked {
                entry.id_is_repeated = marked.id_is_repeated;
                entry.event_is_repeated = marked.event_is_repeated;
            }
        }
        Ok(())
    }

    /// Those of the segments of files, if they are worth finding for so many entries.
    fn repeated_ids(&self, entries: usize) -> io::Result<Option<Arc<RepeatedIds>>> {
        let of_files = self.parts().iter().filter(|part| !part.segment.is_pending());
        let of_files: Vec<Arc<VisibleSegment>> = of_files.cloned().collect();
        let cache = self.repeated_ids_cache();
        match cache.of(&of_files) {
            None if entries > MOST_LOOKED_UP => cache.find(&of_files).map(Some),
            None => {
                cache.find_in_background(of_files);
                Ok(None)
            }
            known => Ok(known),
        }
    }

    fn may_be_repeated(&self, hash: u32, known: Option<&RepeatedIds>) -> io::Result<bool> {
        let Some(known) = known else { return Ok(self.rows_with_id_hash(hash)? > 1) };
        if known.hashes.binary_search(&hash).is_ok() {
            return Ok(true);
        }
        // Files do not repeat it: it is repeated if it is pending and anywhere else.
        for pending in self.segments().into_iter().filter(|part| part.segment.is_pending()) {
            if !pending.rows_with_id_hash(hash)?.is_empty() {
                return Ok(self.rows_with_id_hash(hash)? > 1);
            }
        }
        Ok(false)
    }

    fn rows_with_id_hash(&self, hash: u32) -> io::Result<usize> {
        self.segments().iter().map(|part| Ok(part.rows_with_id_hash(hash)?.len())).sum()
    }
}

impl RepeatedIdsCache {
    /// Those of exactly these segments, if they are known.
    fn of(&self, parts: &[Arc<VisibleSegment>]) -> Option<Arc<RepeatedIds>> {
        let latest = self.latest();
        let is_same = |(known, part): (&Weak<Segment>, &Arc<VisibleSegment>)| is_of(known, part);
        let are_same =
            latest.segments.len() == parts.len() && latest.segments.iter().zip(parts).all(is_same);
        are_same.then_some(latest)
    }

    fn latest(&self) -> Arc<RepeatedIds> {
        Arc::clone(&self.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, parts: &[Arc<VisibleSegment>]) -> io::Result<Arc<RepeatedIds>> {
        let found = Arc::new(RepeatedIds::find(parts, &self.latest())?);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&found);
        Ok(found)
    }

    /// From the second time on that they are missed: who asks one question waits for nothing.
    fn find_in_background(self: &Arc<Self>, parts: Vec<Arc<VisibleSegment>>) {
        if self.missed.fetch_add(1, Ordering::Relaxed) == 0
            || self.is_at_work.swap(true, Ordering::AcqRel)
        {
            return;
        }
        let cache = Arc::clone(self);
        rayon::spawn(move || {
            // An index that cannot be read is met by who looks an id up in it, and told there.
            drop(cache.find(&parts));
            cache.is_at_work.store(false, Ordering::Release);
        });
    }
}

impl RepeatedIds {
    /// Adds to what is known of most of the segments, or goes through all of them.
    fn find(parts: &[Arc<VisibleSegment>], known: &Self) -> io::Result<Self> {
        let segments = parts.iter().map(|part| Arc::downgrade(&part.segment)).collect();
        let are_known = |part: &&Arc<VisibleSegment>| known.segments.iter().any(|k| is_of(k, part));
        let (old, new): (Vec<_>, Vec<_>) = parts.iter().partition(are_known);
        let rows: usize = new.iter().map(|part| part.segment.len()).sum();
        let hashes = if old.len() == known.segments.len() && rows <= MOST_NEW_ROWS {
            let mut hashes = known.hashes.clone();
            for part in new {
                for hash in visible_hashes(part, 0, u32::MAX)? {
                    let rows = parts.iter().map(|part| Ok(part.rows_with_id_hash(hash)?.len()));
                    if rows.sum::<io::Result<usize>>()? > 1 {
                        hashes.push(hash);
                    }
                }
            }
            hashes.sort_unstable();
            hashes.dedup();
            hashes
        } else {
            let width = u32::MAX / PARTS + 1;
            let found = (0..PARTS).into_par_iter().map(|part| {
                let low = part * width;
                repeated_between(parts, low, low + (width - 1))
            });
            found.collect::<io::Result<Vec<_>>>()?.concat()
        };
        Ok(Self { segments, hashes })
    }
}

fn is_of(known: &Weak<Segment>, part: &VisibleSegment) -> bool {
    known.upgrade().is_some_and(|known| Arc::ptr_eq(&known, &part.segment))
}

/// The hashes in a range, both ends included, that more than one row has.
#[expect(clippy::stable_sort_primitive, reason = "it is quick where there are sorted runs")]
fn repeated_between(parts: &[Arc<VisibleSegment>], low: u32, high: u32) -> io::Result<Vec<u32>> {
    let mut hashes = Vec::new();
    for part in parts {
        hashes.extend(visible_hashes(part, low, high)?);
    }
    hashes.sort();
    let mut repeated: Vec<u32> =
        hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    repeated.dedup();
    Ok(repeated)
}

/// The hashes of the ids of a segment's rows, without those left out, ascending.
fn visible_hashes(part: &VisibleSegment, low: u32, high: u32) -> io::Result<Vec<u32>> {
    let deleted = &part.deleted_rows[1];
    let ids = part.segment.ids_between(low, high)?.into_iter();
    let is_visible =
        |id: &u64| deleted.is_empty() || deleted.binary_search(&place_of(*id)).is_err();
    Ok(ids.filter(is_visible).map(hash_of).collect())
}
