//! Pages of the list of events.

use std::sync::Arc;

use event::{Entry, Position};
use query::{
    CancellationToken, EventItem, EventsPage, EventsQuery, Filters, ItemsBuilder, PageStart,
};

use super::position::{newer_than, older_than};
use crate::Error;
use crate::rows::{Table, count, entry_columns};
use crate::selection::{Resolved, newest_first, oldest_first};
use crate::snapshot::Snapshot;
use crate::sql::Statement;

/// Rows of the first query of a page with groups, at least.
const GROUPED_ROWS: usize = 256;

/// Most rows of one query of a page.
const MOST_ROWS: usize = 1 << 16;

/// Where rows of a page begin.
enum Start {
    Offset(usize),
    Older(Position),
    Newer(Position),
}

impl Snapshot {
    /// Count of the events that match filters.
    pub async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<usize, Error> {
        let resolved = self.resolve(filters, token).await?;
        Ok(self.numbers(&resolved, token).await?.total)
    }

    /// Page of the list of events.
    pub async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<EventsPage, Error> {
        let resolved = self.resolve(&query.filters, token).await?;
        let numbers = self.numbers(&resolved, token).await?;
        let (before, start) = match &query.start {
            PageStart::Newest => (0, Start::Offset(0)),
            PageStart::Rank(rank) => {
                let rank = (*rank).min(numbers.total);
                (rank, Start::Offset(rank))
            }
            PageStart::After(position) => {
                let older = self.number(&resolved, older_than, position, token).await?;
                (numbers.total - older.min(numbers.total), Start::Older(position.clone()))
            }
            PageStart::Before(position) => {
                let newer = self.number(&resolved, newer_than, position, token).await?;
                (newer, Start::Newer(position.clone()))
            }
        };
        let is_backwards = matches!(start, Start::Newer(_));
        let (mut items, shown) = self.items(&resolved, query, start, token).await?;
        let rank = if is_backwards { before - shown.min(before) } else { before };
        let is_last = rank + shown == numbers.total;
        self.complete_items(&mut items, token).await?;
        let oldest = |item: &EventItem| {
            item.group.as_ref().map_or(item.entry.position(), |group| group.oldest.position())
        };
        Ok(EventsPage {
            rank,
            next: items.last().filter(|_| !is_last).map(oldest),
            previous: items.first().filter(|_| rank > 0).map(|item| item.entry.position()),
            items,
            total: numbers.total,
            hidden_no_ops: numbers.hidden_no_ops,
            undecided: numbers.undecided,
            scanning: None,
        })
    }

    /// Number of the events that match and are beyond a position.
    async fn number(
        &self,
        resolved: &Resolved,
        beyond: fn(&Position, &mut Statement) -> String,
        position: &Position,
        token: &CancellationToken,
    ) -> Result<usize, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        let condition = beyond(position, &mut statement);
        let text = format!("select count(*) as events from ({passing}) where {condition}");
        let mut events = 0;
        for batch in self.rows(statement, text, token).await? {
            let counts = Table(&batch).numbers("events")?;
            events += (0..batch.num_rows()).map(|row| count(&counts, row)).sum::<usize>();
        }
        Ok(events)
    }

    /// The items of a page, and the number of events in them.
    async fn items(
        &self,
        resolved: &Resolved,
        query: &EventsQuery,
        mut start: Start,
        token: &CancellationToken,
    ) -> Result<(Vec<EventItem>, usize), Error> {
        let backwards = matches!(start, Start::Newer(_));
        let mut items = ItemsBuilder::new(query.group, query.limit, backwards);
        let mut rows = query.limit;
        if query.group {
            rows = rows.saturating_mul(2).max(GROUPED_ROWS);
        }
        let mut wanted = query.limit;
        while !items.is_full() && wanted > 0 {
            rows = rows.min(MOST_ROWS);
            let found = self.passing_rows(resolved, &start, rows, token).await?;
            let (is_end, last) = (found.len() < rows, found.last().map(Entry::position));
            if !query.group {
                wanted -= found.len().min(wanted);
            }
            for entry in found {
                items.push(Arc::new(entry));
            }
            let Some(last) = last.filter(|_| !is_end) else { break };
            start = if backwards { Start::Newer(last) } else { Start::Older(last) };
            rows = if query.group { rows.saturating_mul(4) } else { wanted };
        }
        Ok(items.finish())
    }

    /// Events that match, from a start on, and at most so many.
    async fn passing_rows(
        &self,
        resolved: &Resolved,
        start: &Start,
        limit: usize,
        token: &CancellationToken,
    ) -> Result<Vec<Entry>, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        let (condition, order, offset) = match start {
            Start::Offset(offset) => ("true".to_owned(), newest_first(), *offset),
            Start::Older(position) => (older_than(position, &mut statement), newest_first(), 0),
            Start::Newer(position) => (newer_than(position, &mut statement), oldest_first(), 0),
        };
        let offset = if offset > 0 { format!(" offset {offset}") } else { String::new() };
        let text = format!(
            "select {} from ({passing}) where {condition} order by {order} limit {limit}{offset}",
            entry_columns(&self.others)
        );
        let mut found = Vec::new();
        for batch in self.rows(statement, text, token).await? {
            found.extend(crate::rows::entries(&batch, &self.others)?);
        }
        Ok(found)
    }

    /// Sets what the entries of a page have beyond their rows.
    async fn complete_items(
        &self,
        items: &mut [EventItem],
        token: &CancellationToken,
    ) -> Result<(), Error> {
        let mut entries: Vec<Entry> = Vec::new();
        for item in &*items {
            entries.push(Entry::clone(&item.entry));
            entries.extend(item.group.as_ref().map(|group| Entry::clone(&group.oldest)));
        }
        self.complete(&mut entries, token).await?;
        let mut entries = entries.into_iter().map(Arc::new);
        for item in items {
            item.entry = entries.next().unwrap_or_else(|| Arc::clone(&item.entry));
            if let Some(group) = &mut item.group {
                group.oldest = entries.next().unwrap_or_else(|| Arc::clone(&group.oldest));
            }
        }
        Ok(())
    }
}
