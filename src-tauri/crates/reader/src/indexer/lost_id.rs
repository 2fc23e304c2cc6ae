//! Ids of buckets that have lost the object which holds it, as a copy without hidden files does.
//!
//! Beside the ledgers lies, for each place at which a bucket with an id was seen, a file with that id.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bucket::{Bucket, BucketId};

use crate::ledger::{Ledger, ledger_path};

/// Notes that the bucket at a place has an id.
pub(super) fn note_id(ledgers: &Path, place: &str, id: &BucketId) -> io::Result<()> {
    let path = note_path(ledgers, place);
    if fs::read_to_string(&path).is_ok_and(|noted| noted == id.as_str()) {
        return Ok(());
    }
    fs::write(path, id.as_str())
}

/// Finds the id of a bucket that has none any more: that of the bucket which was at its place before,
/// if at least half of the files that are known of that one are here, or no file is. `ledgers` is the
/// folder of [`LedgerOptions`](super::LedgerOptions). Blocks while it looks at the bucket.
pub fn lost_id(ledgers: &Path, bucket: &Bucket) -> Option<BucketId> {
    if bucket.stored_id().is_ok_and(|id| id.is_some()) {
        return None;
    }
    let id = fs::read_to_string(note_path(ledgers, &bucket.place().path)).ok()?;
    let path = ledger_path(ledgers, &id);
    let known =
        if path.exists() { Ledger::connect(&path).ok()?.entries().ok()? } else { return None };
    let listing = bucket.blocking_list_all().ok()?;
    let listed: HashSet<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
    let here = known.keys().filter(|name| listed.contains(name.as_str())).count();
    (listed.is_empty() || here * 2 >= known.len().max(1)).then(|| BucketId::from_text(&id))
}

fn note_path(ledgers: &Path, place: &str) -> PathBuf {
    ledger_path(ledgers, place).with_extension("id")
}
