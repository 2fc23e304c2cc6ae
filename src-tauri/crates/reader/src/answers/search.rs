//! What one text can mean.

use std::sync::Arc;

use event::Column;
use query::{
    CancellationToken, Count, Filters, MOST_HITS, MOST_NAMED, RecordsQuery, SearchProgress,
    SearchResults,
};

use super::event_list::newest;
use super::facets::counts;
use super::select::{Selected, select};
use crate::Error;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// All that `text` can mean in this journal. Until it is whole, `report` gets what was found
    /// so far.
    #[tracing::instrument(skip_all)]
    pub fn search(
        &self,
        text: &str,
        token: &CancellationToken,
        mut report: impl FnMut(SearchResults),
    ) -> Result<SearchResults, Error> {
        let text = text.trim();
        let segments = self.segments();
        let mut found = self.named(text, token)?;
        let contains = Some(text.to_owned());
        let filters = Filters { contains: contains.clone(), ..Filters::default() };
        let mut selected: Vec<Selected> = segments.iter().map(|_| Selected::none()).collect();
        // What happened last is looked for first.
        let mut latest: Vec<usize> = (0..segments.len()).collect();
        latest.sort_by_key(|&at| std::cmp::Reverse(segments[at].segment.span().1));
        for (done, at) in latest.into_iter().enumerate() {
            found.searched = Some(SearchProgress { done, of: segments.len() });
            report(found.clone());
            let of_segment = select(&segments[at..=at], &filters, token)?;
            selected.splice(at..=at, of_segment);
            found.in_values = selected.iter().map(Selected::count).sum();
            found.hits = newest(&segments, &selected, MOST_HITS)?;
            self.mark_repeated_ids(found.hits.iter_mut())?;
        }
        let query = RecordsQuery { contains, limit: MOST_NAMED, ..RecordsQuery::default() };
        found.records = self.records(&query)?.records;
        found.searched = None;
        Ok(found)
    }

    /// The events with this id, and the actors and fields with this text in their name.
    fn named(&self, text: &str, token: &CancellationToken) -> Result<SearchResults, Error> {
        let segments = self.segments();
        let all = select(&segments, &Filters::default(), token)?;
        let named = |column: Column| -> Result<Vec<Count>, Error> {
            let holds = |count: &Count| holds(&count.value, text);
            let counts = counts(&segments, &all, column.as_dimension())?;
            Ok(counts.into_iter().filter(holds).take(MOST_NAMED).collect())
        };
        let events = self.with_id(text)?;
        Ok(SearchResults {
            events: events.into_iter().take(MOST_NAMED).map(Arc::new).collect(),
            actors: named(Column::Actor)?,
            fields: named(Column::Field)?,
            ..SearchResults::default()
        })
    }
}

/// Whether a text holds another, in any case.
fn holds(text: &str, other: &str) -> bool {
    text.to_lowercase().contains(&other.to_lowercase())
}
