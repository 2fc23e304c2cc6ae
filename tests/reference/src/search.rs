//! What one text can mean.

use std::sync::Arc;

use event::{Entry, fold_loosely};
use query::{
    Column, Count, Filters, MOST_HITS, MOST_NAMED, RecordSummary, RecordsQuery, SearchResults,
};

use crate::facets::counts;
use crate::filters::{contains, let_through};
use crate::look_up::with_address;
use crate::records;

/// All that `text` can mean in a journal with these entries and records.
pub(crate) fn search(entries: &[Entry], summaries: &[RecordSummary], text: &str) -> SearchResults {
    let filters = Filters { contains: Some(text.to_owned()), ..Filters::default() };
    let in_values = let_through(&filters, entries);
    let shared = |entry: &Entry| Arc::new(entry.clone());
    let results = SearchResults {
        events: with_address(entries, text).into_iter().take(MOST_NAMED).map(shared).collect(),
        in_values: in_values.len(),
        hits: in_values.into_iter().rev().take(MOST_HITS).map(shared).collect(),
        ..named(entries, summaries, text, false)
    };
    let loosely = fold_loosely(text);
    if results != SearchResults::default() || loosely.is_empty() {
        return results;
    }
    let filters = Filters { loosely: true, ..filters };
    let is_long = loosely.chars().count() >= 4;
    let in_values = if is_long { let_through(&filters, entries) } else { Vec::new() };
    let results = SearchResults {
        in_values: in_values.len(),
        hits: in_values.into_iter().rev().take(MOST_HITS).map(shared).collect(),
        ..named(entries, summaries, text, true)
    };
    SearchResults { loosely: results != SearchResults::default(), ..results }
}

/// The records, actors and fields that have the text in their names.
fn named(
    entries: &[Entry],
    summaries: &[RecordSummary],
    text: &str,
    loosely: bool,
) -> SearchResults {
    let all: Vec<&Entry> = entries.iter().collect();
    let has = |value: &str| {
        if loosely {
            fold_loosely(value).contains(&fold_loosely(text))
        } else {
            contains(value, text)
        }
    };
    let named = |column: Column| -> Vec<Count> {
        counts(&all, column)
            .into_iter()
            .filter(|count| has(&count.value))
            .take(MOST_NAMED)
            .collect()
    };
    let contains = Some(text.to_owned());
    let query = RecordsQuery { contains, loosely, limit: MOST_NAMED, ..RecordsQuery::default() };
    SearchResults {
        records: records::page(summaries, &query).records,
        actors: named(Column::Actor),
        fields: named(Column::Field),
        ..SearchResults::default()
    }
}
