//! What a record is at an instant, and which event each of its fields rests on.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::correction::Correction;
use crate::{Action, Break, Effect, Event, Timeline, WHOLE_RECORD, members};

/// The two ways to read a record's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Reading {
    /// What the events said then.
    Recorded,
    /// What they are taken to say, given every correction since.
    #[default]
    Corrected,
}

/// Which past is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Events up to and including this instant; `None` for all.
    pub at: Option<DateTime<Utc>>,
    pub reading: Reading,
    /// Corrections accepted up to and including this instant; `None` for all.
    pub known_at: Option<DateTime<Utc>>,
}

impl View {
    /// All events, corrections left aside.
    pub const RECORDED: Self = Self { at: None, reading: Reading::Recorded, known_at: None };
    /// All events and all corrections: what is taken to be true now.
    pub const NOW: Self = Self { at: None, reading: Reading::Corrected, known_at: None };
}

/// A record at an instant. A deleted record keeps its last fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Some event has brought the record into being and none has deleted it since.
    pub exists: bool,
    pub deleted: bool,
    pub fields: BTreeMap<String, FieldValue>,
}

/// A field's value and what it rests on, as indices into the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    pub value: Option<String>,
    /// The event that set the field.
    pub event: usize,
    /// The correction whose value stands in place of what that event recorded.
    pub correction: Option<usize>,
}

impl State {
    /// What people call the record, where its fields have a name.
    pub fn name(&self) -> Option<String> {
        let field = |name: &str| {
            let value = self.fields.get(name)?.value.as_deref()?.trim();
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let whole = ["name", "full_name", "name.official_full", "title", "display_name"];
        let pairs = [("first_name", "last_name"), ("name.first", "name.last")];
        whole.iter().find_map(|name| field(name)).or_else(|| {
            pairs
                .iter()
                .find_map(|(first, last)| Some(format!("{} {}", field(first)?, field(last)?)))
        })
    }
}

/// A state in the making.
#[derive(Default)]
pub(crate) struct Fold {
    state: State,
    /// The record was inserted with its fields, so a field that is not there was absent.
    complete: bool,
}

/// `insert`, `update` and `delete` of `*` are about the whole record, and of a field about that
/// field: an insert sets it as an update does, a deletion takes it away. Others' journals have both.
impl Fold {
    pub(crate) fn apply(&mut self, timeline: &Timeline, index: usize, view: View) {
        let event = &timeline.entries()[index].event;
        if event.action.is_amendment() {
            return;
        }
        let correction = match view.reading {
            Reading::Recorded => Correction::default(),
            Reading::Corrected => match timeline.effect(index, view.known_at) {
                Effect::Void { .. } => return,
                Effect::Recorded => Correction::default(),
                Effect::Corrected(correction) => correction,
            },
        };
        let whole = event.field == WHOLE_RECORD;
        match event.action {
            Action::Insert if whole => self.insert(event, index, correction),
            Action::Insert | Action::Update => self.set(event, index, correction),
            Action::Delete if whole => self.delete(),
            Action::Delete => self.clear(&event.field),
            _ => {}
        }
    }

    pub(crate) fn finish(self) -> State {
        self.state
    }

    /// A record that was deleted begins anew, without its former fields.
    fn insert(&mut self, event: &Event, index: usize, correction: Correction) {
        if self.state.deleted {
            self.state = State::default();
        }
        self.state.exists = true;
        self.complete = self.members(event, index, correction);
    }

    fn set(&mut self, event: &Event, index: usize, correction: Correction) {
        self.state.exists = !self.state.deleted;
        if event.field == WHOLE_RECORD {
            self.members(event, index, correction);
            return;
        }
        let (value, correction) = match correction.value {
            Some((value, by)) => (value, Some(by)),
            None => (event.new_value.clone(), None),
        };
        self.state
            .fields
            .insert(event.field.clone(), FieldValue { value, event: index, correction });
    }

    fn delete(&mut self) {
        self.state.exists = false;
        self.state.deleted = true;
    }

    fn clear(&mut self, field: &str) {
        self.state.fields.remove(field);
    }

    /// Takes the members of a whole-record value; whether it had any to take.
    fn members(&mut self, event: &Event, index: usize, correction: Correction) -> bool {
        let (value, whole) = match correction.value {
            Some((value, by)) => (value, Some(by)),
            None => (event.new_value.clone(), None),
        };
        let found = value.as_deref().and_then(members);
        let complete = found.is_some();
        let recorded = found.unwrap_or_default().into_iter().map(|(f, v)| (f, v, whole));
        let corrected = correction.members.into_iter().map(|(f, (v, by))| (f, v, Some(by)));
        for (field, value, correction) in recorded.chain(corrected) {
            self.state.fields.insert(field, FieldValue { value, event: index, correction });
        }
        complete
    }
}

/// Whether the update at `index` names another old value than the value before it.
pub(crate) fn broken(fold: &Fold, index: usize, update: &Event) -> Option<Break> {
    let expected = match fold.state.fields.get(&update.field) {
        Some(cell) if cell.value == update.old_value => return None,
        Some(cell) => cell.value.clone(),
        None if !fold.complete || update.old_value.as_deref().unwrap_or_default().is_empty() => {
            return None;
        }
        None => None,
    };
    Some(Break { index, expected })
}
