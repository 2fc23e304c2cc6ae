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
    BinaryColumn, DecodedRows, DictionaryColumn, HEAD_COLUMNS, RowHead, Values, cells, decode_head,
    decode_values, encode_head, encode_values, encoded_id_hash, event_bytes, id_hash, log_position,
};
