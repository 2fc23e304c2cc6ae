//! The process that answers SQL, asked as `daybook` and the window ask it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
mod hostile;
mod journal;
mod limits;
