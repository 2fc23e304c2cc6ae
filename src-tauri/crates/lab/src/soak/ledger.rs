//! What was sent to the journal, and what of it was acknowledged.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::error::LabError;

/// What one process was given to record.
pub struct Sending {
    /// Which home it ran in.
    pub home: usize,
    /// Whether all lines are one batch.
    pub atomic: bool,
    pub lines: Vec<Line>,
    /// The ids of each line of acknowledgement, in their order.
    heard: Mutex<Vec<Vec<String>>>,
}

/// An event to record. Its new value is that of no other.
pub struct Line {
    pub value: String,
    pub event: Value,
}

impl Sending {
    pub fn new(home: usize, atomic: bool, lines: Vec<Line>) -> Self {
        Self { home, atomic, lines, heard: Mutex::default() }
    }

    /// Takes a line that the process printed.
    pub fn hear(&self, line: &str) -> Result<(), LabError> {
        let unclear = || LabError::Unsound(format!("`daybook record` printed “{line}”"));
        let answer: Value = serde_json::from_str(line).map_err(|_| unclear())?;
        let ids = answer["ids"].as_array().ok_or_else(unclear)?.iter();
        let ids = ids.map(|id| id.as_str().map(str::to_owned).ok_or_else(unclear));
        let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (wanted, room) =
            if self.atomic { (self.lines.len(), 1) } else { (1, self.lines.len()) };
        if ids.len() != wanted || heard.len() == room {
            let (count, said) = (ids.len(), heard.len());
            return Err(LabError::Unsound(format!(
                "an acknowledgement of {count} events where {wanted} were sent, after {said} others"
            )));
        }
        heard.push(ids);
        Ok(())
    }

    /// What was acknowledged up to now: the ids, each with what was sent for it.
    pub fn acknowledged(&self) -> Vec<(String, &Line)> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().flatten().cloned().zip(&self.lines).collect()
    }

    pub fn is_acknowledged(&self) -> bool {
        self.acknowledged().len() == self.lines.len()
    }
}

/// All that was sent to one bucket.
#[derive(Default)]
pub struct Ledger {
    pub sendings: Vec<Sending>,
    /// The first so many of them are known to be in the bucket.
    pub stored: usize,
}

impl Ledger {
    /// What a reader in `home` must find from now on: what was acknowledged there, and all that is
    /// in the bucket.
    pub fn owed_to(&self, home: usize) -> Vec<(String, &Line)> {
        let known = self.sendings.iter().enumerate();
        let owed = known.filter(|(index, sending)| *index < self.stored || sending.home == home);
        owed.flat_map(|(_, sending)| sending.acknowledged()).collect()
    }

    /// A line for each event, for whoever has to find out what went wrong.
    pub fn to_ndjson(&self) -> String {
        let mut text = String::new();
        for (number, sending) in self.sendings.iter().enumerate() {
            let ids = sending.acknowledged().into_iter().map(|(id, _)| Some(id));
            let ids = ids.chain(std::iter::repeat(None));
            for (line, id) in sending.lines.iter().zip(ids) {
                let Sending { home, atomic, .. } = sending;
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
