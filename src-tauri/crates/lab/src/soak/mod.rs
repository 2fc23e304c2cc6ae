//! `lab soak`: the promises of the journal against programs that are killed.
//!
//! Real processes of the real command line record and flush in fresh folders and are killed at
//! random moments; then everything is read, and held against what was sent and acknowledged. In
//! between, the model of the journal's tests runs with ever new seeds.

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
use crate::prng::Dice;
use counts::Counts;
use model::Model;
use session::Session;

/// How often programs are killed in the same folders before these are looked through.
const KILL_ROUNDS: u64 = 20;

/// How often the same folders are looked through before others are taken.
const LOOKS: u64 = 3;

/// Of the time that has passed, a quarter belongs to the model.
const MODEL_SHARE: u32 = 4;

/// Kills processes of the command line `program` for so many minutes, in folders below `folder`.
/// Fails with what was lost, doubled or changed.
pub fn run(program: &Path, folder: &Path, minutes: u64, seed: Option<u64>) -> Result<(), LabError> {
    let seed = seed.unwrap_or_else(some_seed);
    fs::create_dir_all(folder).map_err(LabError::file("make the folder", folder))?;
    let model = Model::build(folder)?;
    let program = OwnCopy::of(program, folder)?;
    println!("Soaking for {minutes} minutes, with --seed {seed}");
    let end = Duration::from_secs(minutes * 60);
    let mut soak = Soak {
        start: now(),
        end,
        in_model: Duration::ZERO,
        minutes_told: 0,
        counts: Counts::default(),
        dice: Dice::new(seed),
    };
    let mut number = 0;
    while soak.goes_on() {
        number += 1;
        let folder = folder.join(format!("{seed}-{number}"));
        soak.fill_and_look(&program.0, &folder, model.as_ref(), seed)?;
    }
    println!("\n{}", soak.told("Nothing was lost, doubled or changed"));
    Ok(())
}

struct Soak {
    start: Instant,
    end: Duration,
    in_model: Duration,
    /// How many minutes have had their line.
    minutes_told: u64,
    counts: Counts,
    dice: Dice,
}

impl Soak {
    fn goes_on(&self) -> bool {
        self.start.elapsed() < self.end
    }

    /// One bucket from its beginning to its end. It is removed if all is well, and else kept.
    fn fill_and_look(
        &mut self,
        program: &Path,
        folder: &Path,
        model: Option<&Model>,
        seed: u64,
    ) -> Result<(), LabError> {
        let mut session = Session::new(program, folder, &mut self.dice)?;
        let outcome = self.rounds(&mut session, model);
        if let Err(LabError::Unsound(found)) = outcome {
            session.keep()?;
            println!("\n{}", self.told("Stopped"));
            return Err(LabError::Soak { found, seed, folder: folder.to_owned() });
        }
        outcome?;
        self.counts.buckets += 1;
        self.counts.unheard += session.unheard;
        fs::remove_dir_all(folder).map_err(LabError::file("remove", folder))
    }

    fn rounds(&mut self, session: &mut Session, model: Option<&Model>) -> Result<(), LabError> {
        for _ in 0..LOOKS {
            for _ in 0..KILL_ROUNDS {
                session.kill_round(&mut self.dice, &mut self.counts)?;
                self.tell();
                if !self.goes_on() {
                    break;
                }
            }
            session.look_through(&mut self.dice, &mut self.counts)?;
            if let Some(model) = model {
                self.model(model)?;
            }
            if !self.goes_on() {
                break;
            }
        }
        Ok(())
    }

    fn model(&mut self, model: &Model) -> Result<(), LabError> {
        while self.in_model * MODEL_SHARE < self.start.elapsed() {
            let start = now();
            self.counts.model_cases += model.run(self.dice.roll())?;
            self.in_model += start.elapsed();
            self.tell();
        }
        Ok(())
    }

    /// A line for each minute that has begun since the last.
    fn tell(&mut self) {
        let minutes = self.start.elapsed().as_secs() / 60;
        if minutes > self.minutes_told {
            self.minutes_told = minutes;
            println!("{}", self.told("So far"));
        }
    }

    fn told(&self, how: &str) -> String {
        format!("{how}: {:.1} minutes, {}", self.start.elapsed().as_secs_f64() / 60.0, self.counts)
    }
}

/// The command line as it is now: whoever builds meanwhile must not change it under our hands.
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
        // What is left of it harms nobody.
        drop(fs::remove_file(&self.0));
    }
}

#[expect(clippy::disallowed_methods, reason = "it is to last as long as was asked for")]
fn now() -> Instant {
    Instant::now()
}

/// Another one each time, and short enough to be typed.
#[expect(clippy::disallowed_methods, reason = "any number does, as long as it is another one")]
fn some_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() % 1_000_000)
}
