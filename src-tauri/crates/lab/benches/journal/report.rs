//! Report: a table of all cases and sides, and figures with their goals.

use crate::case::{EIGHT, LARGE, ONE, SUSTAINED, Side};
use crate::timing::Summary;

type Results = [(&'static str, Vec<(Side, Summary)>)];

/// Prints the report.
pub fn print(results: &Results) {
    println!();
    println!(
        "{:<18} {:<26} {:>10} {:>21} {:>10} {:>10}",
        "case", "side", "events/s", "slowest to fastest", "p50 µs", "p99 µs"
    );
    for (case, sides) in results {
        for (side, summary) in sides {
            let (slowest, fastest) = summary.range;
            println!(
                "{case:<18} {:<26} {:>10.0} {:>21} {:>10.1} {:>10.1}",
                side.name(),
                summary.per_second,
                format!("{slowest:.0} to {fastest:.0}"),
                summary.p50,
                summary.p99
            );
        }
    }
    println!();
    let find = |case, side| find(results, case, side);
    let ratio = |what: &str, one: Option<f64>, other: Option<f64>, goal: &str| {
        if let (Some(one), Some(other)) = (one, other) {
            println!("{what:<66} {:>10.2}   goal {goal}", one / other);
        }
    };
    let p50 = |case, side| find(case, side).map(|summary| summary.p50);
    let rate = |case, side| find(case, side).map(|summary| summary.per_second);
    let (one, floor) = (p50(ONE, Side::Daybook), p50(ONE, Side::Floor));
    ratio("one recorder: p50 over the bare disk's", one, floor, "≤ 1.3");
    let one = rate(ONE, Side::Daybook);
    ratio("8 recorders: events/s over one's", rate(EIGHT, Side::Daybook), one, "≥ 4");
    let (large, peer) = (rate(LARGE, Side::Daybook), rate(LARGE, Side::Sqlite));
    ratio("batches of 10,000: events/s over SQLite's", large, peer, "≥ 1");
    if let Some(sustained) = rate(SUSTAINED, Side::Flushing) {
        let what = "sustained, recorded and flushed: events/s";
        println!("{what:<66} {sustained:>10.0}   goal 100000");
    }
}

/// The summary of a side in a case, if it was measured.
fn find<'a>(results: &'a Results, case: &str, side: Side) -> Option<&'a Summary> {
    let (_, sides) = results.iter().find(|(name, _)| *name == case)?;
    sides.iter().find(|(other, _)| *other == side).map(|(_, summary)| summary)
}
