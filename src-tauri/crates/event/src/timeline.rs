//! Timelines: all events of one record, in the total order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::marks::marks;
use crate::state::{StateBuilder, check_chain};
use crate::{Action, Address, Effect, Entry, Event, State, View, WHOLE_RECORD, members};

/// Timeline of a record: all its events in the total order, with links between amendments and
/// their targets.
///
/// Entries are named by their index, from 0 for the oldest. A method that takes the index of an
/// entry panics if the timeline has no such entry.
///
/// ```
/// use event::{Effect, Entry, Event, Place, Timeline};
/// use serde_json::json;
///
/// let entry = |row: u64, id: &str, action: &str, value: &str, corrects: Option<&str>| {
///     let event: Event = serde_json::from_value(json!({
///         "event_id": id, "timestamp": row * 3_600_000_000_000, "entity_type": "placement",
///         "entity_id": "PLC-00101", "field": "rate", "action": action, "new_value": value,
///         "actor": "Sarah", "source": "api", "corrects": corrects,
///     }))
///     .unwrap();
///     Entry::new(event, Place::File { file: "a.parquet".into(), row })
/// };
///
/// // The entries may come in any order.
/// let timeline = Timeline::new(vec![
///     entry(2, "evt-2", "void", "", Some("evt-1")),
///     entry(1, "evt-1", "correct", "45.50", Some("evt-0")),
///     entry(0, "evt-0", "update", "54.50", None),
/// ]);
/// assert_eq!(timeline.entries()[0].event.event_id, "evt-0");
///
/// // Each amendment is linked to its target.
/// assert_eq!(timeline.target(1), Some(0));
/// assert_eq!(timeline.about(0), [1]);
///
/// // The correction is void, so the update has the effect that it recorded.
/// assert_eq!(timeline.effect(1, None), Effect::Void { by: 2 });
/// assert_eq!(timeline.effect(0, None), Effect::Recorded);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    entries: Vec<Entry>,
    /// Amendments of each entry, in order.
    about: Vec<Vec<usize>>,
    /// Target of each entry; `None` for a change.
    target: Vec<Option<usize>>,
}

/// Break of a value chain: an update whose old value is not the value before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Index of the update in the timeline.
    pub index: usize,
    /// Expected old value: the value before the update; `None` if that was null, or the field had
    /// none.
    pub expected: Option<String>,
}

impl Timeline {
    /// Timeline of entries in any order, which must all be about one record. Sets their
    /// [marks](Entry::marks).
    pub fn new(mut entries: Vec<Entry>) -> Self {
        sort(&mut entries);
        let targets = resolve_targets(&entries);
        let first = targets.iter().map(|targets| targets.first().copied()).collect();
        let target = without_cycles(first);
        let mut about = vec![Vec::new(); entries.len()];
        for (index, targets) in targets.iter().enumerate().filter(|(at, _)| target[*at].is_some()) {
            for &target in targets {
                about[target].push(index);
            }
        }
        let mut timeline = Self { entries, about, target };
        for (index, marks) in marks(&timeline) {
            timeline.entries[index].marks = marks;
        }
        timeline
    }

    /// Entries in the total order, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Amendments of an entry: the corrections, voids and notes about it, in order.
    pub fn about(&self, index: usize) -> &[usize] {
        &self.about[index]
    }

    /// Target of an amendment: the entry that it is about; the first of them, if several say the same
    /// change. `None` if the entry is a change, if the target is not in this timeline or ambiguous, or if
    /// the entry is in a cycle of targets.
    pub fn target(&self, index: usize) -> Option<usize> {
        self.target[index]
    }

    /// Whether the order is uncertain: a neighbour of the entry has the same timestamp, so that
    /// only the tie-break orders them.
    pub fn order_is_uncertain(&self, index: usize) -> bool {
        let time = self.entries[index].event.timestamp;
        let same = |i: usize| self.entries.get(i).is_some_and(|e| e.event.timestamp == time);
        same(index + 1) || index.checked_sub(1).is_some_and(same)
    }

    /// Entries that concern a field, in order: those with that field, those of the whole record
    /// whose new value has it, and their later amendments.
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

    /// Effect of an event, given the amendments accepted up to `known_at`, inclusive; `None` for
    /// all of them.
    pub fn effect(&self, index: usize, known_at: Option<DateTime<Utc>>) -> Effect {
        if self.about[index].is_empty() {
            return Effect::Recorded;
        }
        crate::correction::effect(self, index, known_at)
    }

    /// State of the record in a view.
    pub fn state(&self, view: View) -> State {
        let mut state = StateBuilder::default();
        for index in 0..self.entries.len() {
            if view.at.is_some_and(|at| self.entries[index].event.timestamp > at) {
                break;
            }
            state.apply(self, index, view);
        }
        state.finish()
    }

    /// Breaks of the value chain: updates whose old value is not the value before them, both as
    /// recorded.
    ///
    /// A field without a value breaks no chain, unless the record was inserted with its fields:
    /// then the field was absent, and the old value must be null or empty.
    pub fn breaks(&self) -> Vec<Break> {
        let mut before = StateBuilder::default();
        let mut breaks = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let event = &entry.event;
            if event.action == Action::Update {
                breaks.extend(check_chain(&before, index, event));
            }
            before.apply(self, index, View::RECORDED);
        }
        breaks
    }
}

/// Sorts entries into the total order. Entries are large, so their indices are sorted first, and
/// then each entry moves once.
fn sort(entries: &mut [Entry]) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|&a, &b| entries[a].cmp_position(&entries[b]));
    for at in 0..order.len() {
        let mut from = order[at];
        // A place before `at` is filled already: the entry that lay there was swapped to the place
        // from which the present one came.
        while from < at {
            from = order[from];
        }
        entries.swap(at, from);
    }
}

/// Resolves the targets of each entry. An id that several entries have names those that the amendment
/// was written for, if these say the same change: see [`written_for`].
fn resolve_targets(entries: &[Entry]) -> Vec<Vec<usize>> {
    let is_about = |entry: &Entry| entry.event.action.is_amendment();
    if !entries.iter().any(is_about) {
        return vec![Vec::new(); entries.len()];
    }
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_id.entry(&entry.event.event_id).or_default().push(index);
    }
    let targets = |(index, entry): (usize, &Entry)| {
        let Some(text) = entry.event.corrects.as_deref().filter(|_| is_about(entry)) else {
            return Vec::new();
        };
        let with_id = |id: &str| {
            let found = by_id.get(id).into_iter().flatten().copied();
            found.filter(|&other| other != index)
        };
        let mut named: Vec<usize> = with_id(text).collect();
        if named.len() != 1 {
            let readings = Address::readings(text);
            let at = readings.iter().flat_map(|address| {
                with_id(&address.event_id).filter(|&other| entries[other].is_at(address))
            });
            let at: Vec<usize> = at.collect();
            if at.len() == 1 {
                return at;
            }
            named.retain(|&other| written_for(&entry.event, &entries[other].event));
        }
        let same = |other: &usize| says_the_same(&entries[named[0]].event, &entries[*other].event);
        if named.len() < 2 || named.iter().all(same) { named } else { Vec::new() }
    };
    entries.iter().enumerate().map(targets).collect()
}

/// Whether an amendment reads as if it was written for a change: it has the field of that, and as its
/// old value what that recorded. Tells apart the events under one id, of which later files brought the
/// others.
fn written_for(amendment: &Event, change: &Event) -> bool {
    if change.action.is_amendment() {
        return false;
    }
    let is_own = amendment.field == change.field;
    match amendment.action {
        Action::Note => is_own,
        _ if is_own => amendment.old_value == change.new_value,
        Action::Correct if change.field == WHOLE_RECORD => {
            let members = change.new_value.as_deref().and_then(members).unwrap_or_default();
            members.get(&amendment.field).is_some_and(|member| *member == amendment.old_value)
        }
        _ => false,
    }
}

/// Whether two events under one id say the same change, and differ only in what is beside it: who, by
/// which way, or in which workspace.
fn says_the_same(one: &Event, other: &Event) -> bool {
    let said = |event: &Event| {
        let Event { timestamp, field, action, old_value, new_value, .. } = event;
        (*timestamp, field.clone(), action.clone(), old_value.clone(), new_value.clone())
    };
    said(one) == said(other)
}

/// Drops the targets of entries that form a cycle: no event is at its end.
fn without_cycles(mut target: Vec<Option<usize>>) -> Vec<Option<usize>> {
    // The start of the walk that first visited each entry, so that every link is followed once.
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
