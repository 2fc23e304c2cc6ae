//! Report of the figures; each line is printed when it is known.

use std::time::Duration;

use crate::peer::Question;
use crate::timing::Summary;

/// Prints for how long requests are held back in what follows.
pub fn latency(millis: u64) {
    println!("\neach request is held back for {millis} ms");
}

/// Prints how long the first reading took, from the folder and from the store.
pub fn reading(near: Summary, far: Summary, first_page: Summary) {
    let ratio = far.median / near.median;
    println!("{:<26} {:>10.1} ms", "whole, from a folder", near.median);
    println!("{:<26} {:>10.1} ms, {ratio:.2} times the folder's", "whole, from afar", far.median);
    println!(
        "{:<26} {:>10.1} ms, at most {:.1}",
        "first page, new bucket", first_page.median, first_page.p95
    );
}

/// Prints how long a known bucket takes.
pub fn known(first_page: Summary, look: Summary) {
    for (what, took) in [("first page, known bucket", first_page), ("look without news", look)] {
        println!("{what:<26} {:>10.1} ms, at most {:.1}", took.median, took.p95);
    }
}

/// Prints how many requests were sent.
pub fn requests(reading: usize, look: usize) {
    println!("{:<26} {reading:>10}, and {look} by a look without news", "requests, whole");
}

/// Prints the peak memory of processes that read from the folder and from the store.
pub fn memory(near: u64, far: u64) {
    let [near, far] = [near, far].map(|bytes| bytes >> 20);
    println!("{:<26} {far:>10} MiB, {near} from the folder", "peak memory");
}

/// Prints how long the sides took for a question, a known bucket here.
pub fn question(question: &Question, own: f64, peers: &[Option<f64>], longest: Duration) {
    let [polars, duckdb] = ["polars", "duckdb"].map(|name| {
        let index = usize::from(name == "duckdb");
        match peers.get(index).copied().flatten() {
            Some(ms) => format!("{name} {ms:.0} ms, {:.0} times", ms / own),
            None => format!("{name} not asked, or not within {} s", longest.as_secs()),
        }
    });
    let what = question.to_string();
    println!("{what:<26} {own:>10.1} ms; {polars}; {duckdb}");
}
