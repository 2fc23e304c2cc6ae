//! Pages of events.

use std::io;
use std::sync::Arc;

use event::{Entry, Position};

use crate::catalog::Shown;
use crate::select::{Selected, select};
use crate::walk::Walks;
use crate::{Answer, Error, Filters, Order, Query, Snapshot, Stop};

/// A page of events, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPage {
    pub events: Vec<Arc<Entry>>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Position>,
    /// Events that the filters let through, on all pages.
    pub total: usize,
    /// Updates that changed nothing and were left out because the filters say so.
    pub hidden_no_ops: usize,
}

impl Snapshot {
    /// The events a query asks for.
    #[tracing::instrument(level = "info", skip_all, fields(limit = query.limit))]
    pub fn events(&self, query: &Query) -> Result<Answer<EventsPage>, Error> {
        let parts = self.shown();
        let selected = self.watch(select(&parts, &query.filters, &Stop::default()))?;
        let total = selected.iter().map(Selected::count).sum();
        let hidden_no_ops = selected.iter().map(|selected| selected.hidden_no_ops).sum();
        let (events, next) =
            self.watch(page(&parts, &selected, query.order, query.after.as_ref(), query.limit))?;
        Ok(self.answer(EventsPage { events, next, total, hidden_no_ops }))
    }

    /// How many events filters let through, or [`Error::Stopped`] soon after `stop` was set.
    #[tracing::instrument(skip_all)]
    pub fn count(&self, filters: &Filters, stop: &Stop) -> Result<Answer<usize>, Error> {
        let selected = self.watch(select(&self.shown(), filters, stop))?;
        Ok(self.answer(selected.iter().map(Selected::count).sum()))
    }
}

/// The events that follow `after` among those selected, and where the next page starts.
pub(crate) fn page(
    parts: &[&Shown],
    selected: &[Selected],
    order: Order,
    after: Option<&Position>,
    limit: usize,
) -> io::Result<(Vec<Arc<Entry>>, Option<Position>)> {
    let mut walks = Walks::after(parts, selected, order, after)?;
    let mut turns = Vec::new();
    while turns.len() < limit
        && let Some(turn) = walks.next()?
    {
        turns.push(turn);
    }
    let events = walks.events(&turns)?;
    let next = events.last().filter(|_| !walks.is_at_end()).map(|entry| entry.position());
    Ok((events, next))
}
