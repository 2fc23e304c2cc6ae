//! Coverage with pending events.

use std::collections::BTreeSet;

use crate::{Coverage, LISTED, SequenceGap, Unreadable};

use super::Layers;

/// Name of the pending events in a coverage, in place of the name of a file.
const OUTBOX: &str = "the pending events of this device";

impl Layers {
    /// Coverage of the engine within; a number that a pending event has is not missing.
    pub(super) fn coverage(&self) -> Coverage {
        let mut coverage = self.inner.coverage();
        let listed = coverage.gaps.len();
        let gaps: Vec<SequenceGap> =
            coverage.gaps.iter().flat_map(|gap| self.left_of(gap)).collect();
        coverage.gaps_total = coverage.gaps_total - listed + gaps.len();
        coverage.gaps = gaps.into_iter().take(LISTED).collect();
        if let Some(why) = &self.problem {
            // Nothing is worse than that recorded events are missing.
            coverage.unreadable.insert(0, Unreadable::file(OUTBOX, why));
            coverage.unreadable.truncate(LISTED);
            coverage.unreadable_total += 1;
        }
        coverage.complete = coverage.unreadable_total == 0
            && coverage.read == coverage.files
            && coverage.gaps_total == 0
            && coverage.doubled_total == 0
            && coverage.changed_total == 0
            && coverage.listing.is_none()
            && coverage.as_of.is_none();
        coverage
    }

    /// The parts of a gap that no pending event fills.
    fn left_of(&self, gap: &SequenceGap) -> Vec<SequenceGap> {
        let (Ok(first), Ok(last)) = (gap.first.parse::<u64>(), gap.last.parse::<u64>()) else {
            return vec![gap.clone()];
        };
        let of_writer =
            self.pending.iter().filter(|event| event.writer.as_deref() == Some(&gap.writer));
        let filled: BTreeSet<u64> = of_writer.filter_map(|event| event.seq).collect();
        let (mut left, mut next) = (Vec::new(), first);
        let mut add = |first: u64, last: u64| {
            let (first, last) = (first.to_string(), last.to_string());
            left.push(SequenceGap { writer: gap.writer.clone(), first, last });
        };
        for &seq in filled.range(first..=last) {
            if seq > next {
                add(next, seq - 1);
            }
            next = seq.saturating_add(1);
        }
        if next <= last {
            add(next, last);
        }
        left
    }
}
