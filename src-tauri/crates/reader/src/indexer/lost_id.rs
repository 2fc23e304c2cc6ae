//! Notes beside the ledgers: which id the bucket at a place has, which it may lose, as a copy without
//! hidden files does; and which ledger of the buckets with an id, of which one may be a copy of another,
//! was used last.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bucket::platform::check_regular;
use bucket::{Bucket, BucketId, Listing, Place};

use crate::ledger::{Ledger, is_there, ledger_path};

/// Path of the ledger of the bucket with an id at a place.
pub(super) fn path_of_id(ledgers: &Path, id: &BucketId, place: &str) -> PathBuf {
    ledger_path(ledgers, &format!("{id} {place}"))
}

/// Path of the ledger that was used last of those of the buckets with an id.
pub(super) fn latest_ledger(ledgers: &Path, id: &BucketId) -> PathBuf {
    // Before copies had ledgers of their own, there was one by the id.
    let of_id = ledger_path(ledgers, id.as_str());
    let latest = read_note(&of_id.with_extension("latest"));
    latest.map_or(of_id, |latest| ledgers.join(latest))
}

/// Reads a note; `None` if there is none.
fn read_note(path: &Path) -> Option<String> {
    check_regular(path).ok()?;
    fs::read_to_string(path).ok()
}

/// Notes that the bucket at a place has an id, and the ledger at `path`.
pub(super) fn note_id(ledgers: &Path, place: &Place, id: &BucketId, path: &Path) -> io::Result<()> {
    let of_id = ledger_path(ledgers, id.as_str());
    let ledger = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = place.folder.map(|(device, folder)| format!("\n{device} {folder}"));
    let noted = format!("{id}{}", folder.unwrap_or_default());
    note(&note_path(ledgers, &place.path), &noted)?;
    note(&of_id.with_extension("latest"), &ledger)
}

/// Writes a note, unless it is there.
fn note(path: &Path, text: &str) -> io::Result<()> {
    check_regular(path)?;
    if read_note(path).is_some_and(|noted| noted == text) {
        return Ok(());
    }
    fs::write(path, text)
}

/// Finds the id of a bucket that has none any more: that of the bucket which was at its place before,
/// if at least half of the files that are known of that one are here, or no file is. `ledgers` is the
/// folder of [`LedgerOptions`](super::LedgerOptions). Blocks while it looks at the bucket.
pub fn lost_id(ledgers: &Path, bucket: &Bucket) -> Option<BucketId> {
    if bucket.stored_id().is_ok_and(|id| id.is_some()) {
        return None;
    }
    let place = bucket.place().path;
    let id = noted_at(ledgers, &place)?;
    let known = names_in(&path_of_id(ledgers, &id, &place))?;
    let listing = bucket.blocking_list_all().ok()?;
    (listing.files.is_empty() || has_half_of(&listing, &known)).then_some(id)
}

/// The ledger that a bucket had under another id, which it lost before it got the one that it has: that
/// of the bucket which was in the same folder at its place, if at least half of the files that are known
/// of that one are here.
pub(super) fn ledger_of_lost_id(ledgers: &Path, bucket: &Bucket, id: &BucketId) -> Option<PathBuf> {
    let place = bucket.place();
    let noted = read_note(&note_path(ledgers, &place.path))?;
    let (lost, folder) = noted.split_once('\n')?;
    let (device, number) = place.folder?;
    if lost == id.as_str() || folder != format!("{device} {number}") {
        return None;
    }
    let path = path_of_id(ledgers, &BucketId::from_text(lost), &place.path);
    let known = names_in(&path)?;
    has_half_of(&bucket.blocking_list_all().ok()?, &known).then_some(path)
}

/// Names of the files in a ledger; `None` if there is none.
fn names_in(path: &Path) -> Option<Vec<String>> {
    let known = is_there(path).ok()?.then(|| Ledger::connect(path).ok()?.entries().ok())??;
    Some(known.into_keys().collect())
}

/// Whether a listing has at least half of the files of these names.
fn has_half_of(listing: &Listing, names: &[String]) -> bool {
    let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
    let here = names.iter().filter(|name| listed.contains(name.as_str())).count();
    here * 2 >= names.len().max(1)
}

/// The id that the bucket at this one's place had when this device read it last, which may be none; `None`
/// if it never did. `ledgers` is the folder of [`LedgerOptions`](super::LedgerOptions).
pub fn known_id(ledgers: &Path, bucket: &Bucket) -> Option<Option<BucketId>> {
    let place = bucket.place().path;
    let noted = noted_at(ledgers, &place);
    let is_known = noted.is_some() || is_there(&ledger_path(ledgers, &place)).unwrap_or(false);
    is_known.then_some(noted)
}

/// Forgets which id the bucket at a place had: another one is there.
pub(super) fn forget_id(ledgers: &Path, place: &str) {
    // Where it cannot be removed, the other one is found again next time.
    drop(fs::remove_file(note_path(ledgers, place)));
}

/// The id that the bucket at a place had; `None` if none is noted.
pub(super) fn noted_at(ledgers: &Path, place: &str) -> Option<BucketId> {
    let noted = read_note(&note_path(ledgers, place))?;
    noted.lines().next().map(BucketId::from_text)
}

fn note_path(ledgers: &Path, place: &str) -> PathBuf {
    ledger_path(ledgers, place).with_extension("id")
}
