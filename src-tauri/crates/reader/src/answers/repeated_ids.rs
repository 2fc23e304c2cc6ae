//! Repeated event ids: marks the events of an answer that share their id with others, so that each
//! carries its address and nothing has to be looked up for it later.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use decode::id_hash;
use event::Entry;
use rayon::prelude::*;

use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Segment, hash_of_id_entry, row_of_id_entry};
use crate::snapshot::Snapshot;

/// Most entries that are looked up one by one. For more, reading the id indexes as a whole is less.
const MOST_LOOKED_UP: usize = 256;

/// Parts, by range of hashes, in which the id indexes are read as a whole, in parallel.
const PARTS: u32 = 1 << 8;

/// Most rows of new segments that are looked up one by one.
const MOST_NEW_ROWS: usize = 2000;

/// Entry of an answer, by itself or shared.
pub(crate) trait AnsweredEntry {
    /// The entry, to be marked. A shared one is cloned if it is shared by others too.
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

/// Hashes of the event ids that more than one row of some segments has. Different ids may have one
/// hash: an id whose hash is not here is not repeated, and one whose hash is may be.
#[derive(Debug, Default)]
pub(crate) struct RepeatedIds {
    /// The segments, of files only.
    segments: Vec<Weak<Segment>>,
    /// Ascending.
    hashes: Vec<u32>,
    /// Ids with such a hash that were looked up, and that only one row has.
    single: Mutex<HashSet<String>>,
}

/// Cache of the repeated ids of the segments that were asked about last. Among ten million events,
/// looking up the ids of one page takes about 2 ms, and of a record with 600 events 25 ms; with
/// this cache it takes nothing. Filling it takes about 100 ms, so that is not done for the first
/// question.
#[derive(Debug, Default)]
pub(crate) struct RepeatedIdsCache {
    latest: Mutex<Arc<RepeatedIds>>,
    /// Whether a thread is filling it.
    is_filling: AtomicBool,
    /// How often it was asked in vain.
    missed: AtomicUsize,
}

impl Snapshot {
    /// Marks the entries whose id another entry of the journal has too.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn mark_repeated_ids<'a, E: AnsweredEntry + 'a>(
        &self,
        entries: impl Iterator<Item = &'a mut E>,
    ) -> io::Result<()> {
        let entries: Vec<&mut Entry> = entries.map(AnsweredEntry::entry).collect();
        let known = self.repeated_ids(entries.len())?;
        // Few ids share a hash: mostly no entry is suspect.
        let mut suspects = Vec::new();
        for entry in entries {
            if self.may_be_repeated(&entry.event.event_id, known.as_deref())? {
                suspects.push(entry);
            }
        }
        suspects.sort_by(|a, b| a.event.event_id.cmp(&b.event.event_id));
        let mut with_same_id: Vec<Entry> = Vec::new();
        for entry in suspects {
            let id = &entry.event.event_id;
            if with_same_id.first().is_none_or(|other| other.event.event_id != *id) {
                with_same_id = self.entries_with_id(id)?;
            }
            if let ([_], Some(known)) = (with_same_id.as_slice(), &known) {
                known.note_single(id);
                continue;
            }
            let marked =
                with_same_id.iter().find(|o| o.place == entry.place && o.event == entry.event);
            if let Some(marked) = marked {
                entry.id_is_repeated = marked.id_is_repeated;
            }
        }
        Ok(())
    }

    /// The repeated ids of the segments of files, from the cache, or found now if that pays for so
    /// many entries.
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

    /// Whether more than one row may have an id.
    fn may_be_repeated(&self, id: &str, known: Option<&RepeatedIds>) -> io::Result<bool> {
        let hash = id_hash(id);
        let Some(known) = known else { return Ok(self.rows_with_id_hash(hash)? > 1) };
        if known.hashes.binary_search(&hash).is_ok() && !known.is_single(id) {
            return Ok(true);
        }
        // Files do not repeat it: it is repeated if a pending event has it, and any other event
        // too.
        for pending in self.parts().iter().filter(|part| part.segment.is_pending()) {
            if !pending.rows_with_id_hash(hash)?.is_empty() {
                return Ok(self.rows_with_id_hash(hash)? > 1);
            }
        }
        Ok(false)
    }

    /// How many rows have an id with this hash.
    fn rows_with_id_hash(&self, hash: u32) -> io::Result<usize> {
        self.parts().iter().map(|part| Ok(part.rows_with_id_hash(hash)?.len())).sum()
    }
}

impl RepeatedIdsCache {
    /// The repeated ids of exactly these segments, if they are cached.
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

    /// Finds the repeated ids of segments, and caches them.
    fn find(&self, parts: &[Arc<VisibleSegment>]) -> io::Result<Arc<RepeatedIds>> {
        let found = Arc::new(RepeatedIds::find(parts, &self.latest())?);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&found);
        Ok(found)
    }

    /// Fills the cache on another thread, from the second time on that it was asked in vain: a
    /// program that asks one question, as the command line does, does not pay for it.
    fn find_in_background(self: &Arc<Self>, parts: Vec<Arc<VisibleSegment>>) {
        if self.missed.fetch_add(1, Ordering::Relaxed) == 0
            || self.is_filling.swap(true, Ordering::AcqRel)
        {
            return;
        }
        let cache = Arc::clone(self);
        rayon::spawn(move || {
            // An index that cannot be read fails again, and is reported, when an id is looked up in
            // it.
            drop(cache.find(&parts));
            cache.is_filling.store(false, Ordering::Release);
        });
    }
}

impl RepeatedIds {
    /// Finds the repeated ids of segments: adds those of few new rows to what is known of the
    /// others, or reads all id indexes.
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
        Ok(Self { segments, hashes, single: Mutex::default() })
    }

    /// Whether an id was looked up before, and only one row has it.
    fn is_single(&self, id: &str) -> bool {
        self.single.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Remembers that only one row has an id.
    fn note_single(&self, id: &str) {
        self.single.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }
}

/// Whether a reference is to this segment.
fn is_of(known: &Weak<Segment>, part: &VisibleSegment) -> bool {
    known.upgrade().is_some_and(|known| Arc::ptr_eq(&known, &part.segment))
}

/// The hashes in a range, both ends included, that more than one row has; ascending.
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

/// The hashes in a range, both ends included, of the event ids of a segment's rows, without deleted
/// ones; ascending.
fn visible_hashes(part: &VisibleSegment, low: u32, high: u32) -> io::Result<Vec<u32>> {
    let deleted = &part.deleted_rows[1];
    let ids = part.segment.ids_between(low, high)?.into_iter();
    let is_visible =
        |id: &u64| deleted.is_empty() || deleted.binary_search(&row_of_id_entry(*id)).is_err();
    Ok(ids.filter(is_visible).map(hash_of_id_entry).collect())
}
