//! Times, and their summaries.

use std::time::{Duration, Instant};

/// The present instant. No other place here asks for the time.
#[expect(clippy::disallowed_methods, reason = "what is measured is the time that passes")]
pub fn now() -> Instant {
    Instant::now()
}

/// Summary of measurements, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    pub median: f64,
    /// 95th percentile.
    pub p95: f64,
}

impl Summary {
    /// The summary of times in milliseconds; `None` if there are none.
    pub fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let last = times.len().checked_sub(1)?;
        Some(Self { median: times[last / 2], p95: times[last * 95 / 100] })
    }
}

/// A duration in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
