//! What one text can mean.

use event::Entry;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::{
    Answer, Column, Count, Error, Filters, Order, Query, RecordSummary, RecordsQuery, Snapshot,
};

/// At most this many of each kind are named.
const MOST: usize = 8;

/// What one text can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The events with exactly this id or address.
    pub events: Vec<Arc<Entry>>,
    /// Records with the text in their id or their name.
    pub records: Vec<RecordSummary>,
    /// Actors and fields with the text in their name, by how many events they have.
    pub actors: Vec<Count>,
    pub fields: Vec<Count>,
    /// How many events have the text in their old or new value.
    pub in_values: usize,
}

impl Snapshot {
    /// All that `text` can mean in this journal, or [`Error::Stopped`] soon after `stopped` was set.
    pub fn find(&self, text: &str, stopped: &AtomicBool) -> Result<Answer<Found>, Error> {
        let contains = Some(text.to_owned());
        let records = self.records(&RecordsQuery {
            contains: contains.clone(),
            limit: MOST,
            ..RecordsQuery::default()
        })?;
        let query = Query {
            filters: Filters { contains, ..Filters::default() },
            order: Order::NewestFirst,
            after: None,
            limit: 0,
        };
        let in_values = self.events_unless(&query, stopped)?;
        Ok(self.answer(Found {
            events: self.with_id(text)?.into_iter().take(MOST).map(Arc::new).collect(),
            records: records.value.records,
            actors: self.named(Column::Actor, text)?,
            fields: self.named(Column::Field, text)?,
            in_values: in_values.value.total,
        }))
    }

    fn named(&self, column: Column, text: &str) -> Result<Vec<Count>, Error> {
        let text = text.to_lowercase();
        let all = self.facet(column)?.into_iter();
        Ok(all.filter(|c| c.value.to_lowercase().contains(&text)).take(MOST).collect())
    }
}
