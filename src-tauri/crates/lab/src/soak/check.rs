//! What was read, held against what was sent.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::ledger::{Line, Sending};
use crate::error::LabError;

/// An event as `daybook recent` printed it.
pub struct Seen(Value);

impl Seen {
    pub fn parse(line: &str) -> Result<Self, LabError> {
        let event: Value = serde_json::from_str(line)
            .map_err(|_| LabError::Unsound(format!("`daybook recent` printed “{line}”")))?;
        Ok(Self(event))
    }

    fn text(&self, column: &str) -> &str {
        self.0[column].as_str().unwrap_or_default()
    }

    fn id(&self) -> &str {
        self.text("event_id")
    }

    /// Whether every column that was sent is what was sent.
    fn is(&self, line: &Line) -> bool {
        let sent = line.event.as_object().into_iter().flatten();
        sent.into_iter().all(|(column, value)| self.0[column] == *value)
    }
}

/// Holds all events of a bucket, as one reader saw them, against everything that was ever sent to
/// it. `owed` is what must be among them. Returns how many are there that were not acknowledged.
pub fn check(
    seen: &[Seen],
    sendings: &[Sending],
    owed: &[(String, &Line)],
) -> Result<u64, LabError> {
    let unsound = |what: String| Err(LabError::Unsound(what));
    let mut by_id = HashMap::with_capacity(seen.len());
    let mut by_value = HashMap::with_capacity(seen.len());
    for event in seen {
        if by_id.insert(event.id(), event).is_some() {
            return unsound(format!("event {} is there twice", event.id()));
        }
        if let Some(other) = by_value.insert(event.text("new_value"), event) {
            let (one, other) = (event.id(), other.id());
            return unsound(format!("what was sent once is there as {one} and as {other}"));
        }
    }
    for (id, line) in owed {
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
    check_sent(&by_value, sendings)?;
    check_logs(seen)?;
    let acknowledged: HashSet<String> =
        sendings.iter().flat_map(Sending::acknowledged).map(|(id, _)| id).collect();
    Ok(seen.iter().filter(|event| !acknowledged.contains(event.id())).count() as u64)
}

/// Everything there was sent, as it is there, and a batch is there whole and as one or not at all.
fn check_sent(there: &HashMap<&str, &Seen>, sendings: &[Sending]) -> Result<(), LabError> {
    let mut known = 0;
    for (number, sending) in sendings.iter().enumerate() {
        let found = sending
            .lines
            .iter()
            .filter_map(|line| there.get(line.value.as_str()).map(|event| (line, *event)));
        let found: Vec<(&Line, &Seen)> = found.collect();
        if let Some((line, event)) = found.iter().find(|(line, event)| !event.is(line)) {
            let what = format!("there is {}, but sent was {}", event.0, line.event);
            return Err(LabError::Unsound(what));
        }
        known += found.len();
        if sending.atomic {
            check_batch(number, sending, &found)?;
        }
    }
    if known == there.len() {
        return Ok(());
    }
    let sent: HashSet<&str> =
        sendings.iter().flat_map(|s| &s.lines).map(|line| line.value.as_str()).collect();
    let stranger = there.iter().find(|(value, _)| !sent.contains(*value));
    let stranger = stranger.map(|(_, event)| event.0.to_string()).unwrap_or_default();
    Err(LabError::Unsound(format!("an event is there that nobody sent: {stranger}")))
}

fn check_batch(number: usize, sending: &Sending, found: &[(&Line, &Seen)]) -> Result<(), LabError> {
    let (there, sent) = (found.len(), sending.lines.len());
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

/// The numbers of each writer begin at 0 and have neither gaps nor doubles.
fn check_logs(seen: &[Seen]) -> Result<(), LabError> {
    let mut logs: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in seen {
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

/// How many installations have written.
pub fn writers(seen: &[Seen]) -> usize {
    seen.iter().map(|event| event.text("writer")).collect::<HashSet<_>>().len()
}
