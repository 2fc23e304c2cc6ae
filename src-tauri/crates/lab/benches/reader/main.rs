//! Benchmark of opening a journal and asking it, beside `DuckDB` on the same files and after it has
//! imported them.
//!
//! All sides of a case are measured in one run and in turns, so that other load of the machine
//! affects all of them. Their answers must be the same, or nothing is measured. No figure is a
//! failure.
//!
//! [`run`] is one run, [`opening`] measures opening, [`case`] the questions; [`question`] and
//! [`answer`] are what is asked and answered; the sides are [`daybook`] and [`peer`]; [`bucket`] is
//! the journal, [`opened`] opens it, [`timing`] takes times, [`report`] prints the figures.

mod answer;
mod bucket;
mod case;
mod daybook;
mod opened;
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
    // `cargo test --all-targets` runs benchmarks too, but without this argument.
    if env::args().any(|word| word == "--bench") {
        return run::run();
    }
    println!("nothing is measured here: use `cargo xtask bench reader`");
    Ok(())
}
