//! The list of records, and the broken chains.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use event::{Entry, Position, RecordId, View, fold_loosely};
use query::{ChainBreak, ChainsPage, ChainsQuery, RecordSummary, RecordsPage, RecordsQuery};

use crate::filters::{contains, terms_hold};
use crate::record_history::RecordHistory;

/// The events of each record, oldest first.
type ByRecord<'a> = BTreeMap<RecordId, Vec<&'a Entry>>;

/// Every record, latest change first.
pub(crate) fn summaries(records: ByRecord<'_>) -> Vec<RecordSummary> {
    let summaries = records.into_iter().map(|(record, entries)| summary(record, entries));
    let mut summaries: Vec<RecordSummary> = summaries.collect();
    summaries.sort_by_cached_key(|summary| Reverse(summary.position.clone()));
    summaries
}

/// The records that some events are about, with the numbers, times and actors of these.
pub(crate) fn touched(records: &[RecordSummary], events: &[&Entry]) -> Vec<RecordSummary> {
    let mut touching: BTreeMap<RecordId, Vec<&Entry>> = BTreeMap::new();
    for entry in events {
        touching.entry(entry.event.record()).or_default().push(entry);
    }
    let summary = |whole: &RecordSummary| {
        let events = touching.get(&whole.record)?;
        let (first, last) = (events[0], events[events.len() - 1]);
        Some(RecordSummary {
            events: events.len(),
            first: first.event.timestamp,
            last: last.event.timestamp,
            last_actor: last.event.actor.clone(),
            position: last.position(),
            ..whole.clone()
        })
    };
    let mut found: Vec<RecordSummary> = records.iter().filter_map(summary).collect();
    found.sort_by_cached_key(|summary| Reverse(summary.position.clone()));
    found
}

/// A page of the list of records, which are all given, latest change first.
pub(crate) fn page(records: &[RecordSummary], query: &RecordsQuery) -> RecordsPage {
    let found: Vec<&RecordSummary> = records.iter().filter(|s| is_meant(query, s)).collect();
    let total = found.len();
    let (records, next) = after(found, query.after.as_ref(), query.limit, |s| s.position.clone());
    RecordsPage {
        records: records.into_iter().cloned().collect(),
        next,
        total,
        loosely: query.loosely,
        folding: None,
    }
}

fn is_meant(query: &RecordsQuery, summary: &RecordSummary) -> bool {
    let has = |name: &str, text: &str| {
        if query.loosely {
            fold_loosely(name).contains(&fold_loosely(text))
        } else {
            contains(name, text)
        }
    };
    let is_called = |text: &str| {
        has(&summary.record.entity_id, text)
            || summary.name.as_deref().is_some_and(|name| has(name, text))
    };
    terms_hold(&query.types, &summary.record.entity_type)
        && query.contains.as_deref().is_none_or(is_called)
        && (!query.deleted || summary.deleted)
}

fn summary(record: RecordId, entries: Vec<&Entry>) -> RecordSummary {
    let (first, last) = (entries[0], entries[entries.len() - 1]);
    let events = entries.len();
    let state = RecordHistory::new(entries).state(View::NOW);
    RecordSummary {
        record,
        name: state.name(),
        events,
        first: first.event.timestamp,
        last: last.event.timestamp,
        last_actor: last.event.actor.clone(),
        deleted: state.deleted,
        position: last.position(),
    }
}

/// A page of the broken chains.
pub(crate) fn chains(records: ByRecord<'_>, query: &ChainsQuery) -> ChainsPage {
    let mut found = Vec::new();
    for entries in records.into_values() {
        found.extend(RecordHistory::new(entries).breaks());
    }
    found.sort_by_key(|(entry, _)| Reverse(entry.position()));
    let total = found.len();
    let (found, next) =
        after(found, query.after.as_ref(), query.limit, |(entry, _)| entry.position());
    let broken =
        |(entry, expected): (&Entry, _)| ChainBreak { entry: Arc::new(entry.clone()), expected };
    ChainsPage { breaks: found.into_iter().map(broken).collect(), next, total, folding: None }
}

/// What follows a position in a list that is newest first, and after what the next page starts.
fn after<T>(
    mut found: Vec<T>,
    after: Option<&Position>,
    limit: usize,
    position: impl Fn(&T) -> Position,
) -> (Vec<T>, Option<Position>) {
    found.retain(|item| after.is_none_or(|after| position(item) < *after));
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let next = found.last().filter(|_| !is_last).map(position);
    (found, next)
}
