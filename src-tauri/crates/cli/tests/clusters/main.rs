//! Journals on a cluster: every answer of its engine is the answer of the reference engine, with the
//! coverage of the engine of this machine; and what must hold when the cluster or a file does not do as
//! it should.
//!
//! `cargo xtask test` starts Sail for them, `cargo xtask test --spark` Spark too; `cargo xtask stores`
//! prints how to find a cluster.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../../../../tests/buckets.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod buckets;
#[path = "../../../../../tests/oracle.rs"]
mod oracle;

#[path = "../daybook/place.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod daybook;

mod answers;
mod fake;
mod faults;
mod files;
mod place;
mod program;
mod restart;
mod s3;
mod wire;
