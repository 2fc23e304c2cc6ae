//! Answer of `import`: what was recorded of a table, or would be.

use event::{Draft, RecordId};
use import::{BadRow, Summary};
use journal::RecordedTogether;
use query::Coverage;
use serde::Serialize;
use serde_json::Value;

use super::events::{EventRow, drafted};
use crate::print::{Answer, Sheet, Table, counted};

/// Most events that a dry run lists.
const LISTED: usize = 100;

/// What was recorded of a table, or would be.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// Number of events that were recorded; null in a dry run.
    recorded: Option<usize>,
    /// Id of their batch; null if there is one event at most.
    batch: Option<String>,
    #[serde(flatten)]
    summary: Summary,
    /// The first events that would be recorded; not there once they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    first: Vec<EventRow>,
    /// Number of batches.
    #[serde(skip)]
    batches: usize,
}

impl Imported {
    /// What a dry run tells.
    pub fn dry(summary: Summary, drafts: &[Draft]) -> Self {
        let first = drafts.iter().take(LISTED).map(EventRow::of_draft).collect();
        Self { recorded: None, batch: None, summary, first, batches: 0 }
    }

    /// What is told after events are recorded.
    pub fn recorded(summary: Summary, recorded: RecordedTogether) -> Self {
        let RecordedTogether { events, batches, batch } = recorded;
        Self { recorded: Some(events), batch, summary, first: Vec::new(), batches }
    }

    /// Messages beside the answer, for every form but JSON.
    pub fn messages(&self) -> Vec<String> {
        let Summary { unchanged, bad, cuts, twice, inserted_again, taken_back, .. } = &self.summary;
        let mut messages = vec![self.found()];
        messages.extend(cuts.iter().map(|cut| format!("Of its source is known: {cut}.")));
        messages.extend(bad.first.iter().take(10).map(bad_row));
        if bad.total > 0 {
            let rows = counted(bad.total, "row");
            messages.push(match self.recorded {
                None => format!(
                    "{rows} cannot be understood: nothing is recorded without --leave-out-bad."
                ),
                Some(_) => format!("{rows} cannot be understood, and left out."),
            });
        }
        if *unchanged > 0 {
            let say = if *unchanged == 1 { "says" } else { "say" };
            messages.push(format!(
                "{} {say} what the journal says already.",
                counted(unchanged, "row")
            ));
        }
        if *twice > 0 {
            let come = if *twice == 1 { "time comes" } else { "times come" };
            messages.push(format!(
                "{twice} {come} twice, as clocks were put back: the first is taken."
            ));
        }
        if *inserted_again > 0 {
            let records = if *inserted_again == 1 {
                "record was deleted, and begins"
            } else {
                "records were deleted, and begin"
            };
            messages.push(format!(
                "{inserted_again} {records} anew with the fields of the file alone."
            ));
        }
        if *taken_back > 0 {
            let take = if *taken_back == 1 { "takes" } else { "take" };
            messages.push(format!(
                "{} {take} back what a correction or a void says in the journal.",
                counted(taken_back, "update")
            ));
        }
        messages.extend(self.missing());
        if self.recorded.is_none() && self.first.len() == LISTED {
            messages.push(format!("These are the first {LISTED}."));
        }
        messages.push(self.events());
        messages
    }

    /// What was done or would be, and in which batch.
    fn events(&self) -> String {
        let Summary { inserts, updates, deletes, .. } = self.summary;
        let all = inserts + updates + deletes;
        let kinds = [(inserts, "insert"), (updates, "update"), (deletes, "delete")];
        let kinds: Vec<String> = kinds
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, kind)| counted(number, kind))
            .collect();
        let kinds =
            if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        let batch = match (&self.batch, self.batches) {
            (Some(batch), 1) => format!(" as {batch}"),
            (Some(batch), files) => format!(" as {batch}, in {files} parts, each of them whole"),
            (None, _) => String::new(),
        };
        match self.recorded {
            None => {
                format!("{} would be recorded{kinds}. Nothing is recorded.", counted(all, "event"))
            }
            Some(0) => "Nothing is recorded: nothing differs.".to_owned(),
            Some(events) => {
                let are = if events == 1 { "is" } else { "are" };
                format!("{} {are} recorded{kinds}{batch}.", counted(events, "event"))
            }
        }
    }

    /// How the file was read.
    fn found(&self) -> String {
        let Summary { file, rows, found, .. } = &self.summary;
        let sheet = found.sheet.as_ref().map(|sheet| format!("sheet “{sheet}”"));
        let encoding = found.encoding.map(str::to_owned);
        let delimiter = found.delimiter.map(|sign| match sign {
            '\t' => "cells separated by tabs".to_owned(),
            sign => format!("cells separated by “{sign}”"),
        });
        let decimal = found.decimal.map(|sign| format!("decimals behind “{}”", sign.sign()));
        let all: Vec<String> =
            [sheet, encoding, delimiter, decimal].into_iter().flatten().collect();
        format!("{file}: {}; {}.", counted(rows, "row"), all.join(", "))
    }

    /// Records that a snapshot lacks.
    fn missing(&self) -> Option<String> {
        let missing = &self.summary.missing;
        let named: Vec<String> = missing.first.iter().take(5).map(RecordId::to_string).collect();
        let more = if missing.total > named.len() { ", …" } else { "" };
        let are = if missing.total == 1 { "is" } else { "are" };
        (missing.total > 0).then(|| {
            format!(
                "{} of the journal {are} not in {}, and left alone, such as {}{more}.",
                counted(missing.total, "record"),
                if self.summary.bad.total > 0 {
                    "the rows that are understood"
                } else {
                    "the file"
                },
                named.join(", ")
            )
        })
    }
}

/// A sentence about a row that cannot be understood.
pub fn bad_row(row: &BadRow) -> String {
    let BadRow { line, column, value, problem } = row;
    match (column, value) {
        (Some(column), Some(value)) if !value.is_empty() => {
            format!("Line {line}, {column}: “{value}” {problem}.")
        }
        (Some(column), _) => format!("Line {line}: {column} {problem}."),
        _ => format!("Line {line}: the row {problem}."),
    }
}

impl Answer for Imported {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        match self.recorded {
            None => self.first.iter().map(serde_json::to_value).collect(),
            Some(_) => Ok(vec![serde_json::to_value(self)?]),
        }
    }

    fn sheet(&self) -> Sheet {
        drafted(&self.first).0
    }

    fn tables(&self) -> Vec<Table<'_>> {
        if self.first.is_empty() { Vec::new() } else { vec![drafted(&self.first).1] }
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.summary.coverage)
    }

    fn is_finding(&self) -> bool {
        self.summary.bad.total > 0
    }
}
