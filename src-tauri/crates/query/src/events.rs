//! The list of events: from anywhere in it, newest first, with bulk changes as one item.

use std::sync::Arc;

use event::{Entry, Position};

use crate::Filters;

/// So many events in a row by one actor through one source become a [`Group`]…
pub const SMALLEST_GROUP: usize = 10;

/// …if each is less than this many nanoseconds from the next…
pub const GROUP_GAP_NANOS: u64 = 1_000_000_000;

/// …but not more than so many, so that no page takes long.
pub const LARGEST_GROUP: usize = 1 << 20;

/// Which events, from where on, and how many items of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsQuery {
    pub filters: Filters,
    pub start: PageStart,
    /// At most this many items.
    pub limit: usize,
    /// Bulk changes become one item each.
    pub group: bool,
}

/// Where a page of events begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PageStart {
    #[default]
    Newest,
    /// With what is older than this event.
    After(Position),
    /// With the items just newer than this event.
    Before(Position),
    /// With the event that so many are newer than.
    Rank(usize),
}

/// A page of events, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPage {
    pub items: Vec<EventItem>,
    /// How many of the events are newer than those of the first item.
    pub rank: usize,
    /// What the following page comes after; `None` on the last one.
    pub next: Option<Position>,
    /// What the page before it comes before; `None` on the first one.
    pub previous: Option<Position>,
    /// Events that the filters let through, on all pages.
    pub total: usize,
    /// Updates that changed nothing and were left out because the filters say so.
    pub hidden_no_ops: usize,
}

/// An event, or the newest of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventItem {
    pub entry: Arc<Entry>,
    pub group: Option<Group>,
}

/// Events in a row by one actor through one source, as one item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub events: usize,
    pub oldest: Arc<Entry>,
}
