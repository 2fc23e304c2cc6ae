//! From a draft to an event: what the journal checks, and what it alone fills in.

use chrono::{DateTime, Utc};
use event::{Draft, DraftError, Event, format_time, parse_time};
use uuid::Builder;

use crate::encode::MAX_EVENT_TEXT;
use crate::{Random, Rejection};

/// Where the next event goes, and the instant of its acceptance.
pub(crate) struct Slot {
    pub writer: String,
    pub seq: u64,
    /// To the microsecond.
    pub recorded_at: DateTime<Utc>,
}

/// Whether a draft may become an event of the journal.
pub(crate) fn check(draft: &Draft) -> Result<(), Rejection> {
    draft.check()?;
    if let Some(timestamp) = draft.timestamp {
        // A caller can name an instant that no reader of the file could parse.
        parse_time(&format_time(timestamp)).map_err(DraftError::from)?;
    }
    let bytes = text_bytes(draft);
    if bytes > MAX_EVENT_TEXT { Err(Rejection::TooLarge { bytes }) } else { Ok(()) }
}

/// Makes events of drafts that [`check`] has passed: in their order, from `slot` on, as one batch
/// if there are several.
pub(crate) fn stamp(drafts: Vec<Draft>, slot: &Slot, random: &dyn Random) -> Vec<Event> {
    let batch = (drafts.len() > 1).then(|| new_id("batch", slot.recorded_at, random));
    let numbered = drafts.into_iter().zip(slot.seq..);
    let event = |(draft, seq): (Draft, u64)| Event {
        event_id: new_id("evt", slot.recorded_at, random),
        timestamp: draft.timestamp.unwrap_or(slot.recorded_at),
        entity_type: draft.entity_type,
        entity_id: draft.entity_id,
        field: draft.field,
        action: draft.action,
        old_value: draft.old_value,
        new_value: draft.new_value,
        actor: draft.actor,
        source: draft.source,
        workspace_id: draft.workspace_id,
        recorded_at: Some(slot.recorded_at),
        writer: Some(slot.writer.clone()),
        seq: Some(seq),
        corrects: draft.corrects,
        reason: draft.reason,
        batch: batch.clone(),
    };
    numbered.map(event).collect()
}

/// `{kind}-` and a UUID v7, whose time is that of acceptance.
fn new_id(kind: &str, at: DateTime<Utc>, random: &dyn Random) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let uuid = Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
    format!("{kind}-{uuid}")
}

fn text_bytes(draft: &Draft) -> usize {
    let names = [&draft.entity_type, &draft.entity_id, &draft.field, &draft.actor, &draft.source];
    let values =
        [&draft.old_value, &draft.new_value, &draft.workspace_id, &draft.corrects, &draft.reason];
    let names = names.map(String::len).iter().sum::<usize>();
    names + values.into_iter().flatten().map(String::len).sum::<usize>()
}
