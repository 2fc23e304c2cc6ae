//! What must hold of any input: one module for each fuzz target. The tests of the `decode` crate
//! replay the corpus with the same modules.

pub mod columns;
pub mod decoder_protocol;
pub mod event;
pub mod file;
pub mod row_codec;
mod rows;
