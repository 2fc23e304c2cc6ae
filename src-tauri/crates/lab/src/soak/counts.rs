//! What a soak has done.

use std::fmt;

#[derive(Debug, Default)]
pub struct Counts {
    /// Buckets that were filled and found whole.
    pub buckets: u64,
    pub rounds: u64,
    pub processes: u64,
    pub killed_recording: u64,
    pub killed_flushing: u64,
    /// Events that were sent, acknowledged or not.
    pub sent: u64,
    pub acknowledged: u64,
    /// Batches sent, and those of them that were acknowledged.
    pub batches: u64,
    pub acknowledged_batches: u64,
    /// Events that are there though nobody was told of them.
    pub unheard: u64,
    /// Flushes that were left to end.
    pub flushes: u64,
    pub reads_meanwhile: u64,
    pub looks: u64,
    pub model_cases: u64,
}

impl Counts {
    /// Adds what one process did.
    pub fn add(&mut self, other: &Self) {
        self.processes += other.processes;
        self.killed_recording += other.killed_recording;
        self.killed_flushing += other.killed_flushing;
        self.flushes += other.flushes;
        self.reads_meanwhile += other.reads_meanwhile;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} buckets whole, {} rounds, {} processes, {} killed while they recorded, {} while \
             they flushed; {} events sent, {} acknowledged, {} there though nobody was told; \
             {} batches, {} acknowledged; {} flushes, {} reads meanwhile, looked through {} times; \
             {} cases of the model",
            self.buckets,
            self.rounds,
            self.processes,
            self.killed_recording,
            self.killed_flushing,
            self.sent,
            self.acknowledged,
            self.unheard,
            self.batches,
            self.acknowledged_batches,
            self.flushes,
            self.reads_meanwhile,
            self.looks,
            self.model_cases
        )
    }
}
