//! Notes beside the ledgers: which id the bucket at a place has, which it may lose, as a copy without
//! hidden files does; and which ledger of the buckets with an id, of which one may be a copy of another,
//! was used last.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bucket::platform::check_regular;
use bucket::{Bucket, BucketId};

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
pub(super) fn note_id(ledgers: &Path, place: &str, id: &BucketId, path: &Path) -> io::Result<()> {
    let of_id = ledger_path(ledgers, id.as_str());
    let ledger = path.file_name().unwrap_or_default().to_string_lossy();
    note(&note_path(ledgers, place), id.as_str())?;
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
    let id = noted_id(ledgers, &place)?;
    let path = path_of_id(ledgers, &id, &place);
    if !is_there(&path).ok()? {
        return None;
    }
    let known = Ledger::connect(&path).ok()?.entries().ok()?;
    let listing = bucket.blocking_list_all().ok()?;
    let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
    let here = known.keys().filter(|name| listed.contains(name.as_str())).count();
    (listed.is_empty() || here * 2 >= known.len().max(1)).then_some(id)
}

/// The id that the bucket at a place had; `None` if none is noted.
pub(super) fn noted_id(ledgers: &Path, place: &str) -> Option<BucketId> {
    read_note(&note_path(ledgers, place)).map(|noted| BucketId::from_text(&noted))
}

fn note_path(ledgers: &Path, place: &str) -> PathBuf {
    ledger_path(ledgers, place).with_extension("id")
}
