//! Looks at what a bucket holds now: as a whole, or, where it is far, at what is new of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bucket::{Failure, IdError, Listing, ProbeError, stamp_of, stamp_text};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;

use super::Indexer;
use super::lost_id::forget_id;
use super::refresh::Refresh;
use super::state::{IndexerState, Older};
use crate::Error;
use crate::catalog::{Catalog, Contents};
use crate::engine::LocalEngine;

/// Time after which a bucket that is far is listed as a whole again.
const WHOLE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// How long before the newest known file a look for news begins: late files have older stamps.
const LATE: TimeDelta = TimeDelta::days(1);

/// Listing of a bucket that is far.
#[derive(Debug)]
pub(super) struct Listed {
    listing: Arc<Listing>,
    /// When it was listed as a whole.
    whole_at: DateTime<Utc>,
}

impl Listed {
    /// Number of files.
    pub fn len(&self) -> usize {
        self.listing.files.len()
    }
}

impl Refresh<'_> {
    /// Lists the bucket. One that is far, and was listed as a whole not long ago, is listed from the
    /// newest known file less a day on.
    pub fn list(&self, state: &mut IndexerState) -> Result<Arc<Listing>, Error> {
        let Indexer { bucket, whole_wanted, .. } = self.indexer;
        let whole_wanted = whole_wanted.swap(false, Ordering::Relaxed);
        let Some(now) = self.indexer.now().filter(|_| bucket.is_far()) else {
            return self.list_whole(state);
        };
        let is_recent = |listed: &&mut Listed| now - listed.whole_at < WHOLE_AFTER;
        let known = state.listed.as_mut().filter(is_recent).filter(|_| !whole_wanted);
        let news = known.and_then(|known| {
            let since = news_since(&known.listing, now)?;
            Some((bucket.list_after(&since)?, since, known))
        });
        let Some((news, since, known)) = news else { return self.list_whole(state) };
        let news = self.wait(news)?;
        let listing = Arc::make_mut(&mut known.listing);
        listing.files.retain(|file| file.name <= since);
        listing.files.extend(news.files);
        listing.lookalikes.retain(|one| one.name <= since);
        listing.lookalikes.extend(news.lookalikes);
        *listing = std::mem::take(listing).sorted();
        Ok(Arc::clone(&known.listing))
    }

    /// Lists the bucket as a whole.
    pub fn list_whole(&self, state: &mut IndexerState) -> Result<Arc<Listing>, Error> {
        let bucket = &self.indexer.bucket;
        if !bucket.is_far() {
            return Ok(Arc::new(bucket.blocking_list_all()?));
        }
        let listing = Arc::new(self.wait(bucket.list_all())?);
        if let Some(whole_at) = self.indexer.now() {
            state.listed = Some(Listed { listing: Arc::clone(&listing), whole_at });
        }
        Ok(listing)
    }

    /// Asks the store for the id of the bucket, if it is assumed. Returns whether it has one by now, and had
    /// none.
    pub fn settle_id(&self) -> Result<bool, Error> {
        let bucket = &self.indexer.bucket;
        match bucket.blocking_settle_id() {
            Ok(is_new) => Ok(is_new),
            Err(IdError::Store { source, .. }) if source.is_unreachable() => Err(source.into()),
            Err(IdError::Unsafe(another @ ProbeError::Another(_))) => {
                if let Some(ledger) = &self.indexer.ledger {
                    forget_id(&ledger.folder, &bucket.place().path);
                }
                Err(Error::Another(another))
            }
            // Whoever records is told.
            Err(_) => Ok(false),
        }
    }

    /// An engine over what is in the catalog, as of the last listing: the bucket is not listed yet, or cannot
    /// be, for the reason given.
    pub fn engine_of_catalog(
        &self,
        state: &mut IndexerState,
        why: Option<&Failure>,
    ) -> Result<Arc<LocalEngine>, Error> {
        let as_of = Catalog::listed_at(&self.indexer.catalog);
        state.older = Some(Older { as_of, why: why.map(ToString::to_string) });
        Ok(state.engine_of_known()?)
    }

    /// Waits for an answer of the bucket, unless the refresh is stopped.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Error> {
        let answer = Handle::current().block_on(self.stopped.run_until_cancelled(answer));
        Ok(answer.ok_or_else(|| io::Error::from(io::ErrorKind::Interrupted))??)
    }
}

impl IndexerState {
    /// An engine over what is in the catalog and pending, by the last listing of a bucket that is far.
    pub fn engine_of_known(&mut self) -> io::Result<Arc<LocalEngine>> {
        let listing = match &self.listed {
            Some(known) => Arc::clone(&known.listing),
            None => Arc::new(of_catalog(&self.contents)),
        };
        let is_lookalike = |name: &str| listing.lookalikes.iter().any(|one| one.name == name);
        let failures = self.unread.iter().filter(|unread| !is_lookalike(&unread.file));
        let failures: Vec<_> = failures.cloned().collect();
        self.engine(&listing, &failures)
    }
}

/// Name behind which a look for news begins; `None` if no name has a stamp.
fn news_since(listing: &Listing, now: DateTime<Utc>) -> Option<String> {
    let newest = listing.files.iter().rev().find_map(|file| stamp_of(&file.name))?;
    // A clock that was wrong may have given a stamp of the future, behind which nothing would be seen.
    let since = newest.min(now).checked_sub_signed(LATE)?;
    Some(stamp_text(since))
}

/// The listing that a catalog was made from, as far as it knows it.
fn of_catalog(contents: &Contents) -> Listing {
    let files = contents.files.iter().map(|(name, read)| read.identity.file(name));
    Listing { files: files.collect(), lookalikes: Vec::new() }.sorted()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use bucket::FileMeta;

    use super::*;

    fn listing(names: &[&str]) -> Listing {
        let file = |name: &&str| FileMeta {
            name: (*name).to_owned(),
            size: 1,
            modified: 0,
            changed: 0,
            e_tag: None,
            version: None,
        };
        Listing { files: names.iter().map(file).collect(), lookalikes: Vec::new() }
    }

    #[test]
    fn a_look_for_news_begins_a_day_before_the_newest_stamp_and_never_in_the_future() {
        let now = DateTime::parse_from_rfc3339("2026-03-05T12:00:00Z").unwrap().to_utc();
        let table: [(&[&str], Option<&str>); 5] = [
            (&["20260303_090000_000.parquet"], Some("20260302_090000")),
            (&["20260303_090000_000.parquet", "type=a/b.parquet"], Some("20260302_090000")),
            (&["20990303_090000_000.parquet"], Some("20260304_120000")),
            (&["a.parquet", "20269999_090000.parquet"], None),
            (&[], None),
        ];
        for (names, since) in table {
            assert_eq!(news_since(&listing(names), now).as_deref(), since, "{names:?}");
        }
    }
}
