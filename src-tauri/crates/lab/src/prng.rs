//! Pseudo-random number generator `SplitMix64`, the lab's only source of randomness: the same seed
//! gives the same numbers on every machine.
//!
//! It gives integers only. Fractions could be rounded differently elsewhere, and the same seed must
//! make the same journal byte for byte.

/// Generator, at one point of its sequence.
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator at the start of the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to less than `end`, which must not be 0. The modulo makes it slightly
    /// uneven.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next_u64() % end
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low.saturating_add_unsigned(self.below(high.abs_diff(low) + 1))
    }

    /// True with a probability in percent.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// An index into a list of `len` items, which must not be empty.
    #[expect(clippy::cast_possible_truncation, reason = "it is less than `len`")]
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// One of the items of a list, which must not be empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.index(list.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut rng = Rng::new(1_234_567);
        let published: [u64; 5] = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(published.map(|_| rng.next_u64()), published);
    }

    #[test]
    fn a_range_includes_both_ends_and_nothing_else() {
        let mut rng = Rng::new(7);
        let mut seen: Vec<i64> = (0..200).map(|_| rng.between(-1, 2)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [-1, 0, 1, 2]);
    }

    #[test]
    fn a_chance_is_about_as_large_as_it_says() {
        let mut rng = Rng::new(7);
        let hits = (0..10_000).filter(|_| rng.percent(30)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
    }
}
