//! What the events of one record come to: a fold that has nothing in common with that of `event`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use event::{
    Action, Address, Entry, Event, FieldValue, Mark, Reading, State, View, WHOLE_RECORD, members,
};

/// The events of one record, oldest first, and which of them each amendment is about.
pub(crate) struct RecordHistory<'a> {
    pub entries: Vec<&'a Entry>,
    targets: Vec<Vec<usize>>,
}

/// What an event is taken to say.
struct Said {
    value: Option<String>,
    /// The correction that the value is from.
    by: Option<usize>,
    /// Single fields of a whole record put right, and by which correction.
    parts: Vec<(String, Option<String>, usize)>,
}

impl<'a> RecordHistory<'a> {
    /// Of the entries of one record, oldest first.
    pub fn new(entries: Vec<&'a Entry>) -> Self {
        let named: Vec<_> = (0..entries.len()).map(|index| named(&entries, index)).collect();
        let first: Vec<_> = named.iter().map(|named| named.first().copied()).collect();
        let mut targets = named;
        for (index, of_entry) in targets.iter_mut().enumerate() {
            of_entry.retain(|_| !is_in_circle(&first, index));
        }
        Self { entries, targets }
    }

    /// The record as `view` reads it.
    pub fn state(&self, view: View) -> State {
        let mut fold = Fold::default();
        for (index, entry) in self.entries.iter().enumerate() {
            if view.at.is_some_and(|at| entry.event.timestamp > at) {
                continue;
            }
            let said = match view.reading {
                Reading::Recorded => Some(Said::recorded(&entry.event)),
                Reading::Corrected => self.says(index, view.known_at),
            };
            if let Some(said) = said {
                fold.apply(index, &entry.event, said);
            }
        }
        fold.state
    }

    /// Every update whose recorded old value is not the recorded value before it, and that value.
    pub fn breaks(&self) -> Vec<(&'a Entry, Option<String>)> {
        let mut fold = Fold::default();
        let mut breaks = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let event = &entry.event;
            let expected = fold.expected_before(event).filter(|_| event.action == Action::Update);
            if let Some(expected) = expected {
                breaks.push((*entry, expected));
            }
            fold.apply(index, event, Said::recorded(event));
        }
        breaks
    }

    /// The first amendment of a chosen entry that is not chosen itself.
    pub fn first_amendment(&self, is_chosen: impl Fn(&Entry) -> bool) -> Option<&'a Entry> {
        let about_chosen = |index: usize| {
            self.targets[index].iter().any(|&target| is_chosen(self.entries[target]))
        };
        let found = (0..self.entries.len())
            .find(|&index| about_chosen(index) && !is_chosen(self.entries[index]));
        found.map(|index| self.entries[index])
    }

    /// What amendments make of each entry now, oldest first.
    pub fn marks(&self) -> impl Iterator<Item = BTreeSet<Mark>> {
        (0..self.entries.len()).map(|index| {
            let mut marks = BTreeSet::new();
            let about = |by: &usize| self.targets[*by].contains(&index);
            let about: Vec<usize> = (0..self.entries.len()).filter(about).collect();
            if about.is_empty() {
                return marks;
            }
            match self.says(index, None) {
                None => drop(marks.insert(Mark::Voided)),
                Some(said) if said.by.is_some() || !said.parts.is_empty() => {
                    marks.insert(Mark::Corrected);
                }
                Some(_) => {}
            }
            let is_note = |by: usize| self.entries[by].event.action == Action::Note;
            if about.into_iter().any(|by| is_note(by) && self.says(by, None).is_some()) {
                marks.insert(Mark::Noted);
            }
            marks
        })
    }

    /// What an event is taken to say by the amendments accepted up to `known_at`; `None` if it is
    /// void. Walks every amendment that is about it, oldest first.
    fn says(&self, index: usize, known_at: Option<DateTime<Utc>>) -> Option<Said> {
        let event = &self.entries[index].event;
        let mut said = Said::recorded(event);
        for by in (0..self.entries.len()).filter(|&by| self.targets[by].contains(&index)) {
            let other = &self.entries[by].event;
            if known_at.is_some_and(|at| other.recorded_at.unwrap_or(other.timestamp) > at) {
                continue;
            }
            // What is void itself has no effect.
            let Some(correction) = self.says(by, known_at) else { continue };
            let from = correction.by.unwrap_or(by);
            match other.action {
                Action::Void => return None,
                Action::Correct if other.field == event.field => {
                    said = Said { by: Some(from), ..correction };
                }
                Action::Correct if event.field == WHOLE_RECORD => {
                    said.parts.push((other.field.clone(), correction.value, from));
                }
                _ => {}
            }
        }
        Some(said)
    }
}

/// Which entries an amendment names: one; or of several under one id those that it was written for, if
/// they say the same.
fn named(entries: &[&Entry], index: usize) -> Vec<usize> {
    let event = &entries[index].event;
    let Some(text) = event.corrects.as_deref().filter(|_| event.action.is_amendment()) else {
        return Vec::new();
    };
    let readings = Address::readings(text);
    let meant = |is_meant: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
        (0..entries.len()).filter(|&i| i != index && is_meant(entries[i])).collect()
    };
    let with_id = meant(&|entry| entry.event.event_id == text);
    let at = meant(&|entry| readings.iter().any(|address| entry.is_at(address)));
    if with_id.len() == 1 {
        return with_id;
    }
    if at.len() == 1 {
        return at;
    }
    let fits = |i: &usize| {
        let other = &entries[*i].event;
        if other.action.is_amendment() {
            return false;
        }
        let own = other.field == event.field;
        let value = if own {
            Some(other.new_value.clone())
        } else if event.action == Action::Correct && other.field == WHOLE_RECORD {
            let whole = other.new_value.as_deref().and_then(members);
            whole.and_then(|whole| whole.get(&event.field).cloned())
        } else {
            None
        };
        (own && event.action == Action::Note) || value == Some(event.old_value.clone())
    };
    let fitting: Vec<usize> = with_id.into_iter().filter(fits).collect();
    let said = |i: &usize| {
        let event = &entries[*i].event;
        (event.timestamp, &event.field, &event.action, &event.old_value, &event.new_value)
    };
    let first = fitting.first().map(said);
    if fitting.iter().all(|i| Some(said(i)) == first) { fitting } else { Vec::new() }
}

/// Whether what is named by what is named… comes back to an entry: those are about nothing.
fn is_in_circle(named: &[Option<usize>], index: usize) -> bool {
    let mut at = named[index];
    for _ in 0..named.len() {
        if at == Some(index) {
            return true;
        }
        at = at.and_then(|at| named[at]);
    }
    false
}

impl Said {
    fn recorded(event: &Event) -> Self {
        Self { value: event.new_value.clone(), by: None, parts: Vec::new() }
    }
}

/// A state in the making.
#[derive(Default)]
struct Fold {
    state: State,
    /// The record was inserted with all its fields: one that is not there was absent.
    is_complete: bool,
}

impl Fold {
    fn apply(&mut self, index: usize, event: &Event, said: Said) {
        let whole = event.field == WHOLE_RECORD;
        match event.action {
            Action::Insert if whole => {
                if self.state.deleted {
                    self.state.fields.clear();
                }
                (self.state.exists, self.state.deleted) = (true, false);
                self.is_complete = said.value.as_deref().and_then(members).is_some();
                self.set_members(index, said);
            }
            Action::Delete if whole => (self.state.exists, self.state.deleted) = (false, true),
            Action::Delete => drop(self.state.fields.remove(&event.field)),
            Action::Insert | Action::Update => {
                self.state.exists = !self.state.deleted;
                if whole {
                    self.set_members(index, said);
                } else {
                    self.set(&event.field, said.value, index, said.by);
                }
            }
            _ => {}
        }
    }

    fn set_members(&mut self, index: usize, said: Said) {
        for (field, value) in said.value.as_deref().and_then(members).unwrap_or_default() {
            self.set(&field, value, index, said.by);
        }
        for (field, value, by) in said.parts {
            self.set(&field, value, index, Some(by));
        }
    }

    fn set(&mut self, field: &str, value: Option<String>, event: usize, correction: Option<usize>) {
        self.state.fields.insert(field.to_owned(), FieldValue { value, event, correction });
    }

    /// The value before an event that says another; `None` if it says that one, or nobody knows.
    #[expect(clippy::option_option, reason = "the value before may be null, or none")]
    fn expected_before(&self, event: &Event) -> Option<Option<String>> {
        match self.state.fields.get(&event.field) {
            Some(before) => Some(before.value.clone()).filter(|before| *before != event.old_value),
            None if self.is_complete => {
                let says_absent = event.old_value.as_deref().unwrap_or_default().is_empty();
                Some(None).filter(|_| !says_absent)
            }
            None => None,
        }
    }
}
