//! What is different in every row, as few bytes.

use event::{Cell, Column, DIMENSIONS, EVENT_COLUMNS, Kind};
use xxhash_rust::xxh3::xxh3_64;

/// What lies elsewhere than in the head's cells, beside the dimensions.
const ELSEWHERE: [Column; 5] =
    [Column::EventId, Column::Timestamp, Column::EntityId, Column::OldValue, Column::NewValue];

/// The columns that a head has cells of, in the order of the table.
pub const HEAD_COLUMNS: [Column; EVENT_COLUMNS.len() - ELSEWHERE.len() - DIMENSIONS.len()] =
    head_columns();

const fn head_columns<const N: usize>() -> [Column; N] {
    let mut columns = [EVENT_COLUMNS[0]; N];
    let (mut at, mut found) = (0, 0);
    while at < EVENT_COLUMNS.len() {
        if EVENT_COLUMNS[at].dimension().is_none() && !is_elsewhere(EVENT_COLUMNS[at]) {
            columns[found] = EVENT_COLUMNS[at];
            found += 1;
        }
        at += 1;
    }
    columns
}

const fn is_elsewhere(column: Column) -> bool {
    let mut at = 0;
    while at < ELSEWHERE.len() {
        if ELSEWHERE[at].index() == column.index() {
            return true;
        }
        at += 1;
    }
    false
}

/// An event's id, and what only some events have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowHead<'a> {
    pub id: &'a str,
    /// In the order of [`HEAD_COLUMNS`].
    pub cells: [Cell<'a>; HEAD_COLUMNS.len()],
    /// Columns nobody here knows: a JSON object of texts.
    pub extra: Option<&'a str>,
    /// Columns that say something about the row and nothing about its event: a JSON object of
    /// texts.
    pub about_row: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values<'a> {
    pub old: Option<&'a str>,
    pub new: Option<&'a str>,
}

/// How an id is kept: sixteen bytes where it is a UUID in its usual form.
const TEXT: u8 = 0;
const UUID: u8 = 1;
const PREFIXED_UUID: u8 = 2;
const PREFIX: &str = "evt-";

/// What an index of ids goes by. Different ids may share it.
pub fn id_hash(id: &str) -> u32 {
    let mut packed = Vec::with_capacity(id.len() + 4);
    encode_id(id, &mut packed);
    hash(&packed)
}

/// [`id_hash`] of the id in a packed head; `None` if these are not the bytes of a head.
pub fn encoded_id_hash(head: &[u8]) -> Option<u32> {
    let mut rest = head;
    skip_id(&mut rest)?;
    Some(hash(&head[..head.len() - rest.len()]))
}

fn hash(packed: &[u8]) -> u32 {
    (xxh3_64(packed) >> 32) as u32
}

/// When, in which log and where in it a packed head says that the event was accepted; `None` for
/// an event that is not Daybook's own.
pub fn log_position(head: &[u8]) -> Option<(i64, &str, u64)> {
    let mut rest = head;
    skip_id(&mut rest)?;
    let present = decode_number(&mut rest)?;
    if present & LOG != LOG {
        return None;
    }
    let (mut recorded_at, mut writer, mut seq) = (None, None, None);
    for (bit, column) in HEAD_COLUMNS.into_iter().enumerate() {
        match (column, decode_cell(column.kind(), present & 1 << bit != 0, &mut rest)?) {
            (Column::RecordedAt, Cell::Instant(nanos)) => recorded_at = Some(nanos),
            (Column::Writer, Cell::Text(text)) => writer = Some(text),
            (Column::Seq, Cell::Number(number)) => seq = Some(number),
            _ => {}
        }
        if let (Some(recorded_at), Some(writer), Some(seq)) = (recorded_at, writer, seq) {
            return Some((recorded_at, writer, seq));
        }
    }
    None
}

/// What a packed head says of its event: the packed id, what is present, and the cells. Rows with
/// equal ones say the same; what is about the row is no part of it.
pub fn event_bytes(head: &[u8]) -> Option<(&[u8], u64, &[u8])> {
    let mut rest = head;
    skip_id(&mut rest)?;
    let id = &head[..head.len() - rest.len()];
    let present = decode_number(&mut rest)?;
    if present & ABOUT_ROW == 0 {
        return Some((id, present, rest));
    }
    let cells = rest;
    for (bit, column) in HEAD_COLUMNS.into_iter().enumerate() {
        decode_cell(column.kind(), present & 1 << bit != 0, &mut rest)?;
    }
    decode_cell(Kind::Text, present & EXTRA != 0, &mut rest)?;
    Some((id, present & !ABOUT_ROW, &cells[..cells.len() - rest.len()]))
}

/// The bits of the cells that place an event in its log. Sorting asks for them, so an event that
/// has not all of them is told by one look.
const LOG: u64 = bit(Column::RecordedAt) | bit(Column::Writer) | bit(Column::Seq);

/// The bit of a column of [`HEAD_COLUMNS`].
const fn bit(column: Column) -> u64 {
    let mut at = 0;
    while HEAD_COLUMNS[at].index() != column.index() {
        at += 1;
    }
    1 << at
}

/// Bits of what a head has beside its cells, which have those before them.
const EXTRA: u64 = 1 << HEAD_COLUMNS.len();
const ABOUT_ROW: u64 = EXTRA << 1;

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

/// `None` if these are not the bytes of a head.
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
        Kind::Instant => Cell::Instant(i64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        Kind::Number => Cell::Number(decode_number(rest)?),
    })
}

pub fn encode_values(values: Values<'_>, into: &mut Vec<u8>) {
    let both = [values.old, values.new];
    // Null is told from empty: lengths are one more than they are.
    for value in both {
        encode_number(value.map_or(0, |value| value.len() as u64 + 1), into);
    }
    both.iter().flatten().for_each(|v| into.extend(v.as_bytes()));
}

/// `None` if these are not the bytes of two values.
pub fn decode_values(bytes: &[u8]) -> Option<Values<'_>> {
    let mut rest = bytes;
    let lengths = [decode_number(&mut rest)?, decode_number(&mut rest)?];
    let mut value = |length: u64| match usize::try_from(length).ok()?.checked_sub(1) {
        None => Some(None),
        Some(length) => std::str::from_utf8(take(&mut rest, length)?).ok().map(Some),
    };
    Some(Values { old: value(lengths[0])?, new: value(lengths[1])? })
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
    let kind = take(rest, 1)?[0];
    id.clear();
    match kind {
        TEXT => id.push_str(decode_text(rest)?),
        UUID | PREFIXED_UUID => {
            if kind == PREFIXED_UUID {
                id.push_str(PREFIX);
            }
            write_uuid(take(rest, 16)?, id);
        }
        _ => return None,
    }
    Some(())
}

fn skip_id(rest: &mut &[u8]) -> Option<()> {
    match take(rest, 1)?[0] {
        TEXT => decode_text(rest).map(drop),
        _ => take(rest, 16).map(drop),
    }
}

/// Where a UUID's hyphens are.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// A UUID in its usual form: lower case, with hyphens. Any other text could not be given back as
/// it was.
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

/// Seven bits a byte, lowest first.
pub(super) fn encode_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

pub(crate) fn decode_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

pub(super) fn encode_text(text: &str, into: &mut Vec<u8>) {
    encode_number(text.len() as u64, into);
    into.extend(text.as_bytes());
}

pub(super) fn decode_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(decode_number(rest)?).ok()?;
    std::str::from_utf8(take(rest, length)?).ok()
}

pub(crate) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
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
            encode_head(&RowHead { about_row: None, ..head }, &mut plain);
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
