//! The engine on this machine: the files of a bucket are read once, each row is checked, and every
//! question is answered from that reading together with the events that are pending on this device.
//!
//! It never writes to a bucket, and knows nothing of windows, terminals or outboxes. What it has
//! read it keeps in a catalog, in a folder it is given. Start reading at [`Indexer`], which makes
//! an [`Engine`](query::Engine) of what a bucket holds now.

mod answers;
mod bitmap;
mod catalog;
mod engine;
mod error;
mod indexer;
mod k_way_merge;
mod platform;
mod snapshot;
mod summaries;

pub use catalog::CatalogSize;
pub use decode::{Decoder, decode_if_asked};
pub use error::Error;
pub use indexer::{Indexer, Progress};
