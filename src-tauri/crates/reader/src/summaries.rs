//! Per-record summaries and broken chains: folded from the records' events once, maintained
//! incrementally, and cached beside the catalog.

mod packed;
mod persist;
mod record_summaries;

pub(crate) use packed::{PackedSummary, SummaryList};
pub(crate) use record_summaries::{BrokenAt, RecordSummaries, SummaryCache, timelines};
