//! How an answer gets onto standard output, and words onto standard error.

mod csv;
mod table;
mod visible;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use query::{Coverage, Unreadable};
use serde::Serialize;
use serde_json::Value;

pub use csv::Sheet;
pub use table::{Column, Table};
pub use visible::{clean, shown};

use crate::Done;
use crate::args::Format;
use crate::error::CliError;

/// What a verb found. As [`Serialize`] it is the JSON that callers rely on.
pub trait Answer: Serialize {
    /// NDJSON: the things in the answer.
    fn lines(&self) -> serde_json::Result<Vec<Value>> {
        Ok(vec![serde_json::to_value(self)?])
    }

    /// CSV: the same values as in JSON.
    fn sheet(&self) -> Sheet;

    /// What people see on a terminal.
    fn tables(&self) -> Vec<Table>;

    /// How much of how much was shown.
    fn words(&self) -> Vec<String> {
        Vec::new()
    }

    /// Where the next page starts.
    fn next(&self) -> Option<&str> {
        None
    }

    /// Which files the answer rests on; `None` if on none.
    fn coverage(&self) -> Option<&Coverage> {
        None
    }

    /// Whether the answer is itself something to look at.
    fn findings(&self) -> bool {
        false
    }
}

/// Prints answers in the form asked for.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    format: Format,
    terminal: bool,
}

impl Printer {
    pub fn new(format: Option<Format>) -> Self {
        let terminal = io::stdout().is_terminal();
        let usual = if terminal { Format::Table } else { Format::Json };
        Self { format: format.unwrap_or(usual), terminal }
    }

    pub fn format(self) -> Format {
        self.format
    }

    /// Prints the answer, and then in words what its form does not say.
    pub fn print(self, answer: &impl Answer) -> Result<Done, CliError> {
        let mut warning = None;
        let text = match self.format {
            Format::Json if self.terminal => serde_json::to_string_pretty(answer)? + "\n",
            Format::Json => serde_json::to_string(answer)? + "\n",
            Format::Ndjson => lines(&answer.lines()?),
            Format::Csv => {
                let (text, escaped) = answer.sheet().to_csv();
                warning = csv::warning(escaped);
                text
            }
            Format::Table => {
                let tables: Vec<String> =
                    answer.tables().iter().map(|table| table.to_text(width())).collect();
                tables.join("\n")
            }
        };
        put(&text)?;
        if let Some(words) = warning {
            say(&words);
        }
        if self.format != Format::Json {
            tell(answer);
        }
        let complete = answer.coverage().is_none_or(warn_of_gaps);
        Ok(if complete && !answer.findings() { Done::Clean } else { Done::Findings })
    }
}

/// Writes to standard output, all the way.
pub fn put(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Says something to the person, on standard error. If nobody listens, that is no error.
pub fn say(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", clean(words));
}

/// Says something on standard error in place of what was said so before.
pub fn say_in_place(words: &str) {
    const CLEAR_LINE: &str = "\r\x1b[2K";
    let _ = write!(io::stderr().lock(), "{CLEAR_LINE}{}", clean(words));
}

/// Names each file that could not be read; whether there are none.
pub fn warn_of_gaps(coverage: &Coverage) -> bool {
    if coverage.complete {
        return true;
    }
    say(&format!(
        "Incomplete: {} of {} read. Not readable:",
        coverage.read,
        counted(coverage.files, "file")
    ));
    for Unreadable { file, row, problem } in &coverage.unreadable {
        let row = row.map(|row| format!(", row {row}")).unwrap_or_default();
        say(&format!("  {file}{row}: {problem}"));
    }
    let more = coverage.unreadable_total - coverage.unreadable.len();
    if more > 0 {
        say(&format!("  and {more} more"));
    }
    false
}

/// `1 event`, `2 events`.
pub fn counted(number: impl Display, thing: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

fn lines(values: &[Value]) -> String {
    values.iter().flat_map(|value| [value.to_string(), "\n".to_owned()]).collect()
}

fn tell(answer: &impl Answer) {
    let words = answer.words().join(" ");
    let next = answer.next().map(|next| format!("To go on: --after '{next}'"));
    let line: Vec<String> =
        [Some(words), next].into_iter().flatten().filter(|w| !w.is_empty()).collect();
    if !line.is_empty() {
        say(&line.join(" "));
    }
}

/// How wide a table may be: as the terminal, and without a limit where there is none.
fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(usize::MAX, |(terminal_size::Width(columns), _)| columns.into())
}
