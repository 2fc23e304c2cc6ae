//! What holds for every timeline.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{about, event, timeline};
use crate::Action::{Correct, Delete, Ingest, Insert, Note, Update, Void};
use crate::{Event, Reading, State, Timeline, View};

/// What an event is built from: action, field, old and new value, target.
type Drawn = (usize, String, Option<String>, Option<String>, u64);

/// Any timeline: inserts, updates, deletions, and amendments about anything, in any state.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let value = || prop_oneof![Just(None), "[a-c]{0,2}".prop_map(Some)];
    let field = || prop_oneof!["[xy]", Just("*".to_owned())];
    let one = (0..8_usize, field(), value(), value(), 0..12_u64);
    prop::collection::vec(one, 0..12).prop_map(|drawn| {
        let drawn = (0..).zip(&drawn);
        let build = |(n, (action, field, old, new, target)): (u64, &Drawn)| {
            build(n, *action, field, old.as_deref(), new.as_deref(), *target)
        };
        drawn.map(build).collect()
    })
}

fn build(
    n: u64,
    action: usize,
    field: &str,
    old: Option<&str>,
    new: Option<&str>,
    target: u64,
) -> Event {
    let object = format!(r#"{{"x":"{}","y":null}}"#, new.unwrap_or_default());
    match action {
        0 => event(n, Insert, "*", old, Some(&object)),
        1 => event(n, Delete, "*", old, Some("")),
        2 | 3 => event(n, Update, if field == "*" { "x" } else { field }, old, new),
        4 => about(n, Void, target, field, None),
        5 => about(n, Correct, target, field, new),
        6 => about(n, Note, target, field, new),
        _ => event(n, Ingest, "*", old, new),
    }
}

/// Fields, values and life, without the indices they rest on.
fn values(state: &State) -> (bool, bool, Vec<(String, Option<String>)>) {
    let fields = state.fields.iter().map(|(name, cell)| (name.clone(), cell.value.clone()));
    (state.exists, state.deleted, fields.collect())
}

fn now(timeline: &Timeline) -> (bool, bool, Vec<(String, Option<String>)>) {
    values(&timeline.state(View::NOW))
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn folding_is_insensitive_to_the_order_of_arrival(
        (events, shuffled) in events().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle())),
        minute in 0..12_i64,
    ) {
        let (a, b) = (timeline(events), timeline(shuffled));
        let at = a.entries().first().map(|e| e.event.timestamp + chrono::Duration::minutes(minute));
        for reading in [Reading::Recorded, Reading::Corrected] {
            let view = View { at, reading, known_at: None };
            prop_assert_eq!(a.state(view), b.state(view));
        }
        prop_assert_eq!(a.breaks(), b.breaks());
        prop_assert_eq!(a, b);
    }

    #[test]
    fn a_correction_of_a_superseded_event_leaves_todays_value(
        mut events in events(), first in "[a-c]{0,2}", second in "[a-c]{0,2}", fixed in "[a-c]{0,2}",
    ) {
        events.push(event(20, Update, "x", None, Some(&first)));
        events.push(event(21, Update, "x", Some(&first), Some(&second)));
        let before = now(&timeline(events.clone()));
        events.push(about(22, Correct, 20, "x", Some(&fixed)));
        prop_assert_eq!(now(&timeline(events)), before);
    }

    #[test]
    fn to_void_and_then_void_the_void_is_the_identity(mut events in events(), pick in any::<prop::sample::Index>()) {
        prop_assume!(!events.is_empty());
        let target = pick.index(events.len()) as u64;
        let before = now(&timeline(events.clone()));
        events.push(about(30, Void, target, "x", None));
        events.push(about(31, Void, 30, "x", None));
        prop_assert_eq!(now(&timeline(events)), before);
    }

    #[test]
    fn a_chain_ends_at_its_last_effective_link(
        chain in prop::collection::vec(("[a-c]{0,2}", any::<bool>()), 0..8),
    ) {
        // Each link corrects the one before; a voided link takes everything after it along.
        let mut events = vec![event(0, Update, "x", None, Some("first"))];
        for (n, (value, _)) in (1..).zip(&chain) {
            events.push(about(n, Correct, n - 1, "x", Some(value)));
        }
        for (n, (_, _)) in (1..).zip(&chain).filter(|(_, (_, void))| *void) {
            events.push(about(100 + n, Void, n, "x", None));
        }
        let effective = chain.iter().take_while(|(_, void)| !void).last();
        let expected = effective.map_or("first", |(value, _)| value);
        let state = timeline(events).state(View::NOW);
        prop_assert_eq!(state.fields["x"].value.as_deref(), Some(expected));
    }

    #[test]
    fn what_was_recorded_does_not_change_by_what_is_said_about_it(events in events()) {
        let plain: Vec<Event> = events.iter().filter(|e| !e.action.is_amendment()).cloned().collect();
        let view = View::RECORDED;
        prop_assert_eq!(values(&timeline(events).state(view)), values(&timeline(plain).state(view)));
    }
}
