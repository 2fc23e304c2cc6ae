//! Soak test, `lab soak`: checks that processes that are killed lose, repeat and change nothing.
//!
//! Processes of the real command line record and flush in fresh folders, and are killed at random
//! instants; then all events are read, and checked against those that were sent and acknowledged.
//! In between, the model of the journal's tests runs with new seeds.
//!
//! [`plan`] draws what the processes of a round do, [`process`] runs one, [`session`] is one bucket
//! from its start to its end, with a [`ledger`] of what was sent; [`check`] and [`files`] check
//! events and files; [`cli`] calls the command line, [`model`] the model, [`counts`] is what is
//! printed.

mod check;
mod cli;
mod counts;
mod files;
mod ledger;
mod model;
mod plan;
mod process;
mod session;
#[cfg(test)]
mod tests;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::LabError;
use crate::prng::Rng;
use counts::Counts;
use model::Model;
use session::Session;

/// Rounds of killing before a bucket is checked.
const KILL_ROUNDS: u64 = 20;

/// How often a bucket is checked before the next one is begun.
const VERIFICATIONS: u64 = 3;

/// The model gets one part in so many of the time.
const MODEL_SHARE: u32 = 4;

/// Runs the soak test on the command line `program` for so many minutes, in folders below `folder`.
///
/// # Errors
/// [`LabError::Soak`] if something was lost, repeated or changed.
pub fn run(program: &Path, folder: &Path, minutes: u64, seed: Option<u64>) -> Result<(), LabError> {
    let seed = seed.unwrap_or_else(new_seed);
    fs::create_dir_all(folder).map_err(LabError::file("make the folder", folder))?;
    let model = Model::build(folder)?;
    let program = OwnCopy::of(program, folder)?;
    println!("Soaking for {minutes} minutes, with --seed {seed}");
    let end = Duration::from_secs(minutes * 60);
    let mut soak = Soak {
        start: now(),
        end,
        in_model: Duration::ZERO,
        minutes_printed: 0,
        counts: Counts::default(),
        rng: Rng::new(seed),
    };
    let mut number = 0;
    while soak.has_time() {
        number += 1;
        let folder = folder.join(format!("{seed}-{number}"));
        soak.run_bucket(&program.0, &folder, model.as_ref(), seed)?;
    }
    println!("\n{}", soak.summary("Nothing was lost, doubled or changed"));
    Ok(())
}

/// Soak test in progress.
struct Soak {
    start: Instant,
    /// How long it is to last.
    end: Duration,
    /// How long the model has run.
    in_model: Duration,
    /// Minutes for which progress was printed.
    minutes_printed: u64,
    counts: Counts,
    rng: Rng,
}

impl Soak {
    /// Whether there is time left.
    fn has_time(&self) -> bool {
        self.start.elapsed() < self.end
    }

    /// Runs one bucket from its start to its end. Its folder is removed, unless a check failed.
    fn run_bucket(
        &mut self,
        program: &Path,
        folder: &Path,
        model: Option<&Model>,
        seed: u64,
    ) -> Result<(), LabError> {
        let mut session = Session::new(program, folder, &mut self.rng)?;
        let outcome = self.rounds(&mut session, model);
        if let Err(LabError::Unsound(found)) = outcome {
            session.save_ledger()?;
            println!("\n{}", self.summary("Stopped"));
            return Err(LabError::Soak { found, seed, folder: folder.to_owned() });
        }
        outcome?;
        self.counts.buckets += 1;
        self.counts.unacknowledged += session.unacknowledged;
        fs::remove_dir_all(folder).map_err(LabError::file("remove", folder))
    }

    /// Runs rounds of killing, and checks between them.
    fn rounds(&mut self, session: &mut Session, model: Option<&Model>) -> Result<(), LabError> {
        for _ in 0..VERIFICATIONS {
            for _ in 0..KILL_ROUNDS {
                session.kill_round(&mut self.rng, &mut self.counts)?;
                self.print_progress();
                if !self.has_time() {
                    break;
                }
            }
            session.verify(&mut self.rng, &mut self.counts)?;
            if let Some(model) = model {
                self.model(model)?;
            }
            if !self.has_time() {
                break;
            }
        }
        Ok(())
    }

    /// Runs the model until it has had its share of the time.
    fn model(&mut self, model: &Model) -> Result<(), LabError> {
        while self.in_model * MODEL_SHARE < self.start.elapsed() {
            let start = now();
            self.counts.model_cases += model.run(self.rng.next_u64())?;
            self.in_model += start.elapsed();
            self.print_progress();
        }
        Ok(())
    }

    /// Prints a line, if a minute has begun since the last one.
    fn print_progress(&mut self) {
        let minutes = self.start.elapsed().as_secs() / 60;
        if minutes > self.minutes_printed {
            self.minutes_printed = minutes;
            println!("{}", self.summary("So far"));
        }
    }

    /// The counts so far, as a line.
    fn summary(&self, how: &str) -> String {
        format!("{how}: {:.1} minutes, {}", self.start.elapsed().as_secs_f64() / 60.0, self.counts)
    }
}

/// Copy of the command line, so that a build meanwhile does not replace it. Removed when dropped.
struct OwnCopy(PathBuf);

impl OwnCopy {
    fn of(program: &Path, folder: &Path) -> Result<Self, LabError> {
        let copy =
            folder.join(format!("daybook-{}{}", std::process::id(), env::consts::EXE_SUFFIX));
        fs::copy(program, &copy).map_err(LabError::file("copy", program))?;
        Ok(Self(copy))
    }
}

impl Drop for OwnCopy {
    fn drop(&mut self) {
        // A copy that stays behind does no harm.
        drop(fs::remove_file(&self.0));
    }
}

#[expect(clippy::disallowed_methods, reason = "it is to last as long as was asked for")]
fn now() -> Instant {
    Instant::now()
}

/// A new seed, short enough to be typed.
#[expect(clippy::disallowed_methods, reason = "any number does, as long as it is another one")]
fn new_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() % 1_000_000)
}
