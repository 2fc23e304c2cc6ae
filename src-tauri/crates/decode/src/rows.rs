//! Events as columns: what the decoder hands over of one file, and what a segment is made of.
//!
//! Everything here has been checked. What is long and different in every row, ids and values, lies
//! packed in bytes; what repeats is a code into a list of words.

mod coded;
mod packed;
mod pipe;

pub use coded::Coded;
pub use packed::{
    Head, Values, id_hash, log_position, pack_head, pack_values, packed_id_hash, unpack_head,
    unpack_values,
};
pub(crate) use packed::{take, unpack_number};

use event::Event;

/// The columns whose values repeat, in the order in which they are kept. The record's id is kept
/// apart: it has far more values.
pub const TERMS: [&str; 6] = ["entity_type", "field", "action", "actor", "source", "workspace_id"];

/// The rows of one file that can be trusted, column by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows in the file, good and bad.
    pub in_file: u64,
    /// The bad ones: the row from 0, and what is wrong with it.
    pub bad: Vec<(u64, String)>,
    /// Each row's number in the file.
    pub number: Vec<u32>,
    /// Nanoseconds since 1970.
    pub time: Vec<i64>,
    /// In the order of [`TERMS`].
    pub terms: [Coded; TERMS.len()],
    pub entity_id: Coded,
    /// Updates that changed nothing.
    pub no_op: Vec<u8>,
    /// Id and what only some events have: see [`pack_head`].
    pub head: Lines,
    /// Old and new value: see [`pack_values`].
    pub values: Lines,
}

/// Many short runs of bytes, one after the other.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    pub bytes: Vec<u8>,
    /// Where each ends.
    pub ends: Vec<u64>,
}

impl Lines {
    pub fn get(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[span(start)..span(self.ends[index])]
    }

    /// Ends the line that was written to the end of the bytes.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len() as u64);
    }
}

fn span(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Rows {
    pub fn len(&self) -> usize {
        self.time.len()
    }

    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// About how many bytes of memory they take.
    pub fn size(&self) -> usize {
        const FIXED: usize = 64;
        self.head.bytes.len() + self.values.bytes.len() + FIXED * self.len()
    }

    /// Events that lie in no file.
    pub fn of(events: &[Event]) -> Self {
        let mut rows = Self { in_file: events.len() as u64, ..Self::default() };
        for (number, event) in (0..).zip(events) {
            rows.push(number, event);
        }
        rows
    }

    fn push(&mut self, number: u32, event: &Event) {
        let terms = [
            Some(event.entity_type.as_str()),
            Some(&event.field),
            Some(event.action.as_str()),
            Some(&event.actor),
            Some(&event.source),
            event.workspace_id.as_deref(),
        ];
        let head = Head {
            id: &event.event_id,
            recorded_at: event.recorded_at.and_then(|time| time.timestamp_nanos_opt()),
            writer: event.writer.as_deref(),
            seq: event.seq,
            corrects: event.corrects.as_deref(),
            reason: event.reason.as_deref(),
            batch: event.batch.as_deref(),
            extra: None,
        };
        let values = Values { old: event.old_value.as_deref(), new: event.new_value.as_deref() };
        let time = event.timestamp.timestamp_nanos_opt().unwrap_or_default();
        self.add(number, time, terms, &event.entity_id, &head, values);
    }

    pub fn add(
        &mut self,
        number: u32,
        time: i64,
        terms: [Option<&str>; TERMS.len()],
        entity_id: &str,
        head: &Head<'_>,
        values: Values<'_>,
    ) {
        self.number.push(number);
        self.time.push(time);
        for (column, term) in self.terms.iter_mut().zip(terms) {
            column.push(term);
        }
        self.entity_id.push(Some(entity_id));
        let update = terms[2] == Some(event::Action::Update.as_str());
        self.no_op.push(u8::from(update && values.old == values.new));
        pack_head(head, &mut self.head.bytes);
        self.head.end();
        pack_values(values, &mut self.values.bytes);
        self.values.end();
    }
}
