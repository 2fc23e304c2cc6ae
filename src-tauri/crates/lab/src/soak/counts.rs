//! Counts of what a soak test has done.

use std::fmt;

/// Counts of a soak test, or of one of its processes.
#[derive(Debug, Default)]
pub struct Counts {
    /// Buckets that were filled, and passed every check.
    pub buckets: u64,
    /// Rounds of processes.
    pub rounds: u64,
    /// Processes that were started.
    pub processes: u64,
    /// Processes that were killed while they recorded.
    pub killed_recording: u64,
    /// Processes that were killed while they flushed.
    pub killed_flushing: u64,
    /// Events that were sent, acknowledged or not.
    pub sent: u64,
    /// Events that were acknowledged.
    pub acknowledged: u64,
    /// Batches that were sent.
    pub batches: u64,
    /// Batches that were acknowledged.
    pub acknowledged_batches: u64,
    /// Events that are in a bucket and were not acknowledged: their process was killed before that.
    pub unacknowledged: u64,
    /// Flushes that were not killed.
    pub flushes: u64,
    /// Reads while other processes recorded and flushed.
    pub reads_meanwhile: u64,
    /// How often a bucket was checked as a whole.
    pub verifications: u64,
    /// Cases of the model that were run.
    pub model_cases: u64,
}

impl Counts {
    /// Adds the counts of one process.
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
            "{} buckets complete, {} rounds, {} processes, {} killed while they recorded, {} while \
             they flushed; {} events sent, {} acknowledged, {} stored without acknowledgement; \
             {} batches, {} acknowledged; {} flushes, {} reads meanwhile, checked {} times; \
             {} cases of the model",
            self.buckets,
            self.rounds,
            self.processes,
            self.killed_recording,
            self.killed_flushing,
            self.sent,
            self.acknowledged,
            self.unacknowledged,
            self.batches,
            self.acknowledged_batches,
            self.flushes,
            self.reads_meanwhile,
            self.verifications,
            self.model_cases
        )
    }
}
