//! Pages of events.

use event::{Entry, Position};
use polars::prelude::{col, lit};
use std::sync::Arc;

use crate::compile::compile;
use crate::{Answer, Error, Order, Query, Snapshot};

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
    pub fn events(&self, query: &Query) -> Result<Answer<EventsPage>, Error> {
        let rows = self.rows(query)?;
        let hidden_no_ops = rows.hidden_no_ops;
        let rows = rows.shown;
        let (skip, newest) = match (&query.after, query.order) {
            (None, order) => (0, order == Order::NewestFirst),
            (Some(after), Order::NewestFirst) => {
                let before = self.rank(after);
                (rows.len() - rows.partition_point(|&row| row < before), true)
            }
            (Some(after), Order::OldestFirst) => {
                let rank = self.rank(after);
                let at = self.entries().get(rank).is_some_and(|e| e.position() == *after);
                (rows.partition_point(|&row| row < rank + usize::from(at)), false)
            }
        };
        let ordered: Box<dyn Iterator<Item = usize>> = if newest {
            Box::new(rows.iter().rev().copied())
        } else {
            Box::new(rows.iter().copied())
        };
        let page = ordered.skip(skip).take(query.limit).map(|i| Arc::clone(&self.entries()[i]));
        let events: Vec<Arc<Entry>> = page.collect();
        let more = skip + events.len() < rows.len();
        let next = events.last().filter(|_| more).map(|entry| entry.position());
        Ok(self.answer(EventsPage { events, next, total: rows.len(), hidden_no_ops }))
    }

    /// The rows that a query's filters let through, in order, and the no-ops among them.
    fn rows(&self, query: &Query) -> Result<Rows, Error> {
        let hide = query.filters.hide_no_ops;
        let columns = if hide { &["row", "no_op"][..] } else { &["row"] };
        let found = self.select(compile(&query.filters), columns)?;
        let rows = found.column("row")?.u32()?;
        if !hide {
            let shown = rows.into_no_null_iter().map(|row| row as usize).collect();
            return Ok(Rows { shown, hidden_no_ops: 0 });
        }
        let no_op = found.column("no_op")?.bool()?;
        let both = rows.into_no_null_iter().zip(no_op.iter());
        let shown = both.filter(|(_, no_op)| *no_op != Some(true)).map(|(row, _)| row as usize);
        let shown: Vec<usize> = shown.collect();
        Ok(Rows { hidden_no_ops: rows.len() - shown.len(), shown })
    }
}

struct Rows {
    shown: Vec<usize>,
    hidden_no_ops: usize,
}

/// Filters as an expression that leaves out no-ops where they say so.
pub(crate) fn shown(filters: &crate::Filters) -> polars::prelude::Expr {
    let all = compile(filters);
    if filters.hide_no_ops { all.and(col("no_op").eq(lit(false))) } else { all }
}
