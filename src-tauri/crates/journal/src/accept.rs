//! From a draft to an event: what the journal checks, and what it alone fills in.

use chrono::{DateTime, Utc};
use event::{Cell, Draft, DraftError, Event, format_time, parse_time};
use uuid::Builder;
use uuid::fmt::Hyphenated;

use crate::error::{Error, Rejection};
use crate::limits::{EVENT_BYTES, MAX_EVENT_TEXT, MAX_FILE_EVENTS, MAX_UNENCODED_BYTES};
use crate::random::Random;

/// Where the next event goes, and the instant of its acceptance.
pub(crate) struct Slot {
    pub writer: String,
    pub seq: u64,
    /// To the microsecond.
    pub recorded_at: DateTime<Utc>,
}

/// Whether a draft may become an event of the journal. Returns what it takes in a file, in bytes.
pub(crate) fn check(draft: &Draft) -> Result<usize, Rejection> {
    draft.check()?;
    if let Some(timestamp) = draft.timestamp.filter(|time| time.timestamp_nanos_opt().is_none()) {
        // A caller can name an instant that no reader of the file could hold.
        parse_time(&format_time(timestamp)).map_err(DraftError::from)?;
    }
    let bytes = text_bytes(draft);
    if bytes > MAX_EVENT_TEXT {
        return Err(Rejection::TooLarge { bytes });
    }
    Ok(EVENT_BYTES + bytes)
}

/// Events to be recorded together, each of them checked. What it holds fits into one file, so that
/// no reader of the bucket ever sees a part of it.
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) drafts: Vec<Draft>,
    /// What they take in a file, in bytes.
    pub(crate) size: usize,
}

impl Batch {
    /// Adds an event, or says why the batch cannot be recorded with it.
    pub fn push(&mut self, draft: Draft) -> Result<(), Error> {
        let index = self.drafts.len();
        let size = check(&draft).map_err(|rejection| Error::BatchEvent { index, rejection })?;
        self.drafts.push(draft);
        self.size += size;
        if self.drafts.len() as u64 > MAX_FILE_EVENTS || self.size > MAX_UNENCODED_BYTES {
            return Err(Error::BatchTooLarge);
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }
}

/// Makes events of drafts that [`check`] has passed: in their order, from `slot` on, as one batch
/// if there are several. The slot is then that of the next event.
pub(crate) fn stamp(drafts: Vec<Draft>, slot: &mut Slot, random: &dyn Random) -> Vec<Event> {
    let ids = Ids::new(slot.recorded_at, drafts.len() + 1, random);
    let batch = (drafts.len() > 1).then(|| ids.id("batch-", drafts.len()));
    let first = slot.seq;
    slot.seq += drafts.len() as u64;
    let numbered = drafts.into_iter().zip(first..);
    let event = |(index, (draft, seq)): (usize, (Draft, u64))| Event {
        event_id: ids.id("evt-", index),
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
    numbered.enumerate().map(event).collect()
}

/// The bytes of an id that are random.
const RANDOM: usize = 10;

/// Ids made at one instant, their random bytes asked for at once.
struct Ids {
    millis: u64,
    random: Vec<u8>,
}

impl Ids {
    fn new(at: DateTime<Utc>, count: usize, random: &dyn Random) -> Self {
        let mut bytes = vec![0; count * RANDOM];
        random.fill(&mut bytes);
        Self { millis: u64::try_from(at.timestamp_millis()).unwrap_or(0), random: bytes }
    }

    /// `kind` and the UUID v7 of this index, whose time is that of acceptance.
    fn id(&self, kind: &str, index: usize) -> String {
        let mut bytes = [0; RANDOM];
        bytes.copy_from_slice(&self.random[index * RANDOM..(index + 1) * RANDOM]);
        let uuid = Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid();
        let mut text = [0; Hyphenated::LENGTH];
        let text = uuid.hyphenated().encode_lower(&mut text);
        [kind, text].concat()
    }
}

fn text_bytes(draft: &Draft) -> usize {
    draft.cells().into_iter().flatten().map(Cell::text_len).sum()
}
