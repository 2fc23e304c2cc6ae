//! Times, and their summaries.

use std::time::{Duration, Instant};

/// The present instant. No other place here asks for the time.
#[expect(clippy::disallowed_methods, reason = "what is measured is the time that passes")]
pub fn now() -> Instant {
    Instant::now()
}

/// Round of one side.
#[derive(Debug, Default)]
pub struct Round {
    /// Events that were recorded.
    pub events: usize,
    /// Time that the round took.
    pub elapsed: Duration,
    /// Time that each acknowledgement took, of an event or of a batch.
    pub acknowledgements: Vec<Duration>,
}

impl Round {
    /// Events a second.
    pub fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let events = self.events as f64;
        events / self.elapsed.as_secs_f64()
    }
}

/// Summary of all rounds of one side in one case.
#[derive(Debug)]
pub struct Summary {
    /// Events a second: the median of the rounds.
    pub per_second: f64,
    /// The slowest and the fastest round.
    pub range: (f64, f64),
    /// Median of the acknowledgements of all rounds, in microseconds.
    pub p50: f64,
    /// 99th percentile of the same.
    pub p99: f64,
}

impl Summary {
    /// The summary of some rounds.
    pub fn of(rounds: &[Round]) -> Self {
        let mut rates: Vec<f64> = rounds.iter().map(Round::per_second).collect();
        rates.sort_by(f64::total_cmp);
        let all = rounds.iter().flat_map(|round| &round.acknowledgements);
        let mut micros: Vec<f64> = all.map(|took| took.as_secs_f64() * 1e6).collect();
        micros.sort_by(f64::total_cmp);
        Self {
            per_second: at(&rates, 50),
            range: (at(&rates, 0), at(&rates, 100)),
            p50: at(&micros, 50),
            p99: at(&micros, 99),
        }
    }
}

/// A percentile of sorted values; NaN if there are none.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().unwrap_or(f64::NAN)
}
