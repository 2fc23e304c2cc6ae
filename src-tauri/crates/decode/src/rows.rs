//! Events as columns: what the decoder hands over of one file, and what a segment is made of.
//!
//! Everything here has been checked. What is long and different in every row, ids and values, lies
//! packed in bytes; what repeats is a code into a list of words.

mod decoder_protocol;
mod dictionary_column;
mod row_codec;

pub use dictionary_column::DictionaryColumn;
pub use row_codec::{
    HEAD_COLUMNS, RowHead, Values, decode_head, decode_values, encode_head, encode_values,
    encoded_id_hash, event_bytes, id_hash, log_position,
};
pub(crate) use row_codec::{decode_number, take};

use event::{Action, Cell, Cells, Column, DIMENSIONS, EVENT_COLUMNS, Event};

/// The rows of one file that can be trusted, column by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DecodedRows {
    /// Rows in the file, good and bad.
    pub in_file: u64,
    /// The bad ones: the row from 0, and what is wrong with it.
    pub bad: Vec<(u64, String)>,
    /// Each row's number in the file.
    pub number: Vec<u32>,
    /// Nanoseconds since 1970.
    pub time: Vec<i64>,
    /// In the order of [`DIMENSIONS`].
    pub terms: [DictionaryColumn; DIMENSIONS.len()],
    pub entity_id: DictionaryColumn,
    /// Updates that changed nothing.
    pub no_op: Vec<u8>,
    /// Id and what only some events have: see [`encode_head`].
    pub head: BinaryColumn,
    /// Old and new value: see [`encode_values`].
    pub values: BinaryColumn,
}

/// Many short runs of bytes, one after the other.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct BinaryColumn {
    pub bytes: Vec<u8>,
    /// Where each ends.
    pub ends: Vec<u64>,
}

impl BinaryColumn {
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

impl DecodedRows {
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
            rows.add(number, &event.cells(), None, None);
        }
        rows
    }

    /// Adds the row `number` of a file. `extra` and `about_row` are what it has in other columns:
    /// see [`RowHead`].
    pub fn add(
        &mut self,
        number: u32,
        cells: &Cells<'_>,
        extra: Option<&str>,
        about_row: Option<&str>,
    ) {
        let text = |column: Column| cells[column.index()].text();
        self.number.push(number);
        self.time.push(cells[Column::Timestamp.index()].nanos().unwrap_or_default());
        for (codes, column) in self.terms.iter_mut().zip(DIMENSIONS) {
            codes.push(text(column));
        }
        self.entity_id.push(Some(text(Column::EntityId).unwrap_or_default()));
        let values = Values { old: text(Column::OldValue), new: text(Column::NewValue) };
        let is_update = text(Column::Action) == Some(Action::Update.as_str());
        self.no_op.push(u8::from(is_update && values.old == values.new));
        let head = RowHead {
            id: text(Column::EventId).unwrap_or_default(),
            cells: HEAD_COLUMNS.map(|column| cells[column.index()]),
            extra,
            about_row,
        };
        encode_head(&head, &mut self.head.bytes);
        self.head.end();
        encode_values(values, &mut self.values.bytes);
        self.values.end();
    }
}

/// The cells of a row from what it is kept as: the reverse of [`DecodedRows::add`]. The terms are in the
/// order of [`DIMENSIONS`].
pub fn cells<'a>(
    time: i64,
    terms: [Option<&'a str>; DIMENSIONS.len()],
    entity_id: &'a str,
    head: &RowHead<'a>,
    values: Values<'a>,
) -> Cells<'a> {
    let mut cells = [Cell::Null; EVENT_COLUMNS.len()];
    for (column, term) in DIMENSIONS.into_iter().zip(terms) {
        cells[column.index()] = term.into();
    }
    for (column, cell) in HEAD_COLUMNS.into_iter().zip(head.cells) {
        cells[column.index()] = cell;
    }
    cells[Column::EventId.index()] = Cell::Text(head.id);
    cells[Column::Timestamp.index()] = Cell::Instant(time);
    cells[Column::EntityId.index()] = Cell::Text(entity_id);
    cells[Column::OldValue.index()] = values.old.into();
    cells[Column::NewValue.index()] = values.new.into();
    cells
}
