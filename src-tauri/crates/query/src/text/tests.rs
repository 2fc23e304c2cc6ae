//! Tests of the text form: parsing, refusing and printing.
//!
//! - `errors`: positions and messages of errors.
//! - `forms`: texts with the filters that they select.
//! - `properties`: parsing and printing are inverse, over generated queries.
//! - `saved`: the earlier form of saved views.
//! - `times`: times in time zones.
//! - `window`: queries of a window.

mod errors;
mod forms;
mod properties;
mod saved;
mod spans;
mod times;
mod window;

use chrono::{DateTime, Utc};

pub fn at(text: &str) -> DateTime<Utc> {
    event::parse_time(text).expect("a time")
}
