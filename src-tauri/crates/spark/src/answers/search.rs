//! Everything that one text can mean.

use std::sync::Arc;

use event::{Entry, fold_case, fold_loosely};
use query::{
    CancellationToken, Column, Count, EventsQuery, Filters, MOST_HITS, MOST_NAMED, RecordsQuery,
    SearchResults,
};

use crate::Error;
use crate::snapshot::Snapshot;

/// Fewest letters and digits of a text that is looked for loosely in values.
const FEWEST_LOOSE: usize = 4;

impl Snapshot {
    /// Searches for a text, without blanks at its edges.
    pub async fn search(
        &self,
        text: &str,
        token: &CancellationToken,
    ) -> Result<SearchResults, Error> {
        let text = text.trim();
        let events = self.with_address(text, token).await?;
        let named = self.named(text, false, token).await?;
        let (in_values, hits) = self.in_values(text, false, token).await?;
        let results = SearchResults {
            events: events.into_iter().take(MOST_NAMED).map(Arc::new).collect(),
            in_values,
            hits,
            ..named
        };
        let loosely = fold_loosely(text);
        if results != SearchResults::default() || loosely.is_empty() {
            return Ok(results);
        }
        let named = self.named(text, true, token).await?;
        let (in_values, hits) = match loosely.chars().count() {
            FEWEST_LOOSE.. => self.in_values(text, true, token).await?,
            _ => (0, Vec::new()),
        };
        let results = SearchResults { in_values, hits, ..named };
        Ok(SearchResults { loosely: results != SearchResults::default(), ..results })
    }

    /// Records, actors and fields that have the text in their names.
    async fn named(
        &self,
        text: &str,
        loosely: bool,
        token: &CancellationToken,
    ) -> Result<SearchResults, Error> {
        let has = |value: &str| {
            if loosely {
                fold_loosely(value).contains(&fold_loosely(text))
            } else {
                fold_case(value).contains(&*fold_case(text))
            }
        };
        let all = self.resolve(&Filters::default(), token).await?;
        let mut counts =
            self.counts(&all, &[Column::Actor, Column::Field], token).await?.into_iter();
        let mut named = || -> Vec<Count> {
            let values = counts.next().map(|facet| facet.values).unwrap_or_default();
            values.into_iter().filter(|count| has(&count.value)).take(MOST_NAMED).collect()
        };
        let (actors, fields) = (named(), named());
        let contains = Some(text.to_owned());
        let query =
            RecordsQuery { contains, loosely, limit: MOST_NAMED, ..RecordsQuery::default() };
        let records = self.records(&query, token).await?.records;
        Ok(SearchResults { records, actors, fields, ..SearchResults::default() })
    }

    /// Number of the events with the text in a value, and the newest of them.
    async fn in_values(
        &self,
        text: &str,
        loosely: bool,
        token: &CancellationToken,
    ) -> Result<(usize, Vec<Arc<Entry>>), Error> {
        let filters = Filters { contains: Some(text.to_owned()), loosely, ..Filters::default() };
        let query = EventsQuery { filters, limit: MOST_HITS, ..EventsQuery::default() };
        let page = self.events(&query, token).await?;
        Ok((page.total, page.items.into_iter().map(|item| item.entry).collect()))
    }
}
