//! State, blame and broken chains.

use super::{about, at, event, legacy, timeline};
use crate::Action::{Correct, Delete, Ingest, Insert, Note, Other, Update, Void};
use crate::{Break, Event, Reading, State, Timeline, View};

/// The fields of a state as `name=value`, with `-` for null, and what became of the record.
fn show(state: &State) -> String {
    let value = |v: &Option<String>| v.as_ref().map_or("-".to_owned(), |v| format!("“{v}”"));
    let fields = state.fields.iter().map(|(name, cell)| format!("{name}={}", value(&cell.value)));
    let life = match (state.exists, state.deleted) {
        (true, false) => "exists",
        (false, true) => "deleted",
        (false, false) => "unknown",
        (true, true) => "impossible",
    };
    std::iter::once(life.to_owned()).chain(fields).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_state_is_the_fold_of_its_events() {
    let insert = |n, new| event(n, Insert, "*", Some(""), Some(new));
    let update = |n, field, new| event(n, Update, field, None, new);
    let table: Vec<(&str, Vec<Event>, &str)> = vec![
        ("nothing", vec![], "unknown"),
        ("an insert without fields", vec![insert(0, "")], "exists"),
        (
            "members: text unquoted, null as null, all else as written",
            vec![insert(0, r#"{"a":"x\n","b":null,"c":12345678901234567890.10,"d":{"e": [1]}}"#)],
            "exists a=“x\n” b=- c=“12345678901234567890.10” d=“{\"e\": [1]}”",
        ),
        ("an insert of something else", vec![insert(0, "[1]")], "exists"),
        (
            "what was meant as an object and cannot be read is kept as it stands",
            vec![insert(0, "{a: 1}"), update(1, "b", Some("2"))],
            "exists *=“{a: 1}” b=“2”",
        ),
        (
            "a byte order mark is no part of an object",
            vec![insert(0, "\u{feff}{\"a\":\"1\"}")],
            "exists a=“1”",
        ),
        (
            "until one that can be read takes its place",
            vec![insert(0, "{a: 1}"), insert(1, r#"{"a":"1"}"#)],
            "exists a=“1”",
        ),
        (
            "null, empty and blank are three values",
            vec![update(0, "a", None), update(1, "b", Some("")), update(2, "c", Some(" "))],
            "exists a=- b=“” c=“ ”",
        ),
        (
            "a deleted record keeps its last fields",
            vec![insert(0, r#"{"a":"1"}"#), event(1, Delete, "*", None, Some(""))],
            "deleted a=“1”",
        ),
        (
            "and begins anew without them",
            vec![
                insert(0, r#"{"a":"1"}"#),
                event(1, Delete, "*", None, Some("")),
                insert(2, r#"{"b":"2"}"#),
            ],
            "exists b=“2”",
        ),
        (
            "an insert that comes late does not wipe what is there",
            vec![update(0, "a", Some("1")), insert(1, r#"{"b":"2"}"#)],
            "exists a=“1” b=“2”",
        ),
        (
            "an insert or a deletion of one field is about that field",
            vec![
                event(0, Insert, "a", None, Some("1")),
                event(1, Insert, "b", None, Some("2")),
                event(2, Delete, "a", Some("1"), Some("")),
            ],
            "exists b=“2”",
        ),
        (
            "imports, notes and unknown actions change nothing",
            vec![
                event(0, Ingest, "*", None, Some("12 rows")),
                event(1, Note, "a", None, Some("a remark")),
                event(2, Other("restore".into()), "a", None, Some("1")),
            ],
            "unknown",
        ),
    ];
    for (what, events, expected) in table {
        assert_eq!(show(&timeline(events).state(View::NOW)), expected, "{what}");
    }
}

#[test]
fn corrections_read_as_recorded_and_as_corrected() {
    let update = |n, new| event(n, Update, "a", None, Some(new));
    let correct = |n, target, new| about(n, Correct, target, "a", Some(new));
    let void = |n, target| about(n, Void, target, "a", None);
    let table: Vec<(&str, Vec<Event>, &str, &str)> = vec![
        ("a correction", vec![update(0, "1"), correct(1, 0, "2")], "exists a=“1”", "exists a=“2”"),
        (
            "of a superseded event leaves today's value",
            vec![update(0, "1"), update(1, "2"), correct(2, 0, "9")],
            "exists a=“2”",
            "exists a=“2”",
        ),
        (
            "the latest rules",
            vec![update(0, "1"), correct(1, 0, "2"), correct(2, 0, "3")],
            "exists a=“1”",
            "exists a=“3”",
        ),
        (
            "voiding it brings back what it replaced",
            vec![update(0, "1"), correct(1, 0, "2"), correct(2, 0, "3"), void(3, 2)],
            "exists a=“1”",
            "exists a=“2”",
        ),
        (
            "a chain ends at its last effective link",
            vec![
                update(0, "1"),
                correct(1, 0, "2"),
                correct(2, 1, "3"),
                correct(3, 2, "4"),
                void(4, 3),
            ],
            "exists a=“1”",
            "exists a=“3”",
        ),
        (
            "a void",
            vec![update(0, "1"), update(1, "2"), void(2, 1)],
            "exists a=“2”",
            "exists a=“1”",
        ),
        ("a void of the only event", vec![update(0, "1"), void(1, 0)], "exists a=“1”", "unknown"),
        (
            "a void rules over a later correction",
            vec![update(0, "1"), void(1, 0), correct(2, 0, "2")],
            "exists a=“1”",
            "unknown",
        ),
        (
            "void the void",
            vec![update(0, "1"), void(1, 0), void(2, 1)],
            "exists a=“1”",
            "exists a=“1”",
        ),
        (
            "corrections that name each other hang from nothing",
            vec![update(0, "1"), correct(1, 2, "2"), correct(2, 1, "3")],
            "exists a=“1”",
            "exists a=“1”",
        ),
        (
            "one that names itself, or nothing there, or another field, has no effect",
            vec![
                update(0, "1"),
                correct(1, 1, "2"),
                correct(2, 77, "3"),
                about(3, Correct, 0, "b", Some("4")),
            ],
            "exists a=“1”",
            "exists a=“1”",
        ),
        (
            "of one field of a whole record, and of the whole",
            vec![
                event(0, Insert, "*", Some(""), Some(r#"{"a":"1","b":"2"}"#)),
                about(1, Correct, 0, "*", Some(r#"{"a":"3","b":"4"}"#)),
                about(2, Correct, 0, "b", Some("5")),
            ],
            "exists a=“1” b=“2”",
            "exists a=“3” b=“5”",
        ),
        (
            "a voided deletion",
            vec![
                update(0, "1"),
                event(1, Delete, "*", None, Some("")),
                about(2, Void, 1, "*", None),
            ],
            "deleted a=“1”",
            "exists a=“1”",
        ),
    ];
    for (what, events, recorded, corrected) in table {
        let timeline = timeline(events);
        assert_eq!(show(&timeline.state(View::RECORDED)), recorded, "{what}: as recorded");
        assert_eq!(show(&timeline.state(View::NOW)), corrected, "{what}: as corrected");
    }
}

#[test]
fn a_view_has_an_instant_and_a_knowledge() {
    let timeline = timeline(vec![
        event(0, Update, "a", None, Some("1")),
        event(10, Update, "a", Some("1"), Some("2")),
        about(20, Correct, 0, "a", Some("9")),
    ]);
    let minute = |n: i64| Some(at("2024-03-01T09:00:00+00:00") + chrono::Duration::minutes(n));
    let table = [
        (minute(-1), Reading::Corrected, None, "unknown"),
        (minute(0), Reading::Recorded, None, "exists a=“1”"),
        (minute(0), Reading::Corrected, None, "exists a=“9”"),
        (minute(9), Reading::Corrected, minute(19), "exists a=“1”"),
        (minute(9), Reading::Corrected, minute(20), "exists a=“9”"),
        (minute(10), Reading::Corrected, None, "exists a=“2”"),
    ];
    for (at, reading, known_at, expected) in table {
        let view = View { at, reading, known_at };
        assert_eq!(show(&timeline.state(view)), expected, "{view:?}");
    }
}

#[test]
fn blame_names_the_event_and_the_last_link_of_its_correction() {
    let timeline = timeline(vec![
        event(0, Insert, "*", Some(""), Some(r#"{"a":"1","b":"2"}"#)),
        event(1, Update, "a", Some("1"), Some("3")),
        about(2, Correct, 0, "b", Some("4")),
        about(3, Correct, 2, "b", Some("5")),
    ]);
    let state = timeline.state(View::NOW);
    let blame = |field: &str| (state.fields[field].event, state.fields[field].correction);
    assert_eq!(blame("a"), (1, None));
    assert_eq!(blame("b"), (0, Some(3)));
    assert_eq!((timeline.about(0), timeline.target(3)), (&[2][..], Some(2)));
}

#[test]
fn a_break_is_an_old_value_that_is_not_the_value_before() {
    let timeline = timeline(vec![
        event(0, Update, "a", Some("unknown before"), Some("1")),
        event(1, Update, "a", Some("1"), Some("2")),
        event(2, Update, "a", Some("x"), Some("3")),
        about(3, Correct, 2, "a", Some("4")),
        event(4, Update, "a", Some("3"), None),
        event(5, Update, "a", Some(""), Some("5")),
        event(6, Insert, "*", Some(""), Some(r#"{"b":"1"}"#)),
        event(7, Update, "c", Some(""), Some("1")),
        event(8, Update, "d", None, Some("1")),
        event(9, Update, "e", Some("1"), Some("2")),
    ]);
    let expected = [(2, Some("2".to_owned())), (5, None), (9, None)];
    let expected = expected.map(|(index, expected)| Break { index, expected });
    assert_eq!(timeline.breaks(), expected);
}

#[test]
fn order_is_by_time_then_place_then_log() {
    let same =
        |n| Event { timestamp: at("2024-03-01T09:00:00Z"), ..event(n, Update, "a", None, None) };
    let own = |n| crate::Entry::new(same(n), crate::Place::Pending);
    let earlier = event(0, Update, "a", None, None);
    let earlier = Event { timestamp: at("2024-03-01T08:59:59.999999999Z"), ..earlier };
    let entries = vec![
        own(2),
        own(1),
        legacy("b.parquet", 0, same(3)),
        legacy("a.parquet", 10, same(4)),
        legacy("a.parquet", 9, same(5)),
        legacy("c.parquet", 0, earlier),
    ];
    let timeline = Timeline::new(entries);
    let ids: Vec<&str> = timeline.entries().iter().map(|e| e.event.event_id.as_str()).collect();
    assert_eq!(ids, ["evt-0", "evt-5", "evt-4", "evt-3", "evt-1", "evt-2"]);
    let uncertain: Vec<bool> = (0..6).map(|i| timeline.order_is_uncertain(i)).collect();
    assert_eq!(uncertain, [false, true, true, true, true, true]);
}

#[test]
fn a_repeated_id_is_addressed_by_its_digest_or_by_file_and_row() {
    let said = |new| Event {
        recorded_at: None,
        writer: None,
        seq: None,
        ..event(0, Update, "a", None, Some(new))
    };
    let repeated = |file, row, new| legacy(file, row, said(new));
    let correction = |n, corrects: &str| {
        let event =
            Event { corrects: Some(corrects.into()), ..event(n, Correct, "a", None, Some("9")) };
        crate::Entry::new(event, crate::Place::Pending)
    };
    let by_digest = |new| format!("evt-0@sha256:{}", said(new).digest());
    for (corrects, target) in [
        ("evt-0".to_owned(), None),
        ("evt-0@b.parquet#7".to_owned(), Some(1)),
        ("evt-0@b.parquet#8".to_owned(), None),
        (by_digest("1"), Some(0)),
        (by_digest("2"), Some(1)),
        (by_digest("3"), None),
    ] {
        let entries = vec![
            repeated("a.parquet", 7, "1"),
            repeated("b.parquet", 7, "2"),
            correction(5, &corrects),
        ];
        assert_eq!(Timeline::new(entries).target(2), target, "{corrects}");
        // The same rows, the files split and named otherwise.
        let moved = vec![
            repeated("c.parquet", 0, "1"),
            repeated("d.parquet", 9, "2"),
            correction(5, &corrects),
        ];
        let kept = target.filter(|_| corrects.contains("sha256"));
        assert_eq!(Timeline::new(moved).target(2), kept, "{corrects}");
    }
}

#[test]
fn a_member_corrected_in_a_correction_of_the_whole_record_is_corrected_in_the_record() {
    let timeline = timeline(vec![
        event(0, Insert, "*", Some(""), Some(r#"{"a":"1","b":"1"}"#)),
        about(1, Correct, 0, "*", Some(r#"{"a":"2","b":"2"}"#)),
        about(2, Correct, 1, "b", Some("3")),
    ]);
    let state = timeline.state(View::NOW);
    let field = |name: &str| {
        let field = &state.fields[name];
        (field.value.as_deref(), field.event, field.correction)
    };
    assert_eq!(field("a"), (Some("2"), 0, Some(1)));
    assert_eq!(field("b"), (Some("3"), 0, Some(2)));
}
