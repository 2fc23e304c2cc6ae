//! What needs more than one crate: whole journals from recording to answers, and the commands
//! through Tauri's own dispatch.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::too_many_lines, reason = "one long table reads better than several short ones")]

mod answers;
mod architecture;
mod buckets;
mod corpus;
mod exports;
mod far;
mod formats;
mod held;
mod indexing;
mod ipc;
mod journeys;
mod logs;
mod memory;
mod oracle;
mod picked;
mod several_windows;
mod shell;
mod sql_questions;
mod store;
mod texts;
