//! Comparison of two views of one record.

use super::{about, at, event, timeline};
use crate::{Action, Reading, View};

#[test]
fn two_views_differ_by_the_event_that_parts_them() {
    let all = timeline(vec![
        event(0, Action::Insert, "*", Some(""), Some(r#"{"phone":"1","rate":"10"}"#)),
        event(1, Action::Update, "phone", Some("1"), Some("2")),
        event(2, Action::Update, "city", None, Some("Hull")),
        event(3, Action::Delete, "city", Some("Hull"), None),
        about(4, Action::Correct, 1, "phone", Some("3")),
        event(5, Action::Update, "rate", Some("10"), Some("12")),
        about(6, Action::Void, 5, "rate", None),
    ]);
    let minute = |n: i64| Some(at("2024-03-01T09:00:00+00:00") + chrono::Duration::minutes(n));
    let recorded = |n| View { at: minute(n), ..View::RECORDED };
    let corrected = |n| View { at: minute(n), ..View::NOW };
    let table = [
        // What differs, because of which event; how many are the same; events in between.
        (recorded(0), recorded(1), vec![("phone", 1)], 1, 1),
        (recorded(1), recorded(0), vec![("phone", 1)], 1, 1),
        (recorded(1), recorded(2), vec![("city", 2)], 2, 1),
        (recorded(2), recorded(3), vec![("city", 3)], 2, 1),
        (recorded(3), recorded(2), vec![("city", 3)], 2, 1),
        (recorded(6), corrected(6), vec![("phone", 4), ("rate", 6)], 0, 0),
        (corrected(6), recorded(6), vec![("phone", 4), ("rate", 6)], 0, 0),
        (corrected(4), corrected(6), vec![], 2, 2),
        (recorded(4), recorded(6), vec![("rate", 5)], 1, 2),
    ];
    for (from, to, differ, same, between) in table {
        let found = all.compare(from, to);
        let because: Vec<(&str, usize)> =
            found.fields.iter().map(|field| (field.field.as_str(), field.because)).collect();
        assert_eq!(because, differ, "{from:?} {to:?}");
        assert_eq!((found.same, found.between), (same, between), "{from:?} {to:?}");
    }
    assert_eq!(all.past(View { at: None, reading: Reading::Recorded, known_at: None }), 7);
}
