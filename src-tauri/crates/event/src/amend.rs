//! Saying something about an event: a correction, a void, a note.

use crate::{Action, Draft, Effect, RecordId, Timeline, WHOLE_RECORD, members};

/// The source of what Daybook itself records.
const SOURCE: &str = "daybook";

/// What is to be said about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amendment {
    /// It should have recorded `to`. `field` names one field of a whole-record event; `None` is
    /// the event's own field.
    Correct { field: Option<String>, to: Option<String>, reason: String },
    /// It should not have been recorded.
    Void { reason: String },
    /// A remark. It changes no value.
    Note { text: String },
}

/// Why an amendment is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a reason is required")]
    NoReason,
    #[error("a note needs a text")]
    NoText,
    #[error("no change: the event records this value already")]
    SameAsRecorded,
    #[error("no change: the event is corrected to this value already")]
    SameAsCorrected,
    #[error("a {action} has no value to correct; void it, or add a note")]
    NotCorrectable { action: String },
    #[error("the event has no field “{field}”")]
    NoSuchField { field: String },
    #[error("the new value must be a JSON object, because the event is about the whole record")]
    NotAnObject,
    #[error("the event is void; void the void first")]
    AlreadyVoid,
}

/// The event that says `amendment` about entry `index` of `timeline`, written as `address` and by
/// `actor`; or why there is nothing to record.
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

/// The event that puts a remark on a whole record.
pub fn note_on_record(record: RecordId, text: &str, actor: &str) -> Result<Draft, Refusal> {
    let text = filled(text, Refusal::NoText)?;
    let draft = Draft::new(record, Action::Note, WHOLE_RECORD, actor, SOURCE);
    Ok(Draft { new_value: Some(text), ..draft })
}

/// What the event recorded for `field`, if `to` may take its place.
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
    if recorded.as_deref() == to {
        return Err(Refusal::SameAsRecorded);
    }
    match timeline.effect(index, None) {
        Effect::Void { .. } => Err(Refusal::AlreadyVoid),
        Effect::Corrected(correction) => {
            let now = if own { correction.value } else { correction.members.get(field).cloned() };
            match now {
                Some((value, _)) if value.as_deref() == to => Err(Refusal::SameAsCorrected),
                _ => Ok(recorded),
            }
        }
        Effect::Recorded => Ok(recorded),
    }
}

fn filled(text: &str, refusal: Refusal) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(refusal) } else { Ok(text.to_owned()) }
}
