//! What there is to do: files that are new, and those that are gone.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use bucket::{FileMeta, Listing};

use crate::catalog::{Catalog, Change, Contents, FileRead, Identity, Lock};

/// What a refresh has to do.
pub(super) struct IndexPlan {
    /// Files to be read, newest first.
    pub new: Vec<FileMeta>,
    /// Files that are not there any more, or are others now.
    pub gone: Vec<Arc<str>>,
}

impl IndexPlan {
    pub fn of(listing: &Listing, contents: &Contents) -> Self {
        let known = |file: &&FileMeta| {
            let read = contents.files.get(file.name.as_str());
            read.is_some_and(|read| read.identity == Identity::of(file))
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

    pub fn is_nothing(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }

    /// Drops the segments that hold something of a file that is gone; their other files are read
    /// again. Where rows were left out because another file has the same, all are read again: the
    /// other file may be the one that is gone.
    pub fn forget(
        &self,
        contents: &mut Contents,
        catalog: &Catalog,
        lock: &Lock,
    ) -> io::Result<()> {
        if !contents.is_plain() {
            catalog.empty(lock)?;
            *contents = catalog.load(contents)?;
            return Ok(());
        }
        let of = |name: &Arc<str>| contents.files.get(name).and_then(|read| read.segment);
        let mut dropped: Vec<i64> = self.gone.iter().filter_map(of).collect();
        dropped.sort_unstable();
        dropped.dedup();
        let in_dropped =
            |read: &FileRead| read.segment.is_some_and(|id| dropped.binary_search(&id).is_ok());
        let with_them = contents.files.iter().filter(|(_, read)| in_dropped(read));
        let mut gone: Vec<Arc<str>> = with_them.map(|(name, _)| Arc::clone(name)).collect();
        gone.extend(self.gone.iter().cloned());
        let change = Change { dropped: &dropped, gone: &gone, ..Change::default() };
        catalog.change_with(lock, &change, None, contents)
    }
}
