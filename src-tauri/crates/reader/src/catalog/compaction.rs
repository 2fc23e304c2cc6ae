//! Size-tiered compaction: segments of about one size are merged into one, so that a question asks
//! few segments. A tier spans a factor of [`FAN_IN`] in rows.

use std::io;
use std::sync::Arc;

use super::segment::{MOST_ROWS, merge};
use super::{Catalog, Change, Contents, Lock, VisibleSegment, note_damage};

/// How many segments of one tier are merged into one.
const FAN_IN: usize = 8;

/// Most rows of a merge that is done within a refresh: it takes no noticeable time.
const MOST_ROWS_IN_REFRESH: usize = 1 << 15;

/// Merges [`FAN_IN`] segments of one tier, if there are any, and says whether there were. The
/// catalog is locked for changes only while the result replaces them; if they have changed
/// meanwhile, it is left to be removed as an orphan. `known` saves opening segments again.
///
/// # Errors
/// Fails if a segment cannot be read or written. If it is damaged
/// ([`io::ErrorKind::InvalidData`]), the next refresh rebuilds the catalog.
pub(crate) fn compact(catalog: &Catalog, known: &Contents) -> io::Result<bool> {
    let Some(lock) = catalog.lock_for_merging()? else { return Ok(false) };
    let contents = catalog.load(known)?;
    let Some(chosen) = choose(&contents, MOST_ROWS) else { return Ok(false) };
    let merged = write(catalog, &lock, &chosen).inspect_err(|error| {
        if error.kind() == io::ErrorKind::InvalidData {
            note_damage(&catalog.folder, &chosen);
        }
    })?;
    let lock_for_change = catalog.wait_for_lock()?;
    let now = catalog.load(&contents)?;
    let unchanged = chosen.iter().all(|one| now.segments.iter().any(|s| s.is_same(one)));
    if unchanged {
        catalog.change(&lock_for_change, &replace(&merged, &chosen, &ids(&chosen)))?;
    }
    Ok(true)
}

/// Merges small segments during a refresh, until no tier of them is full.
pub(crate) fn compact_small(
    catalog: &Catalog,
    lock: &Lock,
    contents: &mut Contents,
) -> io::Result<()> {
    while let Some(chosen) = choose(contents, MOST_ROWS_IN_REFRESH) {
        let merged = write(catalog, lock, &chosen)?;
        catalog.change(lock, &replace(&merged, &chosen, &ids(&chosen)))?;
        *contents = catalog.load(contents)?;
    }
    Ok(())
}

/// Chooses [`FAN_IN`] segments of one tier, neighbours in time, with at most `most` rows together.
fn choose(contents: &Contents, most: usize) -> Option<Vec<Arc<VisibleSegment>>> {
    let tier = |one: &Arc<VisibleSegment>| one.segment.len().max(1).ilog(FAN_IN);
    let mut by_time: Vec<&Arc<VisibleSegment>> = contents.segments.iter().collect();
    by_time.sort_by_key(|one| (tier(one), one.segment.span()));
    let one_tier = |few: &&[&Arc<VisibleSegment>]| tier(few[0]) == tier(few[FAN_IN - 1]);
    let few_rows =
        |few: &&[&Arc<VisibleSegment>]| few.iter().map(|s| s.segment.len()).sum::<usize>() <= most;
    let found = by_time.windows(FAN_IN).find(|few| one_tier(few) && few_rows(few))?;
    Some(found.iter().copied().cloned().collect())
}

/// Writes the chosen segments as one, without their deleted rows.
fn write(
    catalog: &Catalog,
    lock: &Lock,
    chosen: &[Arc<VisibleSegment>],
) -> io::Result<Arc<VisibleSegment>> {
    let segments: Vec<_> = chosen.iter().map(|one| Arc::clone(&one.segment)).collect();
    let deleted_rows: Vec<_> = chosen.iter().map(|one| one.deleted_rows[1].clone()).collect();
    catalog.write(lock, |to| merge(&segments, &deleted_rows, to))
}

fn ids(chosen: &[Arc<VisibleSegment>]) -> Vec<i64> {
    chosen.iter().map(|one| one.id).collect()
}

/// The change that puts the merged segment in the place of the chosen ones. Their deleted rows are
/// not in it.
fn replace<'a>(
    merged: &Arc<VisibleSegment>,
    chosen: &[Arc<VisibleSegment>],
    ids: &'a [i64],
) -> Change<'a> {
    let repeated = chosen.iter().any(|one| !one.deleted_rows[0].is_empty());
    Change { added: Some(merged.id), dropped: ids, moved: ids, repeated, ..Change::default() }
}
