//! Items of a list of events: runs of neighbouring events that are one group each.

use std::sync::Arc;

use chrono::TimeDelta;
use event::Entry;

use crate::{EventItem, GROUP_GAP_NANOS, Group, LARGEST_GROUP, SMALLEST_GROUP};

/// Builder of the items of a page from events that follow each other in the list: see [`Group`].
#[derive(Debug)]
pub struct ItemsBuilder {
    group: bool,
    limit: usize,
    /// Whether events come nearest first and the page is read from its other end.
    backwards: bool,
    items: Vec<Vec<Arc<Entry>>>,
    run: Vec<Arc<Entry>>,
}

impl ItemsBuilder {
    /// Builder of at most `limit` items. Events come newest first; with `backwards` they come oldest
    /// first, from the end of the page on.
    pub fn new(group: bool, limit: usize, backwards: bool) -> Self {
        Self { group, limit, backwards, items: Vec::new(), run: Vec::new() }
    }

    /// Whether no further event can change the page.
    pub fn is_full(&self) -> bool {
        self.items.len() >= self.limit
    }

    /// Adds the next event.
    pub fn push(&mut self, entry: Arc<Entry>) {
        if self.run.last().is_some_and(|last| !self.goes_on(last, &entry)) {
            self.end_run();
        }
        self.run.push(entry);
        if self.run.len() == LARGEST_GROUP {
            self.end_run();
        }
    }

    fn goes_on(&self, last: &Entry, next: &Entry) -> bool {
        let gap = TimeDelta::nanoseconds(GROUP_GAP_NANOS.cast_signed());
        self.group
            && (&last.event.actor, &last.event.source) == (&next.event.actor, &next.event.source)
            && (last.event.timestamp - next.event.timestamp).abs() < gap
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.len() < SMALLEST_GROUP {
            self.items.extend(run.into_iter().map(|entry| vec![entry]));
        } else {
            self.items.push(run);
        }
    }

    /// The items of the page, newest first, and the number of events in them. Events that come after
    /// the last one that was added are none of the list.
    pub fn finish(mut self) -> (Vec<EventItem>, usize) {
        self.end_run();
        self.items.truncate(self.limit);
        if self.backwards {
            self.items.reverse();
            self.items.iter_mut().for_each(|run| run.reverse());
        }
        let shown = self.items.iter().map(Vec::len).sum();
        let item = |run: Vec<Arc<Entry>>| {
            let group = run.last().filter(|_| run.len() > 1);
            let group = group.map(|oldest| Group { events: run.len(), oldest: Arc::clone(oldest) });
            EventItem { entry: Arc::clone(&run[0]), group }
        };
        (self.items.into_iter().map(item).collect(), shown)
    }
}
