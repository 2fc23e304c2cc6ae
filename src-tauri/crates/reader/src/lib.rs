//! The read side of a journal: its files are read once, each row is checked, and every question is
//! answered from that reading together with the events that still wait on this device.
//!
//! It never writes to a bucket, and knows nothing of windows, terminals or outboxes. What it has
//! read it keeps in a catalog, in a folder it is given.

mod bits;
mod catalog;
mod compile;
mod coverage;
mod error;
mod events;
mod facets;
mod find;
mod folded;
mod heads;
mod intake;
mod lines;
mod query;
mod records;
mod segment;
mod select;
mod snapshot;
mod stop;
mod summaries;
mod walk;

pub use catalog::CatalogSize;
pub use coverage::{Answer, Coverage, Unreadable};
pub use decode::{Decoder, decode_if_asked};
pub use error::Error;
pub use events::EventsPage;
pub use facets::{Bar, Count, FACET_COLUMNS, Facet, Facets};
pub use find::Found;
pub use intake::{Intake, Progress};
pub use lines::{Fold, From, Line, LinesPage, LinesQuery};
pub use query::{Column, Filters, Order, Query, Term};
pub use records::{ChainBreak, ChainsPage, RecordSummary, RecordsPage, RecordsQuery};
pub use snapshot::{Snapshot, Totals};
pub use stop::Stop;
