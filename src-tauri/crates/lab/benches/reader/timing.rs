//! Measuring time, and what a number of measurements say together.

use std::time::{Duration, Instant};

/// The one place here that asks the device for the time.
#[expect(clippy::disallowed_methods, reason = "what is measured is the time that passes")]
pub fn now() -> Instant {
    Instant::now()
}

/// What all measurements of one thing say, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    pub median: f64,
    pub p95: f64,
}

impl Summary {
    /// Of times in milliseconds; `None` of none.
    pub fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let last = times.len().checked_sub(1)?;
        Some(Self { median: times[last / 2], p95: times[last * 95 / 100] })
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
