//! Listings of a bucket, in pages and as a whole.

use std::borrow::Cow;

use futures::TryStreamExt;
use futures::stream::BoxStream;

use crate::{Failure, JOURNAL_FOLDER};

/// Metadata of a journal file, in the state in which it was listed.
///
/// A journal file is a regular file anywhere below `journal/` whose name is UTF-8 and ends in
/// `.parquet`, in lower case. No part of its path begins with `.` or `_` (`_temporary`, `_delta_log`
/// and `_SUCCESS` are other tools' own), and no folder on it ends in `.parquet`. Links are not
/// followed. What only looks like a journal file is listed as a [`Lookalike`] and
/// never read; anything else is ignored.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use std::sync::Arc;
///
/// use bucket::Bucket;
/// use object_store::memory::InMemory;
///
/// let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
/// let keys = [
///     "journal/a.parquet",
///     "journal/2024/b.parquet",
///     "journal/.c.parquet",
///     "journal/d.PARQUET",
///     "journal/e.parquet/f.parquet",
///     "reports/g.parquet",
/// ];
/// for key in keys {
///     bucket.create(key, "PAR1".into()).await.unwrap();
/// }
///
/// let listing = bucket.list_all().await.unwrap();
/// let names: Vec<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
/// assert_eq!(names, ["2024/b.parquet", "a.parquet"]);
/// assert_eq!(listing.files[0].key(), "journal/2024/b.parquet");
///
/// let named: Vec<&str> = listing.lookalikes.iter().map(|one| one.name.as_str()).collect();
/// assert_eq!(named, ["d.PARQUET", "e.parquet"]);
/// assert_eq!(listing.lookalikes[1].reason, "is a folder where a file is expected");
/// # });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMeta {
    /// Path below the journal's folder, with `/` between the parts.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Time of the last modification, in nanoseconds since 1970; 0 if unknown.
    pub modified: i64,
    /// Time of the last change of its bytes or metadata, which nothing sets back, in nanoseconds since
    /// 1970; 0 if unknown. A copy, a move or a new link changes it too.
    pub changed: i64,
    /// Entity tag, which tells states of the same size and time apart: that of the object store, or
    /// the number of the file in its file system. `None` where there is neither.
    pub e_tag: Option<String>,
    /// Version of the object, in an object store with versions.
    pub version: Option<String>,
}

impl FileMeta {
    /// Key of the file: its path below the bucket.
    pub fn key(&self) -> String {
        format!("{JOURNAL_FOLDER}/{}", self.name)
    }
}

/// Lookalike of a journal file: a link, a folder or a file that is not read, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookalike {
    /// Path below the journal's folder, with parts that are not UTF-8 replaced; `journal` if that
    /// folder itself is the lookalike.
    pub name: String,
    /// Reason, as the rest of a sentence that begins with the name.
    pub reason: Cow<'static, str>,
}

/// Page of a listing: at most 1,000 names, in no order. No file is in two pages; a lookalike may
/// be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Journal files.
    pub files: Vec<FileMeta>,
    /// Lookalikes of journal files.
    pub lookalikes: Vec<Lookalike>,
}

/// Maximum number of names in a page, the page size of common object stores.
pub(crate) const PAGE: usize = 1000;

impl Page {
    pub(crate) fn len(&self) -> usize {
        self.files.len() + self.lookalikes.len()
    }
}

/// Listing of these pages.
pub(crate) async fn listing_of(
    mut pages: BoxStream<'static, Result<Page, Failure>>,
) -> Result<Listing, Failure> {
    let mut listing = Listing::default();
    while let Some(page) = pages.try_next().await? {
        listing.add(page);
    }
    Ok(listing.sorted())
}

/// Listing of a whole bucket, in the order of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Journal files.
    pub files: Vec<FileMeta>,
    /// Lookalikes of journal files, each once.
    pub lookalikes: Vec<Lookalike>,
}

impl Listing {
    pub(crate) fn add(&mut self, page: Page) {
        self.files.extend(page.files);
        self.lookalikes.extend(page.lookalikes);
    }

    /// Its pages.
    pub(crate) fn into_pages(self) -> impl Iterator<Item = Page> {
        let (mut files, mut lookalikes) = (self.files.into_iter(), self.lookalikes.into_iter());
        std::iter::from_fn(move || {
            let files: Vec<_> = files.by_ref().take(PAGE).collect();
            let lookalikes = lookalikes.by_ref().take(PAGE - files.len()).collect();
            let page = Page { files, lookalikes };
            (page.len() > 0).then_some(page)
        })
    }

    /// The same listing, in the order of names, with each lookalike once.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.lookalikes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.lookalikes.dedup();
        self
    }
}
