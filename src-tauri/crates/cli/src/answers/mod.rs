//! Answers of the verbs: the JSON that scripts rely on, and its layout for spreadsheets and for
//! people.
//!
//! [`events`] are events and broken chains, [`facets`] counts, [`files`] the list of files, [`imported`] imports,
//! [`records`] the list of records, [`mod@sql`] rows of questions in SQL, [`state`] a record's fields and their blame, [`stats`]
//! statistics and flushes.

mod events;
mod facets;
mod files;
mod imported;
mod records;
mod sql;
mod state;
mod stats;

pub use events::{Appended, Chains, EventRow, Events};
pub use facets::FacetCounts;
pub use files::Files;
pub use imported::{Imported, bad_row};
pub use records::RecordList;
pub use sql::SqlRows;
pub use state::{Blame, StateOf};
pub use stats::{FlushResult, JournalStats, forked};

use chrono::{DateTime, Utc};
use query::Coverage;

/// An instant for people, in UTC to the second.
fn short_time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Remark that a list is empty, and on what that rests.
fn none_of(thing: &str, coverage: &Coverage) -> String {
    match (coverage.complete, coverage.files) {
        (false, _) => format!("No {thing} in what could be read."),
        (true, 0) => format!("No {thing}: the bucket holds no journal file."),
        (true, _) => format!("No {thing}."),
    }
}
