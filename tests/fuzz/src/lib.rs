//! What must hold of any input: one module for each fuzz target. `tests/corpus.rs` replays the
//! corpus with the same modules.

pub mod columns;
pub mod decoder_protocol;
pub mod event;
pub mod file;
pub mod json_value;
pub mod location;
pub mod query_text;
pub mod row_codec;
mod rows;
