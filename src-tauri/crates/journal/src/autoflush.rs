//! Automatic flush: when enough events are pending, or after a while. After a failure it retries
//! with exponential backoff.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use crate::error::Error;
use crate::flush::Flushed;
use crate::flush_signal::FlushDue;
use crate::options::Options;
use crate::random::Random;

/// Pause after the first failure. It doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause, before the random part is added.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Flushes whenever `due`, until the journal is dropped. A flush under way holds the journal open.
pub(crate) async fn run<J, F>(
    journal: Weak<J>,
    flush: impl Fn(Arc<J>) -> F,
    mut due: watch::Receiver<FlushDue>,
    options: Options,
) where
    F: Future<Output = Result<Flushed, Error>>,
{
    while due.wait_for(|due| *due != FlushDue::Nothing).await.is_ok() {
        tokio::select! {
            _ = due.wait_for(|due| *due == FlushDue::Now) => {}
            () = options.clock.sleep(options.flush_after) => {}
        }
        let mut failures = 0;
        // The failure is not lost: the flush has stored it in the outbox, as part of the status.
        while let Some(journal) = journal.upgrade()
            && flush(journal).await.is_err()
        {
            options.clock.sleep(pause(failures, options.random.as_ref())).await;
            failures += 1;
        }
    }
}

/// The pause after `failures` earlier failures: doubled with each, and up to a quarter longer at
/// random, so that processes which failed together do not all retry together.
fn pause(failures: u32, random: &dyn Random) -> Duration {
    let pause = FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE);
    let mut byte = [0];
    random.fill(&mut byte);
    pause + pause * u32::from(byte[0]) / 1024
}
