//! All events of one record, in order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::state::{Fold, broken};
use crate::{Action, Address, Effect, Entry, State, View, WHOLE_RECORD, members};

/// All events of one record in the total order, with the links between events and what was said
/// about them. Made from entries in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    entries: Vec<Entry>,
    /// For each entry, the entries that correct, void or remark on it, in order.
    about: Vec<Vec<usize>>,
    /// For each entry, the entry it is about.
    target: Vec<Option<usize>>,
}

/// An update whose old value is not the value before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Index of the update in the timeline.
    pub index: usize,
    /// The value before it; `None` if that was null, or the field had none.
    pub expected: Option<String>,
}

impl Timeline {
    pub fn new(mut entries: Vec<Entry>) -> Self {
        sort(&mut entries);
        let target = without_circles(resolve(&entries));
        let mut about = vec![Vec::new(); entries.len()];
        for (index, target) in target.iter().enumerate() {
            if let Some(target) = *target {
                about[target].push(index);
            }
        }
        Self { entries, about, target }
    }

    /// The entries in order, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The corrections, voids and notes about an entry, in order.
    pub fn about(&self, index: usize) -> &[usize] {
        &self.about[index]
    }

    /// The entry that a correction, void or note is about; `None` if it is about none, about one
    /// that is not in this timeline or cannot be told from another, or in the end about itself.
    pub fn target(&self, index: usize) -> Option<usize> {
        self.target[index]
    }

    /// Whether nothing but the tie-break puts this entry before or after a neighbour.
    pub fn order_is_uncertain(&self, index: usize) -> bool {
        let time = self.entries[index].event.timestamp;
        let same = |i: usize| self.entries.get(i).is_some_and(|e| e.event.timestamp == time);
        same(index + 1) || index.checked_sub(1).is_some_and(same)
    }

    /// The entries that may have changed a field, and what was said about them, in order.
    pub fn of_field(&self, field: &str) -> Vec<usize> {
        let mut found = vec![false; self.entries.len()];
        for (index, Entry { event, .. }) in self.entries.iter().enumerate() {
            let in_whole = || {
                event.field == WHOLE_RECORD
                    && event
                        .new_value
                        .as_deref()
                        .and_then(members)
                        .is_some_and(|m| m.contains_key(field))
            };
            let about = self.target[index].is_some_and(|target| found[target]);
            found[index] = event.field == field || about || in_whole();
        }
        (0..found.len()).filter(|&index| found[index]).collect()
    }

    /// What became of an event by what was said about it up to `known_at` (`None`: all of it).
    pub fn effect(&self, index: usize, known_at: Option<DateTime<Utc>>) -> Effect {
        crate::correction::effect(self, index, known_at)
    }

    /// The record as `view` reads it: its fields, each with the event it rests on.
    pub fn state(&self, view: View) -> State {
        let mut fold = Fold::default();
        for index in 0..self.entries.len() {
            if view.at.is_some_and(|at| self.entries[index].event.timestamp > at) {
                break;
            }
            fold.apply(self, index, view);
        }
        fold.finish()
    }

    /// Every update whose recorded old value is not the recorded value before it. A field that no
    /// event has spoken of has no value to compare with, unless the record was inserted with all
    /// its fields: then it was absent, which a null or an empty old value both say.
    pub fn breaks(&self) -> Vec<Break> {
        let mut fold = Fold::default();
        let mut breaks = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let event = &entry.event;
            if event.action == Action::Update {
                breaks.extend(broken(&fold, index, event));
            }
            fold.apply(self, index, View::RECORDED);
        }
        breaks
    }
}

/// Puts entries in the total order. They are large, and mostly almost in it: so their places are
/// sorted, and each entry moves once.
fn sort(entries: &mut [Entry]) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|&a, &b| entries[a].cmp_position(&entries[b]));
    for at in 0..order.len() {
        let mut from = order[at];
        // What lay before `at` has gone to where the entry of that place came from.
        while from < at {
            from = order[from];
        }
        entries.swap(at, from);
    }
}

/// For each entry the one it is about. An id that several entries bear names none of them.
fn resolve(entries: &[Entry]) -> Vec<Option<usize>> {
    let is_about = |entry: &Entry| entry.event.action.is_amendment();
    if !entries.iter().any(is_about) {
        return vec![None; entries.len()];
    }
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_id.entry(&entry.event.event_id).or_default().push(index);
    }
    let one = |id: &str, fits: &dyn Fn(usize) -> bool| {
        let mut found = by_id.get(id)?.iter().copied().filter(|&i| fits(i));
        found.next().filter(|_| found.next().is_none())
    };
    let target = |(index, entry): (usize, &Entry)| {
        let text = entry.event.corrects.as_deref().filter(|_| is_about(entry))?;
        let other = |i: usize| i != index;
        one(text, &other).or_else(|| {
            let address = Address::parse(text);
            one(&address.event_id, &|i| other(i) && entries[i].is_at(&address))
        })
    };
    entries.iter().enumerate().map(target).collect()
}

/// Entries that name each other in a circle are about nothing: no event is at its end.
fn without_circles(mut target: Vec<Option<usize>>) -> Vec<Option<usize>> {
    // From where each was first come by, so that every link is followed once.
    let mut seen = vec![None; target.len()];
    for start in 0..target.len() {
        let mut at = start;
        while let (None, Some(next)) = (seen[at], target[at]) {
            seen[at] = Some(start);
            at = next;
        }
        if seen[at] != Some(start) {
            continue;
        }
        while let Some(next) = target[at].take() {
            at = next;
        }
    }
    target
}
