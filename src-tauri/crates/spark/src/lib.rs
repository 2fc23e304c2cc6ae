//! The engine on a cluster: [`query::Engine`] over Spark Connect, which Spark 4, Databricks and Sail speak.
//!
//! This machine lists the bucket and reads the footer of each file, so that it knows what belongs to the
//! journal and of which types it is; the cluster reads the rows, filters, counts and sorts them. What SQL
//! cannot decide exactly it narrows, and the rest is decided here, by [`query::EventFilter`]. Files that a
//! cluster would read otherwise than Daybook does, and those with rows that break a rule, are decoded
//! here and sent to it.
//!
//! Invariants:
//! 1. The text of a statement holds no value of a question: values are bound by name.
//! 2. An answer counts only when the cluster said that it is complete.
//! 3. Nothing is ever written: every statement is a query, and every view a temporary one of the session.
//! 4. A token is in no error, no `Debug` form and no log.
//!
//! Begin reading at [`ClusterEngine`]. In this crate: `address` is where a cluster is, `cluster` the
//! connection, `sql` statements, `files` what the bucket holds, `snapshot` what the cluster was given of
//! it, `selection` filters as SQL, `rows` events from what comes back, and `answers` the questions.

mod address;
mod answers;
mod cluster;
mod engine;
mod error;
mod files;
mod rows;
mod selection;
mod snapshot;
mod sql;

pub use address::{ClusterAddress, EngineRoot, TOKEN_VARIABLE};
pub use cluster::Limits;
pub use engine::ClusterEngine;
pub use error::{Error, ErrorKind};
