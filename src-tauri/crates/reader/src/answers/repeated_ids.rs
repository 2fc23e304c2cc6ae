//! Which events share their id with others, so that every event of an answer carries its address
//! and nothing has to be looked up for it later.

use std::io;
use std::sync::Arc;

use decode::id_hash;
use event::Entry;
use rayon::prelude::*;

use crate::catalog::VisibleSegment;
use crate::catalog::segment::{hash_of, place_of};
use crate::snapshot::Snapshot;

/// For more entries than this the whole index of ids is gone through: looking each up would read
/// its pages again and again.
const MOST_LOOKED_UP: usize = 256;

/// So many ids of an index are read together.
const STRETCH: usize = 1 << 16;

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

impl Snapshot {
    /// Marks the entries whose id another entry of the journal has too, and those that say the same
    /// event as another.
    pub(crate) fn mark_repeated_ids<'a, E: AnsweredEntry + 'a>(
        &self,
        entries: impl Iterator<Item = &'a mut E>,
    ) -> io::Result<()> {
        let mut entries: Vec<&mut Entry> = entries.map(AnsweredEntry::entry).collect();
        entries.sort_by_cached_key(|entry| id_hash(&entry.event.event_id));
        let hashes: Vec<u32> = entries.iter().map(|entry| id_hash(&entry.event.event_id)).collect();
        let segments = self.segments();
        let counts: Vec<Vec<usize>> = if hashes.len() > MOST_LOOKED_UP {
            segments.par_iter().map(|one| count_all(one, &hashes)).collect::<io::Result<_>>()?
        } else {
            segments.iter().map(|one| count_each(one, &hashes)).collect::<io::Result<_>>()?
        };
        let mut with_same_id: Vec<Entry> = Vec::new();
        for (at, entry) in entries.into_iter().enumerate() {
            let rows: usize = counts.iter().map(|of_segment| of_segment[at]).sum();
            // Few ids share a hash: mostly nothing has to be read but an index.
            if rows <= 1 {
                continue;
            }
            let id = &entry.event.event_id;
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
}

/// How many rows of a segment have an id with each of these hashes.
fn count_each(visible: &VisibleSegment, hashes: &[u32]) -> io::Result<Vec<usize>> {
    hashes.iter().map(|&hash| Ok(visible.rows_with_id_hash(hash)?.len())).collect()
}

/// The same for hashes in ascending order, in one pass over the index of ids.
fn count_all(visible: &VisibleSegment, hashes: &[u32]) -> io::Result<Vec<usize>> {
    let mut counts = vec![0; hashes.len()];
    let mut at = 0;
    for start in (0..visible.segment.len()).step_by(STRETCH) {
        let end = visible.segment.len().min(start + STRETCH);
        for id in visible.segment.ids(start..end)? {
            let hash = hash_of(id);
            at += hashes[at..].iter().take_while(|known| **known < hash).count();
            let same = hashes[at..].iter().take_while(|known| **known == hash).count();
            let is_visible = || visible.deleted_rows[1].binary_search(&place_of(id)).is_err();
            if same > 0 && is_visible() {
                counts[at..at + same].iter_mut().for_each(|count| *count += 1);
            }
        }
    }
    Ok(counts)
}
