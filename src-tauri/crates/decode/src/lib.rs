//! The decoder: Parquet files of unknown origin, decoded into checked rows in a process of their
//! own.
//!
//! A hostile file can at worst end that process. The process hands its rows over as bytes, whose
//! shape is checked again on arrival. The crate also has the row format, which the segments of the
//! catalog share: [`DictionaryColumn`], [`BinaryColumn`], [`encode_head`] and [`encode_values`].
//!
//! The crate never opens a file and knows no bucket, no catalog and no question. It does not use
//! Polars, so that all of it can be fuzzed.
//!
//! Begin reading at [`Decoder`] and [`decode`], then [`DecodedRows`]. `file` checks the footer and
//! the columns of a file, `process` runs the decoder, `serve` is what that does, `rows` has the
//! rows and their encoding, and `platform` the memory limit.

mod file;
mod messages;
mod partitions;
mod platform;
mod process;
mod rows;
mod serve;
mod watchdog;

pub use file::{ColumnKind, FileShape, decode};
pub use partitions::Partitions;
pub use process::{Decoder, Decoding, Undecoded};
pub use rows::{
    BinaryColumn, DecodedRows, DictionaryColumn, HEAD_COLUMNS, RowHead, Values, cells, coded_cells,
    decode_head, decode_values, encode_head, encode_values, encoded_id_hash, event_bytes, id_hash,
    log_number, log_position, values_are_equal,
};
pub use serve::decode_if_asked;
