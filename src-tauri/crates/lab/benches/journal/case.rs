//! Cases of the benchmark, and how they are measured.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use journal::Options;

use crate::daybook::Daybook;
use crate::floor::Floor;
use crate::rows::{Rng, Row};
use crate::sqlite::Database;
use crate::timing::{Round, Summary};

type Failure = Box<dyn Error + Send + Sync>;

/// Case of the benchmark.
pub struct Case {
    pub name: &'static str,
    work: Work,
    /// How often each side is measured.
    rounds: usize,
}

/// Work of a round.
#[derive(Clone, Copy)]
enum Work {
    /// One recorder of so many single events.
    Singles(usize),
    /// So many concurrent recorders, each of so many single events.
    AtOnce(usize, usize),
    /// So many batches of so many events.
    Batches(usize, usize),
    /// So many events, submitted without waiting for each acknowledgement.
    Stream(usize),
}

// Names of cases that the report refers to.
pub const ONE: &str = "one recorder";
pub const EIGHT: &str = "8 recorders";
pub const LARGE: &str = "batches of 10,000";
pub const SUSTAINED: &str = "sustained";

/// All cases.
pub const CASES: [Case; 5] = [
    Case { name: ONE, work: Work::Singles(1_000), rounds: 9 },
    Case { name: EIGHT, work: Work::AtOnce(8, 500), rounds: 9 },
    Case { name: "batches of 100", work: Work::Batches(100, 100), rounds: 7 },
    Case { name: LARGE, work: Work::Batches(10, 10_000), rounds: 5 },
    Case { name: SUSTAINED, work: Work::Stream(500_000), rounds: 3 },
];

/// Side of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The journal, without flushing.
    Daybook,
    /// The journal with flushing, until all events are in the bucket.
    Flushing,
    /// A table of `SQLite`.
    Sqlite,
    /// The bare disk.
    Floor,
}

impl Side {
    /// The name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Daybook => "daybook",
            Self::Flushing => "daybook, record and flush",
            Self::Sqlite => "sqlite",
            Self::Floor => "write + fdatasync",
        }
    }
}

/// Runner of cases.
pub struct Bench {
    folder: PathBuf,
    rng: Rng,
    /// How many folders were made in it.
    folders: usize,
    /// Number of the last row of the table of `SQLite`.
    seq: u64,
}

impl Bench {
    /// A runner that measures in a folder.
    pub fn new(folder: PathBuf) -> Result<Self, Failure> {
        Ok(Self { folder: fs::canonicalize(folder)?, rng: Rng::new(342), folders: 0, seq: 0 })
    }

    /// Measures every side of a case, in turns, whose order is reversed after each round. The first
    /// turn of each side is a warm-up.
    pub fn measure(&mut self, case: &Case) -> Result<Vec<(Side, Summary)>, Failure> {
        if let Work::Stream(events) = case.work {
            return self.streams(case.rounds, events);
        }
        let folder = self.new_folder()?;
        let mut sides = Sides {
            daybook: Daybook::new(&folder, Daybook::never_flushing())?,
            sqlite: Database::new(&folder.join("peer.sqlite"))?,
            floor: Floor::new(&folder.join("floor"))?,
        };
        let mut turns: Vec<_> = match case.work {
            Work::Singles(_) => vec![Side::Daybook, Side::Sqlite, Side::Floor],
            _ => vec![Side::Daybook, Side::Sqlite],
        };
        turns.iter().try_for_each(|side| self.turn(*side, case.work, &mut sides).map(drop))?;
        let mut rounds = Vec::new();
        for _ in 0..case.rounds {
            for side in &turns {
                rounds.push((*side, self.turn(*side, case.work, &mut sides)?));
            }
            turns.reverse();
        }
        drop(sides);
        fs::remove_dir_all(&folder)?;
        Ok(summaries(rounds))
    }

    /// Measures one side for a round.
    fn turn(&mut self, side: Side, work: Work, sides: &mut Sides) -> Result<Round, Failure> {
        let (recorders, requests, size) = match work {
            Work::Singles(events) => (1, events, 1),
            Work::AtOnce(recorders, events) => (recorders, events, 1),
            Work::Batches(batches, events) => (1, batches, events),
            Work::Stream(events) => (1, 1, events),
        };
        match (side, work) {
            (Side::Daybook | Side::Flushing, Work::AtOnce(..)) => {
                let drafts = (0..recorders).map(|_| self.rng.drafts(requests)).collect();
                sides.daybook.at_once(drafts)
            }
            (Side::Daybook | Side::Flushing, Work::Batches(..)) => {
                sides.daybook.batches((0..requests).map(|_| self.rng.drafts(size)).collect())
            }
            (Side::Daybook | Side::Flushing, _) => sides.daybook.singles(self.rng.drafts(requests)),
            (Side::Sqlite, Work::AtOnce(..)) => {
                sides.sqlite.at_once((0..recorders).map(|_| self.rows(requests)).collect())
            }
            (Side::Sqlite, _) => {
                let batches: Vec<_> = (0..requests).map(|_| self.rows(size)).collect();
                sides.sqlite.batches(&batches)
            }
            (Side::Floor, _) => {
                let rows = self.rows(requests);
                let bytes = rows.iter().map(|row| serde_json::to_vec(&row.event));
                Ok(sides.floor.singles(&bytes.collect::<Result<Vec<_>, _>>()?)?)
            }
        }
    }

    /// Measures streams of events with and without flushing, each into a new journal.
    fn streams(&mut self, rounds: usize, events: usize) -> Result<Vec<(Side, Summary)>, Failure> {
        let mut turns = [Side::Flushing, Side::Daybook];
        let mut done = Vec::new();
        for _ in 0..rounds {
            for side in turns {
                let flushing = side == Side::Flushing;
                let options = if flushing { Options::default() } else { Daybook::never_flushing() };
                let drafts = self.rng.drafts(events);
                let folder = self.new_folder()?;
                let daybook = Daybook::new(&folder, options)?;
                done.push((side, daybook.stream(drafts, flushing)?));
                drop(daybook);
                remove(&folder);
            }
            turns.reverse();
        }
        Ok(summaries(done))
    }

    /// Rows for `SQLite`; several have one batch id.
    fn rows(&mut self, count: usize) -> Vec<Row> {
        let batch = (count > 1).then_some("batch-019cb2f4-5a01-7c3e-9d15-7f0a3b5c8e21");
        let row = |_| {
            let draft = self.rng.draft();
            self.seq += 1;
            Row::from(self.rng.event(draft, self.seq, batch))
        };
        (0..count).map(row).collect()
    }

    /// Makes a new folder.
    fn new_folder(&mut self) -> Result<PathBuf, Failure> {
        self.folders += 1;
        let folder = self.folder.join(self.folders.to_string());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// Sides of a case, opened.
struct Sides {
    daybook: Daybook,
    sqlite: Database,
    floor: Floor,
}

/// Summaries of the rounds of each side.
fn summaries(rounds: Vec<(Side, Round)>) -> Vec<(Side, Summary)> {
    let mut sides: Vec<(Side, Vec<Round>)> = Vec::new();
    for (side, round) in rounds {
        match sides.iter_mut().find(|(other, _)| *other == side) {
            Some((_, rounds)) => rounds.push(round),
            None => sides.push((side, vec![round])),
        }
    }
    sides.sort_by_key(|(side, _)| side.name());
    sides.into_iter().map(|(side, rounds)| (side, Summary::of(&rounds))).collect()
}

/// Removes a folder, as far as the threads of a dropped journal allow. The rest is removed at the
/// end, with the folder of the benchmark.
fn remove(folder: &Path) {
    drop(fs::remove_dir_all(folder));
}
