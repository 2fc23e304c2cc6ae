//! Side of the journal, called as a program calls it.

use std::collections::VecDeque;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bucket::{Bucket, Location};
use event::Draft;
use journal::{Journal, Options, Receipt};
use tokio::runtime::{Builder, Runtime};

use crate::timing::{Round, now};

type Failure = Box<dyn Error + Send + Sync>;

/// Most events that are submitted and not acknowledged yet, in a stream.
const MOST_SUBMITTED: usize = 4096;

/// Journal, and a runtime to call it from.
pub struct Daybook {
    runtime: Runtime,
    journal: Journal,
}

impl Daybook {
    /// A new journal, with its bucket and its outbox in the folder `path`.
    pub fn new(path: &Path, options: Options) -> Result<Self, Failure> {
        let bucket = path.join("bucket");
        std::fs::create_dir_all(&bucket)?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let home = path.join("home");
        let open = Journal::open(Bucket::open(&Location::Local(bucket))?, &home, options);
        let journal = runtime.block_on(open)?;
        Ok(Self { runtime, journal })
    }

    /// Options of a journal that does not flush by itself.
    pub fn never_flushing() -> Options {
        let flush_after = Duration::from_hours(365 * 24);
        Options { flush_threshold: u64::MAX, flush_after, ..Options::default() }
    }

    /// Records single events, one after the other.
    pub fn singles(&self, drafts: Vec<Draft>) -> Result<Round, Failure> {
        let events = drafts.len();
        let start = now();
        let acknowledgements = self.runtime.block_on(one_by_one(&self.journal, drafts))?;
        Ok(Round { events, elapsed: start.elapsed(), acknowledgements })
    }

    /// Records single events by concurrent recorders.
    pub fn at_once(&self, recorders: Vec<Vec<Draft>>) -> Result<Round, Failure> {
        self.runtime.block_on(async {
            let start = now();
            let tasks = recorders.into_iter().map(|drafts| {
                let journal = self.journal.clone();
                tokio::spawn(async move { one_by_one(&journal, drafts).await })
            });
            let tasks: Vec<_> = tasks.collect();
            let mut acknowledgements = Vec::new();
            for task in tasks {
                acknowledgements.extend(task.await??);
            }
            let events = acknowledgements.len();
            Ok(Round { events, elapsed: start.elapsed(), acknowledgements })
        })
    }

    /// Records batches, one after the other.
    pub fn batches(&self, batches: Vec<Vec<Draft>>) -> Result<Round, Failure> {
        self.runtime.block_on(async {
            let mut round = Round::default();
            let start = now();
            for batch in batches {
                let began = now();
                round.events += self.journal.record_batch(batch).await?.len();
                round.acknowledgements.push(began.elapsed());
            }
            round.elapsed = start.elapsed();
            Ok(round)
        })
    }

    /// Submits events without waiting for each acknowledgement. With `flush`, waits at the end
    /// until all of them are in the bucket.
    pub fn stream(&self, drafts: Vec<Draft>, flush: bool) -> Result<Round, Failure> {
        self.runtime.block_on(async {
            let mut round = Round { events: drafts.len(), ..Round::default() };
            let mut submitted = VecDeque::with_capacity(MOST_SUBMITTED);
            let start = now();
            for draft in drafts {
                if submitted.len() == MOST_SUBMITTED {
                    acknowledge(&mut submitted, &mut round).await?;
                }
                submitted.push_back((now(), self.journal.submit(draft).await?));
            }
            while !submitted.is_empty() {
                acknowledge(&mut submitted, &mut round).await?;
            }
            if flush {
                self.journal.flush().await?;
            }
            round.elapsed = start.elapsed();
            Ok(round)
        })
    }
}

/// Records single events. Returns how long each acknowledgement took.
async fn one_by_one(journal: &Journal, drafts: Vec<Draft>) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let began = now();
        journal.record(draft).await?;
        took.push(began.elapsed());
    }
    Ok(took)
}

/// Waits for the acknowledgement of the event that was submitted first.
async fn acknowledge(
    submitted: &mut VecDeque<(Instant, Receipt)>,
    round: &mut Round,
) -> Result<(), Failure> {
    if let Some((began, receipt)) = submitted.pop_front() {
        receipt.acknowledged().await?;
        round.acknowledgements.push(began.elapsed());
    }
    Ok(())
}
