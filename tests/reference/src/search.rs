//! What one text can mean.

use std::sync::Arc;

use event::Entry;
use query::{
    Column, Count, Filters, MOST_HITS, MOST_NAMED, RecordSummary, RecordsQuery, SearchResults,
};

use crate::facets::counts;
use crate::filters::{contains, let_through};
use crate::look_up::with_address;
use crate::records;

/// All that `text` can mean in a journal with these entries and records.
pub(crate) fn search(entries: &[Entry], summaries: &[RecordSummary], text: &str) -> SearchResults {
    let all: Vec<&Entry> = entries.iter().collect();
    let named = |column: Column| -> Vec<Count> {
        let named = counts(&all, column).into_iter().filter(|count| contains(&count.value, text));
        named.take(MOST_NAMED).collect()
    };
    let filters = Filters { contains: Some(text.to_owned()), ..Filters::default() };
    let in_values = let_through(&filters, entries);
    let query =
        RecordsQuery { contains: filters.contains, limit: MOST_NAMED, ..RecordsQuery::default() };
    let shared = |entry: &Entry| Arc::new(entry.clone());
    SearchResults {
        events: with_address(entries, text).into_iter().take(MOST_NAMED).map(shared).collect(),
        records: records::page(summaries, &query).records,
        actors: named(Column::Actor),
        fields: named(Column::Field),
        in_values: in_values.len(),
        hits: in_values.into_iter().rev().take(MOST_HITS).map(shared).collect(),
        searched: None,
    }
}
