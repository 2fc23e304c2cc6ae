//! The specification of every engine: [`ReferenceEngine`] answers each question by its definition,
//! brute force over a vector of events, and shares nothing with the engines that are fast.
//! [`compare`] asks it and another engine the same [`Questions`].
//!
//! It is never shipped. Where the words of `query` leave a doubt what an answer is, this is it.

mod compare;
mod engine;
mod event_list;
mod facets;
mod filters;
mod log_numbers;
mod look_up;
mod predicates;
mod questions;
mod record_history;
mod records;
mod search;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use engine::ReferenceEngine;
pub use log_numbers::{doubled, gaps};
pub use questions::Questions;
