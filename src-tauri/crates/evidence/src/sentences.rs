//! Sentences about an answer: what it rests on, and what is left out of it.

use event::{format_time, visible_text};
use query::{Coverage, Undecided, Unreadable};

/// Most files that a sentence names.
const MOST_NAMED: usize = 3;

/// What is said of events that a question does not decide, a sentence each.
pub fn left_out(undecided: &Undecided) -> Vec<String> {
    let said = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 value is {one} and left out.")),
        _ => Some(format!("{} values are {many} and left out.", grouped(number))),
    };
    let Undecided { no_numbers, no_dates, no_recorded_at } = *undecided;
    let unknown = (no_recorded_at > 0).then(|| {
        let were = if no_recorded_at == 1 { "was" } else { "were" };
        let events = counted(no_recorded_at, "event");
        format!("When {events} {were} recorded cannot be known: left out.")
    });
    let numbers = said(no_numbers, "no number", "no numbers");
    [numbers, said(no_dates, "no date", "no dates"), unknown].into_iter().flatten().collect()
}

/// What an answer rests on, and what is not well with that; the first few files by name.
pub fn coverage(coverage: &Coverage) -> String {
    let files = counted(coverage.files, "file");
    let mut said = if coverage.complete {
        vec![format!("Complete: {files}, {}.", counted(coverage.rows, "row"))]
    } else {
        vec![format!("Incomplete: {} of {files} read.", grouped(coverage.read))]
    };
    said.extend(coverage.listing.as_ref().map(|why| {
        let as_of = coverage.as_of.map(|at| format!(", as of {}", format_time(at)));
        format!("Offline{}: {why}.", as_of.unwrap_or_default())
    }));
    let unreadable = coverage.unreadable.iter().map(|Unreadable { file, row, problem }| {
        let row = row.map(|row| format!(", row {row}")).unwrap_or_default();
        format!("{file}{row} ({problem})")
    });
    let changed = coverage.changed.iter().map(|one| format!("{} ({})", one.file, one.change));
    said.extend(named("Not readable", unreadable, coverage.unreadable_total));
    said.extend(named("Changed since first read", changed, coverage.changed_total));
    if coverage.gaps_total > 0 {
        let gaps = counted(coverage.gaps_total, "gap");
        said.push(format!("Numbers are missing in the logs of writers: {gaps}."));
    }
    if coverage.doubled_total > 0 {
        let numbers = counted(coverage.doubled_total, "number");
        said.push(format!("Two different events of one writer have {numbers} in common."));
    }
    visible_text(&said.join(" "))
}

/// A list of things with what it is of; `None` of none.
fn named(what: &str, things: impl Iterator<Item = String>, total: usize) -> Option<String> {
    let mut listed: Vec<String> = things.take(MOST_NAMED).collect();
    let more = total - listed.len();
    if more > 0 {
        listed.push(format!("and {} more", grouped(more)));
    }
    (total > 0).then(|| format!("{what}: {}.", listed.join(", ")))
}

/// A number and what it counts: `1 event`, `12,000 events`.
pub(crate) fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with its digits in groups of three.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coverage_names_what_is_not_well() {
        let whole =
            Coverage { files: 121, read: 121, rows: 50_123, complete: true, ..Coverage::default() };
        assert_eq!(coverage(&whole), "Complete: 121 files, 50,123 rows.");
        let part = Coverage {
            files: 9,
            read: 4,
            unreadable: ["a", "b\u{202e}", "c", "d"]
                .map(|file| Unreadable::file(file, "is cut short"))
                .into(),
            unreadable_total: 5,
            gaps_total: 1,
            ..Coverage::default()
        };
        assert_eq!(
            coverage(&part),
            "Incomplete: 4 of 9 files read. Not readable: a (is cut short), b\\u{202e} (is cut short), \
             c (is cut short), and 2 more. Numbers are missing in the logs of writers: 1 gap."
        );
    }
}
