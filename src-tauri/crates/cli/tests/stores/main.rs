//! The program over object stores: the emulators of S3, of Azure and of Google Cloud Storage that
//! `cargo xtask stores` starts, and the lab's own S3.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
mod faults;
mod killed;
#[path = "../daybook/place.rs"]
#[expect(dead_code, reason = "the tests without a store need more of it")]
mod place;
mod recording;
mod secrets;
mod store;
