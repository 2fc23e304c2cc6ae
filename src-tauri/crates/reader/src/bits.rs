//! Which rows are meant: a bit for each.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub fn all(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        if !len.is_multiple_of(64)
            && let Some(last) = bits.words.last_mut()
        {
            *last = (1 << (len % 64)) - 1;
        }
        bits
    }

    /// One bit for each, in order.
    pub fn of(bits: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut all = Self::none(bits.len());
        for (at, bit) in bits.enumerate() {
            all.words[at / 64] |= u64::from(bit) << (at % 64);
        }
        all
    }

    pub fn get(&self, at: usize) -> bool {
        self.words[at / 64] & 1 << (at % 64) != 0
    }

    pub fn set(&mut self, at: usize, bit: bool) {
        if bit {
            self.words[at / 64] |= 1 << (at % 64);
        } else {
            self.words[at / 64] &= !(1 << (at % 64));
        }
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many are set among some.
    pub fn count_in(&self, range: Range<usize>) -> usize {
        self.ones(range).map(|(_, word)| word.count_ones() as usize).sum()
    }

    /// Leaves only those that are set in the other too, which is as long.
    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// The last that is set before `end`.
    pub fn last_before(&self, end: usize) -> Option<usize> {
        let end = end.min(self.len);
        let mut at = end / 64;
        let mut word = match end % 64 {
            0 => 0,
            bits => self.words[at] & ((1 << bits) - 1),
        };
        loop {
            if word != 0 {
                return Some(at * 64 + 63 - word.leading_zeros() as usize);
            }
            at = at.checked_sub(1)?;
            word = self.words[at];
        }
    }

    /// The first that is set from `start` on.
    pub fn first_from(&self, start: usize) -> Option<usize> {
        let (at, word) = self.ones(start..self.len).find(|(_, word)| *word != 0)?;
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// Those that are set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.iter_in(0..self.len)
    }

    /// Those that are set among some, in order.
    pub fn iter_in(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        self.ones(range).flat_map(|(at, word)| Ones(word).map(move |bit| at * 64 + bit))
    }

    /// The words that a range is in, without the bits outside of it.
    fn ones(&self, range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
        let range = range.start..range.end.min(self.len).max(range.start);
        let words = range.start / 64..range.end.div_ceil(64);
        words.map(move |at| {
            let mut word = self.words[at];
            if at == range.start / 64 {
                word &= u64::MAX << (range.start % 64);
            }
            if at == range.end / 64 {
                word &= (1 << (range.end % 64)) - 1;
            }
            (at, word)
        })
    }
}

/// The set bits of a word, lowest first.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        (self.0 != 0).then(|| {
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Bits;

    proptest! {
        #[test]
        fn bits_are_as_a_list_of_truths(
            truths in proptest::collection::vec(any::<bool>(), 1..200),
            others in proptest::collection::vec(any::<bool>(), 200),
            start: proptest::sample::Index, end: proptest::sample::Index,
        ) {
            let bits = Bits::of(truths.iter().copied());
            let set = |truths: &[bool]| -> Vec<usize> {
                (0..truths.len()).filter(|&at| truths[at]).collect()
            };
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), set(&truths));
            prop_assert_eq!(bits.count(), set(&truths).len());
            let (start, end) = (start.index(truths.len()), end.index(truths.len() + 1));
            let inside = set(&truths).into_iter().filter(|&at| at >= start && at < end).count();
            prop_assert_eq!(bits.count_in(start..end), inside);
            prop_assert_eq!(bits.last_before(end), (0..end).rev().find(|&at| truths[at]));
            prop_assert_eq!(bits.first_from(start), (start..truths.len()).find(|&at| truths[at]));
            let other = Bits::of(others[..truths.len()].iter().copied());
            let (mut and, mut all) = (bits.clone(), Bits::all(truths.len()));
            and.and(&other);
            all.and(&bits);
            let both: Vec<usize> = set(&truths).into_iter().filter(|&at| others[at]).collect();
            prop_assert_eq!(and.iter().collect::<Vec<_>>(), both);
            prop_assert_eq!(all, bits);
        }
    }
}
