//! Rows: the events of one file, column by column. The decoder hands them over, and segments of the
//! catalog are built from them.
//!
//! A row that [`DecodedRows::add`] adds from a file has passed the checks of `file`. Values that
//! repeat are dictionary codes, see `dictionary_column`; what differs in every row, ids and values,
//! is encoded as bytes, see `row_codec`; and `decoder_protocol` encodes all rows of a file as the
//! bytes that cross between the two processes.

mod decoder_protocol;
mod dictionary_column;
mod row_codec;

pub use dictionary_column::DictionaryColumn;
pub use row_codec::{
    HEAD_COLUMNS, RowHead, Values, coded_cells, decode_head, decode_values, encode_head,
    encode_values, encoded_id_hash, event_bytes, id_hash, log_number, log_position,
    values_are_equal,
};
pub(crate) use row_codec::{decode_number, take_bytes};

use event::{Action, Cell, Cells, Column, DIMENSIONS, EVENT_COLUMNS, Event};

/// Decoded rows of one file, column by column. All columns have one length: the number of good
/// rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DecodedRows {
    /// Number of rows in the file, good and bad.
    pub in_file: u64,
    /// Bad rows, which no column has: the row from 0, and a clause about what is wrong with it.
    pub bad: Vec<(u64, String)>,
    /// What is wrong with the file beside its rows, as a clause: columns outside of the table that cannot
    /// be read.
    pub problem: Option<String>,
    /// Number of each row in the file, from 0.
    pub number: Vec<u32>,
    /// Timestamp of each event, in nanoseconds since 1970.
    pub time: Vec<i64>,
    /// Dimensions, in the order of [`DIMENSIONS`].
    pub terms: [DictionaryColumn; DIMENSIONS.len()],
    /// Id of each event's record.
    pub entity_id: DictionaryColumn,
    /// No-ops: 1 for an update whose old value equals its new one, else 0.
    pub no_op: Vec<u8>,
    /// Encoded heads: see [`encode_head`].
    pub head: BinaryColumn,
    /// Encoded old and new values: see [`encode_values`].
    pub values: BinaryColumn,
}

/// A binary column: one byte string for each row, all in one buffer.
///
/// The ends never decrease, and the last one is the length of the buffer. A row is written by
/// appending to the buffer, then calling [`BinaryColumn::end`].
///
/// ```
/// use decode::BinaryColumn;
///
/// let mut column = BinaryColumn::default();
/// column.bytes.extend(b"first");
/// column.end();
/// column.end();
/// column.bytes.extend(b"third");
/// column.end();
/// assert_eq!(column.ends, [5, 5, 10]);
/// assert_eq!([column.get(0), column.get(1), column.get(2)], [&b"first"[..], b"", b"third"]);
/// ```
#[derive(Debug, Default, PartialEq, Eq)]
pub struct BinaryColumn {
    /// Buffer with the bytes of all rows, one after the other.
    pub bytes: Vec<u8>,
    /// End offset of each row in the buffer.
    pub ends: Vec<u64>,
}

impl BinaryColumn {
    /// The bytes of the row at `index`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[span(start)..span(self.ends[index])]
    }

    /// Ends a row: its bytes are those appended to the buffer since the last end.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len() as u64);
    }
}

/// An offset as an index; one that does not fit is out of bounds.
fn span(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl DecodedRows {
    /// The number of good rows.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there are no good rows.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// The approximate size in memory, in bytes: heads, values, and 64 bytes for each row. The
    /// values of the dictionary columns are not counted.
    pub fn size(&self) -> usize {
        const FIXED: usize = 64;
        self.head.bytes.len() + self.values.bytes.len() + FIXED * self.len()
    }

    /// Rows of events that lie in no file, numbered from 0.
    pub fn of(events: &[Event]) -> Self {
        let mut rows = Self { in_file: events.len() as u64, ..Self::default() };
        for (number, event) in (0..).zip(events) {
            rows.add(number, &event.cells(), None, None);
        }
        rows
    }

    /// Adds the row `number` of a file. `extra` and `about_row` are its other columns: see
    /// [`RowHead`]. Cells are not checked: a required one that is null becomes 0 or empty.
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

/// The cells of a row from its decoded parts: the reverse of [`DecodedRows::add`]. `time` is in
/// nanoseconds since 1970, and `terms` are in the order of [`DIMENSIONS`].
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
