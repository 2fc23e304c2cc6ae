//! The answers to questions, each computed over the segments of a snapshot. [`predicate`] compiles
//! filters to Polars expressions, [`select`] finds the rows they let through, [`row_iter`] goes
//! through those in the total order; the other modules answer one question each.

mod event_list;
mod facets;
mod look_up;
mod predicate;
mod records;
mod repeated_ids;
mod row_iter;
mod search;
mod select;

pub(crate) use repeated_ids::RepeatedIdsCache;
