//! Plan of a refresh: which files are new, and which are gone.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use bucket::{FileMeta, Listing};

use crate::catalog::{Catalog, Change, Contents, FileRead, Lock, WriterLogs};

/// Plan of a refresh: the difference between a listing and a catalog.
pub(super) struct IndexPlan {
    /// Files to read: new ones, and those that have changed. In the reverse order of names, which
    /// is newest first for the names that Daybook gives.
    pub new: Vec<FileMeta>,
    /// Files of the catalog that are not in the listing, or have changed.
    pub gone: Vec<Arc<str>>,
}

impl IndexPlan {
    /// Compares a listing with what a catalog holds.
    pub fn of(listing: &Listing, contents: &Contents) -> Self {
        let known = |file: &&FileMeta| {
            let read = contents.files.get(file.name.as_str());
            read.is_some_and(|read| read.identity.is_of(file))
        };
        let new: Vec<FileMeta> =
            listing.files.iter().rev().filter(|file| !known(file)).cloned().collect();
        if listing.files.len() == contents.files.len() + new.len() {
            return Self { new, gone: Vec::new() };
        }
        let there: HashSet<&str> =
            listing.files.iter().filter(known).map(|file| file.name.as_str()).collect();
        let gone = contents.files.keys().filter(|name| !there.contains(&***name));
        Self { new, gone: gone.cloned().collect() }
    }

    /// Those of the files to read that may be the same as before under another identity, which a copy
    /// or a restored file has.
    pub fn may_be_same(&self, contents: &Contents) -> Vec<&FileMeta> {
        let has_its_size = |file: &&FileMeta| {
            let read = contents.files.get(file.name.as_str());
            read.is_some_and(|read| read.is_hashed() && read.identity.size == file.size)
        };
        self.new.iter().filter(has_its_size).collect()
    }

    /// Whether the catalog is up to date.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }

    /// Drops the segments that hold events of a file that is gone; their other files are to be read
    /// again. Where rows were left out because another file has the same event, or two have one number,
    /// the catalog is emptied: that other file may be the one that is gone.
    pub fn drop_gone(
        &self,
        contents: &mut Contents,
        catalog: &Catalog,
        lock: &Lock,
    ) -> io::Result<()> {
        if !contents.has_no_duplicates() {
            catalog.empty(lock)?;
            *contents = catalog.load(contents)?;
            return Ok(());
        }
        let Dropped { segments, files, logs } = self.dropped(contents, catalog)?;
        let change =
            Change { dropped: &segments, gone: &files, logs: Some(&logs), ..Change::default() };
        catalog.change_with(lock, &change, None, contents)
    }

    /// Hides the events of files that are gone in `contents` alone, where the catalog cannot be
    /// written. Returns whether that can be done.
    pub fn hide_gone(&self, contents: &mut Contents, catalog: &Catalog) -> io::Result<bool> {
        if !contents.has_no_duplicates() {
            return Ok(false);
        }
        let logs = catalog.logs_without(&[], &self.gone)?;
        contents.hide(&self.gone, logs)?;
        Ok(true)
    }

    /// What goes with the files that are gone.
    fn dropped(&self, contents: &Contents, catalog: &Catalog) -> io::Result<Dropped> {
        let of = |name: &Arc<str>| contents.files.get(name).and_then(|read| read.segment);
        let mut segments: Vec<i64> = self.gone.iter().filter_map(of).collect();
        segments.sort_unstable();
        segments.dedup();
        let in_dropped =
            |read: &FileRead| read.segment.is_some_and(|id| segments.binary_search(&id).is_ok());
        let with_them = contents.files.iter().filter(|(_, read)| in_dropped(read));
        let mut files: Vec<Arc<str>> = with_them.map(|(name, _)| Arc::clone(name)).collect();
        files.extend(self.gone.iter().cloned());
        let logs = catalog.logs_without(&segments, &files)?;
        Ok(Dropped { segments, files, logs })
    }
}

/// What a catalog loses with files that are gone: the segments with their events, all files of these,
/// which are to be read again, and the numbers of the writers' logs that are left.
struct Dropped {
    segments: Vec<i64>,
    files: Vec<Arc<str>>,
    logs: WriterLogs,
}
