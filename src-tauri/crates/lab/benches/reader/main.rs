//! How fast a journal is opened and asked, beside `DuckDB` on the same files and after it has
//! imported them.
//!
//! All sides of a case are measured in one run and in turns, so that whatever else the machine does
//! meets them all. What they answer must be the same, or nothing is measured; but no figure is ever
//! a failure: it is printed, whatever it is.

mod answer;
mod bucket;
mod case;
mod daybook;
mod opening;
mod peer;
mod question;
mod report;
mod run;
mod timing;

use std::env;
use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    if reader::decode_if_asked().is_some() {
        return Ok(());
    }
    // `cargo test --all-targets` starts benchmarks too, and without this word.
    if env::args().any(|word| word == "--bench") {
        return run::run();
    }
    println!("nothing is measured here: use `cargo xtask bench reader`");
    Ok(())
}
