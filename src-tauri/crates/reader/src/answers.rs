//! Answers to the questions of [`query::Engine`], each computed over the segments of a snapshot:
//! they are methods of [`crate::snapshot::Snapshot`].
//!
//! [`predicate`] compiles filters to Polars expressions, and [`select`] evaluates them to the rows that
//! they let through; [`selections`] that take long are kept, and told while they are made. [`passing`]
//! finds the rows that pass predicates, each of which is a [`row_test`]: by a [`plan`] it is [`told`] from
//! columns, and what these leave open is [`look_at`]ed, but for blocks that lack the
//! [`regex_literals`]; [`delta`] compares differences. [`row_iter`] iterates over what is left in the
//! total order. On these rest [`event_list`] (pages of events, with groups, and counts), [`all_events`]
//! (every one of them, in bounded memory; [`amendments_of`] adds what is about them, [`further_columns`]
//! names what only some have), [`facets`] (counts of values, histogram) and [`search`]. [`look_up`] finds events and records by id, and
//! [`record_rows`] the state of one. [`records`] lists records and broken chains from the summaries;
//! until these are made, records are listed from [`record_outlines`], and those of a result by
//! [`touched`]; [`latest`] is their order. [`repeated_ids`] marks the events of every answer whose id is
//! not unique, and [`marks`] those that amendments are about.

mod all_events;
mod amendments_of;
mod delta;
mod event_list;
mod facets;
mod further_columns;
mod latest;
mod look_at;
mod look_up;
mod marks;
mod passing;
mod plan;
mod predicate;
mod record_outlines;
mod record_rows;
mod records;
mod regex_literals;
mod repeated_ids;
mod row_iter;
mod row_orders;
mod row_test;
mod search;
mod select;
mod selections;
mod told;
mod touched;

pub(crate) use marks::Marked;
pub(crate) use record_outlines::RecordOutlines;
pub(crate) use repeated_ids::RepeatedIdsCache;
pub(crate) use select::{Selected, chunks};
pub(crate) use selections::Selections;
