//! Where a journal's files lie.
//!
//! A bucket can be listed, read and added to. It deliberately has nothing that overwrites, renames
//! or deletes.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use sha2::{Digest, Sha256};

use crate::Error;

/// The folder of a journal's files in its bucket, and how their names end.
pub(crate) const PREFIX: &str = "journal";
const SUFFIX: &str = ".parquet";

/// An opened bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    /// The canonical path, if the bucket is a local folder: its files must be forced to disk, which
    /// [`LocalFileSystem`] does not do.
    root: Option<PathBuf>,
    identity: String,
}

impl Bucket {
    /// Opens a local folder, which must exist.
    pub fn folder(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Folder { path: path.to_owned(), source: Arc::new(source) };
        let root = fs::canonicalize(path).map_err(failed)?;
        if !root.is_dir() {
            return Err(Error::NotAFolder { path: root });
        }
        let store = LocalFileSystem::new_with_prefix(&root)
            .map_err(|source| failed(io::Error::other(source)))?;
        let identity = match root.to_str() {
            Some(text) => text.to_owned(),
            None => root.as_os_str().as_encoded_bytes().escape_ascii().to_string(),
        };
        Ok(Self { store: Arc::new(store), root: Some(root), identity })
    }

    /// Takes a store whose answers are durable by themselves, and the text that names it.
    pub fn new(store: Arc<dyn ObjectStore>, identity: String) -> Self {
        Self { store, root: None, identity }
    }

    pub fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// The canonical path of a local folder.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// What tells this bucket from any other on this device, always the same text.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The journal's files, in no order.
    pub async fn journal_files(&self) -> Result<Vec<ObjectMeta>, Error> {
        self.store
            .list(Some(&Key::from(PREFIX)))
            .try_filter(|file| futures::future::ready(file.location.as_ref().ends_with(SUFFIX)))
            .try_collect()
            .await
            .map_err(|source| Error::List { source: source.into() })
    }

    /// Creates an object. An error does not mean that it was not created: read it back.
    pub(crate) async fn put_new(&self, key: &str, bytes: Bytes) -> Result<(), object_store::Error> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.store.put_opts(&Key::from(key), bytes.into(), options).await.map(|_| ())
    }

    /// The SHA-256 of an object; `None` if there is none under that key.
    pub(crate) async fn sha256(&self, key: &str) -> Result<Option<[u8; 32]>, Error> {
        match self.hash(key).await {
            Ok(sha256) => Ok(Some(sha256)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(Error::ReadBack { key: key.to_owned(), source: source.into() }),
        }
    }

    async fn hash(&self, key: &str) -> Result<[u8; 32], object_store::Error> {
        let mut chunks = self.store.get(&Key::from(key)).await?.into_stream();
        let mut hasher = Sha256::new();
        while let Some(chunk) = chunks.try_next().await? {
            hasher.update(&chunk);
        }
        Ok(hasher.finalize().into())
    }

    /// Returns after the object and every folder on the way to it are on disk.
    pub(crate) async fn force_to_disk(&self, key: &str) -> Result<(), Error> {
        let Some(root) = self.root.clone() else { return Ok(()) };
        let key = key.to_owned();
        let forced = tokio::task::spawn_blocking(move || {
            let file = root.join(&key);
            sync_file(&file).map_err(|source| Error::SyncFile { key, source: source.into() })?;
            let folders = file.ancestors().skip(1).take_while(|f| f.starts_with(&root));
            folders.map(Path::to_owned).try_for_each(|path| {
                sync_folder(&path)
                    .map_err(|source| Error::SyncFolder { path, source: source.into() })
            })
        });
        forced.await.map_err(|_| Error::Stopped)?
    }

    /// What interrupted puts have left beside the journal's files: never read, and never removed.
    pub(crate) fn leftovers(&self) -> u64 {
        let Some(root) = &self.root else { return 0 };
        let files = fs::read_dir(root.join(PREFIX)).into_iter().flatten().flatten();
        let staged = |name: &str| {
            let number = name.rsplit_once('#').map(|(_, number)| number);
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        };
        files.filter(|file| staged(&file.file_name().to_string_lossy())).count() as u64
    }
}

fn sync_file(path: &Path) -> io::Result<()> {
    // Windows flushes a file only through a handle that could write to it.
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Forces the entries of a folder to disk. Windows has no such call, and keeps them by itself.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { sync_file(path) }
}
