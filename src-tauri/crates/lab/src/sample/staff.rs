//! Who changes things: the firm's people, who come and go, and its two programs.

use super::calendar::day_of;
use crate::prng::Dice;

/// Who makes a change, and through what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    pub actor: &'static str,
    pub source: &'static str,
    pub workspace: &'static str,
}

/// The nightly feed and everything else that comes in bulk.
pub const PIPELINE: Hand = Hand { actor: "ingest_pipeline", source: "ingest", workspace: "" };

/// The program that looks for work that suits a candidate.
pub const MATCHER: Hand = Hand { actor: "auto_matcher", source: "agent", workspace: "" };

struct Colleague {
    name: &'static str,
    workspace: &'static str,
    /// The first and the last day at the firm.
    days: (i64, i64),
}

const STAFF: [Colleague; 10] = [
    colleague("Sarah", "ws-london", 0, 999),
    colleague("Marcus", "ws-london", 0, 999),
    colleague("Priya", "ws-leeds", 0, 999),
    colleague("Tom", "ws-leeds", 0, 271),
    colleague("Aoife", "ws-manchester", 0, 999),
    colleague("Daniel", "ws-london", 0, 480),
    colleague("Lucy", "ws-leeds", 120, 999),
    colleague("Keiko", "ws-manchester", 214, 999),
    colleague("Owen", "ws-london", 390, 999),
    colleague("Grace", "ws-london", 0, 999),
];

const fn colleague(
    name: &'static str,
    workspace: &'static str,
    first: i64,
    last: i64,
) -> Colleague {
    Colleague { name, workspace, days: (first, last) }
}

impl Hand {
    /// A person at work in the firm's program.
    pub fn of(name: &str) -> Option<Self> {
        STAFF.iter().find(|colleague| colleague.name == name).map(|colleague| Self {
            actor: colleague.name,
            source: "workspace",
            workspace: colleague.workspace,
        })
    }
}

/// Anyone who is at the firm on that day, mostly at work in its program.
pub fn anyone(dice: &mut Dice, at: i64) -> Hand {
    let day = day_of(at);
    let there = |colleague: &&Colleague| (colleague.days.0..=colleague.days.1).contains(&day);
    let present: Vec<&Colleague> = STAFF.iter().filter(there).collect();
    let Colleague { name, workspace, .. } = dice.pick(&present);
    match dice.below(100) {
        0..82 => Hand { actor: name, source: "workspace", workspace },
        82..95 => Hand { actor: name, source: "api", workspace: "" },
        _ => Hand { actor: name, source: "agent", workspace },
    }
}

/// The one who looks after the record, if still at the firm; often a colleague.
pub fn owner_or_anyone(dice: &mut Dice, owner: &str, at: i64) -> Hand {
    let day = day_of(at);
    let theirs = STAFF.iter().find(|colleague| colleague.name == owner);
    match theirs.filter(|colleague| (colleague.days.0..=colleague.days.1).contains(&day)) {
        Some(Colleague { name, workspace, .. }) if dice.percent(65) => {
            Hand { actor: name, source: "workspace", workspace }
        }
        _ => anyone(dice, at),
    }
}
