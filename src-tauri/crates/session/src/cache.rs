//! Where a session keeps its catalog: in the application's cache, or, if that cannot be written, in
//! a temporary folder that goes with the session.

use std::io;
use std::path::Path;

use bucket::Bucket;
use reader::{Decoder, Indexer};
use tempfile::TempDir;

use crate::session::canonical_path;
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
    pub fn new(bucket: &Bucket, home: &Home, decoder: Decoder) -> Result<Self, Error> {
        check_outside(bucket, &home.catalogs())?;
        let indexer = Indexer::new(bucket.clone(), &home.catalogs(), decoder.clone());
        let why = match indexer.check_catalog() {
            // What is there can be read, and there may be room again in a moment.
            Err(why) if !is_full(&why) => why,
            Ok(()) | Err(_) => return Ok(Self { indexer, temporary: None, notice: None }),
        };
        let notice = format!(
            "{} cannot be used ({why}), so what is read is not kept on this device and will be read \
             again; to keep it, {}.",
            home.cache().display(),
            Home::elsewhere()
        );
        let failed = |_| Error::Home { path: home.cache().to_owned(), source: why };
        let folder = TempDir::with_prefix("daybook-").map_err(failed)?;
        check_outside(bucket, folder.path())?;
        let indexer = Indexer::new(bucket.clone(), folder.path(), decoder);
        Ok(Self { indexer, temporary: Some(folder), notice: Some(notice) })
    }
}

fn check_outside(bucket: &Bucket, catalogs: &Path) -> Result<(), Error> {
    let catalogs = canonical_path(catalogs);
    match bucket.root() {
        Some(root) if catalogs.starts_with(root) => Err(Error::InsideBucket(catalogs)),
        _ => Ok(()),
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
