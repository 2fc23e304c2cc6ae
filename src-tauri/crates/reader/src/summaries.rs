//! Per-record summaries and broken chains, maintained incrementally and cached beside the catalog:
//! a record's timeline is folded again only when one of its events is new.
//!
//! [`record_summaries`] folds and caches, [`packed`] is their form in memory, [`persist`] on disk.

mod packed;
mod persist;
mod record_summaries;

pub(crate) use packed::SummaryList;
pub(crate) use persist::VERSION;
pub(crate) use record_summaries::{BrokenAt, RecordSummaries, Records, SummaryCache, timelines};
