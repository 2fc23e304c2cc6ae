//! Marks of an event: what its amendments make of it now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Action, Effect, Timeline, correction};

/// Mark of an event: what an amendment that is in effect now makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A correction says what it should have recorded.
    Corrected,
    /// A void says that it should not have been recorded.
    Voided,
    /// A note remarks on it.
    Noted,
}

impl Mark {
    /// Marks by name.
    pub const NAMES: [(&str, Self); 3] =
        [("corrected", Self::Corrected), ("voided", Self::Voided), ("noted", Self::Noted)];

    /// Name of the mark, such as `corrected`.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// The marks of each entry of a timeline that has any, by index.
pub(crate) fn marks(timeline: &Timeline) -> Vec<(usize, BTreeSet<Mark>)> {
    let amended = |index: &usize| !timeline.about(*index).is_empty();
    let roots = (0..timeline.entries().len()).filter(amended);
    let roots = roots.filter(|&index| timeline.target(index).is_none());
    let effects = correction::effects(timeline, roots.collect(), None);
    let marks = |(&index, effect): (&usize, &Effect)| {
        let mut marks = BTreeSet::new();
        match effect {
            Effect::Recorded => {}
            Effect::Corrected(_) => drop(marks.insert(Mark::Corrected)),
            Effect::Void { .. } => drop(marks.insert(Mark::Voided)),
        }
        let is_note = |by: &usize| timeline.entries()[*by].event.action == Action::Note;
        let is_void = |by: &usize| matches!(effects.get(by), Some(Effect::Void { .. }));
        if timeline.about(index).iter().any(|by| is_note(by) && !is_void(by)) {
            marks.insert(Mark::Noted);
        }
        (index, marks)
    };
    effects.iter().map(marks).filter(|(_, marks)| !marks.is_empty()).collect()
}
