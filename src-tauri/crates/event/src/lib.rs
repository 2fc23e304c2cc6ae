//! The language of a journal: what an event is, how events are ordered, and what a record's
//! timeline means as recorded and as corrected.
//!
//! Pure on purpose: no files, no clock, no randomness, no async. Everything here is a function of
//! its arguments, so the window, the command line and the tests cannot disagree.

mod action;
mod address;
mod amend;
mod batch;
mod cells;
mod columns;
mod compare;
mod correction;
mod digest;
mod draft;
mod members;
mod model;
mod order;
mod request;
mod state;
mod time;
mod timeline;
#[cfg(feature = "typescript")]
mod typescript;

#[cfg(test)]
mod tests;

pub use action::Action;
pub use address::{Address, Disambiguator, mark_repeated};
pub use amend::{Amendment, Refusal, amend, note_on_record};
pub use batch::to_batch;
pub use cells::{Cell, Cells};
pub use columns::{
    COLUMNS, Column, DIMENSIONS, EVENT_COLUMNS, FILTER_COLUMNS, FORMAT, Kind, LEGACY_COLUMNS, Role,
    Storage, legacy_schema, schema,
};
pub use compare::{Comparison, Difference};
pub use correction::Effect;
pub use digest::{DigestError, EventDigest};
pub use draft::{Draft, DraftError};
pub use members::members;
pub use model::{Entry, Event, Place, RecordId, WHOLE_RECORD};
pub use order::{Position, PositionError, Tie};
pub use request::{AmendRequest, AmendTarget, Request};
pub use state::{FieldValue, Reading, State, View};
pub use time::{TimeError, format_time, parse_time};
pub use timeline::{Break, Timeline};
