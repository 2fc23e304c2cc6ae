//! Report of the figures. Times are in milliseconds, a median and a 95th percentile; each line is
//! printed when it is known.

use std::fs;
use std::time::Duration;

use crate::case::{Case, Times};
use crate::opened::OpenedJournal;
use crate::peer::Import;
use crate::timing::{Summary, millis};

/// Prints how long opening took.
pub fn opened(opened: &OpenedJournal) {
    println!("{:<24} {:>10.1} ms", "opening, first page", millis(opened.first_page));
    println!("{:<24} {:>10.1} ms", "opening, everything", millis(opened.whole));
}

/// Prints how long compaction took after the first opening.
pub fn compacted(took: Duration) {
    println!("{:<24} {:>10.1} ms", "then merging", millis(took));
}

/// Prints sizes: bytes an event of the journal's files, and of Daybook's own data.
pub fn sizes(events: usize, journal: u64, home: u64) {
    println!("{:<24} {:>10.1} bytes an event", "journal", ratio(journal, events as u64));
    println!("{:<24} {:>10.1} bytes an event", "catalog", ratio(home, events as u64));
}

/// Prints the peak memory of this process so far.
pub fn memory(when: &str) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    if let Some(peak) = peak {
        println!("{:<24} {:>10.1} MiB {when}", "peak memory", ratio(peak, 1024));
    }
}

/// Prints how long the first page of a list took.
pub fn list(when: &str, took: Duration) {
    println!("{when:<24} {:>10.1} ms", millis(took));
}

/// Prints the cost of importing.
pub fn imported(import: Import) {
    let line = |what, seconds, bytes| {
        println!("{what:<24} {seconds:>10.1} s, then {:.1} MB", ratio(bytes, 1_000_000));
    };
    line("duckdb, import", import.seconds, import.bytes);
    line("duckdb, sorted as well", import.sorted_seconds, import.sorted_bytes);
}

/// Prints the time to the first page in a case.
pub fn first_page(case: &str, took: Summary) {
    println!("{case:<24} {} ms to the first page", pair(Some(took)));
}

/// Prints the header of the table of cases.
pub fn header() {
    println!(
        "\n{:<24} {:>19} {:>19} {:>19}   {:>17} {:>17}",
        "case", "daybook", "duckdb on files", "duckdb imported", "files, goal", "imported, goal"
    );
}

/// Prints the row of a case.
pub fn case(case: &Case, times: &Times) {
    let (files, imported) = case.goals;
    println!(
        "{:<24} {} {} {}   {} {}",
        case.name,
        pair(Some(times.daybook)),
        pair(times.files),
        pair(times.imported),
        times_faster(times.daybook, times.files, files),
        times_faster(times.daybook, times.imported, imported)
    );
}

/// Median and 95th percentile, or a dash.
fn pair(summary: Option<Summary>) -> String {
    let text = summary.map(|summary| format!("{:.2} {:>9.2}", summary.median, summary.p95));
    format!("{:>19}", text.unwrap_or_else(|| "-".to_owned()))
}

/// How many times as long as Daybook the peer took, by the medians; and the goal.
fn times_faster(daybook: Summary, peer: Option<Summary>, goal: Option<f64>) -> String {
    let faster = peer.map(|peer| format!("{:.1}x", peer.median / daybook.median));
    let goal = goal.map(|goal| format!("{goal}x"));
    let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    format!("{:>10}, {:>5}", text(faster), text(goal))
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}
