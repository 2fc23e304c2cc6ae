//! Definition of a journal file, one for every kind of bucket, for reading and for writing:
//! [`FileMeta`](crate::FileMeta) states it.

use std::ffi::OsStr;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};

/// Folder of a bucket that holds the journal's files.
pub const JOURNAL_FOLDER: &str = "journal";

/// Suffix of a journal file's name, in lower case.
const SUFFIX: &[u8] = b".parquet";

/// Suffixes of other tools' Parquet files.
const ALMOST: [&str; 3] = ["parquet", "parq", "pq"];

/// Reason to ignore a name that cannot be written as text.
pub(crate) const NOT_UTF8: &str = "has a name that is not UTF-8";

/// Reason to ignore a link: it can lead out of the bucket.
pub(crate) const IS_LINK: &str = "is a link, which is not followed";

/// Kind of an entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// Regular file.
    File,
    /// Folder.
    Folder,
    /// Symbolic link.
    Link,
    /// Pipe, socket or device: opening one can block for ever.
    Special,
}

/// Class of an entry below `journal/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Journal file, to be read.
    JournalFile,
    /// Folder that may hold journal files.
    Folder,
    /// Lookalike of a journal file, with the reason why it is not one.
    Lookalike(&'static str),
    /// Entry that has nothing to do with the journal.
    Ignored,
}

/// Form of the stamp that the names of Daybook's files begin with: the time at which one was made.
const STAMP: &str = "%Y%m%d_%H%M%S";

/// Length of a stamp in bytes.
const STAMP_LENGTH: usize = "20240303_090000".len();

/// Time in the stamp that the name of a journal file begins with; `None` if it has none.
pub fn stamp_of(name: &str) -> Option<DateTime<Utc>> {
    let stamp = name.get(..STAMP_LENGTH)?;
    NaiveDateTime::parse_from_str(stamp, STAMP).ok().map(|stamp| stamp.and_utc())
}

/// Stamp of a time: the beginning of the names of files that were made at this time, and the text
/// behind which the names of all later ones are.
pub fn stamp_text(time: DateTime<Utc>) -> String {
    time.format(STAMP).to_string()
}

/// Whether the name has the suffix of a journal file.
fn is_parquet(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(SUFFIX)
}

/// Whether an entry of this name can be a journal file, or look like one.
pub(crate) fn looks_like_parquet(name: &OsStr) -> bool {
    !is_ignored(name) && (is_parquet(name) || is_almost_parquet(name))
}

/// Whether entries of this name are other tools' own, whatever they are.
pub(crate) fn is_ignored(name: &OsStr) -> bool {
    matches!(name.as_encoded_bytes().first(), Some(b'.' | b'_'))
}

/// Whether a folder of this name names a column, as partitions do, and is ignored all the same. Other
/// tools read such a folder.
fn is_ignored_partition(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b"_") && bytes.contains(&b'=')
}

/// Classifies an entry of a folder by its kind and its own name. `leads_to_folder` is called only
/// for a link on whose target the class depends.
pub(crate) fn classify(
    kind: EntryKind,
    name: &OsStr,
    leads_to_folder: impl FnOnce() -> bool,
) -> Class {
    let parquet = is_parquet(name);
    match kind {
        EntryKind::Folder if is_ignored_partition(name) => Class::Lookalike(
            "is not read, because its name begins with _, though it names a column",
        ),
        _ if is_ignored(name) => Class::Ignored,
        EntryKind::Link if parquet || leads_to_folder() => Class::Lookalike(IS_LINK),
        EntryKind::Folder if parquet => Class::Lookalike("is a folder where a file is expected"),
        EntryKind::Folder if name.to_str().is_none() => Class::Lookalike(NOT_UTF8),
        EntryKind::Folder => Class::Folder,
        EntryKind::Special if parquet => {
            Class::Lookalike("is a pipe, a socket or a device, and no file")
        }
        EntryKind::File if parquet && name.to_str().is_none() => Class::Lookalike(NOT_UTF8),
        EntryKind::File if parquet => Class::JournalFile,
        EntryKind::File if is_almost_parquet(name) => {
            Class::Lookalike("is not read, because its name does not end in .parquet")
        }
        EntryKind::File | EntryKind::Link | EntryKind::Special => Class::Ignored,
    }
}

/// Classifies an entry by its path below `journal/`, each part as an entry of a folder is; also returns
/// the part of the path up to the one that decided.
pub(crate) fn classify_path(path: &str, last: EntryKind) -> (Class, &str) {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        let kind = if end == path.len() { last } else { EntryKind::Folder };
        match classify(kind, OsStr::new(part), || false) {
            Class::Folder if end < path.len() => end += 1,
            class => return (class, &path[..end]),
        }
    }
    (Class::Ignored, path)
}

/// Whether the name has a suffix that other tools give to Parquet files, or something behind that of a
/// journal file, as copies have.
fn is_almost_parquet(name: &OsStr) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str);
    let is_alike = |ending: &str| ALMOST.iter().any(|almost| ending.eq_ignore_ascii_case(almost));
    ending.is_some_and(is_alike) || is_copy(&name.to_string_lossy().to_ascii_lowercase())
}

/// Endings of files that other tools keep beside one, or have not finished.
const BESIDE: [&str; 3] = [".crc", ".tmp", ".inprogress"];

/// Whether a name, in lower case, is that of a journal file with something behind it: `.bak`, `.gz`, ` (1)`.
/// Behind a `#` stands the number of a creation that was interrupted.
fn is_copy(name: &str) -> bool {
    let behind = name.split_once(".parquet").map(|(_, behind)| behind).unwrap_or_default();
    let is_apart = behind.starts_with(|one: char| !one.is_alphanumeric() && one != '#');
    is_apart && !BESIDE.iter().any(|ending| behind.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntryKind::{File, Folder, Link, Special};

    #[test]
    fn b9_f5_every_entry_is_what_its_kind_and_name_say() {
        let almost = Class::Lookalike("is not read, because its name does not end in .parquet");
        let special = Class::Lookalike("is a pipe, a socket or a device, and no file");
        let folder = Class::Lookalike("is a folder where a file is expected");
        let partition = Class::Lookalike(
            "is not read, because its name begins with _, though it names a column",
        );
        let table = [
            (File, "a.parquet", Class::JournalFile),
            (File, " a b=#@'\".parquet", Class::JournalFile),
            (File, "_temporary.parquet", Class::Ignored),
            (Folder, "_temporary", Class::Ignored),
            (Folder, "_region=eu", partition),
            (File, "_region=eu.parquet", Class::Ignored),
            (File, ".a.parquet", Class::Ignored),
            (File, ".parquet", Class::Ignored),
            (File, "a.PARQUET", almost),
            (File, "a.parq", almost),
            (File, "a.pq", almost),
            (File, "a.parquet.crc", Class::Ignored),
            (File, "a.parquet#1", Class::Ignored),
            (File, "_SUCCESS", Class::Ignored),
            (Folder, "2024", Class::Folder),
            (Folder, "_temporary", Class::Ignored),
            (Folder, "_delta_log", Class::Ignored),
            (Folder, "workspace_id=ws-north", Class::Folder),
            (Folder, ".git", Class::Ignored),
            (Folder, "a.parquet", folder),
            (Link, "a.parquet", Class::Lookalike(IS_LINK)),
            (Link, "to a folder", Class::Lookalike(IS_LINK)),
            (Link, "to a file", Class::Ignored),
            (Link, ".a.parquet", Class::Ignored),
            (Special, "a.parquet", special),
            (Special, "a socket", Class::Ignored),
        ];
        for (kind, name, expected) in table {
            let class = classify(kind, OsStr::new(name), || name == "to a folder");
            assert_eq!(class, expected, "{kind:?} {name}");
        }
    }
}
