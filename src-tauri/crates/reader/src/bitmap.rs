//! Bitmap over the rows of a segment.

use std::ops::Range;

/// Fixed number of bits, packed into words of 64. Bits at or after `len` are never set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// A bitmap of `len` bits, none of them set.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// A bitmap of `len` bits, of which those in `range` are set.
    pub fn within(len: usize, range: Range<usize>) -> Self {
        let mut bits = Self::none(len);
        bits.set_within(range);
        bits
    }

    /// A bitmap of `len` bits as the iterator gives them, in order.
    pub fn of(len: usize, bits: impl Iterator<Item = bool>) -> Self {
        let mut all = Self::none(len);
        for (at, bit) in bits.enumerate() {
            all.words[at / 64] |= u64::from(bit) << (at % 64);
        }
        all
    }

    /// A bitmap of `len` bits, of which eight are in each byte, the first in its lowest bit.
    pub fn of_bytes(len: usize, bytes: &[u8]) -> Self {
        let mut all = Self::none(len);
        for (word, bytes) in all.words.iter_mut().zip(bytes.chunks(8)) {
            let mut whole = [0; 8];
            whole[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_le_bytes(whole);
        }
        if let Some(last) = all.words.last_mut().filter(|_| !len.is_multiple_of(64)) {
            *last &= (1 << (len % 64)) - 1;
        }
        all
    }

    /// Sets the bits that are set in `other`, whose first bit stands for the bit `start` of this
    /// one.
    pub fn or_at(&mut self, start: usize, other: &Self) {
        let (at, shift) = (start / 64, start % 64);
        for (index, word) in other.words.iter().enumerate() {
            self.words[at + index] |= word << shift;
            if shift > 0 && word >> (64 - shift) != 0 {
                self.words[at + index + 1] |= word >> (64 - shift);
            }
        }
    }

    /// How many bits there are, set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the bit at `at` is set.
    pub fn get(&self, at: usize) -> bool {
        self.words[at / 64] & 1 << (at % 64) != 0
    }

    /// Sets the bit at `at`, or clears it.
    pub fn set(&mut self, at: usize, bit: bool) {
        if bit {
            self.words[at / 64] |= 1 << (at % 64);
        } else {
            self.words[at / 64] &= !(1 << (at % 64));
        }
    }

    /// Sets the bits in a range.
    pub fn set_within(&mut self, range: Range<usize>) {
        word_masks(range).for_each(|(at, mask)| self.words[at] |= mask);
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many bits are set in a range.
    pub fn count_in(&self, range: Range<usize>) -> usize {
        self.masked_words(range).map(|(_, word)| word.count_ones() as usize).sum()
    }

    /// Clears every bit that is not set in `other`, which must have the same length.
    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Sets every bit that is set in `other`, which must have the same length.
    pub fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Clears every bit that is set in `other`, which must have the same length.
    pub fn and_not(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// Whether no bit is set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The last set bit before `end`.
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

    /// The first set bit from `start` on.
    pub fn first_from(&self, start: usize) -> Option<usize> {
        let (at, word) = self.masked_words(start..self.len).find(|(_, word)| *word != 0)?;
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// The set bits in a range, ascending.
    pub fn iter_in(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        self.masked_words(range).flat_map(|(at, word)| SetBits(word).map(move |bit| at * 64 + bit))
    }

    /// The words that overlap a range, with their index; bits outside of the range are cleared.
    fn masked_words(&self, range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
        let range = range.start..range.end.min(self.len).max(range.start);
        word_masks(range).map(|(at, mask)| (at, self.words[at] & mask))
    }
}

/// The index of each word that overlaps a range, and the bits of the range in it.
fn word_masks(range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let words = range.start / 64..range.end.div_ceil(64);
    words.map(move |at| {
        let mut mask = u64::MAX;
        if at == range.start / 64 {
            mask &= u64::MAX << (range.start % 64);
        }
        if at == range.end / 64 {
            mask &= (1 << (range.end % 64)) - 1;
        }
        (at, mask)
    })
}

/// Iterator over the set bits of a word, lowest first.
struct SetBits(u64);

impl Iterator for SetBits {
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

    use super::Bitmap;

    proptest! {
        #[test]
        fn bits_are_as_a_list_of_truths(
            truths in proptest::collection::vec(any::<bool>(), 1..200),
            others in proptest::collection::vec(any::<bool>(), 200),
            start: proptest::sample::Index, end: proptest::sample::Index,
        ) {
            let bits = Bitmap::of(truths.len(), truths.iter().copied());
            // What is beyond the last bit does not count.
            let byte = |eight: &[bool]| -> u8 {
                (0..8).filter(|&at| eight.get(at) != Some(&false)).map(|at| 1 << at).sum()
            };
            let bytes: Vec<u8> = truths.chunks(8).map(byte).collect();
            prop_assert_eq!(&Bitmap::of_bytes(truths.len(), &bytes), &bits);
            let set = |truths: &[bool]| -> Vec<usize> {
                (0..truths.len()).filter(|&at| truths[at]).collect()
            };
            let all = |bits: &Bitmap| -> Vec<usize> { bits.iter_in(0..bits.len).collect() };
            prop_assert_eq!(all(&bits), set(&truths));
            prop_assert_eq!(bits.count(), set(&truths).len());
            let (start, end) = (start.index(truths.len()), end.index(truths.len() + 1));
            let inside = set(&truths).into_iter().filter(|&at| at >= start && at < end).count();
            prop_assert_eq!(bits.count_in(start..end), inside);
            prop_assert_eq!(bits.last_before(end), (0..end).rev().find(|&at| truths[at]));
            prop_assert_eq!(bits.first_from(start), (start..truths.len()).find(|&at| truths[at]));
            let other = Bitmap::of(truths.len(), others.iter().copied().take(truths.len()));
            let mut and = bits.clone();
            and.and(&other);
            let both: Vec<usize> = set(&truths).into_iter().filter(|&at| others[at]).collect();
            prop_assert_eq!(all(&and), both);
            let within = Bitmap::within(truths.len(), start..end);
            let of_range: Vec<usize> = (start..end).collect();
            prop_assert_eq!(all(&within), of_range);
            let mut or = Bitmap::none(start + truths.len());
            or.or_at(start, &bits);
            let moved: Vec<usize> = set(&truths).into_iter().map(|at| start + at).collect();
            prop_assert_eq!(all(&or), moved);
        }
    }
}
