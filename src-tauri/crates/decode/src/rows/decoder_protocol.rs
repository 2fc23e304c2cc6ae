//! The decoder protocol: the rows of one file as bytes between two processes of one program.

use super::row_codec::{decode_number, decode_text, encode_number, encode_text, take_bytes};
use super::{BinaryColumn, DecodedRows, DictionaryColumn};

impl DecodedRows {
    /// Encodes the rows for [`DecodedRows::from_bytes`]. The bytes are for another process on this
    /// machine, and no format to store: numbers have the byte order of the machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() + 256);
        encode_number(self.in_file, &mut bytes);
        encode_number(self.bad.len() as u64, &mut bytes);
        for (row, problem) in &self.bad {
            encode_number(*row, &mut bytes);
            encode_text(problem, &mut bytes);
        }
        bytes.push(u8::from(self.problem.is_some()));
        encode_text(self.problem.as_deref().unwrap_or_default(), &mut bytes);
        encode_slice(&self.number, &mut bytes);
        encode_slice(&self.time, &mut bytes);
        self.terms.iter().for_each(|terms| encode_dictionary(terms, &mut bytes));
        encode_dictionary(&self.entity_id, &mut bytes);
        encode_slice(&self.no_op, &mut bytes);
        for column in [&self.head, &self.values] {
            encode_slice(&column.ends, &mut bytes);
            encode_slice(&column.bytes, &mut bytes);
        }
        bytes
    }

    /// Decodes the output of [`DecodedRows::to_bytes`]; `None` if the bytes are none. Any bytes are
    /// safe: lengths, codes and ends are checked. The encoded heads and values are not decoded
    /// here.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let in_file = decode_number(&mut rest)?;
        let mut bad = Vec::new();
        for _ in 0..decode_number(&mut rest)? {
            bad.push((decode_number(&mut rest)?, decode_text(&mut rest)?.to_owned()));
        }
        let has_problem = take_bytes(&mut rest, 1)?[0] != 0;
        let problem = Some(decode_text(&mut rest)?.to_owned()).filter(|_| has_problem);
        let number = decode_slice(&mut rest)?;
        let time = decode_slice(&mut rest)?;
        let mut terms: [DictionaryColumn; event::DIMENSIONS.len()] = Default::default();
        for column in &mut terms {
            *column = decode_dictionary(&mut rest)?;
        }
        let entity_id = decode_dictionary(&mut rest)?;
        let no_op = decode_slice(&mut rest)?;
        let (head, values) = (decode_binary(&mut rest)?, decode_binary(&mut rest)?);
        let rows =
            Self { in_file, bad, problem, number, time, terms, entity_id, no_op, head, values };
        (rest.is_empty() && rows.has_equal_lengths()).then_some(rows)
    }

    /// Whether all columns have one length, and the binary ones valid ends.
    fn has_equal_lengths(&self) -> bool {
        let all = self.time.len();
        let coded = self.terms.iter().chain([&self.entity_id]).all(|c| c.codes.len() == all);
        let binary = |column: &BinaryColumn| {
            column.ends.len() == all
                && column.ends.is_sorted()
                && column.ends.last().copied().unwrap_or_default() == column.bytes.len() as u64
        };
        coded
            && self.number.len() == all
            && self.no_op.len() == all
            && binary(&self.head)
            && binary(&self.values)
    }
}

fn encode_slice<T: bytemuck::NoUninit>(slice: &[T], into: &mut Vec<u8>) {
    encode_number(slice.len() as u64, into);
    into.extend_from_slice(bytemuck::cast_slice(slice));
}

fn decode_slice<T: bytemuck::Pod>(rest: &mut &[u8]) -> Option<Vec<T>> {
    let length = usize::try_from(decode_number(rest)?).ok()?;
    let bytes = take_bytes(rest, length.checked_mul(size_of::<T>())?)?;
    let mut slice = bytemuck::zeroed_vec(length);
    bytemuck::cast_slice_mut(&mut slice).copy_from_slice(bytes);
    Some(slice)
}

fn encode_dictionary(column: &DictionaryColumn, into: &mut Vec<u8>) {
    encode_number(column.values.len() as u64, into);
    for value in &column.values {
        into.push(u8::from(value.is_some()));
        encode_text(value.as_deref().unwrap_or_default(), into);
    }
    encode_slice(&column.codes, into);
}

fn decode_dictionary(rest: &mut &[u8]) -> Option<DictionaryColumn> {
    let mut values = Vec::new();
    for _ in 0..decode_number(rest)? {
        let is_some = take_bytes(rest, 1)?[0] != 0;
        let value = decode_text(rest)?;
        values.push(is_some.then(|| value.to_owned()));
    }
    DictionaryColumn::new(values, decode_slice(rest)?)
}

fn decode_binary(rest: &mut &[u8]) -> Option<BinaryColumn> {
    let ends = decode_slice(rest)?;
    Some(BinaryColumn { ends, bytes: decode_slice(rest)? })
}

#[cfg(test)]
mod tests {
    use event::{Cell, Column, EVENT_COLUMNS, Kind};
    use proptest::prelude::*;

    use crate::rows::DecodedRows;

    proptest! {
        #[test]
        fn what_crosses_the_pipe_is_the_same_or_refused(
            rows in proptest::collection::vec((any::<u32>(), any::<i64>(), "[ab]?", ".{0,9}"), 0..9),
            cut: proptest::sample::Index,
        ) {
            let (bad, problem) = (vec![(3, "null".to_owned())], Some("a column".to_owned()));
            let mut all = DecodedRows { in_file: 9, bad, problem, ..DecodedRows::default() };
            for (number, time, word, text) in &rows {
                let word = Some(word.as_str()).filter(|word| !word.is_empty());
                let cell = |column: Column| match column.kind() {
                    Kind::Instant => Cell::Instant(*time),
                    Kind::Number => Cell::Number(time.cast_unsigned()),
                    Kind::Text if column.is_nullable() => Cell::from(word),
                    Kind::Text => Cell::Text(text),
                };
                all.add(*number, &EVENT_COLUMNS.map(cell), word, None);
            }
            let bytes = all.to_bytes();
            let part = &bytes[..cut.index(bytes.len())];
            prop_assert_eq!(DecodedRows::from_bytes(part), None);
            prop_assert_eq!(DecodedRows::from_bytes(&bytes), Some(all));
        }
    }
}
