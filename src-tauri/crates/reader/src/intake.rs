//! Reading a bucket: each file once, and again only what is new.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::{Entry, Event, Place};
use futures::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, path::Path};
use tokio::sync::Mutex;

use crate::decode::{Decoded, decode};
use crate::{Coverage, Error, Snapshot, Unreadable};

/// The folder of a bucket in which its journal lies.
pub const JOURNAL_FOLDER: &str = "journal";

/// What a coverage calls the events that wait on this device.
const OUTBOX: &str = "what waits on this device";

/// A bucket that is being read. Every [`Intake::refresh`] gives a [`Snapshot`] of what is there;
/// a snapshot never changes.
#[derive(Debug)]
pub struct Intake {
    store: Arc<dyn ObjectStore>,
    /// Held during a refresh, so that two do not read the same file.
    so_far: Mutex<SoFar>,
}

/// The events that wait on this device, or why they could not be read.
type Waiting = Result<Vec<Event>, String>;

/// What was read so far.
#[derive(Debug, Default)]
struct SoFar {
    files: BTreeMap<Arc<str>, FileRead>,
    /// What waited on this device at the last refresh, and what came of it.
    latest: Option<(Waiting, Arc<Snapshot>)>,
}

#[derive(Debug)]
struct FileRead {
    identity: Identity,
    content: Result<Decoded, String>,
}

/// By what a file is known to be the one that was read.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    size: u64,
    modified: DateTime<Utc>,
    etag: Option<String>,
}

impl Intake {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, so_far: Mutex::default() }
    }

    /// Reads what is new in the bucket, and answers from all of it together with `pending`: the
    /// events that wait on this device, or why they could not be read, which the coverage then
    /// says. List `pending` before calling: an event that a flush moves meanwhile is then seen in
    /// both places and counted once, where the other way round it could be seen in neither.
    pub async fn refresh(
        &self,
        pending: Result<Vec<Event>, String>,
    ) -> Result<Arc<Snapshot>, Error> {
        let mut so_far = self.so_far.lock().await;
        let listed = self.list().await?;
        let known = so_far.files.len();
        let same = |meta: &ObjectMeta, read: &FileRead| read.identity == identity(meta);
        so_far.files.retain(|name, read| listed.get(name).is_some_and(|meta| same(meta, read)));
        let mut changed = so_far.files.len() < known;
        for (name, meta) in listed.iter().rev() {
            if !so_far.files.contains_key(name) {
                let content = self.read(name, meta).await;
                let read = FileRead { identity: identity(meta), content };
                so_far.files.insert(Arc::clone(name), read);
                changed = true;
            }
        }
        match &so_far.latest {
            Some((waited, snapshot)) if !changed && *waited == pending => Ok(Arc::clone(snapshot)),
            _ => {
                let (entries, coverage) = gather(&so_far.files, pending.clone());
                let build = move || Snapshot::new(entries, coverage);
                let built = tokio::task::spawn_blocking(build).await;
                let built = built.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))?;
                let snapshot = Arc::new(built);
                so_far.latest = Some((pending, Arc::clone(&snapshot)));
                Ok(snapshot)
            }
        }
    }

    /// The journal's files by name, which is their path below the journal folder.
    async fn list(&self) -> Result<BTreeMap<Arc<str>, ObjectMeta>, Error> {
        let folder = Path::from(JOURNAL_FOLDER);
        let all: Vec<ObjectMeta> = self.store.list(Some(&folder)).try_collect().await?;
        let named = all.into_iter().filter_map(|meta| {
            let name = Arc::<str>::from(meta.location.as_ref().strip_prefix("journal/")?);
            let hidden = name.split('/').any(|part| part.starts_with('.'));
            (!hidden && name.ends_with(".parquet")).then_some((name, meta))
        });
        Ok(named.collect())
    }

    async fn read(&self, name: &Arc<str>, meta: &ObjectMeta) -> Result<Decoded, String> {
        let got =
            self.store.get(&meta.location).await.map_err(|e| format!("cannot be read: {e}"))?;
        if identity(&got.meta) != identity(meta) {
            return Err("was replaced while it was read; refresh to read it again".to_owned());
        }
        let bytes = got.bytes().await.map_err(|e| format!("cannot be read: {e}"))?;
        let name = Arc::clone(name);
        let work = move || catch_unwind(AssertUnwindSafe(|| decode(&name, bytes)));
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(content)) => content,
            Ok(Err(_)) | Err(_) => Err("its content makes the Parquet decoder fail".to_owned()),
        }
    }
}

fn identity(meta: &ObjectMeta) -> Identity {
    Identity { size: meta.size, modified: meta.last_modified, etag: meta.e_tag.clone() }
}

/// All that was read and all that waits, and which files that rests on.
fn gather(files: &BTreeMap<Arc<str>, FileRead>, pending: Waiting) -> (Vec<Arc<Entry>>, Coverage) {
    let mut coverage = Coverage { files: files.len(), ..Coverage::default() };
    let mut entries = Vec::new();
    for (name, file) in files {
        let mut report = |problem| {
            coverage.unreadable.push(Unreadable { file: name.to_string(), problem });
        };
        match &file.content {
            Err(problem) => report(problem.clone()),
            Ok(decoded) => {
                decoded.bad_rows.iter().for_each(|(row, why)| report(format!("row {row}: {why}")));
                coverage.read += 1;
                coverage.rows += decoded.rows;
                entries.extend(decoded.entries.iter().cloned());
            }
        }
    }
    let pending = pending.unwrap_or_else(|problem| {
        coverage.unreadable.push(Unreadable { file: OUTBOX.to_owned(), problem });
        Vec::new()
    });
    coverage.complete = coverage.unreadable.is_empty();
    let waiting = |event| Arc::new(Entry { event, place: Place::Pending });
    entries.extend(pending.into_iter().map(waiting));
    (entries, coverage)
}
