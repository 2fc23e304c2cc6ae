//! What is different in every row, as few bytes.

use xxhash_rust::xxh3::xxh3_64;

/// An event's id, and what only some events have. Instants are nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head<'a> {
    pub id: &'a str,
    pub recorded_at: Option<i64>,
    pub writer: Option<&'a str>,
    pub seq: Option<u64>,
    pub corrects: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub batch: Option<&'a str>,
    /// Columns nobody here knows: a JSON object of texts.
    pub extra: Option<&'a str>,
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
    pack_id(id, &mut packed);
    hash(&packed)
}

/// [`id_hash`] of the id in a packed head; `None` if these are not the bytes of a head.
pub fn packed_id_hash(head: &[u8]) -> Option<u32> {
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
    let all = RECORDED_AT | SEQ | 1;
    if take(&mut rest, 1)?[0] & all != all {
        return None;
    }
    let recorded_at = i64::from_le_bytes(take(&mut rest, 8)?.try_into().ok()?);
    let seq = unpack_number(&mut rest)?;
    Some((recorded_at, unpack_text(&mut rest)?, seq))
}

/// Bits of what a head has beside five texts, of which the first is the writer.
const RECORDED_AT: u8 = 1 << 5;
const SEQ: u8 = 1 << 6;

pub fn pack_head(head: &Head<'_>, into: &mut Vec<u8>) {
    pack_id(head.id, into);
    let texts = [head.writer, head.corrects, head.reason, head.batch, head.extra];
    let present = texts.iter().enumerate().map(|(bit, text)| u8::from(text.is_some()) << bit);
    let recorded_at = if head.recorded_at.is_some() { RECORDED_AT } else { 0 };
    let seq = if head.seq.is_some() { SEQ } else { 0 };
    into.push(present.sum::<u8>() | recorded_at | seq);
    into.extend(head.recorded_at.iter().flat_map(|time| time.to_le_bytes()));
    head.seq.iter().for_each(|&seq| pack_number(seq, into));
    texts.iter().flatten().for_each(|text| pack_text(text, into));
}

/// `None` if these are not the bytes of a head.
pub fn unpack_head<'a>(bytes: &'a [u8], id: &'a mut String) -> Option<Head<'a>> {
    let mut rest = bytes;
    unpack_id(&mut rest, id)?;
    let present = take(&mut rest, 1)?[0];
    let recorded_at = if present & RECORDED_AT != 0 {
        Some(i64::from_le_bytes(take(&mut rest, 8)?.try_into().ok()?))
    } else {
        None
    };
    let seq = if present & SEQ != 0 { Some(unpack_number(&mut rest)?) } else { None };
    let mut text = |bit: u8| match present & (1 << bit) {
        0 => Some(None),
        _ => unpack_text(&mut rest).map(Some),
    };
    Some(Head {
        recorded_at,
        seq,
        writer: text(0)?,
        corrects: text(1)?,
        reason: text(2)?,
        batch: text(3)?,
        extra: text(4)?,
        id,
    })
}

pub fn pack_values(values: Values<'_>, into: &mut Vec<u8>) {
    let both = [values.old, values.new];
    // Null is told from empty: lengths are one more than they are.
    for value in both {
        pack_number(value.map_or(0, |value| value.len() as u64 + 1), into);
    }
    both.iter().flatten().for_each(|v| into.extend(v.as_bytes()));
}

/// `None` if these are not the bytes of two values.
pub fn unpack_values(bytes: &[u8]) -> Option<Values<'_>> {
    let mut rest = bytes;
    let lengths = [unpack_number(&mut rest)?, unpack_number(&mut rest)?];
    let mut value = |length: u64| match usize::try_from(length).ok()?.checked_sub(1) {
        None => Some(None),
        Some(length) => std::str::from_utf8(take(&mut rest, length)?).ok().map(Some),
    };
    Some(Values { old: value(lengths[0])?, new: value(lengths[1])? })
}

fn pack_id(id: &str, into: &mut Vec<u8>) {
    let (kind, uuid) = match id.strip_prefix(PREFIX) {
        Some(rest) => (PREFIXED_UUID, rest),
        None => (UUID, id),
    };
    if let Some(uuid) = parse_uuid(uuid) {
        into.push(kind);
        into.extend(uuid);
    } else {
        into.push(TEXT);
        pack_text(id, into);
    }
}

fn unpack_id(rest: &mut &[u8], id: &mut String) -> Option<()> {
    let kind = take(rest, 1)?[0];
    id.clear();
    match kind {
        TEXT => id.push_str(unpack_text(rest)?),
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
        TEXT => unpack_text(rest).map(drop),
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
pub(super) fn pack_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

pub(crate) fn unpack_number(rest: &mut &[u8]) -> Option<u64> {
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

pub(super) fn pack_text(text: &str, into: &mut Vec<u8>) {
    pack_number(text.len() as u64, into);
    into.extend(text.as_bytes());
}

pub(super) fn unpack_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(unpack_number(rest)?).ok()?;
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
            numbers: (Option<i64>, Option<u64>),
            texts in (text(), text(), text(), text(), text()), old in text(), new in text(),
        ) {
            let head = Head {
                id: &id,
                recorded_at: numbers.0,
                writer: texts.0.as_deref(),
                seq: numbers.1,
                corrects: texts.1.as_deref(),
                reason: texts.2.as_deref(),
                batch: texts.3.as_deref(),
                extra: texts.4.as_deref(),
            };
            let values = Values { old: old.as_deref(), new: new.as_deref() };
            let (mut bytes, mut id) = (Vec::new(), String::new());
            pack_head(&head, &mut bytes);
            prop_assert_eq!(unpack_head(&bytes, &mut id), Some(head));
            bytes.clear();
            pack_values(values, &mut bytes);
            prop_assert_eq!(unpack_values(&bytes), Some(values));
        }

        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes: Vec<u8>) {
            let _ = unpack_head(&bytes, &mut String::new());
            let _ = unpack_values(&bytes);
        }
    }
}
