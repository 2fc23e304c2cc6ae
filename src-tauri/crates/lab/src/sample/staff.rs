//! Authors of changes: the firm's staff, who come and go, and its two programs.

use super::calendar::day_of;
use crate::prng::Rng;

/// Author of a change: actor, source and workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    pub actor: &'static str,
    pub source: &'static str,
    pub workspace: &'static str,
}

/// The program that imports.
pub const PIPELINE: Author = Author { actor: "ingest_pipeline", source: "ingest", workspace: "" };

/// The program that matches candidates and work.
pub const MATCHER: Author = Author { actor: "auto_matcher", source: "agent", workspace: "" };

/// Member of the staff.
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

impl Author {
    /// A member of the staff, in the firm's program; `None` if there is none of that name.
    pub fn of(name: &str) -> Option<Self> {
        STAFF.iter().find(|colleague| colleague.name == name).map(|colleague| Self {
            actor: colleague.name,
            source: "workspace",
            workspace: colleague.workspace,
        })
    }
}

/// A random member of the staff on that day, mostly in the firm's program.
pub fn anyone(rng: &mut Rng, at: i64) -> Author {
    let day = day_of(at);
    let is_employed = |colleague: &&Colleague| (colleague.days.0..=colleague.days.1).contains(&day);
    let present: Vec<&Colleague> = STAFF.iter().filter(is_employed).collect();
    let Colleague { name, workspace, .. } = rng.pick(&present);
    match rng.below(100) {
        0..82 => Author { actor: name, source: "workspace", workspace },
        82..95 => Author { actor: name, source: "api", workspace: "" },
        _ => Author { actor: name, source: "agent", workspace },
    }
}

/// Mostly the owner, if still employed; else a random member of the staff.
pub fn owner_or_anyone(rng: &mut Rng, owner: &str, at: i64) -> Author {
    let day = day_of(at);
    let theirs = STAFF.iter().find(|colleague| colleague.name == owner);
    match theirs.filter(|colleague| (colleague.days.0..=colleague.days.1).contains(&day)) {
        Some(Colleague { name, workspace, .. }) if rng.percent(65) => {
            Author { actor: name, source: "workspace", workspace }
        }
        _ => anyone(rng, at),
    }
}
