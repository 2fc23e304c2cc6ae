//! Making few segments of many, so that every question asks few.

use std::io;
use std::sync::{Arc, PoisonError};

use super::Intake;
use crate::Error;
use crate::catalog::{Catalog, Change, Contents, Lock, Shown};
use crate::segment::{MOST_ROWS, merge};

/// So many segments of about one size become one.
const TOGETHER: usize = 8;

/// With so many rows together, a merge is done at once: nobody notices it.
const FEW_ROWS: usize = 1 << 15;

impl Intake {
    /// Merges segments where there are many. It takes its time and hinders nobody; the next
    /// refresh answers from what it has made. Whether there was anything to do.
    pub async fn tidy(&self) -> Result<bool, Error> {
        let intake = self.clone();
        let work = tokio::task::spawn_blocking(move || Ok(intake.tidy_once()?));
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn tidy_once(&self) -> io::Result<bool> {
        let catalog = Catalog::open(&self.catalog)?;
        let Some(lock) = catalog.lock_for_merging()? else { return Ok(false) };
        let known = self.state.lock().unwrap_or_else(PoisonError::into_inner).contents.clone();
        let contents = catalog.load(&known)?;
        drop(known);
        let Some(chosen) = choose(&contents, MOST_ROWS) else { return Ok(false) };
        let merged = write(&catalog, &lock, &chosen)?;
        let writing = catalog.wait_for_lock()?;
        let now = catalog.load(&contents)?;
        let unchanged = chosen.iter().all(|one| now.segments.iter().any(|s| s.is_as(one)));
        if unchanged {
            catalog.change(&writing, &replace(&merged, &chosen, &ids(&chosen)))?;
        }
        Ok(true)
    }
}

/// Merges small segments, in the midst of a refresh.
pub(super) fn tidy_small(
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
fn choose(contents: &Contents, most: usize) -> Option<Vec<Arc<Shown>>> {
    let tier = |shown: &Arc<Shown>| shown.segment.len().max(1).ilog(TOGETHER);
    let mut by_time: Vec<&Arc<Shown>> = contents.segments.iter().collect();
    by_time.sort_by_key(|shown| (tier(shown), shown.segment.span()));
    let one_tier = |few: &&[&Arc<Shown>]| tier(few[0]) == tier(few[TOGETHER - 1]);
    let few_rows =
        |few: &&[&Arc<Shown>]| few.iter().map(|s| s.segment.len()).sum::<usize>() <= most;
    let found = by_time.windows(TOGETHER).find(|few| one_tier(few) && few_rows(few))?;
    Some(found.iter().copied().cloned().collect())
}

fn write(catalog: &Catalog, lock: &Lock, chosen: &[Arc<Shown>]) -> io::Result<Arc<Shown>> {
    let segments: Vec<_> = chosen.iter().map(|shown| Arc::clone(&shown.segment)).collect();
    let hidden: Vec<_> = chosen.iter().map(|shown| shown.hidden[1].clone()).collect();
    catalog.write(lock, |to| merge(&segments, &hidden, to))
}

fn ids(chosen: &[Arc<Shown>]) -> Vec<i64> {
    chosen.iter().map(|shown| shown.id).collect()
}

/// The rows that were hidden are in the merged segment no more.
fn replace<'a>(merged: &Arc<Shown>, chosen: &[Arc<Shown>], ids: &'a [i64]) -> Change<'a> {
    let repeated = chosen.iter().any(|shown| !shown.hidden[0].is_empty());
    Change { added: Some(merged.id), dropped: ids, moved: ids, repeated, ..Change::default() }
}
