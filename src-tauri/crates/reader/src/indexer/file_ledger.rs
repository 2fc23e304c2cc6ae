//! The ledger as the indexer keeps it: it notes each file that is read, and tells which files are no
//! longer what they were.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bucket::{Bucket, Listing};
use chrono::{DateTime, Utc};
use query::{ChangedFile, FileState};

use crate::catalog::{Contents, FileRead};
use crate::ledger::{Acknowledgement, KnownFile, Ledger, LedgerEntry, Noted, ledger_path};

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
    ledger: Ledger,
    options: LedgerOptions,
    /// Names of the files that this indexer was the first to read.
    pub new: HashSet<Arc<str>>,
}

impl FileLedger {
    /// Opens the ledger of a bucket, by its id if it has one, and else by its place.
    pub fn open(options: LedgerOptions, bucket: &Bucket, listing: &Listing) -> io::Result<Self> {
        let by_place = ledger_path(&options.folder, &bucket.place().path);
        let id = bucket.id().map_err(io::Error::other)?;
        let path =
            id.map_or_else(|| by_place.clone(), |id| ledger_path(&options.folder, id.as_str()));
        let names = listing.files.iter().map(|file| file.name.as_str());
        let ledger = Ledger::open(&path, &by_place, names)?;
        Ok(Self { ledger, options, new: HashSet::new() })
    }

    /// Whether it has any file.
    pub fn len(&self) -> io::Result<usize> {
        self.ledger.len()
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

    /// The files that are gone or altered, by name.
    pub fn changes(&self, listing: &Listing, contents: &Contents) -> io::Result<Vec<ChangedFile>> {
        let is_altered = contents.files.values().any(|read| read.altered);
        let counts = [listing.files.len(), contents.files.len()];
        // Every file of the catalog is in the ledger: where there are as many, they are the same.
        if !is_altered && counts == [self.ledger.len()?; 2] {
            return Ok(Vec::new());
        }
        let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
        let mut changed = Vec::new();
        for (name, entry) in self.ledger.entries()? {
            let read = contents.files.get(name.as_str());
            let change = match read {
                _ if !listed.contains(name.as_str()) => "gone",
                Some(read) if read.sha256 != entry.known.sha256 => "altered",
                _ => continue,
            };
            let was = file_state(&entry.known);
            changed.push(ChangedFile { file: name, change: change.to_owned(), was });
        }
        changed.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(changed)
    }

    /// The current time, in seconds since 1970.
    pub fn now(&self) -> i64 {
        (self.options.now)().timestamp()
    }

    /// The ledger itself.
    pub fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// All files in the ledger, by name.
    pub fn entries(&self) -> io::Result<HashMap<String, LedgerEntry>> {
        self.ledger.entries()
    }

    /// All changes that somebody has acknowledged.
    pub fn acknowledgements(&self) -> io::Result<Vec<Acknowledgement>> {
        self.ledger.acknowledgements()
    }
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
