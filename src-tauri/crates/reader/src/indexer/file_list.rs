//! The list of files, their verification, and the acknowledgement of changes.

use std::collections::BTreeMap;
use std::io;
use std::sync::PoisonError;

use bucket::{FileMeta, ReadError};
use chrono::{DateTime, Utc};
use query::{AcknowledgedChange, CancellationToken, FileEntry, FileList, Unreadable};

use super::file_ledger::{FileLedger, file_state};
use super::progress::Amount;
use super::{Indexer, IndexerState, digests};
use crate::Error;
use crate::catalog::{Catalog, FileRead};
use crate::ledger::Acknowledgement;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Number of files that are what they were when they were read.
    pub same: usize,
    /// Names of files that are not.
    pub altered: Vec<String>,
    /// Files that could not be read again.
    pub unread: Vec<Unreadable>,
}

impl Indexer {
    /// The files of the bucket as of the last refresh, and those that are gone.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the ledger cannot be read.
    pub async fn files(&self) -> Result<FileList, Error> {
        self.with_state(|_, state| Ok(list(state)?)).await
    }

    /// Reads every byte of every file again, and compares it with what the catalog holds. Files that
    /// are another now, though their identity is the same, and those that cannot be read, the next
    /// refresh reads anew. Calls `report` with the number of files done and of all.
    ///
    /// # Errors
    /// [`Error::List`] if the bucket cannot be listed, [`Error::Catalog`] if the catalog or the ledger
    /// cannot be written. That a file cannot be read is no error.
    #[tracing::instrument(skip_all)]
    pub async fn verify(
        &self,
        report: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<Verified, Error> {
        self.with_state(move |indexer, state| {
            let listing = indexer.bucket.blocking_list_all()?;
            // What is new, or is another file by its identity, the next refresh reads anyway.
            let known = listing.files.iter().filter_map(|file| {
                let read = state.contents.files.get(file.name.as_str())?;
                (read.identity.is_of(file) && read.is_hashed()).then_some((file, read))
            });
            let (files, reads): (Vec<&FileMeta>, Vec<&FileRead>) = known.unzip();
            let (never, all) = (CancellationToken::new(), files.len());
            let report = |done: Amount| report(done.files, all);
            let digests = digests::sha256(&indexer.bucket, &files, &never, report)?;
            let (mut verified, mut same) = (Verified::default(), Vec::new());
            for ((file, read), digest) in files.into_iter().zip(reads).zip(digests) {
                match digest {
                    Ok(found) if found == read.sha256 => {
                        same.push((file.name.as_str(), read.known()));
                    }
                    Ok(_) => verified.altered.push(file.name.clone()),
                    // The next refresh reads it.
                    Err(ReadError::Changed) => {}
                    Err(why) => {
                        verified.unread.push(Unreadable::file(&file.name, why.to_string()));
                    }
                }
            }
            verified.same = same.len();
            if let Some(ledger) = &mut state.ledger {
                ledger.look(same.into_iter())?;
            }
            let unread = verified.unread.iter().map(|unread| &unread.file);
            let distrusted: Vec<_> = verified.altered.iter().chain(unread).cloned().collect();
            if !distrusted.is_empty() {
                let catalog = Catalog::open(&indexer.catalog)?;
                catalog.distrust(&catalog.wait_for_lock()?, &distrusted)?;
            }
            Ok(verified)
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
            if let Some(why) = &state.why_no_ledger {
                return Err(Error::Ledger(io::Error::other(why.clone())));
            }
            let is_changed = |name: &&String| state.changed.iter().any(|one| one.file == **name);
            if let Some(unchanged) = names.iter().find(|name| !is_changed(name)) {
                return Ok(Some(unchanged.clone()));
            }
            let Some(ledger) = &mut state.ledger else { return Ok(None) };
            let at = ledger.now();
            for name in &names {
                let now = state.contents.files.get(name.as_str()).map(FileRead::known);
                ledger.ledger.acknowledge(name, now.as_ref(), &reason, at)?;
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

/// All files: of the catalog, of those that could not be read, and of the changed ones.
fn list(state: &IndexerState) -> io::Result<FileList> {
    let mut looked_at = BTreeMap::new();
    let mut acknowledged = Vec::new();
    if let Some(FileLedger { ledger, .. }) = &state.ledger {
        let entries = ledger.entries()?.into_iter();
        looked_at.extend(entries.map(|(name, entry)| (name, time(entry.looked_at))));
        acknowledged.extend(ledger.acknowledgements()?.into_iter().map(acknowledged_change));
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

fn acknowledged_change(one: Acknowledgement) -> AcknowledgedChange {
    AcknowledgedChange {
        file: one.name,
        change: one.change,
        reason: one.reason,
        at: time(one.at),
        was: file_state(&one.was),
    }
}

/// Seconds since 1970 as a time.
fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
