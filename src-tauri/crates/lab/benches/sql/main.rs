//! Benchmark of SQL beside `DuckDB`, which has imported the journal: ten questions that analysts ask of the
//! table of events.
//!
//! A question is timed from its text to its last row: here that is a process that starts, opens the
//! snapshot and plans, and there a call. Both sides are asked in turns, and must have equal numbers of rows.
//! No figure is a failure.

mod daybook;
mod peer;
mod questions;

use std::env;
use std::error::Error;
use std::path::Path;

use daybook::Daybook;
use peer::Peer;
use questions::QUESTIONS;

type Failure = Box<dyn Error + Send + Sync>;

/// Variables that name the folder of the journal, and a Python that has the peer.
const FOLDER: &str = "DAYBOOK_BENCH_FOLDER";
const PYTHON: &str = "DAYBOOK_BENCH_PYTHON";

/// Variable with a text: only questions with it in their name are measured.
const CASE: &str = "DAYBOOK_BENCH_CASE";

/// How often each question is asked of each side.
const TIMES: usize = 5;

fn main() -> Result<(), Failure> {
    if reader::decode_if_asked().is_some() {
        return Ok(());
    }
    // `cargo test --all-targets` runs benchmarks too, but without this argument.
    if env::args().any(|word| word == "--bench") {
        return run();
    }
    println!("nothing is measured here: use `cargo xtask bench sql`");
    Ok(())
}

fn run() -> Result<(), Failure> {
    let folder = variable(FOLDER)?;
    let bucket = Path::new(&folder).join("bucket");
    let home = tempfile::tempdir()?;
    eprintln!("reading the journal …");
    let daybook = Daybook::open(&bucket, home.path())?;
    eprintln!("importing into the peer …");
    let mut peer = Peer::start(Path::new(&variable(PYTHON)?), &bucket, home.path())?;
    let wanted = env::var(CASE).unwrap_or_default();
    println!(
        "{:28} {:>9} {:>9} {:>6} {:>9} {:>9}",
        "question", "daybook", "DuckDB", "ratio", "rows", "peak MiB"
    );
    for (name, text) in QUESTIONS.iter().filter(|(name, _)| name.contains(&wanted)) {
        let (mut ours, mut theirs, mut peak, mut rows) = (Vec::new(), Vec::new(), 0, 0);
        for _ in 0..TIMES {
            let asked = daybook.ask(text)?;
            let answered = peer.ask(text)?;
            if asked.rows != answered.rows {
                return Err(
                    format!("{name}: {} rows, and {} there", asked.rows, answered.rows).into()
                );
            }
            ours.push(asked.millis);
            theirs.push(answered.ms);
            (peak, rows) = (asked.peak.max(peak), asked.rows);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "{name:28} {ours:9.1} {theirs:9.1} {:6.2} {rows:9} {:9}",
            ours / theirs,
            peak / 1024
        );
    }
    Ok(())
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// The value of a variable that must be set.
fn variable(name: &str) -> Result<String, Failure> {
    Ok(env::var(name).map_err(|_| format!("{name} is not set: use `cargo xtask bench sql`"))?)
}
