//! Measuring time, and what a number of measurements say together.

use std::time::{Duration, Instant};

/// The one place here that asks the device for the time.
#[expect(clippy::disallowed_methods, reason = "what is measured is the time that passes")]
pub fn now() -> Instant {
    Instant::now()
}

/// What one side did in one round.
#[derive(Debug, Default)]
pub struct Round {
    pub events: usize,
    pub elapsed: Duration,
    /// How long each acknowledgement took, of an event or of a batch.
    pub acknowledgements: Vec<Duration>,
}

impl Round {
    pub fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let events = self.events as f64;
        events / self.elapsed.as_secs_f64()
    }
}

/// All rounds of one side in one case.
#[derive(Debug)]
pub struct Summary {
    /// Events a second: the median of the rounds.
    pub per_second: f64,
    /// The slowest and the fastest round.
    pub range: (f64, f64),
    /// Of the acknowledgements of all rounds, in microseconds.
    pub p50: f64,
    pub p99: f64,
}

impl Summary {
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

/// The value that so many in a hundred of the sorted ones do not exceed; not a number of none.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().unwrap_or(f64::NAN)
}
