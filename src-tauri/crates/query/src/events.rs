//! List of events, newest first, page by page from any position, with bulk changes in groups.

use std::sync::Arc;

use event::{Entry, Position};
use serde::Serialize;

use crate::{Filters, Undecided};

/// Minimum number of events in a [`Group`].
pub const SMALLEST_GROUP: usize = 10;

/// Gap between two events, in nanoseconds, that ends a [`Group`]. Its neighbouring events are
/// closer.
pub const GROUP_GAP_NANOS: u64 = 1_000_000_000;

/// Maximum number of events in a [`Group`], so that no page takes long.
pub const LARGEST_GROUP: usize = 1 << 20;

/// Query for a page of the list of events, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventsQuery {
    /// Filters that the listed events match.
    pub filters: Filters,
    /// Start of the page in the list.
    pub start: PageStart,
    /// Maximum number of items on the page.
    pub limit: usize,
    /// Whether bulk changes are listed as one item each: see [`Group`].
    pub group: bool,
    /// Whether the answer can be what was found so far, if it takes longer than a moment: see
    /// [`EventsPage::scanning`]. It is of the first page alone.
    pub so_far: bool,
}

/// Start of a page in the list of events, which is newest first.
///
/// A [`Position`] is the cursor of a page. It names a place in the total order and not a number of
/// events, so events that arrive between two queries do not shift the pages.
///
/// ```
/// use event::Position;
/// use query::{EventsQuery, Filters, PageStart};
///
/// // The text of `next` from one page is the start of the following one.
/// let cursor = "1709283600000000000.w.1709283600000000000.41.w1";
/// let query = EventsQuery {
///     filters: Filters::default(),
///     start: PageStart::After(cursor.parse()?),
///     limit: 50,
///     ..EventsQuery::default()
/// };
/// let PageStart::After(next) = &query.start else { unreachable!() };
/// assert_eq!(next.to_string(), cursor);
///
/// // The following page lists older events: those with smaller positions.
/// let older: Position = "1709283599000000000.w.1709283600000000000.42.w1".parse()?;
/// assert!(older < *next);
///
/// assert_eq!(PageStart::default(), PageStart::Newest);
/// # Ok::<(), event::PositionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PageStart {
    /// Newest event: the first page.
    #[default]
    Newest,
    /// After this position: the page begins with the newest event that is older.
    After(Position),
    /// Before this position: the page ends with the oldest event that is newer.
    Before(Position),
    /// Rank of the first event: the number of events in the list that are newer. Beyond the list
    /// the page is empty.
    Rank(usize),
}

/// Page of the list of events, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPage {
    /// Items on this page.
    pub items: Vec<EventItem>,
    /// Rank of the first item: the number of listed events that are newer.
    pub rank: usize,
    /// Cursor of the next page, for [`PageStart::After`]; `None` on the last page.
    pub next: Option<Position>,
    /// Cursor of the previous page, for [`PageStart::Before`]; `None` on the first page.
    pub previous: Option<Position>,
    /// Total number of events that match the filters, on all pages.
    pub total: usize,
    /// Number of no-op updates that would match if the filters did not hide them.
    pub hidden_no_ops: usize,
    /// Events that the filters do not decide, and which are left out.
    pub undecided: Undecided,
    /// How far events were looked at; `None` once all were. Until then the page and its numbers are what
    /// was found so far, and the query is asked again.
    pub scanning: Option<ScanProgress>,
}

/// How far events were looked at, in parts of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct ScanProgress {
    /// Parts that were looked at.
    pub done: usize,
    /// Parts that have to be, as far as that is known.
    pub of: usize,
}

/// Item of the list of events: an event or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventItem {
    /// Entry of the event; of a group, the newest.
    pub entry: Arc<Entry>,
    /// Group of the item; `None` for a single event.
    pub group: Option<Group>,
}

/// Group of successive events by one actor through one source: a bulk change as one item.
///
/// It has from [`SMALLEST_GROUP`] to [`LARGEST_GROUP`] events, each less than [`GROUP_GAP_NANOS`]
/// from the next. A page that starts within a group lists the rest of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Number of events in the group.
    pub events: usize,
    /// Oldest entry of the group.
    pub oldest: Arc<Entry>,
}
