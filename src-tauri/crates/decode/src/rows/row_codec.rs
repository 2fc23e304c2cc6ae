//! Row codec: what differs in every row, as few bytes. A row has a head (the event's id and what
//! only some events have) and its two values.

use event::{Cell, Column, DIMENSIONS, EVENT_COLUMNS, Kind};
use xxhash_rust::xxh3::xxh3_64;

/// Columns that are stored elsewhere than in the head's cells, beside the dimensions.
const STORED_ELSEWHERE: [Column; 5] =
    [Column::EventId, Column::Timestamp, Column::EntityId, Column::OldValue, Column::NewValue];

/// Columns of a head's cells, in the order of [`EVENT_COLUMNS`].
pub const HEAD_COLUMNS: [Column; EVENT_COLUMNS.len() - STORED_ELSEWHERE.len() - DIMENSIONS.len()] =
    head_columns();

const fn head_columns<const N: usize>() -> [Column; N] {
    let mut columns = [EVENT_COLUMNS[0]; N];
    let (mut at, mut found) = (0, 0);
    while at < EVENT_COLUMNS.len() {
        if EVENT_COLUMNS[at].dimension().is_none() && !is_stored_elsewhere(EVENT_COLUMNS[at]) {
            columns[found] = EVENT_COLUMNS[at];
            found += 1;
        }
        at += 1;
    }
    columns
}

const fn is_stored_elsewhere(column: Column) -> bool {
    let mut at = 0;
    while at < STORED_ELSEWHERE.len() {
        if STORED_ELSEWHERE[at].index() == column.index() {
            return true;
        }
        at += 1;
    }
    false
}

/// The head of a row: the event's id, and what only some events have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowHead<'a> {
    /// Id of the event.
    pub id: &'a str,
    /// Cells, in the order of [`HEAD_COLUMNS`].
    pub cells: [Cell<'a>; HEAD_COLUMNS.len()],
    /// Extra columns, which are none of a journal's, as a JSON object of texts; `None` if the row
    /// has none.
    pub extra: Option<&'a str>,
    /// Columns of a journal that describe the row and not its event, as a JSON object of texts;
    /// `None` if the row has none.
    pub about_row: Option<&'a str>,
}

/// The old and the new value of an event. `None` is null, and distinct from empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values<'a> {
    /// Old value.
    pub old: Option<&'a str>,
    /// New value.
    pub new: Option<&'a str>,
}

// Kinds of an encoded id, its first byte: as text, or as the sixteen bytes of a UUID, without or
// with the prefix.
const TEXT: u8 = 0;
const UUID: u8 = 1;
const PREFIXED_UUID: u8 = 2;
const PREFIX: &str = "evt-";

/// 32-bit key of an id index. Different ids may share it.
pub fn id_hash(id: &str) -> u32 {
    let mut encoded = Vec::with_capacity(id.len() + 4);
    encode_id(id, &mut encoded);
    hash(&encoded)
}

/// [`id_hash`] of the id in an encoded head; `None` if the bytes do not begin with an id.
pub fn encoded_id_hash(head: &[u8]) -> Option<u32> {
    let mut rest = head;
    skip_id(&mut rest)?;
    Some(hash(&head[..head.len() - rest.len()]))
}

fn hash(encoded: &[u8]) -> u32 {
    (xxh3_64(encoded) >> 32) as u32
}

/// Log position in an encoded head: when the event was accepted (nanoseconds since 1970), its
/// writer, and its number in the writer's log. `None` if the event lacks one of them, as in legacy
/// files, or if the bytes are not those of a head.
pub fn log_position(head: &[u8]) -> Option<(i64, &str, u64)> {
    let (recorded_at, writer, seq) = log_cells(head, NUMBER_BITS | bit(Column::RecordedAt))?;
    Some((recorded_at?, writer, seq))
}

/// Writer of the event in an encoded head, and its number in the writer's log. `None` if the event
/// lacks one of them, or if the bytes are not those of a head.
pub fn log_number(head: &[u8]) -> Option<(&str, u64)> {
    log_cells(head, NUMBER_BITS).map(|(_, writer, seq)| (writer, seq))
}

/// Cells of the log position in an encoded head; `None` if it lacks one that `needed` has the bit of.
fn log_cells(head: &[u8], needed: u64) -> Option<(Option<i64>, &str, u64)> {
    let mut rest = head;
    skip_id(&mut rest)?;
    let present = decode_number(&mut rest)?;
    if present & needed != needed {
        return None;
    }
    let (mut recorded_at, mut writer) = (None, None);
    for (bit, column) in HEAD_COLUMNS.into_iter().enumerate() {
        match (column, decode_cell(column.kind(), present & 1 << bit != 0, &mut rest)?) {
            (Column::RecordedAt, Cell::Instant(nanos)) => recorded_at = Some(nanos),
            (Column::Writer, Cell::Text(text)) => writer = Some(text),
            // The other two come before it.
            (Column::Seq, Cell::Number(number)) => return Some((recorded_at, writer?, number)),
            _ => {}
        }
    }
    None
}

/// Cells of an encoded head that events are filtered by: when it was recorded (nanoseconds since 1970),
/// and reason, batch and writer. `None` if the bytes are not those of a head.
pub fn coded_cells(head: &[u8]) -> Option<(Option<i64>, [Option<&str>; 3])> {
    let mut rest = head;
    skip_id(&mut rest)?;
    let present = decode_number(&mut rest)?;
    let (mut recorded_at, mut texts) = (None, [None; 3]);
    if present == 0 {
        return Some((recorded_at, texts));
    }
    for (bit, column) in HEAD_COLUMNS.into_iter().enumerate() {
        match (column, decode_cell(column.kind(), present & 1 << bit != 0, &mut rest)?) {
            (Column::RecordedAt, Cell::Instant(nanos)) => recorded_at = Some(nanos),
            (Column::Reason, cell) => texts[0] = cell.text(),
            (Column::Batch, cell) => texts[1] = cell.text(),
            (Column::Writer, cell) => texts[2] = cell.text(),
            _ => {}
        }
    }
    Some((recorded_at, texts))
}

/// The part of an encoded head that describes the event: the encoded id, the presence bits, and the
/// cells. Two rows record the same event if these, their values, times and dictionary values are
/// equal, whatever other columns they have. `None` if the bytes are not those of a head.
pub fn event_bytes(head: &[u8]) -> Option<(&[u8], u64, &[u8])> {
    let mut rest = head;
    skip_id(&mut rest)?;
    let id = &head[..head.len() - rest.len()];
    let present = decode_number(&mut rest)?;
    let others = EXTRA | ABOUT_ROW;
    if present & others == 0 {
        return Some((id, present, rest));
    }
    let cells = rest;
    for (bit, column) in HEAD_COLUMNS.into_iter().enumerate() {
        decode_cell(column.kind(), present & 1 << bit != 0, &mut rest)?;
    }
    Some((id, present & !others, &cells[..cells.len() - rest.len()]))
}

/// Presence bits of writer and number. Sorting needs them often: one comparison rules out an event
/// that lacks any.
const NUMBER_BITS: u64 = bit(Column::Writer) | bit(Column::Seq);

/// Presence bit of a column of [`HEAD_COLUMNS`].
const fn bit(column: Column) -> u64 {
    let mut at = 0;
    while HEAD_COLUMNS[at].index() != column.index() {
        at += 1;
    }
    1 << at
}

// Presence bits of what a head has beside its cells, whose bits come before.
const EXTRA: u64 = 1 << HEAD_COLUMNS.len();
const ABOUT_ROW: u64 = EXTRA << 1;

/// Encodes a head, and appends it to `into`: the id, the presence bits, and what is present. An id that
/// is a UUID in lower case, also after `evt-`, takes 17 bytes, and the bits one if nothing is present.
///
/// ```
/// use decode::{HEAD_COLUMNS, RowHead, decode_head, encode_head};
/// use event::{Cell, Column};
///
/// let mut head = RowHead { id: "evt-018e0f62-9b5a-7000-8000-00000000002a", ..RowHead::default() };
/// let mut bytes = Vec::new();
/// encode_head(&head, &mut bytes);
/// assert_eq!(bytes.len(), 18);
///
/// let seq = HEAD_COLUMNS.iter().position(|column| *column == Column::Seq).unwrap();
/// head.cells[seq] = Cell::Number(7);
/// head.extra = Some(r#"{"shard":"3"}"#);
/// bytes.clear();
/// encode_head(&head, &mut bytes);
/// let mut id = String::new();
/// assert_eq!(decode_head(&bytes, &mut id), Some(head));
/// ```
pub fn encode_head(head: &RowHead<'_>, into: &mut Vec<u8>) {
    encode_id(head.id, into);
    let mut present = 0;
    for (bit, cell) in head.cells.iter().enumerate() {
        present |= u64::from(*cell != Cell::Null) << bit;
    }
    present |= if head.extra.is_some() { EXTRA } else { 0 };
    present |= if head.about_row.is_some() { ABOUT_ROW } else { 0 };
    encode_number(present, into);
    for cell in head.cells {
        match cell {
            Cell::Null => {}
            Cell::Text(text) => encode_text(text, into),
            Cell::Instant(nanos) => into.extend(nanos.to_le_bytes()),
            Cell::Number(number) => encode_number(number, into),
        }
    }
    [head.extra, head.about_row].iter().flatten().for_each(|text| encode_text(text, into));
}

/// Decodes a head from the start of `bytes`, and ignores what follows it. The id is written to
/// `id`, whose text is replaced. `None` if the bytes are not those of a head; any bytes are safe.
///
/// ```
/// use decode::{RowHead, decode_head, encode_head};
///
/// let head = RowHead { id: "legacy 42", about_row: Some("{}"), ..RowHead::default() };
/// let mut bytes = Vec::new();
/// encode_head(&head, &mut bytes);
///
/// let mut id = String::new();
/// assert_eq!(decode_head(&bytes, &mut id), Some(head));
/// assert_eq!(decode_head(&bytes[..bytes.len() - 1], &mut id), None);
/// ```
pub fn decode_head<'a>(bytes: &'a [u8], id: &'a mut String) -> Option<RowHead<'a>> {
    let mut rest = bytes;
    decode_id(&mut rest, id)?;
    let present = decode_number(&mut rest)?;
    let mut head = RowHead { id, ..RowHead::default() };
    for (bit, cell) in head.cells.iter_mut().enumerate() {
        *cell = decode_cell(HEAD_COLUMNS[bit].kind(), present & 1 << bit != 0, &mut rest)?;
    }
    head.extra = decode_cell(Kind::Text, present & EXTRA != 0, &mut rest)?.text();
    head.about_row = decode_cell(Kind::Text, present & ABOUT_ROW != 0, &mut rest)?.text();
    Some(head)
}

fn decode_cell<'a>(kind: Kind, is_present: bool, rest: &mut &'a [u8]) -> Option<Cell<'a>> {
    if !is_present {
        return Some(Cell::Null);
    }
    Some(match kind {
        Kind::Text => Cell::Text(decode_text(rest)?),
        Kind::Instant => Cell::Instant(i64::from_le_bytes(take_bytes(rest, 8)?.try_into().ok()?)),
        Kind::Number => Cell::Number(decode_number(rest)?),
    })
}

/// Encodes two values, and appends them to `into`: both lengths, then both texts.
pub fn encode_values(values: Values<'_>, into: &mut Vec<u8>) {
    let both = [values.old, values.new];
    // A length is stored plus one, and 0 is null, so that null differs from empty.
    for value in both {
        encode_number(value.map_or(0, |value| value.len() as u64 + 1), into);
    }
    both.iter().flatten().for_each(|v| into.extend(v.as_bytes()));
}

/// Decodes two values from the start of `bytes`, and ignores what follows them. `None` if the bytes
/// are not those of values; any bytes are safe.
pub fn decode_values(bytes: &[u8]) -> Option<Values<'_>> {
    let mut rest = bytes;
    let lengths = [decode_number(&mut rest)?, decode_number(&mut rest)?];
    let mut value = |length: u64| match usize::try_from(length).ok()?.checked_sub(1) {
        None => Some(None),
        Some(length) => std::str::from_utf8(take_bytes(&mut rest, length)?).ok().map(Some),
    };
    Some(Values { old: value(lengths[0])?, new: value(lengths[1])? })
}

/// Whether two values, encoded at the start of `bytes`, are the same. `None` if the bytes are not those
/// of values; any bytes are safe.
pub fn values_are_equal(bytes: &[u8]) -> Option<bool> {
    let mut rest = bytes;
    let [old, new] = [decode_number(&mut rest)?, decode_number(&mut rest)?];
    let length = usize::try_from(old).ok()?.saturating_sub(1);
    Some(old == new && take_bytes(&mut rest, length)? == take_bytes(&mut rest, length)?)
}

fn encode_id(id: &str, into: &mut Vec<u8>) {
    let (kind, uuid) = match id.strip_prefix(PREFIX) {
        Some(rest) => (PREFIXED_UUID, rest),
        None => (UUID, id),
    };
    if let Some(uuid) = parse_uuid(uuid) {
        into.push(kind);
        into.extend(uuid);
    } else {
        into.push(TEXT);
        encode_text(id, into);
    }
}

fn decode_id(rest: &mut &[u8], id: &mut String) -> Option<()> {
    let kind = take_bytes(rest, 1)?[0];
    id.clear();
    match kind {
        TEXT => id.push_str(decode_text(rest)?),
        UUID | PREFIXED_UUID => {
            if kind == PREFIXED_UUID {
                id.push_str(PREFIX);
            }
            write_uuid(take_bytes(rest, 16)?, id);
        }
        _ => return None,
    }
    Some(())
}

/// Skips an encoded id. A kind that is unknown is skipped as a UUID; [`decode_id`] refuses it.
fn skip_id(rest: &mut &[u8]) -> Option<()> {
    match take_bytes(rest, 1)?[0] {
        TEXT => decode_text(rest).map(drop),
        _ => take_bytes(rest, 16).map(drop),
    }
}

/// Positions of the hyphens of a UUID.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The bytes of a UUID in lower case, with hyphens. Any other spelling stays text, because decoding
/// could not restore it.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 36 || HYPHENS.iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let digit = |at: usize| match text[at] {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut uuid = [0; 16];
    let mut at = 0;
    for byte in &mut uuid {
        if text[at] == b'-' {
            at += 1;
        }
        *byte = digit(at)? << 4 | digit(at + 1)?;
        at += 2;
    }
    Some(uuid)
}

fn write_uuid(uuid: &[u8], into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (index, byte) in uuid.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            into.push('-');
        }
        into.push(char::from(DIGITS[usize::from(byte >> 4)]));
        into.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// Appends a number as a varint: seven bits a byte, lowest first.
pub(super) fn encode_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

/// Decodes a varint, and moves `rest` behind it.
pub(crate) fn decode_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_bytes(rest, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Appends a text: its length as a varint, then its bytes.
pub(super) fn encode_text(text: &str, into: &mut Vec<u8>) {
    encode_number(text.len() as u64, into);
    into.extend(text.as_bytes());
}

/// Decodes a text, and moves `rest` behind it.
pub(super) fn decode_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(decode_number(rest)?).ok()?;
    std::str::from_utf8(take_bytes(rest, length)?).ok()
}

/// The first `length` bytes of `rest`, which is moved behind them; `None` if it is shorter.
pub(crate) fn take_bytes<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(prop_oneof![
            "",
            ".{0,40}",
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
        ])
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            id in prop_oneof![".{0,40}", "(evt-)?[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"],
            numbers in proptest::array::uniform::<_, { HEAD_COLUMNS.len() }>(any::<i64>()),
            texts in proptest::array::uniform::<_, { HEAD_COLUMNS.len() }>(text()),
            extra in text(), about_row in text(), old in text(), new in text(),
        ) {
            let cell = |at: usize| match (HEAD_COLUMNS[at].kind(), &texts[at]) {
                (_, None) => Cell::Null,
                (Kind::Text, Some(text)) => Cell::Text(text),
                (Kind::Instant, _) => Cell::Instant(numbers[at]),
                (Kind::Number, _) => Cell::Number(numbers[at].cast_unsigned()),
            };
            let cells = std::array::from_fn(cell);
            let (extra, about_row) = (extra.as_deref(), about_row.as_deref());
            let head = RowHead { id: &id, cells, extra, about_row };
            let values = Values { old: old.as_deref(), new: new.as_deref() };
            let (mut bytes, mut id) = (Vec::new(), String::new());
            encode_head(&head, &mut bytes);
            prop_assert_eq!(decode_head(&bytes, &mut id), Some(head.clone()));
            let mut plain = Vec::new();
            encode_head(&RowHead { extra: None, about_row: None, ..head }, &mut plain);
            prop_assert_eq!(event_bytes(&bytes), event_bytes(&plain));
            bytes.clear();
            encode_values(values, &mut bytes);
            prop_assert_eq!(decode_values(&bytes), Some(values));
        }

        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes: Vec<u8>) {
            let _ = decode_head(&bytes, &mut String::new());
            let _ = (event_bytes(&bytes), log_position(&bytes));
            let _ = decode_values(&bytes);
        }
    }
}
