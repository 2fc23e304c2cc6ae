//! Flushing by itself: when enough waits, or after a while; and again after a failure, less and
//! less often.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use crate::error::Error;
use crate::flush::Flushed;
use crate::flush_signal::FlushDue;
use crate::options::Options;
use crate::random::Random;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Flushes what is due until the journal is dropped, which it is not while a flush is under way.
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
        // What fails is kept in the outbox, where whoever wants to know looks for it.
        while let Some(journal) = journal.upgrade()
            && flush(journal).await.is_err()
        {
            options.clock.sleep(pause(failures, options.random.as_ref())).await;
            failures += 1;
        }
    }
}

/// Twice as long after each failure, and up to a quarter more, so that those who failed together do
/// not all come back together.
fn pause(failures: u32, random: &dyn Random) -> Duration {
    let pause = FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE);
    let mut byte = [0];
    random.fill(&mut byte);
    pause + pause * u32::from(byte[0]) / 1024
}
