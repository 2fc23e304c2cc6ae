//! Rows as bytes between two processes.

use super::packed::{pack_number, pack_text, take, unpack_number, unpack_text};
use super::{Coded, Lines, Rows};

impl Rows {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() + 256);
        pack_number(self.in_file, &mut bytes);
        pack_number(self.bad.len() as u64, &mut bytes);
        for (row, problem) in &self.bad {
            pack_number(*row, &mut bytes);
            pack_text(problem, &mut bytes);
        }
        pack_slice(&self.number, &mut bytes);
        pack_slice(&self.time, &mut bytes);
        self.terms.iter().for_each(|terms| pack_coded(terms, &mut bytes));
        pack_coded(&self.entity_id, &mut bytes);
        pack_slice(&self.no_op, &mut bytes);
        for lines in [&self.head, &self.values] {
            pack_slice(&lines.ends, &mut bytes);
            pack_slice(&lines.bytes, &mut bytes);
        }
        bytes
    }

    /// `None` if these are not the bytes of rows.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let in_file = unpack_number(&mut rest)?;
        let mut bad = Vec::new();
        for _ in 0..unpack_number(&mut rest)? {
            bad.push((unpack_number(&mut rest)?, unpack_text(&mut rest)?.to_owned()));
        }
        let number = unpack_slice(&mut rest)?;
        let time = unpack_slice(&mut rest)?;
        let mut terms: [Coded; event::DIMENSIONS.len()] = Default::default();
        for column in &mut terms {
            *column = unpack_coded(&mut rest)?;
        }
        let entity_id = unpack_coded(&mut rest)?;
        let no_op = unpack_slice(&mut rest)?;
        let (head, values) = (unpack_lines(&mut rest)?, unpack_lines(&mut rest)?);
        let rows = Self { in_file, bad, number, time, terms, entity_id, no_op, head, values };
        (rest.is_empty() && rows.is_even()).then_some(rows)
    }

    /// Whether all columns are of one length, and lines end in their order.
    fn is_even(&self) -> bool {
        let all = self.time.len();
        let coded = self.terms.iter().chain([&self.entity_id]).all(|c| c.codes.len() == all);
        let lines = |lines: &Lines| {
            lines.ends.len() == all
                && lines.ends.is_sorted()
                && lines.ends.last().copied().unwrap_or_default() == lines.bytes.len() as u64
        };
        coded
            && self.number.len() == all
            && self.no_op.len() == all
            && lines(&self.head)
            && lines(&self.values)
    }
}

fn pack_slice<T: bytemuck::NoUninit>(slice: &[T], into: &mut Vec<u8>) {
    pack_number(slice.len() as u64, into);
    into.extend_from_slice(bytemuck::cast_slice(slice));
}

fn unpack_slice<T: bytemuck::Pod>(rest: &mut &[u8]) -> Option<Vec<T>> {
    let length = usize::try_from(unpack_number(rest)?).ok()?;
    let bytes = take(rest, length.checked_mul(size_of::<T>())?)?;
    let mut slice = bytemuck::zeroed_vec(length);
    bytemuck::cast_slice_mut(&mut slice).copy_from_slice(bytes);
    Some(slice)
}

fn pack_coded(column: &Coded, into: &mut Vec<u8>) {
    pack_number(column.words.len() as u64, into);
    for word in &column.words {
        into.push(u8::from(word.is_some()));
        pack_text(word.as_deref().unwrap_or_default(), into);
    }
    pack_slice(&column.codes, into);
}

fn unpack_coded(rest: &mut &[u8]) -> Option<Coded> {
    let mut words = Vec::new();
    for _ in 0..unpack_number(rest)? {
        let is_some = take(rest, 1)?[0] != 0;
        let word = unpack_text(rest)?;
        words.push(is_some.then(|| word.to_owned()));
    }
    Coded::new(words, unpack_slice(rest)?)
}

fn unpack_lines(rest: &mut &[u8]) -> Option<Lines> {
    let ends = unpack_slice(rest)?;
    Some(Lines { ends, bytes: unpack_slice(rest)? })
}

#[cfg(test)]
mod tests {
    use event::{Cell, Column, EVENT_COLUMNS, Kind};
    use proptest::prelude::*;

    use crate::rows::Rows;

    proptest! {
        #[test]
        fn what_crosses_the_pipe_is_the_same_or_refused(
            rows in proptest::collection::vec((any::<u32>(), any::<i64>(), "[ab]?", ".{0,9}"), 0..9),
            cut: proptest::sample::Index,
        ) {
            let mut all = Rows { in_file: 9, bad: vec![(3, "null".to_owned())], ..Rows::default() };
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
            prop_assert_eq!(Rows::from_bytes(part), None);
            prop_assert_eq!(Rows::from_bytes(&bytes), Some(all));
        }
    }
}
