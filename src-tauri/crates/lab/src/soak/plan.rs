//! What the processes of a round are to do, and when each is killed.

use std::time::Duration;

use serde_json::{Value, json};

use super::ledger::{Line, Sending};
use crate::prng::Dice;

/// What one process is to do.
pub struct Plan {
    pub home: usize,
    /// After the round has begun.
    pub start: Duration,
    /// After the process was started; `None` if it is left to end.
    pub killed_after: Option<Duration>,
    pub work: Work,
}

pub enum Work {
    /// Which sending of the ledger.
    Record {
        sending: usize,
        feeding: Feeding,
    },
    Flush,
    /// Reads everything, and is never killed.
    Read,
}

/// How the lines come.
#[derive(Clone, Copy)]
pub struct Feeding {
    pub pause: Option<Pause>,
    /// There is no end of the input before the process is killed.
    pub held_open: bool,
}

/// After every so many lines.
#[derive(Clone, Copy)]
pub struct Pause {
    pub after: usize,
    pub length: Duration,
}

/// What the values are, after the part that is in no other.
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

/// Plans a round for so many homes. `known` is how many sendings there are already.
pub fn round(dice: &mut Dice, homes: usize, known: usize) -> (Vec<Plan>, Vec<Sending>) {
    let (mut plans, mut sendings) = (Vec::new(), Vec::new());
    for home in 0..homes {
        for _ in 0..dice.between(1, 3) {
            let number = known + sendings.len();
            sendings.push(sending(dice, home, number));
            let pause = pause(dice);
            let (start, killed_after) = times(dice, 150);
            let held_open = killed_after.is_some() && dice.percent(50);
            let feeding = Feeding { pause, held_open };
            let work = Work::Record { sending: number, feeding };
            plans.push(Plan { home, start, killed_after, work });
        }
        if dice.percent(60) {
            let (start, killed_after) = times(dice, 30);
            plans.push(Plan { home, start, killed_after, work: Work::Flush });
        }
        if dice.percent(25) {
            let start = Duration::from_millis(dice.below(100));
            plans.push(Plan { home, start, killed_after: None, work: Work::Read });
        }
    }
    (plans, sendings)
}

/// When a process starts, and when it is killed: within `longest` milliseconds; three in twenty
/// are left to end.
fn times(dice: &mut Dice, longest: u64) -> (Duration, Option<Duration>) {
    let start = Duration::from_millis(dice.below(60));
    let life = Duration::from_micros(dice.below(longest * 1000));
    (start, (!dice.percent(15)).then_some(life))
}

fn pause(dice: &mut Dice) -> Option<Pause> {
    let after = dice.pick(&[0, 1, 10, 100]);
    let length = Duration::from_micros(dice.below(3_000));
    (after > 0).then_some(Pause { after, length })
}

fn sending(dice: &mut Dice, home: usize, number: usize) -> Sending {
    let atomic = dice.percent(30);
    let most = dice.pick(&[3, 40, 400, 400, 2_500]);
    let count = usize::try_from(dice.between(1, most)).unwrap_or(1);
    let lines = (0..count).map(|index| line(dice, number, index)).collect();
    Sending::new(home, atomic, lines)
}

fn line(dice: &mut Dice, number: usize, index: usize) -> Line {
    let value = format!("{number}.{index} {}", dice.pick(&NOISE));
    let old_value = match dice.below(4) {
        0 => Value::Null,
        1 => Value::from(""),
        _ => Value::from(dice.pick(&NOISE)),
    };
    let event = json!({
        "entity_type": "candidate",
        "entity_id": format!("CAND-{:05}", dice.below(2_000)),
        "field": dice.pick(&FIELDS),
        "action": "update",
        "old_value": old_value,
        "new_value": value,
        "actor": dice.pick(&ACTORS),
    });
    Line { value, event }
}
