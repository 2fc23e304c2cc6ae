//! Two years at a recruiting firm, day by day.
//!
//! A day is a list of moments at which someone does something. What was planned for the day comes
//! about as often as what chance brings; what does not fit is left for the next day.

use super::calendar::{DAYS, HOUR, midnight, moments, targets};
use super::world::{Happening, Plan, World};
use super::{candidates, clients, imports, placements, script};

type Scene = fn(&mut World, i64);

/// What chance brings, with how often out of a thousand.
const SCENES: [(u64, Scene); 14] = [
    (130, candidates::arrives),
    (170, candidates::is_noted),
    (120, candidates::moves),
    (120, candidates::reconsiders),
    (75, candidates::reconsiders_much),
    (40, candidates::is_mistyped),
    (20, candidates::is_saved_unchanged),
    (45, candidates::are_matched),
    (10, candidates::leaves),
    (95, placements::is_renegotiated),
    (8, clients::arrives),
    (82, clients::changes),
    (60, clients::is_noted),
    (25, advances_out_of_turn),
];

/// Days on which two people change one number at once.
const BROKEN_DAYS: [i64; 8] = [45, 129, 212, 297, 381, 466, 548, 633];

/// Everything that happens, in the order in which the journal hears of it.
pub fn live(events: usize, seed: u64) -> Vec<Happening> {
    let mut w = World::new(seed);
    script::play(&mut w);
    let scripted = w.happenings.len();
    // Events that are not part of the working days, and do not make them shorter.
    let mut beside = scripted;
    let targets = targets(events.saturating_sub(scripted + imports::size(events)));
    for (day, target) in (0..DAYS).zip(targets) {
        beside += counting(&mut w, |w| imports::before_work(w, day));
        imports::weekly_feed(&mut w, day, events);
        working_day(&mut w, day, target + beside);
        beside += counting(&mut w, |w| imports::after_work(w, day, events));
        if BROKEN_DAYS.contains(&day) {
            candidates::is_changed_by_two(&mut w, midnight(day) + 21 * HOUR);
        }
    }
    w.happenings.sort_by_key(|happening| happening.heard);
    w.happenings
}

/// How many events something brings.
fn counting(w: &mut World, happens: impl FnOnce(&mut World)) -> usize {
    let before = w.happenings.len();
    happens(w);
    w.happenings.len() - before
}

/// Things happen until there are `target` events in all.
fn working_day(w: &mut World, day: i64, target: usize) {
    let count = target.saturating_sub(w.happenings.len());
    let moments = moments(&mut w.dice, day, count);
    while let Some(done) = (count + w.happenings.len()).checked_sub(target)
        && let Some(&at) = moments.get(done)
    {
        match w.dice.percent(55).then(|| w.due(day)).flatten() {
            Some(plan) => perform(w, plan, at),
            None => chance(w, at),
        }
    }
}

fn chance(w: &mut World, at: i64) {
    let mut left = w.dice.below(SCENES.iter().map(|(weight, _)| weight).sum());
    for (weight, scene) in SCENES {
        match left.checked_sub(weight) {
            Some(less) => left = less,
            None => return scene(w, at),
        }
    }
}

fn perform(w: &mut World, plan: Plan, at: i64) {
    match plan {
        Plan::Advance(record) => candidates::advances(w, record, at),
        Plan::PutRight { record, field, wrong, right } => {
            candidates::put_right(w, record, field, (&wrong, right), at);
        }
        Plan::Begin(record) => placements::begins(w, record, at),
        Plan::End(record) => placements::ends(w, record, at),
        Plan::Restore(record) => {
            let by = candidates::hand(w, record, at);
            w.restore(record, by, at);
        }
    }
}

/// Someone looks through the older candidates and takes one up again.
fn advances_out_of_turn(w: &mut World, at: i64) {
    let record = w.dice.pick(&w.candidates);
    candidates::advances(w, record, at);
}
