//! Simulation of the two years, day by day.
//!
//! A day is a list of instants. At each happens something that was planned for that day or before,
//! or else a random scene; plans that do not fit are left for the next day.

use super::calendar::{DAYS, HOUR, midnight, moments, targets};
use super::world::{Plan, SampleEvent, World};
use super::{candidates, clients, imports, placements, script};

/// Function that makes a scene happen at an instant.
type Scene = fn(&mut World, i64);

/// Random scenes with their weights, which sum up to 1000.
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

/// Days with a broken chain.
const BROKEN_DAYS: [i64; 8] = [45, 129, 212, 297, 381, 466, 548, 633];

/// Simulates about `events` events. Returns them in the order of arrival.
pub fn simulate(events: usize, seed: u64) -> Vec<SampleEvent> {
    let mut w = World::new(seed);
    script::play(&mut w);
    let scripted = w.events.len();
    // Events that are no part of the working days, and so do not count towards their targets.
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
    w.events.sort_by_key(|event| event.arrival);
    w.events
}

/// Runs a part of the simulation. Returns how many events it made.
fn counting(w: &mut World, part: impl FnOnce(&mut World)) -> usize {
    let before = w.events.len();
    part(w);
    w.events.len() - before
}

/// Simulates a working day until there are `target` events in all.
fn working_day(w: &mut World, day: i64, target: usize) {
    let count = target.saturating_sub(w.events.len());
    let moments = moments(&mut w.rng, day, count);
    while let Some(done) = (count + w.events.len()).checked_sub(target)
        && let Some(&at) = moments.get(done)
    {
        match w.rng.percent(55).then(|| w.due(day)).flatten() {
            Some(plan) => perform(w, plan, at),
            None => random_scene(w, at),
        }
    }
}

/// Makes a random scene happen.
fn random_scene(w: &mut World, at: i64) {
    let mut rest = w.rng.below(SCENES.iter().map(|(weight, _)| weight).sum());
    for (weight, scene) in SCENES {
        match rest.checked_sub(weight) {
            Some(less) => rest = less,
            None => return scene(w, at),
        }
    }
}

/// Makes what was planned happen.
fn perform(w: &mut World, plan: Plan, at: i64) {
    match plan {
        Plan::Advance(record) => candidates::advances(w, record, at),
        Plan::PutRight { record, field, wrong, right } => {
            candidates::put_right(w, record, field, (&wrong, right), at);
        }
        Plan::Begin(record) => placements::begins(w, record, at),
        Plan::End(record) => placements::ends(w, record, at),
        Plan::Restore(record) => {
            let by = candidates::author_of(w, record, at);
            w.restore(record, by, at);
        }
    }
}

/// The next status of a random candidate, without a plan.
fn advances_out_of_turn(w: &mut World, at: i64) {
    let record = w.rng.pick(&w.candidates);
    candidates::advances(w, record, at);
}
