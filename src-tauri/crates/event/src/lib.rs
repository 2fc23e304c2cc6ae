//! Domain model of a journal: events, their total order, timelines, and corrections.
//!
//! An [`Event`] is one immutable row, an [`Entry`] an event with the place of its row. A
//! [`Timeline`] holds all events of one record in the total order ([`Position`]) and folds them
//! into the record's [`State`], as recorded or as corrected. A [`Draft`] is an event that the
//! journal has not accepted yet; [`amend()`] drafts a correction, a void or a note. [`Column`] is
//! the one table of the columns that encoders, decoders and filters walk.
//!
//! The crate is pure: it never reads a file, a clock or a random number, and nothing in it is
//! async. Every result depends on the arguments alone.
//!
//! Begin reading at [`Event`], then [`Timeline`] and [`View`].

mod action;
mod address;
mod amend;
mod batch;
mod cells;
mod columns;
mod compare;
mod correction;
mod decimal;
mod digest;
mod draft;
mod json;
mod marks;
mod model;
mod names;
mod order;
mod request;
mod search_text;
mod state;
mod time;
mod timeline;
#[cfg(feature = "typescript")]
mod typescript;
mod visible;

#[cfg(test)]
mod tests;

pub use action::Action;
pub use address::{Address, Disambiguator, mark_repeated};
pub use amend::{Amendment, Refusal, amend, note_on_record};
pub use batch::{entries_to_batch, to_batch};
pub use cells::{Cell, Cells};
pub use columns::{
    COLUMNS, Column, DIMENSIONS, EVENT_COLUMNS, FILTER_COLUMNS, FORMAT, Kind, LEGACY_COLUMNS, Role,
    Storage, legacy_schema, schema,
};
pub use compare::{Comparison, Difference};
pub use correction::Effect;
pub use decimal::Decimal;
pub use digest::{DigestError, EventDigest};
pub use draft::{Draft, DraftError};
pub use json::members;
pub use marks::Mark;
pub use model::{Entry, Event, Place, RecordId, WHOLE_RECORD};
pub use names::NameFields;
pub use order::{Position, PositionError, Tie};
pub use request::{AmendRequest, AmendTarget, ExportedEvent, Request};
pub use search_text::{fold_case, fold_loosely, search_texts, value_texts};
pub use state::{FieldValue, Reading, State, View};
pub use time::{TimeError, format_time, parse_time};
pub use timeline::{Break, Timeline};
pub use visible::visible_text;
