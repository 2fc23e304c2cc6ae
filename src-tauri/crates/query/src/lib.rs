//! Questions to a journal, their answers, and the trait [`Engine`] that answers them.
//!
//! Everything that asks (the window, the command line, the tests) and everything that answers (the
//! engine on this machine, the reference engine of the tests) shares these types, so a question has
//! one meaning and an answer one shape. Serialized, they are the JSON that the command line prints
//! and the window receives; with the feature `typescript` their TypeScript is generated.
//!
//! Pure: no files, no clock, no randomness. Start reading at [`Engine`].

mod chains;
mod coverage;
mod engine;
mod error;
mod events;
mod facets;
mod filters;
mod histogram;
mod instant;
mod records;
mod search;
mod text;
mod totals;

pub use chains::{ChainBreak, ChainsPage, ChainsQuery};
pub use coverage::{
    ChangedFile, Coverage, Covered, DoubledNumber, Extract, FileState, LISTED, Prepared,
    SequenceGap, Unreadable,
};
pub use engine::{Engine, SearchStream};
pub use error::Error;
pub use event::Column;
pub use events::{
    EventItem, EventsPage, EventsQuery, GROUP_GAP_NANOS, Group, LARGEST_GROUP, PageStart,
    SMALLEST_GROUP,
};
pub use facets::{Count, Facet, Facets, HistogramBin};
pub use filters::{Filters, FiltersConflict, Term};
pub use histogram::empty_bins;
pub use records::{RecordSummary, RecordsPage, RecordsQuery};
pub use search::{MOST_HITS, MOST_NAMED, SearchProgress, SearchResults};
pub use text::{
    CompareEnd, CompareSide, CompareSides, Condition, Pane, QueryText, QueryTextError,
    TermConflict, TextTerm, TimeText, WindowQuery, WindowQueryError, WindowSetting, WindowView,
    Zone,
};
pub use tokio_util::sync::CancellationToken;
pub use totals::Totals;
