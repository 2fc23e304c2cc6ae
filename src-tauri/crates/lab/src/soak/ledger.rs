//! Ledger of the events that were sent to a bucket, and of the acknowledgements.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::error::LabError;

/// Submission: the events that were sent to one process.
pub struct Submission {
    /// Number of the home that the process ran in.
    pub home: usize,
    /// Whether all lines are one batch.
    pub atomic: bool,
    /// The lines of its standard input.
    pub lines: Vec<SentLine>,
    /// The ids in each line that acknowledged events, in order.
    acknowledgements: Mutex<Vec<Vec<String>>>,
}

/// Event that was sent. No other event has its new value.
pub struct SentLine {
    /// The new value.
    pub value: String,
    /// The whole event, as JSON.
    pub event: Value,
}

impl Submission {
    /// A submission without acknowledgements yet.
    pub fn new(home: usize, atomic: bool, lines: Vec<SentLine>) -> Self {
        Self { home, atomic, lines, acknowledgements: Mutex::default() }
    }

    /// Notes a line that the process printed.
    ///
    /// # Errors
    /// [`LabError::Unsound`] if it is not an acknowledgement of as many events as are due.
    pub fn acknowledge(&self, line: &str) -> Result<(), LabError> {
        let unclear = || LabError::Unsound(format!("`daybook record` printed “{line}”"));
        let answer: Value = serde_json::from_str(line).map_err(|_| unclear())?;
        let ids = answer["ids"].as_array().ok_or_else(unclear)?.iter();
        let ids = ids.map(|id| id.as_str().map(str::to_owned).ok_or_else(unclear));
        let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
        let mut acknowledgements =
            self.acknowledgements.lock().unwrap_or_else(PoisonError::into_inner);
        let (wanted, room) =
            if self.atomic { (self.lines.len(), 1) } else { (1, self.lines.len()) };
        if ids.len() != wanted || acknowledgements.len() == room {
            let (count, before) = (ids.len(), acknowledgements.len());
            return Err(LabError::Unsound(format!(
                "an acknowledgement of {count} events where {wanted} were sent, after {before} others"
            )));
        }
        acknowledgements.push(ids);
        Ok(())
    }

    /// The acknowledged events so far: the id of each, and what was sent.
    pub fn acknowledged(&self) -> Vec<(String, &SentLine)> {
        let acknowledgements = self.acknowledgements.lock().unwrap_or_else(PoisonError::into_inner);
        acknowledgements.iter().flatten().cloned().zip(&self.lines).collect()
    }

    /// Whether all events are acknowledged.
    pub fn is_acknowledged(&self) -> bool {
        self.acknowledged().len() == self.lines.len()
    }
}

/// Ledger of one bucket.
#[derive(Default)]
pub struct Ledger {
    /// All submissions, in order.
    pub submissions: Vec<Submission>,
    /// How many of them, from the first on, were flushed since.
    pub stored: usize,
}

impl Ledger {
    /// The events that a reader in `home` must find from now on: those acknowledged there, and
    /// those that are in the bucket.
    pub fn expected_in(&self, home: usize) -> Vec<(String, &SentLine)> {
        let known = self.submissions.iter().enumerate();
        let expected =
            known.filter(|(index, submission)| *index < self.stored || submission.home == home);
        expected.flat_map(|(_, submission)| submission.acknowledged()).collect()
    }

    /// The ledger as NDJSON, a line for each event, for whoever has to find out what went wrong.
    pub fn to_ndjson(&self) -> String {
        let mut text = String::new();
        for (number, submission) in self.submissions.iter().enumerate() {
            let ids = submission.acknowledged().into_iter().map(|(id, _)| Some(id));
            let ids = ids.chain(std::iter::repeat(None));
            for (line, id) in submission.lines.iter().zip(ids) {
                let Submission { home, atomic, .. } = submission;
                let sent = json!({
                    "sending": number, "home": home, "atomic": atomic,
                    "acknowledged": id, "event": line.event,
                });
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{sent}");
            }
        }
        text
    }
}
