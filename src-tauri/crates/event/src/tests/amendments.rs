//! What may be said about an event, and what is refused.

use super::{about, event, timeline};
use crate::Action::{Correct, Delete, Insert, Update, Void};
use crate::{Amendment, Effect, RecordId, View, amend, note_on_record};

#[test]
fn an_amendment_is_an_event_or_a_refusal() {
    let timeline = timeline(vec![
        event(0, Insert, "*", Some(""), Some(r#"{"a":"1","b":null}"#)),
        event(1, Update, "a", Some("1"), Some("2")),
        event(2, Delete, "*", Some("{}"), Some("")),
        event(3, Update, "a", Some("2"), Some("3")),
        about(4, Void, 3, "a", None),
        event(5, Update, "a", Some("3"), Some("4")),
        about(6, Correct, 5, "a", Some("5")),
    ]);
    let correct = |field: Option<&str>, to: Option<&str>| Amendment::Correct {
        field: field.map(Into::into),
        to: to.map(Into::into),
        reason: " typed wrongly ".into(),
    };
    let no_reason = Amendment::Correct { field: None, to: Some("9".into()), reason: "  ".into() };
    let void = Amendment::Void { reason: "twice".into() };
    let table = [
        (1, correct(None, Some("9")), Ok("correct a 2 9 typed wrongly")),
        (1, correct(None, None), Ok("correct a 2 - typed wrongly")),
        (0, correct(Some("b"), Some("9")), Ok("correct b - 9 typed wrongly")),
        (
            0,
            correct(None, Some(r#"{"a":"0"}"#)),
            Ok(r#"correct * {"a":"1","b":null} {"a":"0"} typed wrongly"#),
        ),
        (6, correct(None, Some("6")), Ok("correct a 5 6 typed wrongly")),
        // Back to what was recorded, where a correction says otherwise.
        (5, correct(None, Some("4")), Ok("correct a 4 4 typed wrongly")),
        (1, void.clone(), Ok("void a 2 - twice")),
        (2, void.clone(), Ok("void *  - twice")),
        (4, void.clone(), Ok("void a - - twice")),
        (1, Amendment::Note { text: "ask".into() }, Ok("note a - ask -")),
        (1, no_reason, Err("a reason is required")),
        (1, Amendment::Void { reason: String::new() }, Err("a reason is required")),
        (1, Amendment::Note { text: "\n".into() }, Err("a note needs a text")),
        (1, correct(None, Some("2")), Err("no change: the event records this value already")),
        (0, correct(Some("b"), None), Err("no change: the event records this value already")),
        (
            5,
            correct(None, Some("5")),
            Err("no change: the event is corrected to this value already"),
        ),
        (
            0,
            correct(None, Some("x")),
            Err("the new value must be a JSON object, because the event is about the whole record"),
        ),
        (0, correct(Some("c"), Some("9")), Err("the event has no field “c”")),
        (1, correct(Some("b"), Some("9")), Err("the event has no field “b”")),
        (
            2,
            correct(None, Some("9")),
            Err("a delete has no value to correct; void it, or add a note"),
        ),
        (3, correct(None, Some("9")), Err("the event is void; void the void first")),
        (3, void, Err("the event is void; void the void first")),
    ];
    for (index, amendment, expected) in table {
        let found = amend(&timeline, index, "the address", &amendment, "Sarah");
        let found = found.map_err(|refusal| refusal.to_string()).map(|draft| {
            draft.check().unwrap();
            assert_eq!(draft.corrects.as_deref(), Some("the address"));
            assert_eq!((draft.actor.as_str(), draft.source.as_str()), ("Sarah", "daybook"));
            let text = |value: Option<String>| value.unwrap_or("-".into());
            let values = [text(draft.old_value), text(draft.new_value), text(draft.reason)];
            format!("{} {} {}", draft.action.as_str(), draft.field, values.join(" "))
        });
        assert_eq!(found, expected.map(Into::into).map_err(Into::into), "{index} {amendment:?}");
    }
}

#[test]
fn a_note_on_a_record_is_about_no_event() {
    let record = || RecordId { entity_type: "candidate".into(), entity_id: "CAND-1".into() };
    let draft = note_on_record(record(), "call back", "Sarah").unwrap();
    assert_eq!((draft.field.as_str(), draft.corrects.as_ref()), ("*", None));
    assert_eq!(draft.new_value.as_deref(), Some("call back"));
    assert!(note_on_record(record(), " ", "Sarah").is_err());
}

#[test]
fn amendments_that_name_each_other_in_a_circle_are_about_nothing() {
    let recorded = event(0, Update, "x", None, Some("a"));
    let circle = |n, target| about(n, Correct, target, "x", Some("b"));
    // 1 → 2 → 3 → 1, and 4 is about one of them.
    let events =
        vec![recorded, circle(1, 2), circle(2, 3), circle(3, 1), about(4, Void, 2, "x", None)];
    let timeline = timeline(events);
    let targets: Vec<_> = (0..5).map(|index| timeline.target(index)).collect();
    assert_eq!(targets, [None, None, None, None, Some(2)]);
    assert_eq!(timeline.effect(1, None), Effect::Recorded);
    assert_eq!(timeline.effect(2, None), Effect::Void { by: 4 });
}

#[test]
fn a_chain_of_corrections_may_be_as_long_as_a_journal() {
    const LAST: u64 = 100_000;
    let mut events = vec![event(0, Update, "x", None, Some("0"))];
    let link = |n: u64| about(n, Correct, n - 1, "x", Some(&n.to_string()));
    events.extend((1..=LAST).map(link));
    let state = timeline(events).state(View::NOW);
    assert_eq!(state.fields["x"].value, Some(LAST.to_string()));
}
