//! What one text can mean.

use std::sync::Arc;

use event::Entry;

use crate::events::page;
use crate::facets::counts;
use crate::select::{Selected, select};
use crate::{
    Answer, Column, Count, Error, FACET_COLUMNS, Filters, Order, RecordSummary, RecordsQuery,
    Snapshot, Stop,
};

/// At most this many of each kind are named.
const MOST: usize = 8;

/// At most this many of the events that have the text in a value.
const MOST_HITS: usize = 20;

/// What one text can mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The events with exactly this id or address.
    pub events: Vec<Arc<Entry>>,
    /// Records with the text in their id or their name.
    pub records: Vec<RecordSummary>,
    /// Actors and fields with the text in their name, by how many events they have.
    pub actors: Vec<Count>,
    pub fields: Vec<Count>,
    /// How many events have the text in their old or new value, and the newest of them.
    pub in_values: usize,
    pub hits: Vec<Arc<Entry>>,
    /// How many parts of the journal were searched, of how many; `None` once all is found.
    pub searched: Option<(usize, usize)>,
}

impl Snapshot {
    /// All that `text` can mean in this journal, or [`Error::Stopped`] soon after `stop` was
    /// set. Until it is whole, `report` is told what was found so far.
    #[tracing::instrument(skip_all)]
    pub fn find(
        &self,
        text: &str,
        stop: &Stop,
        mut report: impl FnMut(Answer<Found>),
    ) -> Result<Answer<Found>, Error> {
        let parts = self.shown();
        let all = self.watch(select(&parts, &Filters::default(), stop))?;
        let named = |column: Column| -> Result<Vec<Count>, Error> {
            let at = FACET_COLUMNS.iter().position(|known| *known == column).unwrap_or_default();
            let holds = |count: &Count| holds(&count.value, text);
            let counts = self.watch(counts(&parts, &all, at))?;
            Ok(counts.into_iter().filter(holds).take(MOST).collect())
        };
        let mut found = Found {
            events: self.with_id(text)?.into_iter().take(MOST).map(Arc::new).collect(),
            actors: named(Column::Actor)?,
            fields: named(Column::Field)?,
            ..Found::default()
        };
        let contains = Some(text.to_owned());
        let filters = Filters { contains: contains.clone(), ..Filters::default() };
        let mut selected: Vec<Selected> = parts.iter().map(|_| Selected::none()).collect();
        // What happened last is looked for first.
        let mut newest: Vec<usize> = (0..parts.len()).collect();
        newest.sort_by_key(|&at| std::cmp::Reverse(parts[at].segment.span().1));
        for (searched, at) in newest.into_iter().enumerate() {
            found.searched = Some((searched, parts.len()));
            report(self.answer(found.clone()));
            let of_part = self.watch(select(&parts[at..=at], &filters, stop))?;
            selected.splice(at..=at, of_part);
            found.in_values = selected.iter().map(Selected::count).sum();
            let hits = page(&parts, &selected, Order::NewestFirst, None, MOST_HITS);
            found.hits = self.watch(hits)?.0;
        }
        let query = RecordsQuery { contains, limit: MOST, ..RecordsQuery::default() };
        found.records = self.records(&query)?.value.records;
        found.searched = None;
        Ok(self.answer(found))
    }
}

/// Whether a text holds another, in any case.
fn holds(text: &str, other: &str) -> bool {
    text.to_lowercase().contains(&other.to_lowercase())
}
