//! What becomes of an event by the corrections and voids about it.
//!
//! Each correction is about exactly one event, and a timeline knows of none that name each other in
//! a circle, so what is about an event is a tree. It may be as deep as a journal is long, so it is
//! walked without recursion.

use std::collections::{BTreeMap, HashMap};

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

/// What became of the entries that were looked at so far.
type Known = HashMap<usize, Effect>;

/// A void rules over every correction, until it is voided itself; among corrections the latest
/// rules. What is itself void has no effect, and a corrected correction says its corrected value.
pub(crate) fn effect(timeline: &Timeline, index: usize, known_at: Option<DateTime<Utc>>) -> Effect {
    // Each after the one it is about.
    let mut tree = vec![index];
    let mut at = 0;
    while let Some(&next) = tree.get(at) {
        tree.extend(timeline.about(next).iter().filter(|&&by| is_known(timeline, by, known_at)));
        at += 1;
    }
    let mut known = Known::new();
    for &index in tree[1..].iter().rev() {
        let effect = from_known(timeline, index, &known);
        known.insert(index, effect);
    }
    from_known(timeline, index, &known)
}

fn is_known(timeline: &Timeline, by: usize, known_at: Option<DateTime<Utc>>) -> bool {
    let event = &timeline.entries()[by].event;
    known_at.is_none_or(|at| event.recorded_at.unwrap_or(event.timestamp) <= at)
}

/// The effect on one entry, where what became of everything about it is known.
fn from_known(timeline: &Timeline, index: usize, known: &Known) -> Effect {
    let mut correction = Correction::default();
    let mut void = None;
    for &by in timeline.about(index) {
        let event = &timeline.entries()[by].event;
        match (&event.action, known.get(&by)) {
            (Action::Void, Some(Effect::Recorded | Effect::Corrected(_))) => void = Some(by),
            (Action::Correct, Some(effect)) => {
                if let Some(value) = value_of(timeline, by, effect) {
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

/// What a correction says in the end, and the last link that says it; `None` if it is void.
fn value_of(timeline: &Timeline, index: usize, effect: &Effect) -> Option<(Option<String>, usize)> {
    let recorded = || (timeline.entries()[index].event.new_value.clone(), index);
    match effect {
        Effect::Void { .. } => None,
        Effect::Recorded => Some(recorded()),
        Effect::Corrected(correction) => Some(correction.value.clone().unwrap_or_else(recorded)),
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
