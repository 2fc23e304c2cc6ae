//! The list of records, the deleted among them, and the broken chains.

use chrono::{DateTime, Utc};
use event::{Entry, Position, RecordId, View};
use std::sync::Arc;

use crate::{Answer, Snapshot};

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordsQuery {
    /// Of any of these types, or of all if there are none.
    pub types: Vec<crate::Term>,
    /// With this text in their id or their name, in any case.
    pub contains: Option<String>,
    /// Only those that are deleted.
    pub deleted: bool,
    pub after: Option<Position>,
    pub limit: usize,
}

/// A page of records, latest change first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPage {
    pub records: Vec<RecordSummary>,
    pub next: Option<Position>,
    pub total: usize,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSummary {
    pub record: RecordId,
    /// What people call it, where its fields have a name.
    pub name: Option<String>,
    pub events: usize,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub last_actor: String,
    /// Deleted now, given every correction.
    pub deleted: bool,
    position: Position,
}

/// A page of updates whose old value is not the value before it, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainsPage {
    pub breaks: Vec<ChainBreak>,
    pub next: Option<Position>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    pub entry: Arc<Entry>,
    /// The value before it; `None` if that was null, or there was none.
    pub expected: Option<String>,
}

/// What every record comes to: one fold of the whole journal.
#[derive(Debug)]
pub(crate) struct Summaries {
    /// Latest change first.
    records: Vec<RecordSummary>,
    /// Newest first.
    breaks: Vec<ChainBreak>,
}

impl RecordSummary {
    /// Whether the id or the name holds `text`, which is in lower case.
    fn is_called(&self, text: &str) -> bool {
        let holds = |called: &str| called.to_lowercase().contains(text);
        holds(&self.record.entity_id) || self.name.as_deref().is_some_and(holds)
    }
}

impl Summaries {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut records = Vec::new();
        let mut breaks = Vec::new();
        for (record, places) in snapshot.by_record() {
            let timeline = snapshot.fold(places);
            let (Some(first), Some(last)) = (timeline.entries().first(), timeline.entries().last())
            else {
                continue;
            };
            let state = timeline.state(View::NOW);
            records.push(RecordSummary {
                record: record.clone(),
                name: state.name(),
                events: places.len(),
                first: first.event.timestamp,
                last: last.event.timestamp,
                last_actor: last.event.actor.clone(),
                deleted: state.deleted,
                position: last.position(),
            });
            let of_record = timeline.breaks().into_iter().map(|found| ChainBreak {
                entry: Arc::clone(&snapshot.entries()[places[found.index]]),
                expected: found.expected,
            });
            breaks.extend(of_record);
        }
        records.sort_by(|a, b| b.position.cmp(&a.position));
        breaks.sort_by_cached_key(|found| std::cmp::Reverse(found.entry.position()));
        Self { records, breaks }
    }
}

impl Snapshot {
    /// The records asked for.
    pub fn records(&self, query: &RecordsQuery) -> Answer<RecordsPage> {
        let contains = query.contains.as_ref().map(|text| text.to_lowercase());
        let wanted = |found: &&RecordSummary| {
            of_types(&query.types, &found.record.entity_type)
                && (!query.deleted || found.deleted)
                && contains.as_ref().is_none_or(|text| found.is_called(text))
        };
        let found: Vec<&RecordSummary> = self.summaries().records.iter().filter(wanted).collect();
        let (records, next) =
            page(&found, query.after.as_ref(), query.limit, |r| r.position.clone());
        self.answer(RecordsPage { total: found.len(), records, next })
    }

    /// The broken value chains of the whole journal.
    pub fn chains(&self, after: Option<&Position>, limit: usize) -> Answer<ChainsPage> {
        let found: Vec<&ChainBreak> = self.summaries().breaks.iter().collect();
        let (breaks, next) = page(&found, after, limit, |b| b.entry.position());
        self.answer(ChainsPage { total: found.len(), breaks, next })
    }
}

fn of_types(types: &[crate::Term], entity_type: &str) -> bool {
    let is = |term: &&crate::Term| term.value == entity_type;
    let mut included = types.iter().filter(|t| !t.exclude).peekable();
    let mut excluded = types.iter().filter(|t| t.exclude);
    (included.peek().is_none() || included.any(|t| is(&t))) && !excluded.any(|t| is(&t))
}

/// The part of a list, newest first, that follows `after`, and where the next part starts.
fn page<T: Clone>(
    list: &[&T],
    after: Option<&Position>,
    limit: usize,
    position: impl Fn(&T) -> Position,
) -> (Vec<T>, Option<Position>) {
    let skip = after.map_or(0, |after| list.partition_point(|item| position(item) >= *after));
    let part: Vec<T> = list[skip..].iter().take(limit).map(|&item| item.clone()).collect();
    let more = skip + part.len() < list.len();
    let next = part.last().filter(|_| more).map(position);
    (part, next)
}
