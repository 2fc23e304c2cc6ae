//! Run of the benchmark: all measurements, one after the other.

use std::env;
use std::path::Path;

use crate::Failure;
use crate::bucket::{Bucket, bytes};
use crate::case::{Case, cases, slowest};
use crate::daybook::Daybook;
use crate::opened::OpenedJournal;
use crate::opening::{self, GROWN, UNCHANGED};
use crate::peer::Peer;
use crate::report;

/// Variable that names the folder in which `cargo xtask bench reader` has made the journal.
const FOLDER: &str = "DAYBOOK_BENCH_FOLDER";

/// Variable that names a Python that has the peer.
const PYTHON: &str = "DAYBOOK_BENCH_PYTHON";

/// Variable that leaves out the peer if it is `off`: for profiling.
const PEER: &str = "DAYBOOK_BENCH_PEER";

/// Variable with a text: after a first opening, only cases with it in their name are measured.
const CASE: &str = "DAYBOOK_BENCH_CASE";

/// Runs the benchmark.
pub fn run() -> Result<(), Failure> {
    let mut bucket = Bucket::link(Path::new(&variable(FOLDER)?))?;
    let wanted = env::var(CASE).unwrap_or_default();
    let daybook = Daybook::new(&bucket.path(), &bucket.home())?;
    let mut opened = opening::first(&daybook, &bucket)?;
    report::opened(&opened);
    report::memory("after reading");
    report::compacted(daybook.compact(&mut opened)?);
    report::sizes(bucket.meta.events, bytes(&bucket.journal())?, bytes(&bucket.home())?);
    report::memory("after opening");
    let mut cases = cases(&bucket.meta, &daybook, &opened)?;
    cases.retain(|case| case.name.contains(&wanted));
    if !cases.is_empty() {
        ask(&cases, &bucket, &daybook, &opened)?;
        report::memory("after all questions");
    }
    report::list("expression, cancelled", daybook.cancelled(&opened, slowest()?)?);
    report::list("expression, first found", daybook.first_found(&opened, slowest()?)?);
    report::list("records, first asked", daybook.records(&opened, false)?);
    report::list("deleted, first asked", daybook.records(&opened, true)?);
    report::list("chains, first asked", daybook.chains(&opened)?);
    report::list("chains, asked again", daybook.chains(&opened)?);
    report::list("records, asked again", daybook.records(&opened, false)?);
    report::memory("after the records");
    drop(opened);
    if UNCHANGED.contains(&wanted) {
        report::first_page(UNCHANGED, opening::again(&daybook)?);
    }
    if GROWN.contains(&wanted) {
        report::first_page(GROWN, opening::grown(&daybook, &mut bucket)?);
    }
    bucket.remove()
}

/// Measures the questions.
fn ask(
    cases: &[Case],
    bucket: &Bucket,
    daybook: &Daybook,
    opened: &OpenedJournal,
) -> Result<(), Failure> {
    let mut peer = None;
    if env::var(PEER).is_ok_and(|peer| peer == "off") {
        eprintln!("leaving out the peer");
    } else {
        let mut started = Peer::start(Path::new(&variable(PYTHON)?), bucket)?;
        eprintln!("importing into the peer …");
        report::imported(started.import()?);
        peer = Some(started);
    }
    report::header();
    for case in cases {
        report::case(case, &case.measure(daybook, opened, peer.as_mut())?);
    }
    Ok(())
}

/// The value of a variable that must be set.
fn variable(name: &str) -> Result<String, Failure> {
    Ok(env::var(name).map_err(|_| format!("{name} is not set: use `cargo xtask bench reader`"))?)
}
