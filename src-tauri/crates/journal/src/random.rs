//! Random bytes, for ids and names. The source is a parameter, so that a test can control it.

/// A source of random bytes. Ids are unique only if the bytes do not repeat.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// Fills `bytes` from the operating system.
    ///
    /// # Panics
    /// If the operating system gives no random bytes: no id could be trusted to be unique.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for them")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Random bytes, as many as asked for.
pub(crate) fn random_bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}
