//! Times, addresses, cursors and drafts as text.

use super::{at, event, legacy};
use crate::{Action, Address, Entry, Place, Position, Request, format_time, parse_time};

#[test]
fn a_time_is_rfc_3339_or_an_error() {
    let table = [
        ("2024-02-29T12:00:00Z", Ok("2024-02-29T12:00:00+00:00")),
        ("2024-02-29T12:00:00+02:00", Ok("2024-02-29T10:00:00+00:00")),
        ("2024-02-29T12:00:00.5Z", Ok("2024-02-29T12:00:00.500+00:00")),
        ("2024-02-29T12:00:00.123456789-00:30", Ok("2024-02-29T12:30:00.123456789+00:00")),
        ("2023-02-29T12:00:00Z", Err("“2023-02-29T12:00:00Z” is not an RFC 3339 time")),
        ("2024-02-29T12:00:00", Err("“2024-02-29T12:00:00” is not an RFC 3339 time")),
        ("yesterday", Err("“yesterday” is not an RFC 3339 time")),
        ("", Err("“” is not an RFC 3339 time")),
        ("9999-01-01T00:00:00Z", Err("“9999-01-01T00:00:00Z” lies outside the years 1677 to 2262")),
    ];
    for (text, expected) in table {
        let found = parse_time(text).map(format_time).map_err(|e| e.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    }
}

#[test]
fn an_address_is_an_id_or_an_id_with_its_place() {
    let table = [
        ("evt-1", "evt-1", None),
        ("evt-1@a.parquet#17", "evt-1", Some(("a.parquet", 17))),
        ("a@b@c#1", "a@b", Some(("c", 1))),
        ("evt@home", "evt@home", None),
        ("evt@x#y", "evt@x#y", None),
        ("@a#1", "@a#1", None),
    ];
    for (text, id, place) in table {
        let address = Address::parse(text);
        let place = place.map(|(file, row): (&str, u64)| (file.to_owned(), row));
        assert_eq!(address, Address { event_id: id.into(), place }, "{text}");
        assert_eq!(address.to_string(), text);
    }
}

#[test]
fn a_cursor_comes_back_from_its_text() {
    let own = Entry::new(event(3, Action::Note, "a", None, None), Place::Pending);
    let legacy = legacy("2024/a.b.parquet", 9, event(3, Action::Note, "a", None, None));
    for entry in [own, legacy] {
        let position = entry.position();
        assert_eq!(position.to_string().parse(), Ok(position));
    }
    for text in ["", "1", "x.f.1.a", "1.f.x.a", "1.w.1.1", "1.z.1.1"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
}

#[test]
fn a_draft_names_the_column_that_is_wrong() {
    let line = |rest: &str| format!(r#"{{"entity_type":"candidate","entity_id":"CAND-1"{rest}}}"#);
    let good = [
        (r#","action":"update","field":"phone","old_value":null,"new_value":"""#, "phone"),
        (r#","action":"insert""#, "*"),
        (r#","action":"delete","field":"*","timestamp":"2024-01-01T00:00:00+01:00""#, "*"),
    ];
    for (rest, field) in good {
        let request = Request::parse(&line(rest), Some("Sarah")).unwrap();
        let Request::Change(draft) = request else { panic!("{rest}: {request:?}") };
        assert_eq!((draft.field.as_str(), draft.actor.as_str()), (field, "Sarah"), "{rest}");
    }
    let bad = [
        ("", "action is missing"),
        (r#","action":"update""#, "field is missing"),
        (r#","action":"update","field":"*""#, "an update needs a field, not “*”"),
        (r#","action":"delete","field":"a""#, "action “delete” needs field “*”, not “a”"),
        (r#","action":"upsert","field":"a""#, "action “upsert” is not one of"),
        (r#","action":"insert","actor":"""#, "actor is empty"),
        (
            r#","action":"insert","source":" api""#,
            "source “ api” has a control character or a blank",
        ),
        (r#","action":"update","field":"a\u0000""#, "field “a\\0” has a control character"),
        (r#","action":"insert","timestamp":"soon""#, "timestamp “soon” is not an RFC 3339 time"),
        (r#","action":"correct","field":"a","reason":"typo""#, "corrects is missing"),
        (r#","action":"void","corrects":"evt-1""#, "reason is missing"),
        (r#","action":"note","corrects":"evt-1""#, "new_value is missing"),
        (r#","action":"insert","corrects":"evt-1""#, "an insert is about no other event"),
        (
            r#","action":"insert","recorded_at":"2024-01-01T00:00:00Z""#,
            "unknown field `recorded_at`",
        ),
        (r#","action":"insert","new_value":5"#, "invalid type: integer `5`, expected a string"),
    ];
    for (rest, message) in bad {
        let error = Request::parse(&line(rest), Some("Sarah")).unwrap_err().to_string();
        assert!(error.contains(message), "{rest}: {error}");
    }
    let unsigned = Request::parse(&line(r#","action":"insert""#), None).unwrap_err();
    assert_eq!(unsigned.to_string(), "actor is missing");
    assert!(
        Request::parse("not json", None).unwrap_err().to_string().starts_with("not an event: ")
    );
}

#[test]
fn a_no_op_is_an_update_that_changed_nothing() {
    let update = |old, new| event(0, Action::Update, "a", old, new).is_no_op();
    assert!(update(Some("1"), Some("1")) && update(None, None));
    assert!(!update(None, Some("")) && !update(Some(" "), Some("")));
    assert!(!event(0, Action::Delete, "*", Some(""), Some("")).is_no_op());
    assert_eq!(at("1970-01-01T00:00:00Z").timestamp(), 0);
}
