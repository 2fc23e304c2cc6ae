//! What comes into Daybook: tables of other systems, as CSV or XLSX, compared with a journal.
//!
//! A [`Mapping`] says what the columns of a [`Table`] mean. A snapshot, one row a record, is compared with
//! the state of these records now, and becomes events for what differs; a table of changes, one row a
//! change, becomes events with their own times, but for those that the journal has already. All of it is
//! a [`Plan`] first: nothing is recorded here.
//!
//! Every cell is text as it stands, unless the mapping says that it is a number or a date. A row that cannot
//! be understood is named with its line, column and value, and never guessed.
//!
//! Begin reading at [`Plan::make`].

mod changes;
mod error;
mod mapping;
mod plan;
mod rows;
mod snapshot;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use error::Error;
pub use mapping::{Actions, CellSource, DecimalSign, FileFormat, Kind, Mapping, NumberForm};
pub use plan::{BadRows, Missing, Plan, Summary};
pub use rows::BadRow;
pub use table::{Found, Table};
