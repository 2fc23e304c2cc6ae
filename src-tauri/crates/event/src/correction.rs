//! What becomes of an event by the corrections and voids about it.
//!
//! Each correction is about exactly one event, so what is about an event is a tree, and a tree is
//! all that is ever walked: corrections that name each other in a circle hang from no event and
//! are never reached.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{Action, Timeline, WHOLE_RECORD};

/// What an event is taken to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// What it recorded.
    Recorded,
    /// The value of its latest effective correction.
    Corrected(Correction),
    /// Nothing: the entry `by` voids it.
    Void { by: usize },
}

/// The corrections in effect on one event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    /// The corrected value of the event itself, and the correction it is from.
    pub value: Option<(Option<String>, usize)>,
    /// Corrected members of a whole-record event, by field, after `value`.
    pub members: BTreeMap<String, (Option<String>, usize)>,
}

/// A void rules over every correction, until it is voided itself; among corrections the latest
/// rules. What is itself void has no effect, and a corrected correction says its corrected value.
pub(crate) fn effect(timeline: &Timeline, index: usize, known_at: Option<DateTime<Utc>>) -> Effect {
    let mut correction = Correction::default();
    let mut void = None;
    for &by in timeline.about(index) {
        let event = &timeline.entries()[by].event;
        let known = event.recorded_at.unwrap_or(event.timestamp);
        if known_at.is_some_and(|at| known > at) {
            continue;
        }
        match event.action {
            Action::Void if !is_void(timeline, by, known_at) => void = Some(by),
            Action::Correct => {
                if let Some(value) = value_of(timeline, by, known_at) {
                    correction.take(&timeline.entries()[index].event.field, &event.field, value);
                }
            }
            _ => {}
        }
    }
    match void {
        Some(by) => Effect::Void { by },
        None if correction == Correction::default() => Effect::Recorded,
        None => Effect::Corrected(correction),
    }
}

fn is_void(timeline: &Timeline, index: usize, known_at: Option<DateTime<Utc>>) -> bool {
    matches!(effect(timeline, index, known_at), Effect::Void { .. })
}

/// What a correction says in the end, and the last link that says it; `None` if it is void.
fn value_of(
    timeline: &Timeline,
    index: usize,
    known_at: Option<DateTime<Utc>>,
) -> Option<(Option<String>, usize)> {
    let recorded = || (timeline.entries()[index].event.new_value.clone(), index);
    match effect(timeline, index, known_at) {
        Effect::Void { .. } => None,
        Effect::Recorded => Some(recorded()),
        Effect::Corrected(correction) => Some(correction.value.unwrap_or_else(recorded)),
    }
}

impl Correction {
    /// Takes a correction of `field` on an event about `target`; one that does not fit is ignored.
    fn take(&mut self, target: &str, field: &str, value: (Option<String>, usize)) {
        if field == target {
            self.value = Some(value);
            self.members.clear();
        } else if target == WHOLE_RECORD {
            self.members.insert(field.to_owned(), value);
        }
    }
}
