//! The places under test, and what somebody else may do to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bucket::{Bucket, Location};
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use tempfile::TempDir;

use crate::archive;

/// A place that goes when this is dropped.
pub enum Place {
    Folder(TempDir),
    Memory(Arc<InMemory>),
    /// A folder for the archive, its ending, and what is in it, with whether that is packed.
    Archive(TempDir, &'static str, Mutex<(BTreeMap<String, Vec<u8>>, bool)>),
}

impl Place {
    /// More files than a page of a listing has, twice.
    pub const MANY: usize = 2_100;

    pub fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// An archive with a journal in which there is nothing.
    pub fn archive(ending: &'static str) -> Self {
        let journal = BTreeMap::from([("journal/".to_owned(), Vec::new())]);
        Self::Archive(tempfile::tempdir().unwrap(), ending, Mutex::new((journal, false)))
    }

    pub fn bucket(&self) -> Bucket {
        match self {
            Self::Folder(folder) => {
                Bucket::open(&Location::Local(folder.path().to_owned())).unwrap()
            }
            Self::Memory(store) => Bucket::with_store(store.clone(), "in memory"),
            Self::Archive(folder, ending, entries) => {
                let path = folder.path().join(format!("firm.{ending}"));
                let (entries, is_packed) = &mut *entries.lock().unwrap();
                if !std::mem::replace(is_packed, true) {
                    let entries =
                        entries.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice()));
                    let beside = folder.path().join("beside");
                    fs::write(&beside, archive::pack(ending, &entries.collect::<Vec<_>>()))
                        .unwrap();
                    fs::rename(beside, &path).unwrap();
                }
                Bucket::open(&Location::Local(path)).unwrap()
            }
        }
    }

    /// Whether a name is kept as it is.
    #[expect(clippy::unused_self, reason = "places in other targets make of some names others")]
    pub fn keeps(&self, _: &str) -> bool {
        true
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
            Self::Archive(_, _, entries) => {
                let (entries, is_packed) = &mut *entries.lock().unwrap();
                entries.insert(key.to_owned(), bytes.to_vec());
                *is_packed = false;
            }
        }
    }

    /// Takes an object away.
    pub async fn remove(&self, key: &str) {
        match self {
            Self::Folder(folder) => fs::remove_file(folder.path().join(key)).unwrap(),
            Self::Memory(store) => store.delete(&Key::parse(key).unwrap()).await.unwrap(),
            Self::Archive(_, _, entries) => {
                let (entries, is_packed) = &mut *entries.lock().unwrap();
                entries.remove(key);
                *is_packed = false;
            }
        }
    }

    /// Every key there is, in order.
    pub async fn keys(&self) -> Vec<String> {
        let mut keys = match self {
            Self::Folder(folder) => files(folder.path().to_owned(), ""),
            Self::Archive(_, _, entries) => entries.lock().unwrap().0.keys().cloned().collect(),
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
