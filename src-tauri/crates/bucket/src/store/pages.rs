//! Listing of a store, page by page, which never is smaller than what is there: a page that is given
//! twice, or none where one was promised, is a failure.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use futures::stream::{self, BoxStream, FuturesUnordered, StreamExt, TryStreamExt};
use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
use object_store::{Error, ObjectMeta, path};

use crate::journal_file::{stamp_of, stamp_text};
use crate::listing::{PAGE, listing_of};
use crate::object_store as objects;
use crate::{Failure, Listing, Page};

/// Most pages of one listing that are asked for at once.
const MOST_AT_ONCE: usize = 32;

/// Most spans that what is left of a listing is divided into at once.
const MOST_SPANS: i32 = 16;

/// What is listed.
struct Listed {
    store: Arc<dyn PaginatedListStore>,
    /// What all keys of the journal's files begin with.
    folder: String,
    /// Whether a listing can begin behind any key.
    can_begin_anywhere: bool,
    failed: Box<dyn Fn(Error) -> Failure + Send + Sync>,
}

/// Listing under way, or a span of one.
pub(super) struct Pages {
    listed: Arc<Listed>,
    /// Key behind which the span begins; `None` if it begins with the first one.
    after: Option<String>,
    /// Last key that the span may have; `None` if it ends with the last one there is.
    end: Option<String>,
    /// Where the next page begins; `None` once the last one was given.
    next: Option<Begin>,
    /// First and last key of the last page, if its keys are in order.
    last_page: Option<(String, String)>,
    /// Most names in the next page.
    size: usize,
    /// First keys of the pages so far.
    firsts: HashSet<String>,
    /// What the answers so far say of all that there is.
    said: Said,
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

impl Pages {
    /// Lists the objects below a folder.
    pub fn new(
        store: Arc<dyn PaginatedListStore>,
        folder: String,
        can_begin_anywhere: bool,
        failed: impl Fn(Error) -> Failure + Send + Sync + 'static,
    ) -> Self {
        let failed = Box::new(failed);
        Self::span(Arc::new(Listed { store, folder, can_begin_anywhere, failed }), None, None)
    }

    /// A span of a listing: the keys behind `after` up to and with `end`, each if it is given.
    fn span(listed: Arc<Listed>, after: Option<String>, end: Option<String>) -> Self {
        Self {
            listed,
            next: Some(after.clone().map_or(Begin::First, Begin::After)),
            after,
            end,
            last_page: None,
            size: PAGE,
            firsts: HashSet::new(),
            said: Said::default(),
        }
    }

    /// The same listing, of the files whose names are after this one.
    pub fn after(self, name: &str) -> Self {
        let after = format!("{}{name}", self.listed.folder);
        Self::span(self.listed, Some(after), None)
    }

    /// The pages, one after the other.
    pub fn into_stream(self) -> BoxStream<'static, Result<Page, Failure>> {
        let pages = stream::try_unfold(self, |mut pages| async move {
            Ok(pages.next_page().await?.map(|page| (page, pages)))
        });
        pages.boxed()
    }

    /// Lists as a whole. What comes after the first page is listed in several spans at once, so that the
    /// time that a request takes does not count for each thousand of files. Where the answers disagree,
    /// since one is short or something came meanwhile, page follows page again.
    pub async fn list_all(self) -> Result<Listing, Failure> {
        let again = Self::span(Arc::clone(&self.listed), None, None);
        match self.list_in_spans().await? {
            Some(listing) => Ok(listing),
            None => listing_of(again.into_stream()).await,
        }
    }

    /// `None` if the answers disagree.
    async fn list_in_spans(self) -> Result<Option<Listing>, Failure> {
        let (mut listing, mut said, mut waiting) =
            (Listing::default(), Said::default(), vec![self]);
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < MOST_AT_ONCE
                && let Some(mut span) = waiting.pop()
            {
                under_way.push(async move { Ok::<_, Failure>((span.next_page().await?, span)) });
            }
            let Some((page, mut span)) = under_way.try_next().await? else {
                return Ok(said.agrees().then(|| listing.sorted()));
            };
            listing.add(page.unwrap_or_default());
            said.add(std::mem::take(&mut span.said));
            if span.next.is_some() {
                waiting.extend(span.divide());
            }
        }
    }

    /// What is left of the listing, in spans that have a page each if files come as evenly as in the
    /// last one; as a whole where names do not begin with stamps.
    fn divide(mut self) -> Vec<Self> {
        let stamp = |key: &str| stamp_of(key.strip_prefix(&self.listed.folder)?);
        let last_page = self.last_page.as_ref().filter(|_| self.listed.can_begin_anywhere);
        let stamps = last_page.and_then(|(first, last)| Some((stamp(first)?, stamp(last)?)));
        // Somewhat less than the last page took: each would need another request for the rest.
        let step = stamps.map_or(TimeDelta::zero(), |(first, last)| (last - first) * 4 / 5);
        let (Some((_, last)), true) = (stamps, step > TimeDelta::zero()) else { return vec![self] };
        let ends = (1..MOST_SPANS).map_while(|span| last.checked_add_signed(step * span));
        let ends = ends.map(|end| format!("{}{}", self.listed.folder, stamp_text(end)));
        let ends = ends.take_while(|end| self.end.as_ref().is_none_or(|last| end < last));
        let mut ends: Vec<Option<String>> = ends.map(Some).collect();
        ends.push(self.end.clone());
        let behind = ends.windows(2).filter_map(|pair| {
            let [after, end] = pair else { return None };
            let after = Some(after.clone()?);
            Some(Self::span(Arc::clone(&self.listed), after, end.clone()))
        });
        let mut spans: Vec<Self> = behind.collect();
        self.end = ends.swap_remove(0);
        spans.push(self);
        spans
    }

    /// The next page in which something is; `None` behind the last one.
    async fn next_page(&mut self) -> Result<Option<Page>, Failure> {
        let mut asked_again = false;
        while let Some(begin) = self.next.clone() {
            let (offset, page_token) = match begin.clone() {
                Begin::First => (None, None),
                Begin::After(key) => (Some(key), None),
                Begin::Token(token) => (None, Some(token)),
            };
            let max_keys = Some(self.size);
            let options =
                PaginatedListOptions { offset, page_token, max_keys, ..Default::default() };
            match self.listed.store.list_paginated(Some(&self.listed.folder), options).await {
                Ok(found) if is_end_in_nothing(&begin, &found) && !asked_again => {
                    // Only Azure may end so; whether it does is asked twice.
                    if self.listed.can_begin_anywhere {
                        return Err(Failure::new(Incomplete(
                            "said that its listing goes on, and gave no more",
                        )));
                    }
                    asked_again = true;
                }
                Ok(found) => {
                    self.size = PAGE;
                    let page = self.take_page(&begin, found.result.objects, found.page_token)?;
                    if page.len() > 0 {
                        return Ok(Some(page));
                    }
                }
                // One key among them is no path: the others come in smaller pages.
                Err(Error::InvalidPath { .. })
                    if self.listed.can_begin_anywhere && self.size > 1 =>
                {
                    self.size /= 2;
                }
                Err(Error::InvalidPath { source }) if self.listed.can_begin_anywhere => {
                    self.size = PAGE;
                    let key = key_of(&source).unwrap_or_default();
                    let Some(name) = key.strip_prefix(&self.listed.folder) else {
                        return Err((self.listed.failed)(Error::InvalidPath { source }));
                    };
                    self.said.see(&key);
                    if !self.has(&key) {
                        self.next = None;
                        return Ok(None);
                    }
                    self.next = Some(Begin::After(key.clone()));
                    return Ok(Some(objects::page_of_no_path(name)));
                }
                Err(error) => return Err((self.listed.failed)(error)),
            }
        }
        Ok(None)
    }

    /// The page of these objects, without those that are in another span.
    fn take_page(
        &mut self,
        begin: &Begin,
        mut objects: Vec<ObjectMeta>,
        next: Option<String>,
    ) -> Result<Page, Failure> {
        self.check(begin, &objects, next.as_deref())?;
        let key = |object: &ObjectMeta| object.location.to_string();
        let is_in_order = objects.is_sorted_by(|a, b| a.location <= b.location);
        let ends = objects.first().map(key).zip(objects.last().map(key));
        self.last_page = ends.filter(|_| is_in_order);
        if !is_in_order && (self.after.is_some() || self.end.is_some()) {
            return Err(Failure::new(Incomplete("does not list names in their order")));
        }
        if let Some((_, last)) = &self.last_page {
            self.said.see(last);
        }
        let last = self.last_page.as_ref().map(|(_, last)| last).or(self.after.as_ref());
        match (&next, last) {
            (Some(_), Some(last)) => self.said.promise(last),
            (None, Some(last)) => self.said.end(last),
            (_, None) => {}
        }
        let is_past = |end: &String| self.last_page.as_ref().is_some_and(|(_, last)| last > end);
        let is_at_end = self.end.as_ref().is_some_and(is_past);
        self.next = next.map(Begin::Token).filter(|_| !is_at_end);
        objects.retain(|object| self.has(object.location.as_ref()));
        Ok(objects::page(&self.listed.folder, objects))
    }

    /// Whether a key is in the span.
    fn has(&self, key: &str) -> bool {
        self.after.as_deref().is_none_or(|after| after < key)
            && self.end.as_deref().is_none_or(|end| key <= end)
    }

    /// Fails if a page was given before.
    fn check(
        &mut self,
        begin: &Begin,
        objects: &[ObjectMeta],
        next: Option<&str>,
    ) -> Result<(), Failure> {
        let first = objects.first().map(|object| object.location.to_string());
        let is_again = first.is_some_and(|first| !self.firsts.insert(first));
        let is_same_token = matches!((begin, next), (Begin::Token(a), Some(b)) if a == b);
        if is_again || is_same_token {
            return Err(Failure::new(Incomplete("gave a page of its listing twice")));
        }
        Ok(())
    }
}

/// Whether a page that the one before it promised is empty, and the last one.
fn is_end_in_nothing(begin: &Begin, found: &PaginatedListResult) -> bool {
    let is_promised = matches!(begin, Begin::Token(_));
    is_promised && found.result.objects.is_empty() && found.page_token.is_none()
}

/// What the answers to requests for spans say of all that there is: each goes on beyond its span, as far as
/// there is room in a page.
#[derive(Debug, Default)]
struct Said {
    /// The greatest key that was seen.
    greatest: Option<String>,
    /// Behind this key there is nothing.
    end: Option<String>,
    /// Behind this key there is something.
    promised: Option<String>,
}

impl Said {
    fn see(&mut self, key: &str) {
        self.greatest = self.greatest.take().max(Some(key.to_owned()));
    }

    fn end(&mut self, key: &str) {
        let before = self.end.take().filter(|end| end.as_str() < key);
        self.end = before.or_else(|| Some(key.to_owned()));
    }

    fn promise(&mut self, key: &str) {
        self.promised = self.promised.take().max(Some(key.to_owned()));
    }

    fn add(&mut self, other: Self) {
        let Self { greatest, end, promised } = other;
        if let Some(key) = &greatest {
            self.see(key);
        }
        if let Some(key) = &end {
            self.end(key);
        }
        if let Some(key) = &promised {
            self.promise(key);
        }
    }

    /// Whether nothing was seen where there is nothing, and something where there is something.
    fn agrees(&self) -> bool {
        let is_beyond = |end: &String| self.greatest.as_ref().is_some_and(|key| key > end);
        !self.end.as_ref().is_some_and(is_beyond) && self.promised.as_ref().is_none_or(is_beyond)
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
