//! What a file of a journal is: the one definition, for every kind of bucket, for reading and for
//! writing.
//!
//! It is a file anywhere below `journal/` whose name ends in `.parquet`, and no part of whose path
//! begins with a dot. What looks like one and is not is named with its reason, never read.

use std::ffi::OsStr;

/// The folder of a bucket in which its journal lies.
pub const JOURNAL_FOLDER: &str = "journal";

/// How the name of a journal file ends, exactly so.
const SUFFIX: &[u8] = b".parquet";

/// Why a link is no part of a journal: it can lead anywhere.
pub(crate) const IS_LINK: &str = "is a link, which is not followed";

/// What a name in a bucket stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Folder,
    Link,
}

/// What something below `journal/` is to its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    JournalFile,
    /// A folder in which journal files may lie.
    Folder,
    /// It looks like part of a journal and is not, for this reason.
    Lookalike(&'static str),
    /// None of ours.
    Foreign,
}

/// Whether a file or folder of this name is Parquet, as its name has it.
pub(crate) fn is_parquet(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(SUFFIX)
}

/// What an entry of a folder is, by its own name. Whether a link leads to a folder is asked only
/// where that decides.
pub(crate) fn classify(
    kind: EntryKind,
    name: &OsStr,
    leads_to_folder: impl FnOnce() -> bool,
) -> Class {
    let parquet = is_parquet(name);
    match kind {
        _ if name.as_encoded_bytes().starts_with(b".") => Class::Foreign,
        EntryKind::Link if parquet || leads_to_folder() => Class::Lookalike(IS_LINK),
        EntryKind::Folder if parquet => Class::Lookalike("is a folder where a file is expected"),
        EntryKind::Folder => Class::Folder,
        EntryKind::File if parquet && name.to_str().is_none() => {
            Class::Lookalike("has a name that is not UTF-8")
        }
        EntryKind::File if parquet => Class::JournalFile,
        EntryKind::File | EntryKind::Link => Class::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntryKind::{File, Folder, Link};

    #[test]
    fn b9_f5_every_entry_is_what_its_kind_and_name_say() {
        let folder = Class::Lookalike("is a folder where a file is expected");
        let table = [
            (File, "a.parquet", Class::JournalFile),
            (File, " a b=#@'\".parquet", Class::JournalFile),
            (File, "_temporary.parquet", Class::JournalFile),
            (File, ".a.parquet", Class::Foreign),
            (File, ".parquet", Class::Foreign),
            (File, "a.PARQUET", Class::Foreign),
            (File, "a.parq", Class::Foreign),
            (File, "a.parquet.crc", Class::Foreign),
            (File, "a.parquet#1", Class::Foreign),
            (File, "_SUCCESS", Class::Foreign),
            (Folder, "2024", Class::Folder),
            (Folder, "_temporary", Class::Folder),
            (Folder, ".git", Class::Foreign),
            (Folder, "a.parquet", folder),
            (Link, "a.parquet", Class::Lookalike(IS_LINK)),
            (Link, "to a folder", Class::Lookalike(IS_LINK)),
            (Link, "to a file", Class::Foreign),
            (Link, ".a.parquet", Class::Foreign),
        ];
        for (kind, name, expected) in table {
            let class = classify(kind, OsStr::new(name), || name == "to a folder");
            assert_eq!(class, expected, "{kind:?} {name}");
        }
    }
}
