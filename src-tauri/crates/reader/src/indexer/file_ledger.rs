//! The ledger as the indexer keeps it: it notes each file that is read, and tells which files are no
//! longer what they were.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bucket::{Bucket, FileMeta, Listing};
use chrono::{DateTime, Utc};
use query::{ChangedFile, FileState};

use super::lost_id::note_id;
use crate::Error;
use crate::catalog::{Contents, FileRead};
use crate::database::check_writable;
use crate::ledger::{KnownFile, Ledger, LedgerEntry, Noted, ledger_path};

/// Where the ledgers of buckets are kept, and the clock that dates what is noted in them.
#[derive(Clone)]
pub struct LedgerOptions {
    /// Folder of the ledgers, which is made when it is needed. It must last: what is in it is the only
    /// record of what files once were.
    pub folder: PathBuf,
    /// The current time.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl fmt::Debug for LedgerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerOptions").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Ledger of the files of the bucket that is indexed.
#[derive(Debug)]
pub(super) struct FileLedger {
    pub ledger: Ledger,
    /// Path of the ledger.
    path: PathBuf,
    options: LedgerOptions,
    /// Names of the files that this indexer was the first to read.
    pub new: HashSet<Arc<str>>,
}

impl FileLedger {
    /// Opens the ledger of a bucket, by its id if it has one and else by its place, unless `open` is
    /// that: a bucket gets its id with the first recording. `None` if there is none, and none can be
    /// made.
    pub fn open(
        open: Option<Self>,
        options: &LedgerOptions,
        bucket: &Bucket,
        listing: &Listing,
    ) -> io::Result<Option<Self>> {
        let (place, by_place, path) = paths(options, bucket)?;
        let new = match open {
            Some(open) if open.path == path && !open.ledger.is_read_only() => {
                return Ok(Some(open));
            }
            other => other.map(|other| other.new).unwrap_or_default(),
        };
        let names = listing.files.iter().map(|file| file.name.as_str());
        let ledger = match Ledger::open(&path, &by_place, names) {
            // A file that is there and cannot be read is another matter.
            Err(_) if !path.exists() && check_writable(&options.folder).is_err() => {
                return Ok(None);
            }
            ledger => ledger?,
        };
        if let Some(id) = bucket.stored_id().map_err(io::Error::other)?
            && !ledger.is_read_only()
        {
            note_id(&options.folder, &place, &id)?;
        }
        Ok(Some(Self { ledger, path, options: options.clone(), new }))
    }

    /// The number of files that are known of a bucket without an id, if none of them is there any more:
    /// what lies there now may be another bucket. 0 otherwise.
    pub fn lost(options: &LedgerOptions, bucket: &Bucket) -> Result<usize, Error> {
        let (_, _, path) = paths(options, bucket)?;
        if bucket.stored_id().map_err(io::Error::other)?.is_some() || !path.exists() {
            return Ok(0);
        }
        let known = Ledger::connect(&path)?.entries()?;
        let listing = bucket.blocking_list_all()?;
        let is_known = |file: &FileMeta| known.contains_key(&file.name);
        Ok(if listing.files.iter().any(is_known) { 0 } else { known.len() })
    }

    /// Notes files that were just read, and in each whether the ledger has other bytes of it.
    pub fn note(&mut self, files: &mut [(Arc<str>, FileRead)]) -> io::Result<()> {
        let known: Vec<(&str, KnownFile)> =
            files.iter().map(|(name, read)| (&**name, read.known())).collect();
        let noted = self.ledger.note(&known, self.now())?;
        for ((name, read), noted) in files.iter_mut().zip(noted) {
            read.altered = noted == Noted::Altered;
            if noted == Noted::New {
                self.new.insert(Arc::clone(name));
            }
        }
        Ok(())
    }

    /// Notes that the bytes of these files were looked at, and are what they were when they were read.
    pub fn look<'a>(
        &mut self,
        files: impl Iterator<Item = (&'a str, KnownFile)>,
    ) -> io::Result<()> {
        let now = self.now();
        self.ledger.note(&files.collect::<Vec<_>>(), now).map(drop)
    }

    /// The files that are gone or altered, by name.
    pub fn changes(
        &mut self,
        listing: &Listing,
        contents: &Contents,
    ) -> io::Result<Vec<ChangedFile>> {
        let is_altered = contents.files.values().any(|read| read.altered);
        let with_rows = contents.files.values().filter(|read| read.rows > 0).count();
        let all_are_listed = listing.files.len() == contents.files.len();
        // Every such file of the catalog is in the ledger: where there are as many, they are the same.
        if !is_altered && all_are_listed && with_rows == self.ledger.len()? {
            return Ok(Vec::new());
        }
        let is_hidden = |name: &str| {
            let folders = listing.lookalikes.iter();
            let mut below = folders.filter_map(|folder| name.strip_prefix(&folder.name));
            below.any(|rest| rest.starts_with('/'))
        };
        let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
        let entries = self.ledger.entries()?;
        self.note_missing(&entries, contents)?;
        let with_bytes: HashMap<[u8; 32], &Arc<str>> =
            contents.files.iter().map(|(name, read)| (read.sha256, name)).collect();
        let mut changed = Vec::new();
        for (name, entry) in entries {
            let read = contents.files.get(name.as_str());
            let change = match read {
                // What lies in a folder that cannot be entered may be there.
                _ if !listed.contains(name.as_str()) && is_hidden(&name) => continue,
                _ if !listed.contains(name.as_str()) => "gone",
                Some(read) if read.sha256 != entry.known.sha256 => "altered",
                _ => continue,
            };
            let was = file_state(&entry.known);
            let now_at = with_bytes.get(&entry.known.sha256).filter(|_| change == "gone");
            let now_at = now_at.map(ToString::to_string);
            changed.push(ChangedFile { file: name, change: change.to_owned(), was, now_at });
        }
        changed.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(changed)
    }

    /// Notes the files of the catalog that the ledger does not have: it may be newer than the catalog.
    fn note_missing(
        &mut self,
        entries: &HashMap<String, LedgerEntry>,
        contents: &Contents,
    ) -> io::Result<()> {
        let missing = contents.files.iter().filter(|(name, _)| !entries.contains_key(&***name));
        let missing = missing.filter(|(_, read)| read.rows > 0);
        let missing: Vec<_> = missing.map(|(name, read)| (&**name, read.known())).collect();
        if !missing.is_empty() {
            self.ledger.note(&missing, self.now())?;
        }
        Ok(())
    }

    /// The current time, in seconds since 1970.
    pub fn now(&self) -> i64 {
        (self.options.now)().timestamp()
    }
}

/// The place of a bucket, and the paths of the ledgers by that and by what it has, which is its id or
/// else the place.
fn paths(options: &LedgerOptions, bucket: &Bucket) -> io::Result<(String, PathBuf, PathBuf)> {
    let ledger_of = |name: &str| ledger_path(&options.folder, name);
    let place = bucket.place().path;
    let by_place = ledger_of(&place);
    let id = bucket.id().map_err(io::Error::other)?;
    let path = id.map_or_else(|| by_place.clone(), |id| ledger_of(id.as_str()));
    Ok((place, by_place, path))
}

/// A state of a file as answers tell it.
pub(super) fn file_state(known: &KnownFile) -> FileState {
    let time = DateTime::from_timestamp_nanos;
    let (high, low) = known.sha256.split_at(16);
    let hex = |half: &[u8]| half.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
    let sha256 = format!("{:032x}{:032x}", hex(high), hex(low));
    let (first, last) = known.span.map(|(first, last)| (time(first), time(last))).unzip();
    FileState { rows: known.rows, first, last, sha256 }
}
