//! State of a record at an instant, and the event behind each of its fields.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::correction::Correction;
use crate::{Action, Break, Effect, Event, Timeline, WHOLE_RECORD, members};

/// Reading of a record's past: as recorded, or as corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Reading {
    /// Recorded values; corrections and voids are ignored.
    Recorded,
    /// Corrected values; corrections and voids are applied.
    #[default]
    Corrected,
}

/// View of a record's past: up to which instant, and how it is read. The default is
/// [`View::NOW`].
///
/// `at` selects events by their timestamp. It does not select corrections: a later correction
/// applies to an earlier event too, unless `known_at` excludes it.
///
/// ```
/// use event::{Entry, Event, Place, Timeline, View, parse_time};
/// use serde_json::json;
///
/// let entry = |row: u64, id: &str, action: &str, value: &str, corrects: Option<&str>| {
///     let event: Event = serde_json::from_value(json!({
///         "event_id": id, "timestamp": 1_709_283_600_000_000_000 + row * 3_600_000_000_000,
///         "entity_type": "placement", "entity_id": "PLC-00101", "field": "rate",
///         "action": action, "new_value": value, "actor": "Sarah", "source": "api",
///         "corrects": corrects,
///     }))
///     .unwrap();
///     Entry::new(event, Place::File { file: "a.parquet".into(), row })
/// };
/// let timeline = Timeline::new(vec![
///     entry(0, "evt-0", "update", "54.50", None),
///     entry(1, "evt-1", "correct", "45.50", Some("evt-0")),
/// ]);
/// let rate = |view: View| timeline.state(view).fields["rate"].value.clone();
///
/// assert_eq!(rate(View::RECORDED).as_deref(), Some("54.50"));
/// assert_eq!(rate(View::NOW).as_deref(), Some("45.50"));
///
/// // At the first event, one hour before its correction.
/// let at = Some(parse_time("2024-03-01T09:00:00Z")?);
/// assert_eq!(rate(View { at, ..View::NOW }).as_deref(), Some("45.50"));
/// assert_eq!(rate(View { at, known_at: at, ..View::NOW }).as_deref(), Some("54.50"));
/// # Ok::<(), event::TimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Last instant whose events count, inclusive; `None` for all events.
    pub at: Option<DateTime<Utc>>,
    /// Reading of these events.
    pub reading: Reading,
    /// Last instant of acceptance whose corrections and voids count, inclusive; `None` for all. For
    /// a legacy event its timestamp stands for the time of acceptance.
    pub known_at: Option<DateTime<Utc>>,
}

impl View {
    /// All events, as recorded.
    pub const RECORDED: Self = Self { at: None, reading: Reading::Recorded, known_at: None };
    /// All events, as corrected by all corrections.
    pub const NOW: Self = Self { at: None, reading: Reading::Corrected, known_at: None };
}

/// State of a record at an instant: its fields, and whether it exists or is deleted. Both flags are
/// false before the first event that changes the record.
///
/// A deleted record keeps its last fields. A later insert begins without them.
///
/// ```
/// use event::{Entry, Event, Place, Timeline, View};
/// use serde_json::json;
///
/// let entry = |row: u64, action: &str, value: &str| {
///     let event: Event = serde_json::from_value(json!({
///         "event_id": format!("evt-{row}"), "timestamp": row, "entity_type": "candidate",
///         "entity_id": "CAND-00342", "field": "*", "action": action, "new_value": value,
///         "actor": "Sarah", "source": "api",
///     }))
///     .unwrap();
///     Entry::new(event, Place::File { file: "a.parquet".into(), row })
/// };
/// let insert = entry(0, "insert", r#"{"phone": "555-0100", "email": null}"#);
/// let delete = entry(1, "delete", "");
///
/// let state = Timeline::new(vec![insert.clone()]).state(View::NOW);
/// assert_eq!((state.exists, state.deleted), (true, false));
/// assert_eq!(state.fields["phone"].value.as_deref(), Some("555-0100"));
/// assert_eq!(state.fields["email"].value, None);
/// assert_eq!(state.fields["email"].event, 0);
///
/// let deleted = Timeline::new(vec![insert, delete]).state(View::NOW);
/// assert_eq!((deleted.exists, deleted.deleted), (false, true));
/// assert_eq!(deleted.fields, state.fields);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Whether the record exists: an insert or update has set it, and it is not deleted.
    pub exists: bool,
    /// Whether the record is deleted: a deletion of the whole record is in effect, and no insert of
    /// the whole record after it.
    pub deleted: bool,
    /// Fields by name.
    pub fields: BTreeMap<String, FieldValue>,
}

/// Value of a field, with the event and the correction behind it as indices into the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// Value in effect; `None` for null.
    pub value: Option<String>,
    /// Index of the event that set the field.
    pub event: usize,
    /// Index of the correction that states the value; `None` if the event itself does.
    pub correction: Option<usize>,
}

impl FieldValue {
    /// Value that the event itself recorded for `field`, whatever corrections say; `None` for null, and
    /// if it recorded none.
    pub fn recorded(&self, field: &str, timeline: &Timeline) -> Option<String> {
        let event = &timeline.entries()[self.event].event;
        if event.field == field {
            return event.new_value.clone();
        }
        event.new_value.as_deref().and_then(members)?.remove(field).flatten()
    }
}

/// Builder of a state: applies the events of a timeline in order. What it takes from the timeline is
/// borrowed: of most events nothing is left in the end.
///
/// `insert`, `update` and `delete` with the field `*` change the whole record. With another field
/// they change that field: an insert sets it as an update does, a deletion removes it. Journals of
/// other writers hold both forms.
#[derive(Default)]
pub(crate) struct StateBuilder<'a> {
    exists: bool,
    deleted: bool,
    fields: BTreeMap<Cow<'a, str>, BorrowedValue<'a>>,
    /// Whether the latest insert listed the fields, so that a field that is not set was absent.
    complete: bool,
}

/// [`FieldValue`] that is being built.
struct BorrowedValue<'a> {
    value: Option<Cow<'a, str>>,
    event: usize,
    correction: Option<usize>,
}

impl<'a> StateBuilder<'a> {
    /// Applies entry `index` of `timeline`. The caller leaves out entries after `view.at`.
    pub(crate) fn apply(&mut self, timeline: &'a Timeline, index: usize, view: View) {
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
        let owned = |(field, of): (Cow<'a, str>, BorrowedValue<'a>)| {
            let BorrowedValue { value, event, correction } = of;
            (
                field.into_owned(),
                FieldValue { value: value.map(Cow::into_owned), event, correction },
            )
        };
        State {
            exists: self.exists,
            deleted: self.deleted,
            fields: self.fields.into_iter().map(owned).collect(),
        }
    }

    /// Inserts the record. One that was deleted begins without its former fields.
    fn insert(&mut self, event: &'a Event, index: usize, correction: Correction) {
        if self.deleted {
            *self = Self::default();
        }
        self.exists = true;
        self.complete = self.members(event, index, correction);
    }

    fn set(&mut self, event: &'a Event, index: usize, correction: Correction) {
        self.exists = !self.deleted;
        if event.field == WHOLE_RECORD {
            self.members(event, index, correction);
            return;
        }
        let (value, correction) = value_of(event, correction.value);
        let of_field = BorrowedValue { value, event: index, correction };
        self.fields.insert(Cow::Borrowed(&event.field), of_field);
    }

    fn delete(&mut self) {
        self.exists = false;
        self.deleted = true;
    }

    fn clear(&mut self, field: &str) {
        self.fields.remove(field);
    }

    /// Sets the members of a whole-record value; a value that cannot be read as an object although it
    /// begins like one is the field `*`. Returns whether the value is a JSON object.
    fn members(&mut self, event: &'a Event, index: usize, correction: Correction) -> bool {
        let (value, whole) = value_of(event, correction.value);
        let found = value.as_deref().and_then(members);
        let complete = found.is_some();
        // What begins like an object and is none is kept as it stands.
        match value.filter(|value| !complete && begins_like_an_object(value)) {
            None => drop(self.fields.remove(WHOLE_RECORD)),
            kept => {
                let field = BorrowedValue { value: kept, event: index, correction: whole };
                self.fields.insert(Cow::Borrowed(WHOLE_RECORD), field);
            }
        }
        let recorded = found.unwrap_or_default().into_iter().map(|(f, v)| (f, v, whole));
        let corrected = correction.members.into_iter().map(|(f, (v, by))| (f, v, Some(by)));
        for (field, value, correction) in recorded.chain(corrected) {
            let value = value.map(Cow::Owned);
            let of_field = BorrowedValue { value, event: index, correction };
            self.fields.insert(Cow::Owned(field), of_field);
        }
        complete
    }
}

/// The value that an event sets, and the correction that states it: the corrected value, or else the
/// recorded one.
fn value_of(
    event: &Event,
    corrected: Option<(Option<String>, usize)>,
) -> (Option<Cow<'_, str>>, Option<usize>) {
    match corrected {
        Some((value, by)) => (value.map(Cow::Owned), Some(by)),
        None => (event.new_value.as_deref().map(Cow::Borrowed), None),
    }
}

fn begins_like_an_object(value: &str) -> bool {
    value.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// Checks whether the old value of the update at `index` is the value in the state before it.
pub(crate) fn check_chain(
    before: &StateBuilder<'_>,
    index: usize,
    update: &Event,
) -> Option<Break> {
    let expected = match before.fields.get(update.field.as_str()) {
        Some(cell) if cell.value.as_deref() == update.old_value.as_deref() => return None,
        Some(cell) => cell.value.as_deref().map(str::to_owned),
        None if !before.complete || update.old_value.as_deref().unwrap_or_default().is_empty() => {
            return None;
        }
        None => None,
    };
    Some(Break { index, expected })
}
