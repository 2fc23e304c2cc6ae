//! The list of records, the deleted among them, and the broken chains.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::{Entry, Position, RecordId, Timeline};

use crate::events::page;
use crate::select::{Selected, by_time};
use crate::{Answer, Error, Order, Snapshot};

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
    pub(crate) position: Position,
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

impl RecordSummary {
    /// Whether the id or the name holds `text`, which is in lower case.
    fn is_called(&self, text: &str) -> bool {
        let holds = |called: &str| called.to_lowercase().contains(text);
        holds(&self.record.entity_id) || self.name.as_deref().is_some_and(holds)
    }
}

impl Snapshot {
    /// The records asked for.
    pub fn records(&self, query: &RecordsQuery) -> Result<Answer<RecordsPage>, Error> {
        let contains = query.contains.as_ref().map(|text| text.to_lowercase());
        let wanted = |found: &&RecordSummary| {
            of_types(&query.types, &found.record.entity_type)
                && (!query.deleted || found.deleted)
                && contains.as_ref().is_none_or(|text| found.is_called(text))
        };
        let found: Vec<&RecordSummary> = self.folded()?.records.iter().filter(wanted).collect();
        let (records, next) =
            part_of(&found, query.after.as_ref(), query.limit, |r| r.position.clone());
        Ok(self.answer(RecordsPage { total: found.len(), records, next }))
    }

    /// The broken value chains of the whole journal.
    pub fn chains(
        &self,
        after: Option<&Position>,
        limit: usize,
    ) -> Result<Answer<ChainsPage>, Error> {
        let folded = self.folded()?;
        let parts = self.shown();
        let broken = parts.iter().zip(&folded.breaks).map(|(part, breaks)| {
            let rows = 0..part.segment.len();
            let bits = Some(by_time(&part.segment, breaks, rows.clone())?);
            Ok(Selected { rows, bits, hidden_no_ops: 0 })
        });
        let broken: Vec<Selected> = self.watch(broken.collect::<io::Result<_>>())?;
        let total = broken.iter().map(Selected::count).sum();
        let (entries, next) =
            self.watch(page(&parts, &broken, Order::NewestFirst, after, limit))?;
        let breaks = self.watch(self.expected(entries))?;
        Ok(self.answer(ChainsPage { breaks, next, total }))
    }

    /// What was expected where each of these events stands.
    fn expected(&self, entries: Vec<Arc<Entry>>) -> io::Result<Vec<ChainBreak>> {
        let mut timelines: HashMap<RecordId, Timeline> = HashMap::new();
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            let record = entry.event.record();
            if !timelines.contains_key(&record) {
                timelines.insert(record.clone(), self.timeline_of(&record)?);
            }
            let timeline = &timelines[&record];
            let of_entry = |found: &event::Break| timeline.entries()[found.index] == *entry;
            let expected = timeline.breaks().into_iter().find(of_entry).and_then(|b| b.expected);
            found.push(ChainBreak { entry, expected });
        }
        Ok(found)
    }
}

fn of_types(types: &[crate::Term], entity_type: &str) -> bool {
    let is = |term: &&crate::Term| term.value == entity_type;
    let mut included = types.iter().filter(|t| !t.exclude).peekable();
    let mut excluded = types.iter().filter(|t| t.exclude);
    (included.peek().is_none() || included.any(|t| is(&t))) && !excluded.any(|t| is(&t))
}

/// The part of a list, newest first, that follows `after`, and where the next part starts.
fn part_of<T: Clone>(
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
