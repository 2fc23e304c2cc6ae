//! Effect of corrections and voids on an event.
//!
//! An amendment targets exactly one event, and a timeline drops targets that form a cycle, so the
//! amendments of an event form a tree. The tree may be as deep as the journal is long, so it is
//! walked without recursion.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use crate::{Action, Timeline, WHOLE_RECORD};

/// Effect of an event, given its corrections and voids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Recorded value: no correction or void is in effect.
    Recorded,
    /// Corrected value, from the latest effective corrections.
    Corrected(Correction),
    /// Void: the event has no effect.
    Void {
        /// Index of the void in the timeline.
        by: usize,
    },
}

/// Corrections in effect on one event. Each is a value and the index of the correction that states
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    /// Corrected value of the event itself; `None` if only members are corrected.
    pub value: Option<(Option<String>, usize)>,
    /// Corrected members of a whole-record event, by field. They apply on top of `value`.
    pub members: BTreeMap<String, (Option<String>, usize)>,
}

/// A value, and corrected members of it by field, each with the index of the correction that states
/// it.
type Stated = ((Option<String>, usize), BTreeMap<String, (Option<String>, usize)>);

/// Effects of entries, by index.
pub(crate) type Effects = HashMap<usize, Effect>;

/// Effect of corrections and voids known at `known_at` (`None` for all) on entry `index`.
///
/// A void prevails over every correction unless it is void itself. Among corrections the latest in
/// the timeline prevails. A void correction has no effect; a corrected one states its corrected
/// value.
pub(crate) fn effect(timeline: &Timeline, index: usize, known_at: Option<DateTime<Utc>>) -> Effect {
    effects(timeline, vec![index], known_at).remove(&index).unwrap_or(Effect::Recorded)
}

/// Effects on entries that are in no tree of another of them, and on everything below them.
pub(crate) fn effects(
    timeline: &Timeline,
    roots: Vec<usize>,
    known_at: Option<DateTime<Utc>>,
) -> Effects {
    // Breadth first, so that each entry stands behind its target.
    let mut trees = roots;
    let mut at = 0;
    while let Some(&next) = trees.get(at) {
        trees.extend(timeline.about(next).iter().filter(|&&by| is_known(timeline, by, known_at)));
        at += 1;
    }
    let mut effects = Effects::new();
    for &index in trees.iter().rev() {
        let effect = effect_of(timeline, index, &effects);
        effects.insert(index, effect);
    }
    effects
}

fn is_known(timeline: &Timeline, by: usize, known_at: Option<DateTime<Utc>>) -> bool {
    let event = &timeline.entries()[by].event;
    known_at.is_none_or(|at| event.recorded_at.unwrap_or(event.timestamp) <= at)
}

/// Effect on one entry, given the effects on its own amendments. An amendment without one was not
/// known yet.
fn effect_of(timeline: &Timeline, index: usize, effects: &Effects) -> Effect {
    let mut correction = Correction::default();
    let mut void = None;
    for &by in timeline.about(index) {
        let event = &timeline.entries()[by].event;
        match (&event.action, effects.get(&by)) {
            (Action::Void, Some(Effect::Recorded | Effect::Corrected(_))) => void = Some(by),
            (Action::Correct, Some(effect)) => {
                if let Some(stated) = stated(timeline, by, effect) {
                    correction.apply(&timeline.entries()[index].event.field, &event.field, stated);
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

/// Value that a correction states in the end, and the last correction in the chain that states it,
/// with the members that corrections of it state; `None` if the correction is void.
fn stated(timeline: &Timeline, index: usize, effect: &Effect) -> Option<Stated> {
    let recorded = || (timeline.entries()[index].event.new_value.clone(), index);
    match effect {
        Effect::Void { .. } => None,
        Effect::Recorded => Some((recorded(), BTreeMap::new())),
        Effect::Corrected(Correction { value, members }) => {
            Some((value.clone().unwrap_or_else(recorded), members.clone()))
        }
    }
}

impl Correction {
    /// Applies a correction of `field` to an event about the field `target`. A correction of
    /// another field is ignored, unless the event is about the whole record.
    fn apply(&mut self, target: &str, field: &str, (value, members): Stated) {
        if field == target {
            self.value = Some(value);
            self.members = members;
        } else if target == WHOLE_RECORD {
            self.members.insert(field.to_owned(), value);
        }
    }
}
