//! Plan of a round: what its processes do, and when each is killed.

use std::time::Duration;

use serde_json::{Value, json};

use super::ledger::{SentLine, Submission};
use crate::prng::Rng;

/// Plan of one process.
pub struct Plan {
    /// Number of the home that it runs in.
    pub home: usize,
    /// When it is started, from the start of the round on.
    pub start: Duration,
    /// When it is killed, from its start on; `None` if it is not.
    pub killed_after: Option<Duration>,
    /// What it does.
    pub work: Work,
}

/// Work of a process.
pub enum Work {
    /// Records a submission.
    Record {
        /// Index in the ledger.
        submission: usize,
        /// How it gets its input.
        feeding: Feeding,
    },
    /// Flushes.
    Flush,
    /// Reads all events. It is never killed.
    Read,
}

/// Pace of the input of a process.
#[derive(Clone, Copy)]
pub struct Feeding {
    /// Pauses between lines.
    pub pause: Option<Pause>,
    /// Whether the input stays open until the process is killed.
    pub held_open: bool,
}

/// Pause of the input.
#[derive(Clone, Copy)]
pub struct Pause {
    /// After every so many lines.
    pub after: usize,
    /// How long.
    pub length: Duration,
}

/// Values, or the ends of values that begin with a unique part.
const NOISE: [&str; 8] = [
    "",
    " ",
    "+44 20 7946 0958",
    "two\nlines, a tab\t, \"quotes\" and \\",
    "Ångström, 東京, 🦀",
    "=HYPERLINK(\"x\")",
    "a note of some length that goes on about notice periods, and whom to call, and when",
    "\u{1}\u{7f}",
];

const FIELDS: [&str; 3] = ["phone", "email", "notes"];
const ACTORS: [&str; 4] = ["Sarah", "Marcus", "Zoë", "ingest_pipeline"];

/// Plans a round for so many homes. `known` is the number of submissions so far.
pub fn round(rng: &mut Rng, homes: usize, known: usize) -> (Vec<Plan>, Vec<Submission>) {
    let (mut plans, mut submissions) = (Vec::new(), Vec::new());
    for home in 0..homes {
        for _ in 0..rng.between(1, 3) {
            let number = known + submissions.len();
            submissions.push(submission(rng, home, number));
            let pause = pause(rng);
            let (start, killed_after) = times(rng, 150);
            let held_open = killed_after.is_some() && rng.percent(50);
            let feeding = Feeding { pause, held_open };
            let work = Work::Record { submission: number, feeding };
            plans.push(Plan { home, start, killed_after, work });
        }
        if rng.percent(60) {
            let (start, killed_after) = times(rng, 30);
            plans.push(Plan { home, start, killed_after, work: Work::Flush });
        }
        if rng.percent(25) {
            let start = Duration::from_millis(rng.below(100));
            plans.push(Plan { home, start, killed_after: None, work: Work::Read });
        }
    }
    (plans, submissions)
}

/// When a process is started, and when it is killed: within `longest` milliseconds. 15 % are not
/// killed.
fn times(rng: &mut Rng, longest: u64) -> (Duration, Option<Duration>) {
    let start = Duration::from_millis(rng.below(60));
    let life = Duration::from_micros(rng.below(longest * 1000));
    (start, (!rng.percent(15)).then_some(life))
}

/// A random pause, or none.
fn pause(rng: &mut Rng) -> Option<Pause> {
    let after = rng.pick(&[0, 1, 10, 100]);
    let length = Duration::from_micros(rng.below(3_000));
    (after > 0).then_some(Pause { after, length })
}

/// A random submission.
fn submission(rng: &mut Rng, home: usize, number: usize) -> Submission {
    let atomic = rng.percent(30);
    let most = rng.pick(&[3, 40, 400, 400, 2_500]);
    let count = usize::try_from(rng.between(1, most)).unwrap_or(1);
    let lines = (0..count).map(|index| line(rng, number, index)).collect();
    Submission::new(home, atomic, lines)
}

/// A random event.
fn line(rng: &mut Rng, number: usize, index: usize) -> SentLine {
    let value = format!("{number}.{index} {}", rng.pick(&NOISE));
    let old_value = match rng.below(4) {
        0 => Value::Null,
        1 => Value::from(""),
        _ => Value::from(rng.pick(&NOISE)),
    };
    let event = json!({
        "entity_type": "candidate",
        "entity_id": format!("CAND-{:05}", rng.below(2_000)),
        "field": rng.pick(&FIELDS),
        "action": "update",
        "old_value": old_value,
        "new_value": value,
        "actor": rng.pick(&ACTORS),
    });
    SentLine { value, event }
}
