//! Benchmark of a bucket in an object store that is far: reading it beside the same bucket in a folder,
//! and asking it beside Polars and `DuckDB`, which scan it where it is.
//!
//! The store is a server on the loopback that holds each request back for a time, so it takes its share
//! of the processors that all sides have. Folder and store are read in turns, each time by a Daybook
//! that never saw the bucket. No figure is a failure.
//!
//! [`run`] is one run; [`daybook`] and [`peer`] are the sides, [`server`] is the store, [`report`] prints
//! the figures.

mod daybook;
#[path = "../reader/opened.rs"]
mod opened;
mod peer;
mod report;
mod run;
mod server;
#[path = "../reader/timing.rs"]
mod timing;

use std::env;
use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    if reader::decode_if_asked().is_some() {
        return Ok(());
    }
    if let Ok(location) = env::var(run::ALONE) {
        return run::read_alone(&location);
    }
    // `cargo test --all-targets` runs benchmarks too, but without this argument.
    if env::args().any(|word| word == "--bench") {
        return run::run();
    }
    println!("nothing is measured here: use `cargo xtask bench far`");
    Ok(())
}
