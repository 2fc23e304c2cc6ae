//! Rules of the house that the compiler does not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules of the shipped crates that touch files, each with whose files they are. Files of a bucket
/// are touched by the crate `bucket` alone.
const FILES: [(&str, &str); 25] = [
    ("bucket/src/archive.rs", "buckets in archives"),
    ("bucket/src/archive/tar.rs", "buckets in archives"),
    ("bucket/src/archive/zip.rs", "buckets in archives"),
    ("bucket/src/folder.rs", "a bucket"),
    ("bucket/src/open_file.rs", "a bucket"),
    ("bucket/src/picked.rs", "a bucket"),
    ("bucket/src/platform.rs", "a bucket"),
    ("bucket/src/probe.rs", "a bucket: those that show whether it can be written"),
    ("decode/src/file/source.rs", "a bucket: an open file that it was given"),
    ("decode/src/platform.rs", "a bucket: the same, as standard input"),
    ("decode/src/process.rs", "a bucket: the same, to be given on"),
    ("evidence/src/aside.rs", "what is exported, outside of every bucket"),
    ("journal/src/outbox/find.rs", "the outboxes of this device"),
    ("journal/src/outbox/high_water_mark.rs", "the outbox"),
    ("journal/src/outbox/open.rs", "the outbox"),
    ("reader/src/catalog.rs", "the catalog"),
    ("reader/src/catalog/lock.rs", "the catalog"),
    ("reader/src/catalog/segment/source.rs", "the catalog"),
    ("reader/src/database.rs", "the catalog and the ledger of files"),
    ("reader/src/indexer/lost_id.rs", "notes beside the ledgers of files"),
    ("reader/src/ledger.rs", "the ledger of files"),
    ("reader/src/platform.rs", "the catalog"),
    ("reader/src/summaries/persist.rs", "the catalog"),
    ("session/src/settings.rs", "the settings"),
    ("session/src/small_file.rs", "a file of text, which a person names"),
];

const SHIPPED: [&str; 10] = [
    "event", "bucket", "query", "journal", "decode", "reader", "spark", "evidence", "session",
    "cli",
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some("tests" | "tests.rs") => {}
            _ if path.is_dir() => sources(&path, into),
            _ if path.extension().is_some_and(|ending| ending == "rs") => into.push(path),
            _ => {}
        }
    }
}

#[test]
fn only_these_modules_touch_files() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/crates");
    let mut touching = BTreeSet::new();
    for name in SHIPPED {
        let mut files = Vec::new();
        sources(&crates.join(name).join("src"), &mut files);
        assert!(!files.is_empty(), "{name}");
        for path in files {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let touches = |line: &str| {
                !line.trim_start().starts_with("//")
                    && (line.contains("std::fs") || line.contains("use std::{fs"))
            };
            if code.lines().any(touches) {
                touching.insert(path.strip_prefix(&crates).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(touching, FILES.iter().map(|(file, _)| (*file).to_owned()).collect());
}
