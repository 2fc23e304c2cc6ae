//! The text form: what it reads, refuses and writes.

mod errors;
mod forms;
mod properties;
mod saved;
mod times;
mod window;

use chrono::{DateTime, Utc};

pub fn at(text: &str) -> DateTime<Utc> {
    event::parse_time(text).expect("a time")
}
