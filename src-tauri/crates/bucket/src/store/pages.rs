//! Listing of a store, page by page, which never is smaller than what is there: a page that is given
//! twice, or none where one was promised, is a failure.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::{Error, path};

use crate::listing::PAGE;
use crate::object_store as objects;
use crate::{Failure, Page};

/// Listing under way.
struct Pages<F> {
    store: Arc<dyn PaginatedListStore>,
    /// What all keys of the journal's files begin with.
    folder: String,
    /// Where the next page begins; `None` once the last one was given.
    next: Option<Begin>,
    /// Most names in the next page.
    size: usize,
    /// Whether a listing can begin behind any key.
    can_begin_anywhere: bool,
    /// First keys of the pages so far.
    firsts: HashSet<String>,
    failed: F,
}

/// Where a page begins.
#[derive(Clone)]
enum Begin {
    /// With the first key.
    First,
    /// Behind a key.
    After(String),
    /// Where the page before it said.
    Token(String),
}

/// Lists the objects below a folder, those behind the key `after` if one is given.
pub(super) fn list(
    store: Arc<dyn PaginatedListStore>,
    folder: String,
    after: Option<String>,
    can_begin_anywhere: bool,
    failed: impl Fn(Error) -> Failure + Send + 'static,
) -> BoxStream<'static, Result<Page, Failure>> {
    let next = Some(after.map_or(Begin::First, Begin::After));
    let firsts = HashSet::new();
    let pages = Pages { store, folder, next, size: PAGE, can_begin_anywhere, firsts, failed };
    stream::try_unfold(pages, |mut pages| async move {
        Ok(pages.next_page().await?.map(|page| (page, pages)))
    })
    .boxed()
}

/// Whether there is an object below a folder.
pub(super) async fn has_any(store: &dyn PaginatedListStore, folder: &str) -> Result<bool, Error> {
    let options = PaginatedListOptions { max_keys: Some(1), ..Default::default() };
    match store.list_paginated(Some(folder), options).await {
        Ok(found) => Ok(!found.result.objects.is_empty() || found.page_token.is_some()),
        // It is one whose name no path has.
        Err(Error::InvalidPath { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

impl<F: Fn(Error) -> Failure> Pages<F> {
    async fn next_page(&mut self) -> Result<Option<Page>, Failure> {
        let Some(begin) = self.next.clone() else { return Ok(None) };
        loop {
            let (offset, page_token) = match begin.clone() {
                Begin::First => (None, None),
                Begin::After(key) => (Some(key), None),
                Begin::Token(token) => (None, Some(token)),
            };
            let max_keys = Some(self.size);
            let options =
                PaginatedListOptions { offset, page_token, max_keys, ..Default::default() };
            match self.store.list_paginated(Some(&self.folder), options).await {
                Ok(found) => {
                    self.size = PAGE;
                    let objects = &found.result.objects;
                    self.check(&begin, objects, found.page_token.as_deref())?;
                    self.next = found.page_token.map(Begin::Token);
                    return Ok(Some(objects::page(&self.folder, found.result.objects)));
                }
                // One key among them is no path: the others come in smaller pages.
                Err(Error::InvalidPath { .. }) if self.can_begin_anywhere && self.size > 1 => {
                    self.size /= 2;
                }
                Err(Error::InvalidPath { source }) if self.can_begin_anywhere => {
                    self.size = PAGE;
                    let key = key_of(&source).unwrap_or_default();
                    let Some(name) = key.strip_prefix(&self.folder) else {
                        return Err((self.failed)(Error::InvalidPath { source }));
                    };
                    self.next = Some(Begin::After(key.clone()));
                    return Ok(Some(objects::page_of_no_path(name)));
                }
                Err(error) => return Err((self.failed)(error)),
            }
        }
    }

    /// Fails if a page was given before, or is empty where the one before it promised more.
    fn check(
        &mut self,
        begin: &Begin,
        objects: &[object_store::ObjectMeta],
        next: Option<&str>,
    ) -> Result<(), Failure> {
        let first = objects.first().map(|object| object.location.to_string());
        let is_again = first.is_some_and(|first| !self.firsts.insert(first));
        let is_same_token = matches!((begin, next), (Begin::Token(a), Some(b)) if a == b);
        if is_again || is_same_token {
            return Err(Failure::new(Incomplete("gave a page of its listing twice")));
        }
        // Others than S3 and those that speak it end so.
        let is_promised = matches!(begin, Begin::Token(_)) && self.can_begin_anywhere;
        if objects.is_empty() && next.is_none() && is_promised {
            return Err(Failure::new(Incomplete(
                "said that its listing goes on, and gave no more",
            )));
        }
        Ok(())
    }
}

/// A listing that would be smaller than what is there.
#[derive(Debug, thiserror::Error)]
#[error("the store {0}, so that it may be incomplete; try again")]
struct Incomplete(&'static str);

/// The key that is no path.
fn key_of(error: &path::Error) -> Option<String> {
    match error {
        path::Error::EmptySegment { path } | path::Error::BadSegment { path, .. } => {
            Some(path.clone())
        }
        _ => None,
    }
}
