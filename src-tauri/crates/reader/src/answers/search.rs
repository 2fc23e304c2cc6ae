//! Search for a text among ids, names and values.

use std::sync::Arc;

use event::{Column, fold_case, fold_loosely};
use query::{
    CancellationToken, Count, Filters, MOST_HITS, MOST_NAMED, RecordsQuery, SearchProgress,
    SearchResults,
};

use super::event_list::newest;
use super::facets::counts;
use super::select::{Selected, select, select_containing};
use super::selections::Reporter;
use crate::Error;
use crate::catalog::segment::Needle;
use crate::snapshot::Snapshot;

/// Letters and digits that a text must have for values to be searched for it loosely: a shorter one is
/// in too many of them.
const SHORTEST_LOOSE: usize = 4;

impl Snapshot {
    /// Searches for everything that `text` can mean: an event's id, actors and fields with it in
    /// their name, records with it in their id or name, and values that contain it, in any case.
    /// Segments are searched one by one, latest first; before each, `report` gets the results so
    /// far.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be
    /// read.
    #[tracing::instrument(skip_all)]
    pub fn search(
        &self,
        text: &str,
        token: &CancellationToken,
        mut report: impl FnMut(SearchResults),
    ) -> Result<SearchResults, Error> {
        let text = text.trim();
        let mut found = self.named(text, contains_text, token)?;
        found.events = self.entries_at(text)?.into_iter().take(MOST_NAMED).map(Arc::new).collect();
        self.mark_amended(found.events.iter_mut())?;
        self.search_values(&Needle::new(text), &mut found, token, &mut report)?;
        let contains = Some(text.to_owned());
        let query = RecordsQuery { contains, limit: MOST_NAMED, ..RecordsQuery::default() };
        found.records = self.records(&query, token)?.records;
        let nothing = SearchResults { searched: found.searched, ..SearchResults::default() };
        if found == nothing && !fold_loosely(text).is_empty() {
            found = self.named(text, contains_loosely, token)?;
            found.records = self.records(&RecordsQuery { loosely: true, ..query }, token)?.records;
            found.loosely = true;
            if fold_loosely(text).chars().count() >= SHORTEST_LOOSE {
                self.search_values(&Needle::loose(text), &mut found, token, &mut report)?;
            }
            let nothing = SearchResults { searched: found.searched, ..SearchResults::default() };
            found.loosely = SearchResults { loosely: false, ..found.clone() } != nothing;
        }
        found.searched = None;
        Ok(found)
    }

    /// Searches the values of all segments, latest first; before each, `report` gets the results so far.
    fn search_values(
        &self,
        needle: &Needle,
        found: &mut SearchResults,
        token: &CancellationToken,
        report: &mut impl FnMut(SearchResults),
    ) -> Result<(), Error> {
        let segments = self.segments();
        let all = Filters::default();
        let mut selected: Vec<Selected> = segments.iter().map(|_| Selected::none()).collect();
        let mut latest: Vec<usize> = (0..segments.len()).collect();
        latest.sort_by_key(|&at| std::cmp::Reverse(segments[at].segment.span().1));
        for (done, at) in latest.into_iter().enumerate() {
            found.searched = Some(SearchProgress { done, of: segments.len() });
            report(found.clone());
            let of_segment = select_containing(
                &segments[at..=at],
                &all,
                Some(needle),
                None,
                Reporter::NONE,
                token,
            )?;
            selected.splice(at..=at, of_segment);
            found.in_values = selected.iter().map(Selected::count).sum();
            found.hits = newest(&segments, &selected, MOST_HITS)?;
            self.mark_repeated_ids(found.hits.iter_mut())?;
            self.mark_amended(found.hits.iter_mut())?;
        }
        Ok(())
    }

    /// The actors and fields whose name contains this text.
    fn named(
        &self,
        text: &str,
        contains: impl Fn(&str, &str) -> bool,
        token: &CancellationToken,
    ) -> Result<SearchResults, Error> {
        let segments = self.segments();
        let all = select(&segments, &Filters::default(), None, Reporter::NONE, token)?;
        let named = |column: Column| -> Result<Vec<Count>, Error> {
            let holds = |count: &Count| contains(&count.value, text);
            let counts = counts(&segments, &all, column.as_dimension())?;
            Ok(counts.into_iter().filter(holds).take(MOST_NAMED).collect())
        };
        Ok(SearchResults {
            actors: named(Column::Actor)?,
            fields: named(Column::Field)?,
            ..SearchResults::default()
        })
    }
}

/// Whether a text contains another loosely.
fn contains_loosely(text: &str, other: &str) -> bool {
    fold_loosely(text).contains(&fold_loosely(other))
}

/// Whether a text contains another, in any case.
fn contains_text(text: &str, other: &str) -> bool {
    fold_case(text).contains(&*fold_case(other))
}
