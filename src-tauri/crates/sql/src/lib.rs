//! SQL questions about a journal: what is asked, what is answered, and the process that answers.
//!
//! A question in SQL may be anything: it may want more memory than there is, and take for ever. It is
//! answered by an executable of its own, `daybook-sql`, which has limits that hold, and whose end is the
//! end of the question. This crate is what everybody else has of it: it links no SQL engine.
//!
//! Begin reading at [`SqlProcess`] and [`SqlAnswer`]. [`messages`] is what the two processes say to each
//! other.

mod answer;
mod cells;
mod error;
pub mod messages;
mod process;
mod question;

pub use answer::{SqlColumn, SqlKind, distinct_names};
pub use cells::{json_cell, text_cell};
pub use error::{Place, SqlError};
pub use process::{MEMORY, SqlAnswer, SqlProcess};
pub use question::SqlQuestion;
