//! Session of the soak test: one bucket, the homes that write to it, and the ledger.

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
use super::process::{self, ExitKind};
use crate::error::LabError;
use crate::prng::Rng;

/// Session with one bucket.
pub struct Session {
    folder: PathBuf,
    cli: Cli,
    /// Folders of the application's data: each is an installation of its own.
    homes: Vec<PathBuf>,
    ledger: Ledger,
    /// The files of the bucket at the last check.
    files: BTreeMap<PathBuf, [u8; 32]>,
    /// Events that were there at the last check and were not acknowledged.
    pub unacknowledged: u64,
}

impl Session {
    /// A session with an empty bucket in `folder`, which is emptied.
    pub fn new(program: &Path, folder: &Path, rng: &mut Rng) -> Result<Self, LabError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(LabError::file("remove", folder))?;
        }
        let bucket = folder.join("bucket");
        fs::create_dir_all(&bucket).map_err(LabError::file("make the folder", &bucket))?;
        let homes = if rng.percent(50) { 1 } else { 2 };
        Ok(Self {
            folder: folder.to_owned(),
            cli: Cli { program: program.to_owned(), bucket },
            homes: (0..homes).map(|number| folder.join(format!("home-{number}"))).collect(),
            ledger: Ledger::default(),
            files: BTreeMap::new(),
            unacknowledged: 0,
        })
    }

    /// Runs a round: starts some processes at once, and kills most of them.
    pub fn kill_round(&mut self, rng: &mut Rng, counts: &mut Counts) -> Result<(), LabError> {
        let known = self.ledger.submissions.len();
        let (plans, submissions) = plan::round(rng, self.homes.len(), known);
        self.ledger.submissions.extend(submissions);
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
        for submission in &self.ledger.submissions[known..] {
            counts.sent += submission.lines.len() as u64;
            counts.acknowledged += submission.acknowledged().len() as u64;
            counts.batches += u64::from(submission.atomic);
            counts.acknowledged_batches +=
                u64::from(submission.atomic && submission.is_acknowledged());
        }
        Ok(())
    }

    /// Runs one process.
    fn perform(&self, plan: &Plan) -> Result<Counts, LabError> {
        let mut counts = Counts { processes: 1, ..Counts::default() };
        let home = &self.homes[plan.home];
        match plan.work {
            Work::Record { submission, feeding } => {
                let mut command = self.cli.command("record", home);
                let submission = &self.ledger.submissions[submission];
                if submission.atomic {
                    command.arg("--atomic");
                }
                let ended = process::record(&mut command, plan, submission, feeding)?;
                counts.killed_recording += u64::from(ended == ExitKind::Killed);
            }
            Work::Flush => {
                let ended = process::run(&mut self.cli.command("flush", home), plan)?;
                counts.killed_flushing += u64::from(ended == ExitKind::Killed);
                counts.flushes += u64::from(ended == ExitKind::Completed);
            }
            Work::Read => {
                thread::sleep(plan.start);
                self.read(plan.home)?;
                counts.reads_meanwhile += 1;
            }
        }
        Ok(counts)
    }

    /// Reads all events from a home, and checks them: those acknowledged there must be among them,
    /// pending or not.
    fn read(&self, home: usize) -> Result<(), LabError> {
        let expected = self.ledger.expected_in(home);
        let read = self.cli.recent(&self.homes[home])?;
        check(&read, &self.ledger.submissions, &expected).map(drop)
    }

    /// Flushes all homes, and checks all events and files.
    pub fn verify(&mut self, rng: &mut Rng, counts: &mut Counts) -> Result<(), LabError> {
        for (number, home) in self.homes.iter().enumerate() {
            if rng.percent(50) {
                self.read(number)?;
            }
            self.cli.flush(home)?;
        }
        for home in &self.homes {
            for (name, what) in [("buffer_events", "pending after a flush"), ("forks", "forks")] {
                let number = self.cli.stats(home, name)?;
                if number > 0 {
                    return Err(LabError::Unsound(format!(
                        "{number} {what} in {}",
                        home.display()
                    )));
                }
            }
        }
        self.ledger.stored = self.ledger.submissions.len();
        // From a new home only the bucket is read: nothing is pending there.
        let read = self.cli.recent(&self.folder.join("reader"))?;
        let expected = self.ledger.expected_in(self.homes.len());
        self.unacknowledged = check(&read, &self.ledger.submissions, &expected)?;
        if writers(&read) > self.homes.len() {
            let (writers, homes) = (writers(&read), self.homes.len());
            return Err(LabError::Unsound(format!("{homes} installations have {writers} writers")));
        }
        let now = files::hashes(&self.cli.bucket)?;
        files::check_unchanged(&self.files, &now)?;
        self.files = now;
        counts.verifications += 1;
        Ok(())
    }

    /// Writes the ledger beside the bucket, as evidence of a failed check.
    pub fn save_ledger(&self) -> Result<(), LabError> {
        let path = self.folder.join("sent.ndjson");
        fs::write(&path, self.ledger.to_ndjson()).map_err(LabError::file("write", &path))
    }
}
