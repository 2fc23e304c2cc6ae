//! From a draft to an event: the checks, and the columns that only the journal fills in.

use std::iter::Peekable;

use chrono::{DateTime, Utc};
use event::{Cell, Draft, DraftError, Event, format_time, parse_time};
use uuid::Builder;
use uuid::fmt::Hyphenated;

use crate::error::{Error, Rejection};
use crate::limits::{EVENT_BYTES, MAX_EVENT_TEXT, MAX_FILE_EVENTS, MAX_UNENCODED_BYTES};
use crate::random::Random;

/// The log position of the next event, and its time of acceptance.
pub(crate) struct Slot {
    /// Name of the log.
    pub writer: String,
    /// Number of the event in the log.
    pub seq: u64,
    /// Time of acceptance, to the microsecond.
    pub recorded_at: DateTime<Utc>,
}

/// Checks whether a draft may become an event. Returns its size in a file before encoding, in
/// bytes.
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

/// A batch of checked drafts, recorded whole or not at all. It goes into one file, so that no
/// reader of the bucket ever sees a part of it. It holds at most 100,000 events and 60 MiB,
/// counting the text and 128 bytes for each event.
///
/// ```
/// use event::{Action, Draft, RecordId, WHOLE_RECORD};
/// use journal::{Batch, Error};
///
/// let record = RecordId { entity_type: "candidate".into(), entity_id: "CAND-00342".into() };
/// let insert = Draft::new(record, Action::Insert, WHOLE_RECORD, "Sarah", "api");
/// let nameless = Draft { actor: String::new(), ..insert.clone() };
///
/// let mut batch = Batch::default();
/// batch.push(insert).unwrap();
/// let error = batch.push(nameless).unwrap_err();
/// assert!(matches!(error, Error::BatchEvent { index: 1, .. }));
/// ```
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) drafts: Vec<Draft>,
    /// Size in a file before encoding, in bytes.
    pub(crate) size: usize,
}

impl Batch {
    /// Adds a draft to the batch.
    ///
    /// # Errors
    /// [`Error::BatchEvent`] if the draft is rejected; the batch stays as it was.
    /// [`Error::BatchTooLarge`] if the batch no longer fits into one file; it holds the draft
    /// nevertheless, and must not be recorded.
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

    /// Takes drafts up to the first that does not fit into one file with those before it. They are
    /// checked: each fits into a file by itself.
    pub(crate) fn fill(drafts: &mut Peekable<impl Iterator<Item = (Draft, usize)>>) -> Self {
        let mut batch = Self::default();
        while let Some((draft, size)) = drafts.next_if(|(_, size)| {
            (batch.drafts.len() as u64) < MAX_FILE_EVENTS
                && batch.size + size <= MAX_UNENCODED_BYTES
        }) {
            batch.drafts.push(draft);
            batch.size += size;
        }
        batch
    }

    /// Whether the batch holds no drafts.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }
}

/// Makes events of drafts that passed [`check`], in their order, numbered from `slot` on. Several
/// share a new id in the column `batch`, but for those that bring one. Afterwards `slot` is that of the next event.
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
        batch: draft.batch.or_else(|| batch.clone()),
    };
    numbered.enumerate().map(event).collect()
}

/// Number of random bytes in an id.
const RANDOM_BYTES: usize = 10;

/// Ids of one instant. Their random bytes are drawn with one call.
struct Ids {
    millis: u64,
    random: Vec<u8>,
}

impl Ids {
    fn new(at: DateTime<Utc>, count: usize, random: &dyn Random) -> Self {
        let mut bytes = vec![0; count * RANDOM_BYTES];
        random.fill(&mut bytes);
        Self { millis: u64::try_from(at.timestamp_millis()).unwrap_or(0), random: bytes }
    }

    /// The id at `index`: `kind` as prefix, and a UUID v7 with the time of acceptance.
    fn id(&self, kind: &str, index: usize) -> String {
        let mut bytes = [0; RANDOM_BYTES];
        bytes.copy_from_slice(&self.random[index * RANDOM_BYTES..(index + 1) * RANDOM_BYTES]);
        let uuid = Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid();
        let mut text = [0; Hyphenated::LENGTH];
        let text = uuid.hyphenated().encode_lower(&mut text);
        [kind, text].concat()
    }
}

fn text_bytes(draft: &Draft) -> usize {
    draft.cells().into_iter().flatten().map(Cell::text_len).sum()
}
