//! What the verbs answer: the JSON that scripts rely on, and how each is laid out for a
//! spreadsheet and for people.

mod events;
mod facets;
mod records;
mod state;
mod stats;

pub use events::{Appended, Chains, EventRow, Events};
pub use facets::FacetCounts;
pub use records::RecordList;
pub use state::{Blame, StateOf};
pub use stats::{FlushResult, JournalStats, forked};

use chrono::{DateTime, Utc};
use query::Coverage;

/// An instant for people: UTC, to the second.
fn short_time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// That a list of things is empty, and how certain that is.
fn none_of(thing: &str, coverage: &Coverage) -> String {
    match (coverage.complete, coverage.files) {
        (false, _) => format!("No {thing} in what could be read."),
        (true, 0) => format!("No {thing}: the bucket holds no journal file."),
        (true, _) => format!("No {thing}."),
    }
}
