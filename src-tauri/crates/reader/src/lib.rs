//! The read side of a journal: its files are read once, each row is checked, and every question is
//! answered from that reading together with the events that still wait on this device.
//!
//! It never writes to a bucket, and knows nothing of windows, terminals or outboxes.

mod compile;
mod coverage;
mod decode;
mod error;
mod events;
mod facets;
mod find;
mod frame;
mod intake;
mod query;
mod records;
mod snapshot;

pub use coverage::{Answer, Coverage, Unreadable};
pub use error::Error;
pub use events::EventsPage;
pub use facets::{Bar, Count, FACET_COLUMNS, Facet, Facets};
pub use find::Found;
pub use intake::{Intake, JOURNAL_FOLDER};
pub use query::{Column, Filters, Order, Query, Term};
pub use records::{ChainBreak, ChainsPage, RecordSummary, RecordsPage, RecordsQuery};
pub use snapshot::{Snapshot, Totals};
