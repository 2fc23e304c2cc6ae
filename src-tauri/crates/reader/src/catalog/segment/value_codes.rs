//! Codes of texts that have too many values for a dictionary: of a frequent text its place in one, of a
//! rare text a hash.
//!
//! A code of 0 is a missing text. One below [`RARE`] is the place of a text in the dictionary, from 1, and
//! stands for that text alone. Any other holds a hash, which different texts may share: the text itself
//! has to be looked at. A rare text occurs so seldom that this takes a moment. A text of the dictionary
//! can have rows with its hash too.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use xxhash_rust::xxh3::xxh3_64;

/// The least code of a rare text.
pub(crate) const RARE: u32 = 1 << 31;

/// Code of a missing text.
pub(crate) const MISSING: u32 = 0;

/// How often a text must occur in a segment to be in the dictionary.
const FREQUENT: u8 = 64;

/// Length of the longest text in a dictionary, in bytes.
const LONGEST: usize = 1 << 10;

/// Code of a text that is rare.
pub(crate) fn rare_code(text: &str) -> u32 {
    // The highest bits of this hash depend on all of the text.
    RARE | (xxh3_64(text.as_bytes()) >> 33) as u32
}

/// How often texts occur, by the codes that they have where they are rare. Some share a counter.
#[derive(Debug)]
pub(super) struct Counts {
    /// Made for the first text: most columns have none.
    counters: Vec<u8>,
    bits: u32,
}

impl Counts {
    /// Counters for so many texts, of which at most 16 MiB are made.
    pub fn for_texts(texts: usize) -> Self {
        let bits = texts.next_power_of_two().trailing_zeros().clamp(10, 24);
        Self { counters: Vec::new(), bits }
    }

    /// Counts a text by its code. Codes that are not rare are not counted.
    pub fn add(&mut self, code: u32) {
        if code >= RARE {
            let at = self.index(code);
            self.counters.resize(1 << self.bits, 0);
            self.counters[at] = self.counters[at].saturating_add(1);
        }
    }

    fn is_frequent(&self, code: u32) -> bool {
        self.counters.get(self.index(code)).is_some_and(|count| *count >= FREQUENT)
    }

    fn index(&self, code: u32) -> usize {
        ((code - RARE) >> (31 - self.bits)) as usize
    }
}

/// Dictionary of the frequent texts of a segment that is being written.
#[derive(Debug, Default)]
pub(super) struct Frequent {
    /// The texts, one after the other.
    texts: String,
    ends: Vec<u32>,
    /// The place of a text by the code that it has where it is rare; 0 where texts share that.
    places: HashMap<u32, u32, RandomState>,
    /// The places of the texts that were inserted.
    inserted: HashMap<String, u32, RandomState>,
}

impl Frequent {
    /// Inserts a text, whether or not it is frequent here, and returns its code.
    pub fn insert(&mut self, text: &str) -> u32 {
        if let Some(place) = self.inserted.get(text) {
            return *place;
        }
        let place = self.push(text);
        self.inserted.insert(text.to_owned(), place);
        let of_hash = self.places.entry(rare_code(text)).or_insert(place);
        if *of_hash != place {
            *of_hash = 0;
        }
        place
    }

    /// Inserts a text that has this code where it is rare, if it is frequent. Every text of the segment
    /// must be seen before its codes are asked for.
    pub fn see(&mut self, code: u32, text: &str, counts: &Counts) {
        match self.places.get(&code) {
            Some(0) => {}
            Some(place) if self.text(*place) != text => drop(self.places.insert(code, 0)),
            None if counts.is_frequent(code) => {
                let place = if text.len() <= LONGEST { self.push(text) } else { 0 };
                self.places.insert(code, place);
            }
            Some(_) | None => {}
        }
    }

    fn push(&mut self, text: &str) -> u32 {
        self.texts.push_str(text);
        self.ends.push(super::row(self.texts.len()));
        super::row(self.ends.len())
    }

    fn text(&self, place: u32) -> &str {
        let at = place as usize - 1;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.texts[start..self.ends[at] as usize]
    }

    /// The code of a text that has this one where it is rare.
    pub fn code(&self, rare: u32) -> u32 {
        match self.places.get(&rare) {
            Some(0) | None => rare,
            Some(place) => *place,
        }
    }

    /// The texts, one after the other, and where each ends.
    pub fn into_parts(self) -> (String, Vec<u32>) {
        (self.texts, self.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequent_text_has_its_place_and_a_rare_one_its_hash() {
        let mut counts = Counts::for_texts(100);
        let texts: Vec<String> = (0..40).map(|number| format!("rare {number}")).collect();
        let all = || texts.iter().map(String::as_str).chain(std::iter::repeat_n("placed", 64));
        all().for_each(|text| counts.add(rare_code(text)));
        let mut frequent = Frequent::default();
        assert_eq!(frequent.insert("from before"), 1);
        all().for_each(|text| frequent.see(rare_code(text), text, &counts));
        assert_eq!(frequent.insert("from before"), 1);
        assert_eq!(frequent.code(rare_code("from before")), 1);
        assert_eq!(frequent.code(rare_code("placed")), 2);
        let rare = rare_code("rare 7");
        assert_eq!(frequent.code(rare), rare);
        assert_eq!(frequent.into_parts().0, "from beforeplaced");
    }

    #[test]
    fn texts_that_share_a_hash_are_rare() {
        let mut counts = Counts::for_texts(1000);
        let code = rare_code("one");
        (0..FREQUENT).for_each(|_| counts.add(code));
        let long = "x".repeat(LONGEST + 1);
        for (others, expected) in [(vec!["one"], 1), (vec!["other"], code), (vec![&*long], code)] {
            let mut frequent = Frequent::default();
            frequent.see(code, "one", &counts);
            for other in &others {
                frequent.see(code, other, &counts);
            }
            frequent.see(code, "one", &counts);
            assert_eq!(frequent.code(code), expected, "{others:?}");
            let mut frequent = Frequent::default();
            for other in &others {
                frequent.see(code, other, &counts);
            }
            frequent.see(code, "one", &counts);
            assert_eq!(frequent.code(code), expected, "{others:?}");
        }
        let mut frequent = Frequent::default();
        assert_eq!(frequent.insert("one"), 1);
        frequent.see(code, "other", &Counts::for_texts(1));
        assert_eq!(frequent.code(code), code, "a rare text shares the hash of an inserted one");
    }
}
