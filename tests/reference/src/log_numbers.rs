//! The numbers of the writers' logs: which are missing, and which several events have.

use std::collections::{BTreeMap, BTreeSet};

use event::{Entry, Event};
use query::{DoubledNumber, SequenceGap};

/// The number of an event that a journal has accepted.
fn number(event: &Event) -> Option<(&str, u64)> {
    event.recorded_at?;
    event.writer.as_deref().zip(event.seq)
}

/// Numbers below the highest of each writer that no event has.
pub fn gaps<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<SequenceGap> {
    let mut logs: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (writer, seq) in events.filter_map(number) {
        logs.entry(writer).or_default().insert(seq);
    }
    let mut gaps = Vec::new();
    for (writer, seqs) in logs {
        let mut next = 0;
        for seq in seqs {
            if seq > next {
                let (first, last) = (next.to_string(), (seq - 1).to_string());
                gaps.push(SequenceGap { writer: writer.to_owned(), first, last });
            }
            next = seq.saturating_add(1);
        }
    }
    gaps
}

/// Numbers that several of these different events have.
pub fn doubled(entries: &[Entry]) -> Vec<DoubledNumber> {
    let mut counts: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    for number in entries.iter().filter_map(|entry| number(&entry.event)) {
        *counts.entry(number).or_default() += 1;
    }
    let doubled = counts.into_iter().filter(|(_, count)| *count > 1);
    doubled
        .map(|((writer, seq), _)| DoubledNumber { writer: writer.to_owned(), seq: seq.to_string() })
        .collect()
}
