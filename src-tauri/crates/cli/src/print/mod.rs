//! Printer of answers on standard output and of messages on standard error. [`table`] lays out
//! columns for people, [`csv`] writes sheets, [`findings`] says what an
//! answer does not rest on, [`visible`] makes every character of a value visible.

mod csv;
mod findings;
mod table;
mod visible;

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use query::Coverage;
use serde::Serialize;
use serde_json::Value;

pub use csv::Sheet;
pub use event::visible_text;
pub use findings::report_findings;
pub use table::{Column, Table};
pub use visible::visible_value;

use crate::Outcome;
use crate::args::Format;
use crate::error::CliError;

/// Answer of a verb. As [`Serialize`] it is the JSON that scripts rely on.
pub trait Answer: Serialize {
    /// The objects of the answer, for NDJSON: one a line.
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        Ok(vec![serde_json::to_value(self)?])
    }

    /// The values of the answer as rows, for CSV: the same values as in JSON.
    fn sheet(&self) -> Sheet;

    /// The answer as tables for people, on a terminal.
    fn tables(&self) -> Vec<Table<'_>>;

    /// Sentences about the answer, for every form but JSON: such as how many of how many it shows.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// Cursor of the next page; `None` if there is none.
    fn next(&self) -> Option<&str> {
        None
    }

    /// Coverage of the answer; `None` if it rests on no files.
    fn coverage(&self) -> Option<&Coverage> {
        None
    }

    /// Whether the answer is a finding: see [`Outcome::Findings`].
    fn is_finding(&self) -> bool {
        false
    }
}

/// Printer of answers in one form.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    format: Format,
    byte_order_mark: bool,
    terminal: bool,
}

impl Printer {
    /// A printer of the given form; else of tables on a terminal, and of JSON otherwise. CSV begins
    /// with a byte order mark if one is asked for.
    pub fn new(format: Option<Format>, byte_order_mark: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let usual = if terminal { Format::Table } else { Format::Json };
        Self { format: format.unwrap_or(usual), byte_order_mark, terminal }
    }

    /// Whether CSV begins with a byte order mark.
    pub fn byte_order_mark(self) -> bool {
        self.byte_order_mark
    }

    /// The form.
    pub fn format(self) -> Format {
        self.format
    }

    /// Prints the answer, then on standard error what its form does not show: remarks, the cursor
    /// of the next page, and what could not be read.
    ///
    /// # Errors
    /// [`CliError::Output`] or [`CliError::ClosedPipe`] if standard output cannot be written to.
    pub fn print(self, answer: &impl Answer) -> Result<Outcome, CliError> {
        let mut warnings = Vec::new();
        let text = match self.format {
            Format::Json if self.terminal => serde_json::to_string_pretty(answer)? + "\n",
            Format::Json => serde_json::to_string(answer)? + "\n",
            Format::Ndjson => ndjson(&answer.objects()?),
            Format::Csv => {
                let (text, unfit) = answer.sheet().to_csv();
                warnings = csv::warnings(unfit);
                if self.byte_order_mark { format!("\u{feff}{text}") } else { text }
            }
            Format::Table => {
                let tables: Vec<String> =
                    answer.tables().iter().map(|table| table.to_text(width())).collect();
                tables.join("\n")
            }
        };
        write_out(&text)?;
        for warning in warnings {
            write_message(&warning);
        }
        if self.format != Format::Json {
            write_remarks(answer);
        }
        let complete = answer.coverage().is_none_or(report_findings);
        Ok(if complete && !answer.is_finding() { Outcome::Clean } else { Outcome::Findings })
    }
}

/// Writes to standard output, and flushes it.
pub fn write_out(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a message to standard error, as a line. It is no error if that is closed.
pub fn write_message(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible_text(message));
}

/// Writes a message to standard error in place of the last one that was written so.
pub fn replace_message(message: &str) {
    const CLEAR_LINE: &str = "\r\x1b[2K";
    let _ = write!(io::stderr().lock(), "{CLEAR_LINE}{}", visible_text(message));
}

/// Size in bytes, in a fitting unit.
pub fn byte_size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    let (mut tenths, mut unit) = (bytes.div_ceil(100), 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1000, unit + 1);
    }
    match tenths {
        0..100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", tenths / 10, UNITS[unit]),
    }
}

/// A number and what it counts: `1 event`, `2 events`.
pub fn counted(number: impl Display, thing: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// A text as one word of a command that people copy: in quotes where a shell would read more into it.
pub fn shell_word(text: &str) -> String {
    let is_plain = |one: char| one.is_alphanumeric() || "/.:_-+=@%,~".contains(one);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Values as NDJSON.
fn ndjson(values: &[Value]) -> String {
    values.iter().flat_map(|value| [value.to_string(), "\n".to_owned()]).collect()
}

/// Writes the remarks of an answer and the cursor of its next page, as one message.
fn write_remarks(answer: &impl Answer) {
    let remarks = answer.remarks().join(" ");
    let next = answer.next().map(|next| format!("To go on: --after '{next}'"));
    let line: Vec<String> =
        [Some(remarks), next].into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if !line.is_empty() {
        write_message(&line.join(" "));
    }
}

/// Width of a table that goes to no terminal, where `COLUMNS` names none.
const PIPED: usize = 120;

/// The width of the terminal in columns; where there is none, of what the output is likely piped to.
fn width() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    let terminal = terminal.map(|(terminal_size::Width(columns), _)| columns.into());
    let named = || env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0);
    terminal.or_else(named).unwrap_or(PIPED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_command_is_quoted_where_a_shell_would_read_more_into_it() {
        let table = [
            ("/srv/firm.zip", "/srv/firm.zip"),
            (
                "s3://acme/hr?endpoint=http://a&anonymous",
                "'s3://acme/hr?endpoint=http://a&anonymous'",
            ),
            ("/srv/our firm", "'/srv/our firm'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ];
        for (text, expected) in table {
            assert_eq!(shell_word(text), expected);
        }
    }

    #[test]
    fn sizes_have_a_fitting_unit() {
        let table = [
            (0, "0.0 kB"),
            (1, "0.1 kB"),
            (9_950, "10 kB"),
            (410_000_000, "410 MB"),
            (1_200_000_000, "1.2 GB"),
            (u64::MAX, "18446 PB"),
        ];
        for (bytes, expected) in table {
            assert_eq!(byte_size(bytes), expected, "{bytes}");
        }
    }
}
