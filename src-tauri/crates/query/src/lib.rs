//! Queries to a journal, their answers, and the trait [`Engine`] that answers them.
//!
//! The window, the command line and the tests ask by these types, and every engine answers by them,
//! so that a query has one meaning and an answer one form. [`Filters`] select events,
//! [`EventsQuery`] and its like ask for pages, and [`Covered`] joins each answer with its
//! [`Coverage`]. [`QueryText`] is the text form of a query. The types that derive `Serialize` are
//! parts of the JSON that the command line prints and the window receives; the feature `typescript`
//! generates their TypeScript.
//!
//! The crate is pure: it never reads a file, a clock or a random number, and it holds no engine.
//!
//! Begin reading at [`Engine`].

mod all_events;
mod chains;
mod coverage;
mod decide;
mod engine;
mod error;
mod events;
mod excerpt;
mod facets;
mod files;
mod filters;
mod grouping;
mod histogram;
mod instant;
mod overlay;
mod predicate;
mod records;
mod search;
mod text;
mod totals;

pub use all_events::{AllEventsQuery, EventStream, EventsChunk};
pub use chains::{ChainBreak, ChainsPage, ChainsQuery, FoldProgress};
pub use coverage::{
    ChangedFile, Coverage, Covered, DoubledNumber, Extract, FileState, LISTED, Prepared,
    SequenceGap, Unreadable,
};
pub use decide::{Decision, EventFilter};
pub use engine::{Engine, SearchStream};
pub use error::Error;
pub use event::Column;
pub use events::{
    EventItem, EventsPage, EventsQuery, GROUP_GAP_NANOS, Group, LARGEST_GROUP, PageStart,
    SMALLEST_GROUP, ScanProgress,
};
pub use excerpt::{ExcerptQuery, ExcerptStart, TimelineExcerpt, is_meant};
pub use facets::{Count, Facet, Facets, HistogramBin, LAG_LIMITS, LagBin, lag_bins};
pub use files::{AcknowledgedChange, FileEntry, FileList};
pub use filters::{Filters, FiltersConflict, Term};
pub use grouping::ItemsBuilder;
pub use histogram::empty_bins;
pub use overlay::Overlay;
pub use predicate::{
    ComparisonOperator, Day, Lag, Limit, Missing, Pattern, Predicate, SUBJECTS, Step, Subject,
    Undecided, hour_and_day, is_hour_within, regex,
};
pub use records::{RecordSummary, RecordsPage, RecordsQuery};
pub use search::{MOST_HITS, MOST_NAMED, SearchProgress, SearchResults, search_by_questions};
pub use text::{
    CompareEnd, CompareSide, CompareSides, Condition, Pane, QueryText, QueryTextError,
    TermConflict, TextTerm, TimeSpan, TimeSpanError, TimeText, WindowQuery, WindowQueryError,
    WindowSetting, WindowView, Zone,
};
pub use tokio_util::sync::CancellationToken;
pub use totals::Totals;
