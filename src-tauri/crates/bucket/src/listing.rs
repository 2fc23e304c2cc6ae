//! What a bucket holds of a journal, in pages as a place answers them and as a whole.

use crate::JOURNAL_FOLDER;

/// A file of a journal, in the state in which it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMeta {
    /// Its path below the journal's folder, with `/` between the parts.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: i64,
    /// What tells this state of the file from another of the same size and time, where the place
    /// has such: the tag of a store, the number of a file in its file system.
    pub e_tag: Option<String>,
    /// The version of the object, where the store keeps versions.
    pub version: Option<String>,
}

impl FileMeta {
    /// Its path below the bucket.
    pub fn key(&self) -> String {
        format!("{JOURNAL_FOLDER}/{}", self.name)
    }
}

/// Something that looks like part of a journal and is no file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookalike {
    /// As [`FileMeta::name`]; what is not UTF-8 in it is replaced.
    pub name: String,
    /// What it is, as the rest of a sentence that begins with its name.
    pub reason: &'static str,
}

/// Part of a listing, in no order. No file is in two pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The files of the journal.
    pub files: Vec<FileMeta>,
    /// What is none of them and looks like one.
    pub lookalikes: Vec<Lookalike>,
}

/// How many names a page has at most, as stores count them.
pub(crate) const PAGE: usize = 1000;

impl Page {
    pub(crate) fn len(&self) -> usize {
        self.files.len() + self.lookalikes.len()
    }
}

/// Everything that a bucket holds of a journal, each in the order of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The files of the journal.
    pub files: Vec<FileMeta>,
    /// What is none of them and looks like one.
    pub lookalikes: Vec<Lookalike>,
}

impl Listing {
    pub(crate) fn add(&mut self, page: Page) {
        self.files.extend(page.files);
        self.lookalikes.extend(page.lookalikes);
    }

    pub(crate) fn sorted(mut self) -> Self {
        self.files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.lookalikes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.lookalikes.dedup();
        self
    }
}
