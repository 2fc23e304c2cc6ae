//! Size-tiered compaction: few segments of many, so that every question asks few.

use std::io;
use std::sync::Arc;

use super::segment::{MOST_ROWS, merge};
use super::{Catalog, Change, Contents, Lock, VisibleSegment};

/// So many segments of about one size become one.
const TOGETHER: usize = 8;

/// With so many rows together, a merge is done at once: nobody notices it.
const FEW_ROWS: usize = 1 << 15;

/// Merges segments once where there are many. It takes its time and hinders nobody; who loads the
/// catalog afterwards finds what it made. Whether there was anything to do. `known` saves opening
/// segments again.
pub(crate) fn compact(catalog: &Catalog, known: &Contents) -> io::Result<bool> {
    let Some(lock) = catalog.lock_for_merging()? else { return Ok(false) };
    let contents = catalog.load(known)?;
    let Some(chosen) = choose(&contents, MOST_ROWS) else { return Ok(false) };
    let merged = write(catalog, &lock, &chosen)?;
    let writing = catalog.wait_for_lock()?;
    let now = catalog.load(&contents)?;
    let unchanged = chosen.iter().all(|one| now.segments.iter().any(|s| s.is_as(one)));
    if unchanged {
        catalog.change(&writing, &replace(&merged, &chosen, &ids(&chosen)))?;
    }
    Ok(true)
}

/// Merges small segments, in the midst of a refresh.
pub(crate) fn compact_small(
    catalog: &Catalog,
    lock: &Lock,
    contents: &mut Contents,
) -> io::Result<()> {
    while let Some(chosen) = choose(contents, FEW_ROWS) {
        let merged = write(catalog, lock, &chosen)?;
        catalog.change(lock, &replace(&merged, &chosen, &ids(&chosen)))?;
        *contents = catalog.load(contents)?;
    }
    Ok(())
}

/// Neighbours in time, of about one size, with at most so many rows together.
fn choose(contents: &Contents, most: usize) -> Option<Vec<Arc<VisibleSegment>>> {
    let tier = |shown: &Arc<VisibleSegment>| shown.segment.len().max(1).ilog(TOGETHER);
    let mut by_time: Vec<&Arc<VisibleSegment>> = contents.segments.iter().collect();
    by_time.sort_by_key(|shown| (tier(shown), shown.segment.span()));
    let one_tier = |few: &&[&Arc<VisibleSegment>]| tier(few[0]) == tier(few[TOGETHER - 1]);
    let few_rows =
        |few: &&[&Arc<VisibleSegment>]| few.iter().map(|s| s.segment.len()).sum::<usize>() <= most;
    let found = by_time.windows(TOGETHER).find(|few| one_tier(few) && few_rows(few))?;
    Some(found.iter().copied().cloned().collect())
}

fn write(
    catalog: &Catalog,
    lock: &Lock,
    chosen: &[Arc<VisibleSegment>],
) -> io::Result<Arc<VisibleSegment>> {
    let segments: Vec<_> = chosen.iter().map(|shown| Arc::clone(&shown.segment)).collect();
    let deleted_rows: Vec<_> = chosen.iter().map(|shown| shown.deleted_rows[1].clone()).collect();
    catalog.write(lock, |to| merge(&segments, &deleted_rows, to))
}

fn ids(chosen: &[Arc<VisibleSegment>]) -> Vec<i64> {
    chosen.iter().map(|shown| shown.id).collect()
}

/// The rows that were left out are in the merged segment no more.
fn replace<'a>(
    merged: &Arc<VisibleSegment>,
    chosen: &[Arc<VisibleSegment>],
    ids: &'a [i64],
) -> Change<'a> {
    let repeated = chosen.iter().any(|shown| !shown.deleted_rows[0].is_empty());
    Change { added: Some(merged.id), dropped: ids, moved: ids, repeated, ..Change::default() }
}
