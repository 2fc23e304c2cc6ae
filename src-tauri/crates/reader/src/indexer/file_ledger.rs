//! The ledger as the indexer keeps it: it notes each file that is read, and tells which files are no
//! longer what they were.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bucket::{Bucket, BucketId, FileMeta, Listing};
use chrono::{DateTime, Utc};
use query::{ChangedFile, FileState};

use super::lost_id::{latest_ledger, ledger_of_lost_id, note_id, noted_at, path_of_id};
use crate::Error;
use crate::catalog::{Contents, FileRead};
use crate::database::{check_writable, has_room};
use crate::ledger::{Before, KnownFile, Ledger, Noted, is_there, ledger_path, name_hash};

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

/// Change of a file that is no longer there.
const GONE: &str = "gone";

/// Ledger of the files of the bucket that is indexed.
#[derive(Debug)]
pub(super) struct FileLedger {
    pub ledger: Ledger,
    /// Path of the ledger.
    path: PathBuf,
    bucket: Bucket,
    id: Option<BucketId>,
    options: LedgerOptions,
    /// Names of the files that this indexer was the first to read.
    pub new: HashSet<Arc<str>>,
    /// Whether the bucket was replaced, as it was found during this refresh.
    replaced: Option<bool>,
}

impl FileLedger {
    /// Opens the ledger of a bucket, by its id and place, or by its place alone if it has no id: a copy
    /// elsewhere has one of its own. A bucket gets its id with the first recording. Where none can be
    /// made it is the one that was before it; `None` if there was none either.
    pub fn open(
        open: Option<Self>,
        options: &LedgerOptions,
        bucket: &Bucket,
    ) -> Result<Option<Self>, Error> {
        let Paths { path, of_place, id } = Paths::of(&options.folder, bucket);
        let new = match open {
            Some(open) if open.path == path && !open.ledger.is_read_only() => {
                return Ok(Some(Self { replaced: None, ..open }));
            }
            other => other.map(|other| other.new).unwrap_or_default(),
        };
        let is_new = !is_there(&path)?;
        let (ledger, path) = if is_new {
            let of_ids = id.as_ref().map(|id| ids_before(&options.folder, bucket, id));
            let of_ids = of_ids.into_iter().flatten().map(|path| Before { path, names: None });
            let mut before: Vec<Before<'_>> = of_ids.filter(|one| one.path != path).collect();
            let listing;
            if of_place != path && is_there(&of_place)? {
                listing = bucket.blocking_list_all()?;
                let names = listing.files.iter().map(|file| file.name.as_str()).collect();
                before.push(Before { path: of_place, names: Some(names) });
            }
            // One that is there and cannot be read is another matter.
            let before = Ledger::first(&before)?;
            let can_be_made = check_writable(&options.folder).is_ok() && has_room(&options.folder);
            match before {
                _ if can_be_made => (Ledger::make(&path, before)?, path),
                Some(before) => (Ledger::connect(before)?, before.to_owned()),
                None => return Ok(None),
            }
        } else {
            (Ledger::connect(&path)?, path)
        };
        let (bucket, options) = (bucket.clone(), options.clone());
        Ok(Some(Self { ledger, path, bucket, id, options, new, replaced: None }))
    }

    /// Whether it can be kept: why not, if not.
    pub fn check(options: &LedgerOptions, bucket: &Bucket) -> io::Result<()> {
        check_writable(&options.folder)?;
        if !has_room(&options.folder) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let Paths { path, .. } = Paths::of(&options.folder, bucket);
        // What else is wrong with it is a finding.
        if !is_there(&path).unwrap_or(false) {
            return Ok(());
        }
        Ledger::connect(&path).ok().and_then(Ledger::why_read_only).map_or(Ok(()), Err)
    }

    /// Keeps what is known of a bucket by its place by its id, which it just got.
    pub fn keep_by_id(options: &LedgerOptions, bucket: &Bucket) -> Result<(), Error> {
        let Paths { of_place, .. } = Paths::of(&options.folder, bucket);
        if is_there(&of_place)?
            && let Some(ledger) = Self::open(None, options, bucket)?
        {
            ledger.note_bucket();
        }
        Ok(())
    }

    /// Notes a file that this device stored. When its events are from is noted when it is read.
    pub fn note_stored(
        options: &LedgerOptions,
        bucket: &Bucket,
        name: &str,
        rows: u64,
        sha256: [u8; 32],
    ) -> Result<(), Error> {
        if let Some(mut ledger) = Self::open(None, options, bucket)? {
            let now = ledger.now();
            ledger.ledger.note(&[(name, KnownFile { rows, span: None, sha256 })], now)?;
        }
        Ok(())
    }

    /// Notes that the catalog at the bucket's place is now that of this bucket.
    pub fn note_bucket(&self) {
        if let Ok(Some(id)) = self.bucket.stored_id()
            && !self.ledger.is_read_only()
        {
            // Without the notes, only what a bucket that loses its id was is not found.
            drop(note_id(&self.options.folder, &self.bucket.place(), &id, &self.path));
        }
    }

    /// Whether a catalog, which goes by the bucket's place, is of this bucket and not of another that was
    /// there before.
    fn is_its_catalog(&self, contents: &Contents) -> Result<bool, Error> {
        let noted = noted_at(&self.options.folder, &self.bucket.place().path);
        if let (Some(noted), Some(id)) = (noted, &self.id) {
            return Ok(noted == *id);
        }
        let is_known = |file: &FileMeta| contents.files.contains_key(file.name.as_str());
        Ok(self.bucket.blocking_has(is_known)?)
    }

    /// Whether the bucket has no id, and none of the files that are known of it is there any more: what
    /// lies there may be another bucket.
    fn is_replaced(&mut self) -> Result<bool, Error> {
        if let Some(replaced) = self.replaced {
            return Ok(replaced);
        }
        let replaced = self.id.is_none() && lost(&self.ledger, &self.bucket)? > 0;
        self.replaced = Some(replaced);
        Ok(replaced)
    }

    /// Notes files that were just read, and in each whether the ledger has other bytes of it. Where they
    /// may be of another bucket, nothing is noted until somebody has acknowledged that.
    pub fn note(&mut self, files: &mut [(Arc<str>, FileRead)]) -> io::Result<()> {
        if self.is_replaced().map_err(io::Error::other)? {
            return Ok(());
        }
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

    /// The files that are gone or altered, by name, as of a listing of the bucket and what was read then.
    /// `None` if one that is not in the listing is there now, so that the listing is out of date, unless
    /// this look is the last one: then it is told as gone.
    pub fn changes(
        &mut self,
        listing: &Listing,
        contents: &Contents,
        bucket: &Bucket,
        is_last: bool,
    ) -> Result<Option<Vec<ChangedFile>>, Error> {
        let is_altered = contents.files.values().any(|read| read.altered);
        let all_are_listed = listing.files.len() == contents.files.len();
        if !is_altered && all_are_listed && self.has_exactly(contents)? {
            return Ok(Some(Vec::new()));
        }
        let is_hidden = |name: &str| {
            let folders = listing.lookalikes.iter();
            let mut below = folders.filter_map(|folder| name.strip_prefix(&folder.name));
            below.any(|rest| rest.starts_with('/'))
        };
        let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
        let entries = self.ledger.entries()?;
        let with_bytes: HashMap<[u8; 32], &Arc<str>> =
            contents.files.iter().map(|(name, read)| (read.sha256, name)).collect();
        let mut changed = Vec::new();
        for (name, entry) in entries {
            let read = contents.files.get(name.as_str());
            let change = match read {
                // What lies in a folder that cannot be entered may be there.
                _ if !listed.contains(name.as_str()) && is_hidden(&name) => continue,
                _ if !listed.contains(name.as_str()) => GONE,
                Some(read) if read.sha256 != entry.known.sha256 => "altered",
                _ => continue,
            };
            let was = file_state(&entry.known);
            let now_at = with_bytes.get(&entry.known.sha256).filter(|_| change == GONE);
            let now_at = now_at.map(ToString::to_string);
            changed.push(ChangedFile { file: name, change: change.to_owned(), was, now_at });
        }
        if changed.iter().any(|one| one.change == GONE) {
            let now = bucket.blocking_list_all()?;
            let is_there = |name: &str| {
                now.files.binary_search_by(|file| file.name.as_str().cmp(name)).is_ok()
            };
            if changed.iter().any(|one| one.change == GONE && is_there(&one.file)) && !is_last {
                return Ok(None);
            }
        }
        changed.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(Some(changed))
    }

    /// Whether it has the files of the catalog that have rows, and no others.
    fn has_exactly(&self, contents: &Contents) -> io::Result<bool> {
        let with_rows = contents.files.iter().filter(|(_, read)| read.rows > 0);
        let names = with_rows.fold((0, 0_u64), |(count, sum), (name, _)| {
            (count + 1, sum.wrapping_add(name_hash(name)))
        });
        Ok(names == self.ledger.names()?)
    }

    /// Notes the files of the catalog that it does not have: it may be newer than the catalog, or could
    /// not be written when they were read.
    pub fn note_missing(&mut self, contents: &Contents) -> Result<(), Error> {
        if self.ledger.is_read_only()
            || contents.files.is_empty()
            || self.has_exactly(contents)?
            || !self.is_its_catalog(contents)?
            || self.is_replaced()?
        {
            return Ok(());
        }
        let entries = self.ledger.entries()?;
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

/// Paths of the ledgers that a bucket with this id may have had: that of the place where it was last, and
/// that of an id that it has lost.
fn ids_before(ledgers: &Path, bucket: &Bucket, id: &BucketId) -> impl Iterator<Item = PathBuf> {
    let of_lost_id = ledger_of_lost_id(ledgers, bucket, id);
    [Some(latest_ledger(ledgers, id)), of_lost_id].into_iter().flatten()
}

/// Number of the files that are known of a bucket without an id, if none of them is there any more: what
/// lies there now may be another bucket. 0 otherwise, and where the ledger cannot be read, which whoever
/// reads the bucket is told. `ledgers` is the folder of [`LedgerOptions`]. Blocks while it looks at the
/// bucket.
pub fn lost_files(ledgers: &Path, bucket: &Bucket) -> usize {
    let Paths { path, .. } = Paths::of(ledgers, bucket);
    if !matches!(bucket.stored_id(), Ok(None)) || !is_there(&path).unwrap_or(false) {
        return 0;
    }
    Ledger::connect(&path).map_or(0, |ledger| lost(&ledger, bucket).unwrap_or(0))
}

/// Number of the files of a ledger, if none of them is in the bucket any more; 0 otherwise.
fn lost(ledger: &Ledger, bucket: &Bucket) -> Result<usize, Error> {
    let known = ledger.entries()?;
    let is_known = |file: &FileMeta| known.contains_key(&file.name);
    let is_here = known.is_empty() || bucket.blocking_has(is_known)?;
    Ok(if is_here { 0 } else { known.len() })
}

/// Paths of the ledgers of a bucket.
struct Paths {
    /// Path of its own.
    path: PathBuf,
    /// Path of the one that it had before it had an id.
    of_place: PathBuf,
    id: Option<BucketId>,
}

impl Paths {
    fn of(ledgers: &Path, bucket: &Bucket) -> Self {
        let place = bucket.place().path;
        let of_place = ledger_path(ledgers, &place);
        // One that cannot be read is named by the listing.
        let id = bucket.id().ok().flatten();
        let of_both = |id| path_of_id(ledgers, id, &place);
        let path = id.as_ref().map_or_else(|| of_place.clone(), of_both);
        Self { path, of_place, id }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use std::fs;

    use bucket::Location;

    use super::*;

    #[test]
    fn f9_a_file_that_came_after_the_listing_is_not_gone() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("firm/journal");
        fs::create_dir_all(&journal).unwrap();
        let bucket = Bucket::open(&Location::Local(folder.path().join("firm"))).unwrap();
        let home = folder.path().join("home");
        let now = Arc::new(|| DateTime::UNIX_EPOCH);
        let options = LedgerOptions { folder: home, now };
        check_writable(&options.folder).unwrap();
        let mut ledger = FileLedger::open(None, &options, &bucket).unwrap().unwrap();
        // Another process has listed the bucket later, and read what came meanwhile.
        let listing = bucket.blocking_list_all().unwrap();
        fs::write(journal.join("came.parquet"), "").unwrap();
        let known = KnownFile { rows: 1, span: None, sha256: [7; 32] };
        let noted = [("came.parquet", known.clone()), ("gone.parquet", known)];
        ledger.ledger.note(&noted, 0).unwrap();
        let mut changes = |listing: &Listing, is_last| {
            let changed = ledger.changes(listing, &Contents::default(), &bucket, is_last).unwrap();
            changed.map(|changed| changed.into_iter().map(|one| one.file).collect::<Vec<_>>())
        };
        assert_eq!(changes(&listing, false), None, "the listing is out of date");
        assert_eq!(
            changes(&listing, true),
            Some(vec!["came.parquet".into(), "gone.parquet".into()])
        );
        let now = bucket.blocking_list_all().unwrap();
        assert_eq!(changes(&now, false), Some(vec!["gone.parquet".into()]));
    }
}
