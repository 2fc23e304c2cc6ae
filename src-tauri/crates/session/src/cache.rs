//! Where a session keeps its catalog: in the application's cache, or, if that cannot be written, in
//! a temporary folder that goes with the session.

use std::io;
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
        decoder: Decoder,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        check_outside(bucket, &home.catalogs())?;
        let indexer = Indexer::new(bucket.clone(), &home.catalogs(), decoder.clone());
        let why = match indexer.check_catalog() {
            // What is there can be read, and there may be room again in a moment.
            Err(why) if !is_full(&why) => why,
            Ok(()) | Err(_) => return Ok(Self::with_ledger(indexer, home, clock)),
        };
        let notice = format!(
            "{} cannot be used ({why}), so what is read is not kept on this device and will be read \
             again, and files that changed cannot be told; to keep it, {}.",
            home.cache().display(),
            Home::elsewhere()
        );
        let failed = |_| Error::Home { path: home.cache().to_owned(), source: why };
        let folder = TempDir::with_prefix("daybook-").map_err(failed)?;
        check_outside(bucket, folder.path())?;
        let indexer = Indexer::new(bucket.clone(), folder.path(), decoder);
        Ok(Self { indexer, temporary: Some(folder), notice: Some(notice) })
    }

    /// An indexer that keeps a ledger of files, if that can be written.
    fn with_ledger(indexer: Indexer, home: &Home, clock: Arc<dyn Clock>) -> Self {
        let folder = home.ledgers();
        let options = LedgerOptions { folder, now: Arc::new(move || clock.now()) };
        let (indexer, notice) = match indexer.clone().with_ledger(options) {
            Ok(indexer) => (indexer, None),
            Err(why) => {
                let path = home.path().display();
                let elsewhere = Home::elsewhere();
                let notice = format!(
                    "{path} cannot be used ({why}), so that files which change cannot be told; to \
                     have them told, {elsewhere}."
                );
                (indexer, Some(notice))
            }
        };
        Self { indexer, temporary: None, notice }
    }
}

fn check_outside(bucket: &Bucket, catalogs: &Path) -> Result<(), Error> {
    let catalogs = Location::Folder(catalogs.to_owned()).absolute();
    match bucket.root() {
        Some(root) if catalogs.starts_with(root) => Err(Error::InsideBucket(catalogs)),
        _ => Ok(()),
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
