//! Where a session keeps its catalog: in the application's cache, or, if that cannot be written, in
//! a temporary folder that goes with the session.

use std::path::Path;
use std::sync::Arc;

use bucket::{Bucket, Location};
use journal::Clock;
use reader::{Decoder, Indexer, LedgerOptions};
use tempfile::TempDir;

use crate::{Error, Home};

/// Indexer of a bucket, and the temporary folder of its catalog, if it is kept in one.
pub(crate) struct CachedIndexer {
    pub indexer: Indexer,
    pub temporary: Option<TempDir>,
    /// Notice that nothing is kept, and why.
    pub notice: Option<String>,
}

impl CachedIndexer {
    /// An indexer of `bucket` with a catalog that can be written.
    ///
    /// # Errors
    /// [`Error::InsideBucket`] if the catalog would lie in the bucket, and [`Error::Home`] if neither
    /// the cache nor a temporary folder can be written.
    pub fn new(
        bucket: &Bucket,
        home: &Home,
        decoder: &Decoder,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        check_outside(bucket, &home.catalogs())?;
        let folder = home.ledgers();
        let ledger = LedgerOptions { folder, now: Arc::new(move || clock.now()) };
        let indexer = |catalogs: &Path| {
            Indexer::new(bucket.clone(), catalogs, decoder.clone()).with_ledger(ledger.clone())
        };
        let kept = indexer(&home.catalogs());
        let Err(why) = kept.check_catalog() else {
            let notice = ledger_notice(&kept, home);
            return Ok(Self { indexer: kept, temporary: None, notice });
        };
        let path = home.cache().display();
        let mut notice = format!(
            "{path} cannot be used ({why}), so what is read is not kept on this device and will be \
             read again; to keep it, {}.",
            Home::elsewhere()
        );
        if let Some(more) = ledger_notice(&kept, home) {
            notice.push(' ');
            notice.push_str(&more);
        }
        let failed = |_| Error::Home { path: home.cache().to_owned(), source: why };
        let folder = TempDir::with_prefix("daybook-").map_err(failed)?;
        check_outside(bucket, folder.path())?;
        let indexer = indexer(folder.path());
        Ok(Self { indexer, temporary: Some(folder), notice: Some(notice) })
    }
}

/// Notice that the ledger of files cannot be written, and why.
fn ledger_notice(indexer: &Indexer, home: &Home) -> Option<String> {
    let why = indexer.check_ledger().err()?;
    Some(format!(
        "{} cannot be written ({why}), so only changes of files that were noted there before are \
         told; to have all told, {}.",
        home.path().display(),
        Home::elsewhere()
    ))
}

fn check_outside(bucket: &Bucket, catalogs: &Path) -> Result<(), Error> {
    let catalogs = Location::absolute_path(catalogs);
    match bucket.root() {
        Some(root) if catalogs.starts_with(root) => Err(Error::InsideBucket(catalogs)),
        _ => Ok(()),
    }
}
