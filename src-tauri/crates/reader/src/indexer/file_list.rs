//! The list of files, their verification, and the acknowledgement of changes.

use std::collections::BTreeMap;
use std::io;
use std::sync::PoisonError;

use bucket::Bucket;
use chrono::{DateTime, Utc};
use query::{AcknowledgedChange, FileEntry, FileList};
use tokio::runtime::Handle;

use super::file_ledger::{FileLedger, file_state};
use super::{Indexer, IndexerState};
use crate::Error;
use crate::catalog::{Catalog, FileRead};

impl Indexer {
    /// The files of the bucket as of the last refresh, and those that are gone.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the ledger cannot be read.
    pub async fn files(&self) -> Result<FileList, Error> {
        self.with_state(|_, state| Ok(list(state)?)).await
    }

    /// Reads every byte of every file again, and compares it with what the catalog holds. Files that
    /// are another now, though their size and time are the same, are read anew by the next refresh.
    /// Returns their names. Calls `report` with the number of files done and of all.
    ///
    /// # Errors
    /// [`Error::List`] if a file cannot be read, [`Error::Catalog`] if the catalog or the ledger
    /// cannot be written.
    #[tracing::instrument(skip_all)]
    pub async fn verify(
        &self,
        mut report: impl FnMut(usize, usize) + Send + 'static,
    ) -> Result<Vec<String>, Error> {
        self.with_state(move |indexer, state| {
            let files = &state.contents.files;
            let (mut altered, mut same) = (Vec::new(), Vec::new());
            for (done, (name, read)) in (1..).zip(files.iter()) {
                match sha256(&indexer.bucket, name)? {
                    Some(found) if found == read.sha256 => {
                        same.push((std::sync::Arc::clone(name), read.clone()));
                    }
                    // It is gone since: the next refresh finds that.
                    None => {}
                    Some(_) => altered.push(name.to_string()),
                }
                report(done, files.len());
            }
            if let Some(ledger) = &mut state.ledger {
                ledger.note(&mut same)?;
            }
            if !altered.is_empty() {
                let catalog = Catalog::open(&indexer.catalog)?;
                catalog.distrust(&catalog.wait_for_lock()?, &altered)?;
            }
            altered.sort_unstable();
            Ok(altered)
        })
        .await
    }

    /// Acknowledges the changes of files, with a reason: they are no findings any more. A later change
    /// is one again. Returns the first name that has no change; then nothing is acknowledged.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the catalog or the ledger cannot be written.
    pub async fn acknowledge(
        &self,
        names: Vec<String>,
        reason: String,
    ) -> Result<Option<String>, Error> {
        self.with_state(move |indexer, state| {
            let is_changed = |name: &&String| state.changed.iter().any(|one| one.file == **name);
            if let Some(unchanged) = names.iter().find(|name| !is_changed(name)) {
                return Ok(Some(unchanged.clone()));
            }
            let Some(ledger) = &mut state.ledger else { return Ok(None) };
            let at = ledger.now();
            for name in &names {
                let now = state.contents.files.get(name.as_str()).map(FileRead::known);
                ledger.ledger().acknowledge(name, now.as_ref(), &reason, at)?;
            }
            let catalog = Catalog::open(&indexer.catalog)?;
            catalog.acknowledge(&catalog.wait_for_lock()?, &names)?;
            Ok(None)
        })
        .await
    }

    /// Runs work on the state, on a thread that may block.
    async fn with_state<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &mut IndexerState) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            work(&indexer, &mut state)
        });
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// SHA-256 of a file; `None` if it is gone.
fn sha256(bucket: &Bucket, name: &str) -> Result<Option<[u8; 32]>, Error> {
    let key = format!("{}/{name}", bucket::JOURNAL_FOLDER);
    Ok(Handle::current().block_on(bucket.sha256(&key))?)
}

/// All files: of the catalog, of those that could not be read, and of the changed ones.
fn list(state: &IndexerState) -> io::Result<FileList> {
    let mut looked_at = BTreeMap::new();
    let mut acknowledged = Vec::new();
    if let Some(ledger) = &state.ledger {
        looked_at.extend(ledger.looked_at()?);
        acknowledged = ledger.acknowledged()?;
    }
    let mut files: BTreeMap<String, FileEntry> = BTreeMap::new();
    for (name, read) in state.contents.files.iter() {
        let is_new = state.ledger.as_ref().is_some_and(|ledger| ledger.new.contains(name));
        let entry = FileEntry {
            read_at: looked_at.get(&**name).copied(),
            problem: problem(read),
            change: is_new.then(|| "new".to_owned()),
            ..FileEntry::new(name, Some(file_state(&read.known())))
        };
        files.insert(name.to_string(), entry);
    }
    for unread in &state.unread {
        let problem = Some(unread.problem.clone());
        let entry = FileEntry { problem, ..FileEntry::new(&unread.file, None) };
        files.insert(unread.file.clone(), entry);
    }
    for changed in &state.changed {
        let entry = files.entry(changed.file.clone()).or_insert_with(|| FileEntry {
            read_at: looked_at.get(&changed.file).copied(),
            ..FileEntry::new(&changed.file, Some(changed.was.clone()))
        });
        entry.change = Some(changed.change.clone());
    }
    Ok(FileList { files: files.into_values().collect(), acknowledged })
}

/// What is wrong with a file that was read.
fn problem(read: &FileRead) -> Option<String> {
    let of_rows = || match read.bad.len() {
        0 => None,
        1 => Some("has a row that cannot be read".to_owned()),
        several => Some(format!("has {several} rows that cannot be read")),
    };
    read.problem.clone().or_else(of_rows)
}

impl FileLedger {
    /// When the bytes of each file were last looked at.
    fn looked_at(&self) -> io::Result<Vec<(String, DateTime<Utc>)>> {
        let entries = self.entries()?.into_iter();
        let time = |at| DateTime::from_timestamp(at, 0).unwrap_or_default();
        Ok(entries.map(|(name, entry)| (name, time(entry.looked_at))).collect())
    }

    /// All acknowledgements.
    fn acknowledged(&self) -> io::Result<Vec<AcknowledgedChange>> {
        let all = self.acknowledgements()?.into_iter().map(|one| AcknowledgedChange {
            file: one.name,
            change: one.change,
            reason: one.reason,
            at: DateTime::from_timestamp(one.at, 0).unwrap_or_default(),
            was: file_state(&one.was),
        });
        Ok(all.collect())
    }
}
