//! Random bytes, for ids. A parameter everywhere, so that a test can hold them.

pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    /// If the operating system has no random bytes to give: no id could be trusted to be unique.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for them")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
