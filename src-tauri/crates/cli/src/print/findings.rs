//! What an answer does not rest on, as a message.

use event::format_time;
use query::{ChangedFile, Coverage, DoubledNumber, SequenceGap, Unreadable};

use super::{counted, visible_text, write_message};

/// Writes a message that names each finding of a coverage. Returns whether there are none.
pub fn report_findings(coverage: &Coverage) -> bool {
    if coverage.complete {
        return true;
    }
    if let Some(why) = &coverage.listing {
        let as_of = coverage.as_of.map(|at| format!(", as of {}", format_time(at)));
        write_message(&format!("Offline{}: {why}.", as_of.unwrap_or_default()));
    }
    let unreadable = coverage.unreadable_total;
    if unreadable > 0 || coverage.read < coverage.files {
        let (read, files) = (coverage.read, counted(coverage.files, "file"));
        let after = if unreadable > 0 { " Not readable:" } else { "" };
        write_message(&format!("Incomplete: {read} of {files} read.{after}"));
    }
    list(&coverage.unreadable, unreadable, |Unreadable { file, row, problem }| {
        let row = row.map(|row| format!(", row {row}")).unwrap_or_default();
        format!("{}{row}: {problem}", visible_text(file))
    });
    if coverage.changed_total > 0 {
        let files = counted(coverage.changed_total, "file");
        write_message(&format!(
            "Changed since first read here: {files}; the answer rests on what is there now. \
             `daybook files` lists and acknowledges them."
        ));
    }
    list(&coverage.changed, coverage.changed_total, changed);
    if coverage.gaps_total > 0 {
        write_message("Missing numbers in the logs of writers: events that are not here.");
    }
    list(&coverage.gaps, coverage.gaps_total, |SequenceGap { writer, first, last }| {
        let numbers = if first == last { first.clone() } else { format!("{first} to {last}") };
        format!("writer {}: {numbers}", visible_text(writer))
    });
    if coverage.doubled_total > 0 {
        write_message("Numbers that two different events of one writer have:");
    }
    list(&coverage.doubled, coverage.doubled_total, |DoubledNumber { writer, seq }| {
        format!("writer {}: {seq}", visible_text(writer))
    });
    false
}

/// Writes a line for each finding that is listed, and how many more there are.
fn list<T>(listed: &[T], total: usize, line: impl Fn(&T) -> String) {
    for one in listed {
        write_message(&format!("  {}", line(one)));
    }
    let more = total - listed.len();
    if more > 0 {
        write_message(&format!("  and {more} more"));
    }
}

/// A changed file, what it was, and where its bytes are now.
fn changed(ChangedFile { file, change, was, now_at }: &ChangedFile) -> String {
    let span = was.first.zip(was.last).map(|(first, last)| {
        let (first, last) = (format_time(first), format_time(last));
        if first == last { format!(" of {first}") } else { format!(" from {first} to {last}") }
    });
    let span = span.unwrap_or_default();
    let now_at = now_at.as_deref().map(visible_text);
    let now_at = now_at.map(|name| format!("; the same bytes are now {name}")).unwrap_or_default();
    let (file, rows) = (visible_text(file), counted(was.rows, "row"));
    format!("{file} is {change}; it had {rows}{span}{now_at}")
}
