//! A bucket: a place with a journal's files, opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::folder::Folder;
use crate::probe::probe;
use crate::{
    CreateError, Failure, FileMeta, JOURNAL_FOLDER, Listing, Location, OpenError, Page, ProbeError,
    ReadError, SyncError, object_store as objects,
};

/// A place with a journal's files, opened. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bucket {
    kind: Kind,
    identity: Arc<str>,
}

#[derive(Debug, Clone)]
enum Kind {
    Folder(Folder),
    Store(Arc<dyn ObjectStore>),
}

impl Bucket {
    /// Opens what is at a location. A folder must be there; that it holds no `journal` yet is no
    /// error, unless Parquet files lie in it: then it is a journal's own folder.
    pub fn open(location: &Location) -> Result<Self, OpenError> {
        let Location::Folder(path) = location;
        let folder = Folder::open(path)?;
        let identity = folder.identity().into();
        Ok(Self { kind: Kind::Folder(folder), identity })
    }

    /// Takes a store whose answers are durable by themselves, and the text that names it.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// use std::sync::Arc;
    /// use bucket::Bucket;
    /// use object_store::memory::InMemory;
    ///
    /// let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
    /// bucket.create("journal/a.parquet", "PAR1".into()).await.unwrap();
    /// let listing = bucket.list_all().await.unwrap();
    /// assert_eq!(bucket.read(&listing.files[0], 1024).await.unwrap(), "PAR1");
    /// # });
    /// ```
    pub fn with_store(store: Arc<dyn ObjectStore>, identity: &str) -> Self {
        Self { kind: Kind::Store(store), identity: identity.into() }
    }

    /// What tells this bucket from any other on this device, always the same text.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The canonical path of a bucket that is a folder of this device.
    pub fn root(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder(folder) => Some(folder.root()),
            Kind::Store(_) => None,
        }
    }

    /// The folders in which something changes when the journal does; none where the place tells
    /// nobody of its changes.
    pub fn watch(&self) -> Vec<PathBuf> {
        let folders = |root: &Path| vec![root.to_owned(), root.join(JOURNAL_FOLDER)];
        self.root().map(folders).unwrap_or_default()
    }

    /// The journal's files, page by page as the place answers. After an error there are no more
    /// pages: whatever was listed before it is not all there is.
    pub fn list(&self) -> BoxStream<'static, Result<Page, Failure>> {
        match &self.kind {
            Kind::Store(store) => objects::list(store.as_ref()),
            Kind::Folder(folder) => stream::try_unfold(folder.pages(), |mut pages| async {
                let next = waiting_for_disk(move || (pages.next().transpose(), pages)).await;
                let (page, pages) = next.map_err(Failure::new)?;
                Ok(page.map_err(Failure::new)?.map(|page| (page, pages)))
            })
            .boxed(),
        }
    }

    /// All of [`Bucket::list`], in the order of names.
    #[tracing::instrument(name = "list_files", level = "debug", skip_all)]
    pub async fn list_all(&self) -> Result<Listing, Failure> {
        let mut listing = Listing::default();
        let mut pages = self.list();
        while let Some(page) = pages.try_next().await? {
            listing.add(page);
        }
        Ok(listing.sorted())
    }

    /// See [`Bucket::list_all`].
    ///
    /// # Panics
    /// If the bucket is no folder and the thread has not entered a Tokio runtime.
    #[tracing::instrument(name = "list_files", level = "debug", skip_all)]
    pub fn blocking_list_all(&self) -> Result<Listing, Failure> {
        match &self.kind {
            Kind::Folder(folder) => folder.list().map_err(Failure::new),
            Kind::Store(_) => Handle::current().block_on(self.list_all()),
        }
    }

    /// The whole of a file, exactly as it was listed. Nothing is read of one that has more bytes
    /// than `limit`.
    #[tracing::instrument(name = "read_file", level = "debug", skip_all)]
    pub async fn read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        match &self.kind {
            Kind::Folder(folder) => {
                let (folder, file) = (folder.clone(), file.clone());
                let read = waiting_for_disk(move || folder.read(&file, limit)).await;
                read.map_err(ReadError::failed)?
            }
            Kind::Store(store) => objects::read(store.as_ref(), file, limit).await,
        }
    }

    /// See [`Bucket::read`].
    ///
    /// # Panics
    /// If the bucket is no folder and the thread has not entered a Tokio runtime.
    #[tracing::instrument(name = "read_file", level = "debug", skip_all)]
    pub fn blocking_read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        match &self.kind {
            Kind::Folder(folder) => folder.read(file, limit),
            Kind::Store(_) => Handle::current().block_on(self.read(file, limit)),
        }
    }

    /// The SHA-256 of the object under `key`, whatever it is; `None` if there is none.
    pub async fn sha256(&self, key: &str) -> Result<Option<[u8; 32]>, Failure> {
        match objects::sha256(self.store().as_ref(), key).await {
            Ok(sha256) => Ok(Some(sha256)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Failure::new(error)),
        }
    }

    /// Creates an object under `key`, a path below the bucket, and returns after it is durable. It
    /// never replaces one. An error does not mean that it was not created: read it back.
    #[tracing::instrument(name = "create_file", level = "debug", skip_all)]
    pub async fn create(&self, key: &str, bytes: Bytes) -> Result<(), CreateError> {
        objects::create(self.store().as_ref(), key, bytes).await?;
        self.sync(key).await.map_err(CreateError::Sync)
    }

    /// Returns after the object under `key` is durable, whoever created it: another's may not be.
    pub async fn sync(&self, key: &str) -> Result<(), SyncError> {
        let Kind::Folder(folder) = &self.kind else { return Ok(()) };
        let (folder, object) = (folder.clone(), key.to_owned());
        let synced = waiting_for_disk(move || folder.sync(&object)).await;
        let stopped =
            |source: io::Error| SyncError::File { key: key.to_owned(), source: source.into() };
        synced.map_err(stopped)?
    }

    /// Tries whether the bucket can be written safely, and leaves nothing behind. `nonce` is a
    /// number that no other attempt has.
    pub async fn probe(&self, nonce: u64) -> Result<(), ProbeError> {
        let Some(root) = self.root().map(Path::to_owned) else { return Ok(()) };
        let path = root.clone();
        let why = "it could not be tried out";
        let tried = waiting_for_disk(move || probe(&root, nonce)).await;
        tried.map_err(|source| ProbeError { path, why, source: source.into() })?
    }

    /// How many files interrupted creations have left beside the journal's: never listed, and never
    /// removed.
    pub async fn leftovers(&self) -> u64 {
        let Kind::Folder(folder) = &self.kind else { return 0 };
        let folder = folder.clone();
        waiting_for_disk(move || folder.leftovers()).await.unwrap_or_default()
    }

    fn store(&self) -> &Arc<dyn ObjectStore> {
        match &self.kind {
            Kind::Folder(folder) => folder.creator(),
            Kind::Store(store) => store,
        }
    }
}

/// Runs `work` where none of the runtime's own threads waits for the disk. It fails if the runtime
/// ends before it.
async fn waiting_for_disk<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)
}
