//! Checks of the events that were read against those that were sent.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::ledger::{SentLine, Submission};
use crate::error::LabError;

/// Event as `daybook recent` prints it.
pub struct ReadEvent(Value);

impl ReadEvent {
    /// Parses a line of NDJSON.
    pub fn parse(line: &str) -> Result<Self, LabError> {
        let event: Value = serde_json::from_str(line)
            .map_err(|_| LabError::Unsound(format!("`daybook recent` printed “{line}”")))?;
        Ok(Self(event))
    }

    /// The text of a column; empty if it is null.
    fn text(&self, column: &str) -> &str {
        self.0[column].as_str().unwrap_or_default()
    }

    fn id(&self) -> &str {
        self.text("event_id")
    }

    /// Whether every column that was sent has the value that was sent.
    fn is(&self, line: &SentLine) -> bool {
        let sent = line.event.as_object().into_iter().flatten();
        sent.into_iter().all(|(column, value)| self.0[column] == *value)
    }
}

/// Checks all events of a bucket, as one reader reads them, against everything that was ever sent
/// to it. `expected` must be among them. Returns how many events are there that were not
/// acknowledged.
///
/// # Errors
/// [`LabError::Unsound`] if an event is missing, twice, changed or unknown, a batch is incomplete,
/// or the numbers of a writer have gaps.
pub fn check(
    read: &[ReadEvent],
    submissions: &[Submission],
    expected: &[(String, &SentLine)],
) -> Result<u64, LabError> {
    let unsound = |what: String| Err(LabError::Unsound(what));
    let mut by_id = HashMap::with_capacity(read.len());
    let mut by_value = HashMap::with_capacity(read.len());
    for event in read {
        if by_id.insert(event.id(), event).is_some() {
            return unsound(format!("event {} is there twice", event.id()));
        }
        if let Some(other) = by_value.insert(event.text("new_value"), event) {
            let (one, other) = (event.id(), other.id());
            return unsound(format!("what was sent once is there as {one} and as {other}"));
        }
    }
    for (id, line) in expected {
        match by_id.get(id.as_str()) {
            None => return unsound(format!("acknowledged event {id} is gone: {}", line.event)),
            Some(event) if !event.is(line) => {
                return unsound(format!(
                    "{id} is not what was sent, {}, but {}",
                    line.event, event.0
                ));
            }
            Some(_) => {}
        }
    }
    check_sent(&by_value, submissions)?;
    check_logs(read)?;
    let acknowledged: HashSet<String> =
        submissions.iter().flat_map(Submission::acknowledged).map(|(id, _)| id).collect();
    Ok(read.iter().filter(|event| !acknowledged.contains(event.id())).count() as u64)
}

/// Checks that every event was sent as it is, and that the events of a batch are there all or none.
fn check_sent(
    by_value: &HashMap<&str, &ReadEvent>,
    submissions: &[Submission],
) -> Result<(), LabError> {
    let mut known = 0;
    for (number, submission) in submissions.iter().enumerate() {
        let found = submission
            .lines
            .iter()
            .filter_map(|line| by_value.get(line.value.as_str()).map(|event| (line, *event)));
        let found: Vec<(&SentLine, &ReadEvent)> = found.collect();
        if let Some((line, event)) = found.iter().find(|(line, event)| !event.is(line)) {
            let what = format!("there is {}, but sent was {}", event.0, line.event);
            return Err(LabError::Unsound(what));
        }
        known += found.len();
        if submission.atomic {
            check_batch(number, submission, &found)?;
        }
    }
    if known == by_value.len() {
        return Ok(());
    }
    let sent: HashSet<&str> =
        submissions.iter().flat_map(|s| &s.lines).map(|line| line.value.as_str()).collect();
    let stranger = by_value.iter().find(|(value, _)| !sent.contains(*value));
    let stranger = stranger.map(|(_, event)| event.0.to_string()).unwrap_or_default();
    Err(LabError::Unsound(format!("an event is there that nobody sent: {stranger}")))
}

/// Checks that the events of a batch are there all or none, and have one batch id.
fn check_batch(
    number: usize,
    submission: &Submission,
    found: &[(&SentLine, &ReadEvent)],
) -> Result<(), LabError> {
    let (there, sent) = (found.len(), submission.lines.len());
    if there != 0 && there != sent {
        return Err(LabError::Unsound(format!(
            "{there} of the {sent} events of batch {number} are there"
        )));
    }
    let batches: HashSet<&str> = found.iter().map(|(_, event)| event.text("batch")).collect();
    if batches.len() > 1 || (sent > 1 && batches.contains("")) {
        return Err(LabError::Unsound(format!(
            "the events of batch {number} say that they are not one"
        )));
    }
    Ok(())
}

/// Checks that the numbers of each writer begin at 0, without gaps or repetitions.
fn check_logs(read: &[ReadEvent]) -> Result<(), LabError> {
    let mut logs: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in read {
        let seq = event.text("seq").parse();
        let seq = seq.map_err(|_| LabError::Unsound(format!("event {} has no seq", event.id())))?;
        logs.entry(event.text("writer")).or_default().push(seq);
    }
    for (writer, mut seqs) in logs {
        seqs.sort_unstable();
        if let Some((seq, expected)) = seqs.iter().zip(0..).find(|(seq, expected)| *seq != expected)
        {
            return Err(LabError::Unsound(format!(
                "the log of writer {writer} has {seq} where {expected} should be"
            )));
        }
    }
    Ok(())
}

/// How many writers the events have.
pub fn writers(read: &[ReadEvent]) -> usize {
    read.iter().map(|event| event.text("writer")).collect::<HashSet<_>>().len()
}
