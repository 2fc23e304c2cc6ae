//! What the window can ask. A command parses, makes one call and converts.

pub(crate) mod open;
pub(crate) mod query_text;
pub(crate) mod read;
pub(crate) mod write;
