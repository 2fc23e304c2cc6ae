//! One bucket, the homes that write to it, and what was sent.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use super::check::{check, writers};
use super::cli::Cli;
use super::counts::Counts;
use super::files;
use super::ledger::Ledger;
use super::plan::{self, Plan, Work};
use super::process::{self, Ended};
use crate::error::LabError;
use crate::prng::Dice;

pub struct Session {
    folder: PathBuf,
    cli: Cli,
    /// The applications' data folders: several are several installations.
    homes: Vec<PathBuf>,
    ledger: Ledger,
    /// The files of the bucket when it was last looked through.
    files: BTreeMap<PathBuf, [u8; 32]>,
    /// Events that were there then though nobody was told of them.
    pub unheard: u64,
}

impl Session {
    pub fn new(program: &Path, folder: &Path, dice: &mut Dice) -> Result<Self, LabError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(LabError::file("remove", folder))?;
        }
        let bucket = folder.join("bucket");
        fs::create_dir_all(&bucket).map_err(LabError::file("make the folder", &bucket))?;
        let homes = if dice.percent(50) { 1 } else { 2 };
        Ok(Self {
            folder: folder.to_owned(),
            cli: Cli { program: program.to_owned(), bucket },
            homes: (0..homes).map(|number| folder.join(format!("home-{number}"))).collect(),
            ledger: Ledger::default(),
            files: BTreeMap::new(),
            unheard: 0,
        })
    }

    /// Starts some processes at once, and kills most of them.
    pub fn kill_round(&mut self, dice: &mut Dice, counts: &mut Counts) -> Result<(), LabError> {
        let known = self.ledger.sendings.len();
        let (plans, sendings) = plan::round(dice, self.homes.len(), known);
        self.ledger.sendings.extend(sendings);
        let session = &*self;
        let outcomes: Vec<Result<Counts, LabError>> = thread::scope(|scope| {
            let threads = plans.iter().map(|plan| scope.spawn(move || session.perform(plan)));
            let threads: Vec<_> = threads.collect();
            let panicked = |_| Err(LabError::Unsound("a thread of the soak panicked".to_owned()));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
        });
        for outcome in outcomes {
            counts.add(&outcome?);
        }
        counts.rounds += 1;
        for sending in &self.ledger.sendings[known..] {
            counts.sent += sending.lines.len() as u64;
            counts.acknowledged += sending.acknowledged().len() as u64;
            counts.batches += u64::from(sending.atomic);
            counts.acknowledged_batches += u64::from(sending.atomic && sending.is_acknowledged());
        }
        Ok(())
    }

    fn perform(&self, plan: &Plan) -> Result<Counts, LabError> {
        let mut counts = Counts { processes: 1, ..Counts::default() };
        let home = &self.homes[plan.home];
        match plan.work {
            Work::Record { sending, feeding } => {
                let mut command = self.cli.command("record", home);
                let sending = &self.ledger.sendings[sending];
                if sending.atomic {
                    command.arg("--atomic");
                }
                let ended = process::record(&mut command, plan, sending, feeding)?;
                counts.killed_recording += u64::from(ended == Ended::Killed);
            }
            Work::Flush => {
                let ended = process::run(&mut self.cli.command("flush", home), plan)?;
                counts.killed_flushing += u64::from(ended == Ended::Killed);
                counts.flushes += u64::from(ended == Ended::Itself);
            }
            Work::Read => {
                thread::sleep(plan.start);
                self.read(plan.home)?;
                counts.reads_meanwhile += 1;
            }
        }
        Ok(counts)
    }

    /// Reads everything from one of the homes: what was acknowledged there before must be in it,
    /// whether or not it is in the bucket yet.
    fn read(&self, home: usize) -> Result<(), LabError> {
        let owed = self.ledger.owed_to(home);
        let seen = self.cli.recent(&self.homes[home])?;
        check(&seen, &self.ledger.sendings, &owed).map(drop)
    }

    /// Flushes, and looks through everything.
    pub fn look_through(&mut self, dice: &mut Dice, counts: &mut Counts) -> Result<(), LabError> {
        for (number, home) in self.homes.iter().enumerate() {
            if dice.percent(50) {
                self.read(number)?;
            }
            self.cli.flush(home)?;
        }
        for home in &self.homes {
            for (name, what) in [("buffer_events", "wait after a flush"), ("forks", "forks")] {
                let number = self.cli.stats(home, name)?;
                if number > 0 {
                    return Err(LabError::Unsound(format!(
                        "{number} {what} in {}",
                        home.display()
                    )));
                }
            }
        }
        self.ledger.stored = self.ledger.sendings.len();
        // A home of which nothing is expected: what it reads is in the bucket.
        let seen = self.cli.recent(&self.folder.join("reader"))?;
        let owed = self.ledger.owed_to(self.homes.len());
        self.unheard = check(&seen, &self.ledger.sendings, &owed)?;
        if writers(&seen) > self.homes.len() {
            let (writers, homes) = (writers(&seen), self.homes.len());
            return Err(LabError::Unsound(format!("{homes} installations have {writers} writers")));
        }
        let now = files::hashes(&self.cli.bucket)?;
        files::check_kept(&self.files, &now)?;
        self.files = now;
        counts.looks += 1;
        Ok(())
    }

    /// Leaves everything where it is, with a list of what was sent.
    pub fn keep(&self) -> Result<(), LabError> {
        let path = self.folder.join("sent.ndjson");
        fs::write(&path, self.ledger.to_ndjson()).map_err(LabError::file("write", &path))
    }
}
