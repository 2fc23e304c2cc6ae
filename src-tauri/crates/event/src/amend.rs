//! Amendments of an event: corrections, voids and notes, as drafts.

use crate::correction::Correction;
use crate::{Action, Draft, Effect, RecordId, Timeline, WHOLE_RECORD, members};

/// Source of the amendments that Daybook drafts.
const SOURCE: &str = "daybook";

/// Amendment of an event: a correction, a void or a note. Blanks at the edges of a reason and of a
/// note's text are removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amendment {
    /// Correction: the event should have recorded another value.
    Correct {
        /// Field to correct, of a whole-record event; `None` for the event's own field.
        field: Option<String>,
        /// Value that the event should have recorded; `None` for null.
        to: Option<String>,
        /// Reason for the correction; required.
        reason: String,
    },
    /// Void: the event should not have been recorded.
    Void {
        /// Reason for the void; required.
        reason: String,
    },
    /// Note: a remark, which changes no value.
    Note {
        /// Text of the note; required.
        text: String,
    },
}

/// Refusal of an amendment, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Empty or blank reason.
    #[error("a reason is required")]
    NoReason,
    /// Empty or blank text of a note.
    #[error("a note needs a text")]
    NoText,
    /// Corrected value equal to the recorded one.
    #[error("no change: the event records this value already")]
    SameAsRecorded,
    /// Corrected value equal to that of the correction in effect.
    #[error("no change: the event is corrected to this value already")]
    SameAsCorrected,
    /// Action without a value to correct: only an insert, an update and a correction have one.
    #[error("a {action} has no value to correct; void it, or add a note")]
    NotCorrectable {
        /// Name of the event's action.
        action: String,
    },
    /// Field that the event does not have.
    #[error("the event has no field “{field}”")]
    NoSuchField {
        /// Name of that field.
        field: String,
    },
    /// Corrected value of a whole-record event that is not a JSON object.
    #[error("the new value must be a JSON object, because the event is about the whole record")]
    NotAnObject,
    /// Void event, which can be neither corrected nor voided again.
    #[error("the event is void; void the void first")]
    AlreadyVoid,
}

/// Drafts an amendment of entry `index` of `timeline`. `address` names that entry in `corrects`;
/// the old value of a correction or void is the value that the event recorded.
///
/// # Errors
///
/// Fails if the amendment would change nothing, does not fit the event, or lacks a required text.
///
/// # Panics
///
/// Panics if the timeline has no entry `index`.
pub fn amend(
    timeline: &Timeline,
    index: usize,
    address: &str,
    amendment: &Amendment,
    actor: &str,
) -> Result<Draft, Refusal> {
    let event = &timeline.entries()[index].event;
    let draft = |action, field: &str| Draft {
        workspace_id: event.workspace_id.clone(),
        corrects: Some(address.to_owned()),
        ..Draft::new(event.record(), action, field, actor, SOURCE)
    };
    match amendment {
        Amendment::Note { text } => Ok(Draft {
            new_value: Some(filled(text, Refusal::NoText)?),
            ..draft(Action::Note, &event.field)
        }),
        Amendment::Void { reason } => {
            if matches!(timeline.effect(index, None), Effect::Void { .. }) {
                return Err(Refusal::AlreadyVoid);
            }
            Ok(Draft {
                old_value: event.new_value.clone(),
                reason: Some(filled(reason, Refusal::NoReason)?),
                ..draft(Action::Void, &event.field)
            })
        }
        Amendment::Correct { field, to, reason } => {
            let field = field.as_deref().unwrap_or(&event.field);
            let recorded = correctable(timeline, index, field, to.as_deref())?;
            Ok(Draft {
                old_value: recorded,
                new_value: to.clone(),
                reason: Some(filled(reason, Refusal::NoReason)?),
                ..draft(Action::Correct, field)
            })
        }
    }
}

/// Drafts a note on a whole record, which amends no event.
///
/// # Errors
///
/// Fails with [`Refusal::NoText`] if the text is empty or blank.
pub fn note_on_record(record: RecordId, text: &str, actor: &str) -> Result<Draft, Refusal> {
    let text = filled(text, Refusal::NoText)?;
    let draft = Draft::new(record, Action::Note, WHOLE_RECORD, actor, SOURCE);
    Ok(Draft { new_value: Some(text), ..draft })
}

/// Recorded value of `field`, if `to` may correct it.
fn correctable(
    timeline: &Timeline,
    index: usize,
    field: &str,
    to: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let event = &timeline.entries()[index].event;
    if !matches!(event.action, Action::Insert | Action::Update | Action::Correct) {
        return Err(Refusal::NotCorrectable { action: event.action.as_str().to_owned() });
    }
    let own = field == event.field;
    if own && field == WHOLE_RECORD && to.and_then(members).is_none() {
        return Err(Refusal::NotAnObject);
    }
    let recorded = if own {
        event.new_value.clone()
    } else {
        let whole = event.new_value.as_deref().filter(|_| event.field == WHOLE_RECORD);
        let mut members = whole.and_then(members).unwrap_or_default();
        members.remove(field).ok_or_else(|| Refusal::NoSuchField { field: field.to_owned() })?
    };
    let now = match timeline.effect(index, None) {
        Effect::Void { .. } => return Err(Refusal::AlreadyVoid),
        Effect::Recorded => None,
        Effect::Corrected(correction) if own && correction.value.is_none() => {
            // Only members are corrected: the recorded object takes these corrections back.
            return Ok(recorded);
        }
        Effect::Corrected(Correction { value, members: corrected }) => {
            let whole = || value.as_ref().and_then(|(whole, _)| members(whole.as_deref()?));
            if own {
                value.map(|(value, _)| value)
            } else {
                let member = corrected.get(field).map(|(value, _)| value.clone());
                member.or_else(|| whole().map(|mut members| members.remove(field).flatten()))
            }
        }
    };
    // A corrected event can be corrected back to what it recorded.
    match now {
        Some(now) if now.as_deref() == to => Err(Refusal::SameAsCorrected),
        None if recorded.as_deref() == to => Err(Refusal::SameAsRecorded),
        _ => Ok(recorded),
    }
}

fn filled(text: &str, refusal: Refusal) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(refusal) } else { Ok(text.to_owned()) }
}
