//! Files of a journal, of unknown origin, decoded into rows that were checked: in a process of
//! their own, which may fail, and handed over as bytes.
//!
//! It knows no bucket, no catalog and no question. Without Polars, it is what can be fuzzed.

mod file;
mod platform;
mod process;
mod rows;

pub use file::decode;
pub use process::{Decoder, Decoding, decode_if_asked};
pub use rows::{
    Coded, HEAD_COLUMNS, Head, Lines, Rows, Values, cells, id_hash, log_position, pack_head,
    pack_values, packed_id_hash, said, unpack_head, unpack_values,
};
