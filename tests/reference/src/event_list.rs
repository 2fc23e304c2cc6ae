//! The list of events.

use std::sync::Arc;

use chrono::TimeDelta;
use event::{Entry, Position};
use query::{
    EventItem, EventsPage, EventsQuery, GROUP_GAP_NANOS, Group, LARGEST_GROUP, PageStart,
    SMALLEST_GROUP,
};

use crate::filters::{but_for_no_ops, let_through, undecided};

/// Events that are one item of the list, newest first.
type Run<'a> = Vec<&'a Entry>;

/// A page of the list of events.
pub(crate) fn page(entries: &[Entry], query: &EventsQuery) -> EventsPage {
    let with_no_ops = but_for_no_ops(&query.filters, entries).len();
    let mut listed = let_through(&query.filters, entries);
    listed.reverse();
    let newer_than =
        |position: &Position| listed.iter().filter(|e| e.position() > *position).count();
    let up_to = |position: &Position| listed.iter().filter(|e| e.position() >= *position).count();
    let (rank, runs) = match &query.start {
        PageStart::Newest => from(0, &listed, query),
        PageStart::Rank(rank) => from(*rank, &listed, query),
        PageStart::After(position) => from(up_to(position), &listed, query),
        PageStart::Before(position) => before(newer_than(position), &listed, query),
    };
    let shown: usize = runs.iter().map(Vec::len).sum();
    let is_last = rank + shown == listed.len();
    EventsPage {
        rank,
        next: runs.last().filter(|_| !is_last).map(|run| run[run.len() - 1].position()),
        previous: runs.first().filter(|_| rank > 0).map(|run| run[0].position()),
        items: runs.iter().map(item).collect(),
        total: listed.len(),
        hidden_no_ops: with_no_ops - listed.len(),
        undecided: undecided(&query.filters, entries),
        scanning: None,
    }
}

/// The items from a rank on, even if that is in the midst of a run, and that rank.
fn from<'a>(rank: usize, listed: &[&'a Entry], query: &EventsQuery) -> (usize, Vec<Run<'a>>) {
    let rank = rank.min(listed.len());
    let mut runs = runs(&listed[rank..], query.group);
    runs.truncate(query.limit);
    (rank, runs)
}

/// The items just before a rank, even if that is in the midst of a run, and the first one's rank.
fn before<'a>(rank: usize, listed: &[&'a Entry], query: &EventsQuery) -> (usize, Vec<Run<'a>>) {
    let nearest_first: Vec<&Entry> = listed[..rank].iter().rev().copied().collect();
    let mut runs = runs(&nearest_first, query.group);
    runs.truncate(query.limit);
    runs.reverse();
    for run in &mut runs {
        run.reverse();
    }
    (rank - runs.iter().map(Vec::len).sum::<usize>(), runs)
}

/// Events in a row by one actor through one source, each close to the next, are one item if there
/// are enough of them.
fn runs<'a>(entries: &[&'a Entry], group: bool) -> Vec<Run<'a>> {
    let gap = TimeDelta::nanoseconds(GROUP_GAP_NANOS.cast_signed());
    let goes_on = |a: &&Entry, b: &&Entry| {
        group
            && (&a.event.actor, &a.event.source) == (&b.event.actor, &b.event.source)
            && (a.event.timestamp - b.event.timestamp).abs() < gap
    };
    let runs = entries.chunk_by(goes_on).flat_map(|run| run.chunks(LARGEST_GROUP));
    let items =
        runs.flat_map(|run| run.chunks(if run.len() < SMALLEST_GROUP { 1 } else { run.len() }));
    items.map(<[_]>::to_vec).collect()
}

fn item(run: &Run<'_>) -> EventItem {
    let entry = |at: usize| Arc::new(run[at].clone());
    let group = Group { events: run.len(), oldest: entry(run.len() - 1) };
    EventItem { entry: entry(0), group: Some(group).filter(|group| group.events > 1) }
}
