//! What one text can mean.

use std::sync::Arc;

use event::{Entry, fold_loosely, search_texts};
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
    let has = |value: &Option<String>| {
        let texts = value.as_deref().map(search_texts).into_iter().flatten();
        texts.into_iter().any(|text| fold_loosely(&text).contains(&loosely))
    };
    let in_values: Vec<&Entry> = entries
        .iter()
        .filter(|_| loosely.chars().count() >= 4)
        .filter(|entry| has(&entry.event.old_value) || has(&entry.event.new_value))
        .collect();
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
