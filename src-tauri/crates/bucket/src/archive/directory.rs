//! What an archive holds: the journal in it, wherever that lies, and what is named instead of read.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::ops::Range;

use crate::journal_file::{
    Class, EntryKind, NOT_UTF8, classify_path, is_ignored, looks_like_parquet,
};
use crate::picked::BAG;
use crate::{JOURNAL_FOLDER, Lookalike, extract};

/// Most entries, and most bytes of all their paths, that an archive may have.
const MOST_ENTRIES: usize = 2_000_000;
const MOST_PATH_BYTES: usize = 256 << 20;

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Deflate,
    Zstd,
}

impl Packing {
    /// Reader of what is packed.
    pub(super) fn unpack<'a>(self, packed: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::None => Box::new(packed),
            Self::Deflate => Box::new(flate2::read::DeflateDecoder::new(packed)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
        })
    }
}

/// File in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where its bytes lie in the archive.
    pub(super) range: Range<u64>,
    pub(super) packing: Packing,
    /// Size in bytes, unpacked.
    pub(super) size: u64,
    /// Checksum of its bytes (CRC-32); `None` where the archive has none.
    pub(super) crc: Option<u32>,
}

impl Entry {
    /// Fails if these are not the bytes that the directory of the archive describes.
    pub(super) fn verify(&self, bytes: &[u8]) -> io::Result<()> {
        let checksum = || {
            let mut checksum = flate2::Crc::new();
            checksum.update(bytes);
            checksum.sum()
        };
        let what = if bytes.len() as u64 != self.size {
            "not of the size"
        } else if self.crc.is_some_and(|crc| crc != checksum()) {
            "not of the checksum"
        } else {
            return Ok(());
        };
        let why = format!("it is {what} that the archive's directory has of it");
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

/// Entry of an archive, as it says.
pub(super) struct Claimed {
    pub(super) path: Vec<u8>,
    pub(super) kind: EntryKind,
    /// The file, or why it is not read, as the rest of a sentence that begins with its name.
    pub(super) file: Result<Entry, Cow<'static, str>>,
}

/// All entries of an archive, as far as its directory could be read.
#[derive(Default)]
pub(super) struct Entries {
    claimed: Vec<Claimed>,
    path_bytes: usize,
    /// Why there may be more, as the rest of a sentence about the journal.
    pub(super) incomplete: Option<&'static str>,
}

impl Entries {
    /// Adds an entry. Fails beyond what an archive may have.
    pub(super) fn add(&mut self, claimed: Claimed) -> io::Result<()> {
        self.path_bytes += claimed.path.len();
        self.claimed.push(claimed);
        if self.claimed.len() > MOST_ENTRIES || self.path_bytes > MOST_PATH_BYTES {
            let why = format!(
                "it has more than {MOST_ENTRIES} entries, or {MOST_PATH_BYTES} bytes of paths: unpack it"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(())
    }
}

/// Journal files of an archive, by their names, and what is named instead of read.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) files: HashMap<String, Entry>,
    pub(super) lookalikes: Vec<Lookalike>,
    /// The object that makes the bucket an extract, if there is one.
    pub(super) extract: Option<Entry>,
}

impl Directory {
    /// Finds the journal among the entries of an archive of so many bytes. Fails if there is none, or
    /// more than one.
    pub(super) fn new(entries: Entries, size: u64) -> io::Result<Self> {
        let named: Vec<(Result<String, String>, Claimed)> =
            entries.claimed.into_iter().map(|claimed| (path_of(&claimed), claimed)).collect();
        let paths = || named.iter().filter_map(|(path, _)| path.as_deref().ok());
        let journal = journal_in(paths())?;
        let mut directory = Self { files: HashMap::new(), lookalikes: Vec::new(), extract: None };
        let mut doubled = Vec::new();
        for (path, claimed) in named {
            let path = match path {
                Ok(path) => path,
                Err(path) => {
                    directory.name_unusable(&path, &journal, &claimed);
                    continue;
                }
            };
            let Some(name) = path.strip_prefix(&journal).filter(|name| !name.is_empty()) else {
                continue;
            };
            match (classify_path(name, claimed.kind), claimed.file) {
                ((Class::JournalFile, _), Ok(entry)) => {
                    if directory.files.insert(name.to_owned(), entry).is_some() {
                        doubled.push(name.to_owned());
                    }
                }
                ((Class::JournalFile, name), Err(reason)) => directory.name(name, reason),
                ((Class::Lookalike(reason), name), _) => directory.name(name, reason.into()),
                ((Class::Ignored, extract::NAME), Ok(entry)) if entry.range.end <= size => {
                    directory.extract = Some(entry);
                }
                ((Class::Folder | Class::Ignored, _), _) => {}
            }
        }
        for name in doubled {
            directory.leave_out(&name, "is in the archive more than once");
        }
        let is_cut = |(_, entry): &(&String, &Entry)| entry.range.end > size;
        let cut: Vec<String> =
            directory.files.iter().filter(is_cut).map(|(name, _)| name.clone()).collect();
        for name in cut {
            directory.leave_out(&name, "is cut short, as the archive is");
        }
        for name in directory.overlapping() {
            directory.leave_out(&name, "shares its bytes with another file of the archive");
        }
        if let Some(reason) = entries.incomplete {
            directory.name(JOURNAL_FOLDER, reason.into());
        }
        Ok(directory)
    }

    /// Names a file instead of reading it.
    fn leave_out(&mut self, name: &str, reason: &'static str) {
        if self.files.remove(name).is_some() {
            self.name(name, reason.into());
        }
    }

    /// Names of files that lie on others, as in an archive that is meant to unpack without an end.
    fn overlapping(&self) -> Vec<String> {
        let mut files: Vec<(&String, &Entry)> = self.files.iter().collect();
        files.sort_unstable_by_key(|(_, entry)| entry.range.start);
        let mut end = 0;
        let lies_on_another = |(_, entry): &&(&String, &Entry)| {
            let is_free = entry.range.start >= end || entry.range.is_empty();
            end = end.max(entry.range.end);
            !is_free
        };
        files.iter().filter(lies_on_another).map(|(name, _)| (*name).clone()).collect()
    }

    fn name(&mut self, name: &str, reason: Cow<'static, str>) {
        self.lookalikes.push(Lookalike { name: name.to_owned(), reason });
    }

    /// Names an entry whose path cannot be one of a file, if it looks like a journal file.
    fn name_unusable(&mut self, path: &str, journal: &str, claimed: &Claimed) {
        if claimed.kind != EntryKind::Folder && looks_like_parquet(OsStr::new(last_of(path))) {
            let is_text = std::str::from_utf8(&claimed.path).is_ok();
            let reason =
                if is_text { "has a path that leads out of the archive" } else { NOT_UTF8 };
            self.name(path.strip_prefix(journal).unwrap_or(path), reason.into());
        }
    }
}

/// Path of an entry, with `/` between its parts and none at its end; for one that is no path within the
/// archive the text to name it by.
fn path_of(claimed: &Claimed) -> Result<String, String> {
    let text = std::str::from_utf8(&claimed.path)
        .map_err(|_| String::from_utf8_lossy(&claimed.path).into_owned())?;
    let path = text.strip_prefix("./").unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let leads_out = |part: &str| matches!(part, "" | "." | "..");
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    if path == "." || path.is_empty() {
        return Ok(String::new());
    }
    if is_drive || path.contains('\0') || path.split('/').any(leads_out) {
        return Err(text.to_owned());
    }
    Ok(path.to_owned())
}

fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Path in front of the names of the journal's files: that of its folder `journal`, which lies at the top
/// of the archive, in a folder there, or in the folder `data` of one of these (a bag); or, where there
/// are only Parquet files, that of the one folder that holds all of them.
fn journal_in<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> io::Result<String> {
    let mut found: BTreeMap<&str, bool> = BTreeMap::new();
    for path in paths.clone() {
        if let Some(journal) = journal_above(path) {
            *found.entry(journal).or_default() |= looks_like_parquet(OsStr::new(last_of(path)));
        }
    }
    let with_files: Vec<&str> =
        found.iter().filter(|(_, has_files)| **has_files).map(|(journal, _)| *journal).collect();
    let all: Vec<&str> = found.keys().copied().collect();
    match (with_files.as_slice(), all.as_slice()) {
        ([journal], _) | ([], [journal]) => Ok(format!("{journal}/")),
        ([], []) => folder_of_files(paths),
        _ => {
            let why = format!("it holds {} journals ({}): unpack it", all.len(), all.join(", "));
            Err(io::Error::new(io::ErrorKind::InvalidData, why))
        }
    }
}

/// Path of the folder `journal` in which an entry lies, or which it is, where that is one of a bucket.
fn journal_above(path: &str) -> Option<&str> {
    let mut end = 0;
    let mut above: Vec<&str> = Vec::new();
    for part in path.split('/') {
        end += part.len();
        let is_bucket = match above.as_slice() {
            [] | [_] => true,
            [_, inner] => *inner == BAG,
            _ => false,
        };
        if is_bucket && part == JOURNAL_FOLDER {
            return Some(&path[..end]);
        }
        if above.len() > 2 || is_ignored(OsStr::new(part)) {
            return None;
        }
        above.push(part);
        end += 1;
    }
    None
}

/// Path in front of the names of Parquet files without a folder `journal`.
fn folder_of_files<'a>(paths: impl Iterator<Item = &'a str>) -> io::Result<String> {
    let mut files = paths.filter(|path| looks_like_parquet(OsStr::new(last_of(path))));
    let Some(first) = files.next() else {
        let why = "it holds no folder named journal, and no Parquet file";
        return Err(io::Error::new(io::ErrorKind::NotFound, why));
    };
    let folder = match first.split_once('/') {
        // A folder that names a column is part of the names of the files.
        Some((top, _)) if !top.contains('=') => format!("{top}/"),
        _ => String::new(),
    };
    Ok(if files.all(|file| file.starts_with(&folder)) { folder } else { String::new() })
}
