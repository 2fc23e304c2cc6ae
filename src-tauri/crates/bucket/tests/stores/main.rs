//! Buckets in object stores, over HTTP: what every kind of place has to do, and what must hold when the
//! network or the store does not do as it should.
//!
//! The stores are emulators, which `cargo xtask test` starts; `cargo xtask stores` prints how to find
//! them. Faults are done by a proxy in front of them. A test's name begins with the row of what breaks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../conformance/suite.rs"]
#[macro_use]
mod suite;

#[path = "../conformance/changed.rs"]
mod changed;
#[path = "../conformance/created.rs"]
mod created;
mod creating;
mod identity;
#[path = "../conformance/listed.rs"]
mod listed;
mod listing;
mod names;
mod network;
mod place;
mod reading;
mod rights;
mod rules;
mod secrets;
mod waiting;

use place::{KINDS, Kind, Place, all, blocking};

/// Runs each function on a fresh place in each store, as a test of its own.
macro_rules! conformance {
    ($($module:ident :: $test:ident),* $(,)?) => {
        conformance!(in_s3, S3, $($module :: $test),*);
        conformance!(in_azure, Azure, $($module :: $test),*);
        conformance!(in_gcs, Gcs, $($module :: $test),*);
    };
    ($store:ident, $kind:ident, $($module:ident :: $test:ident),*) => {
        mod $store {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$module::$test(&crate::Place::new(crate::Kind::$kind)).await;
            })*
        }
    };
}

every_function!(conformance);
