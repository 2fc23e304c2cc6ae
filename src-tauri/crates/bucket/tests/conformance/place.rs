//! The places under test, and what somebody else may do to them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bucket::{Bucket, Location};
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use tempfile::TempDir;

/// A place that goes when this is dropped.
pub enum Place {
    Folder(TempDir),
    Memory(Arc<InMemory>),
}

impl Place {
    pub fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    pub fn bucket(&self) -> Bucket {
        match self {
            Self::Folder(folder) => {
                Bucket::open(&Location::Folder(folder.path().to_owned())).unwrap()
            }
            Self::Memory(store) => Bucket::with_store(store.clone(), "in memory"),
        }
    }

    /// Puts an object there, or another in its place, as a program does that knows no rules: a file
    /// is written beside it and takes its name.
    pub async fn put(&self, key: &str, bytes: &[u8]) {
        match self {
            Self::Folder(folder) => {
                let path = folder.path().join(key);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                let beside = folder.path().join("beside");
                fs::write(&beside, bytes).unwrap();
                fs::rename(beside, path).unwrap();
            }
            Self::Memory(store) => {
                let key = Key::parse(key).unwrap();
                store.put(&key, bytes.to_vec().into()).await.unwrap();
            }
        }
    }

    /// Takes an object away.
    pub async fn remove(&self, key: &str) {
        match self {
            Self::Folder(folder) => fs::remove_file(folder.path().join(key)).unwrap(),
            Self::Memory(store) => store.delete(&Key::parse(key).unwrap()).await.unwrap(),
        }
    }

    /// Every key there is, in order.
    pub async fn keys(&self) -> Vec<String> {
        let mut keys = match self {
            Self::Folder(folder) => files(folder.path().to_owned(), ""),
            Self::Memory(store) => {
                let keys = store.list(None).map_ok(|object| object.location.to_string());
                keys.try_collect::<Vec<_>>().await.unwrap()
            }
        };
        keys.sort();
        keys
    }
}

fn files(folder: PathBuf, prefix: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let key = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            keys.extend(files(entry.path(), &format!("{key}/")));
        } else {
            keys.push(key);
        }
    }
    keys
}
