//! Times, addresses, cursors and drafts as text.

use super::{at, event, legacy};
use crate::{
    Action, Address, Disambiguator, Entry, Place, Position, Request, format_time, mark_repeated,
    parse_time,
};

#[test]
fn f15_a_time_is_the_instant_it_says_or_an_error() {
    let table = [
        ("2024-02-29T12:00:00Z", Ok("2024-02-29T12:00:00+00:00")),
        ("2024-02-29T12:00:00+02:00", Ok("2024-02-29T10:00:00+00:00")),
        ("2024-02-29T12:00:00.5Z", Ok("2024-02-29T12:00:00.500+00:00")),
        ("2024-02-29T12:00:00.123456789-00:30", Ok("2024-02-29T12:30:00.123456789+00:00")),
        ("2023-02-29T12:00:00Z", Err("“2023-02-29T12:00:00Z” is not an RFC 3339 time")),
        ("2024-02-29T12:00:00", Err("“2024-02-29T12:00:00” is not an RFC 3339 time")),
        ("yesterday", Err("“yesterday” is not an RFC 3339 time")),
        ("", Err("“” is not an RFC 3339 time")),
        ("1677-09-21T00:12:43.145224193Z", Ok("1677-09-21T00:12:43.145224193+00:00")),
        ("2262-04-11T23:47:16.854775807Z", Ok("2262-04-11T23:47:16.854775807+00:00")),
        ("1677-01-01T00:00:00Z", Err("“1677-01-01T00:00:00Z” lies outside the years 1677 to 2262")),
        ("9999-01-01T00:00:00Z", Err("“9999-01-01T00:00:00Z” lies outside the years 1677 to 2262")),
        (
            "2016-12-31T23:59:60Z",
            Err(
                "“2016-12-31T23:59:60Z” has a second 60, which time as it is counted here does not \
                 have",
            ),
        ),
    ];
    for (text, expected) in table {
        let found = parse_time(text).map(format_time).map_err(|e| e.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    }
}

#[test]
fn an_address_is_an_id_or_an_id_with_what_tells_it_from_others() {
    let digest = event(0, Action::Note, "a", None, None).digest();
    let by_digest = Some(Disambiguator::Digest(digest));
    let at = |file: &str, row| Some(Disambiguator::Place { file: file.into(), row });
    let table = [
        ("evt-1".to_owned(), "evt-1", None),
        (format!("evt-1@sha256:{digest}"), "evt-1", by_digest.clone()),
        (format!("a@b@sha256:{digest}"), "a@b", by_digest),
        ("evt-1@a.parquet#17".to_owned(), "evt-1", at("a.parquet", 17)),
        ("a@b@c#1".to_owned(), "a@b", at("c", 1)),
        (format!("evt-1@sha256:{digest}#3"), "evt-1", at(&format!("sha256:{digest}"), 3)),
    ];
    for (text, id, disambiguator) in table {
        let address = Address::parse(&text);
        assert_eq!(address, Address { event_id: id.into(), disambiguator }, "{text}");
        assert_eq!(address.to_string(), text);
    }
    let upper = digest.to_string().to_uppercase();
    for text in [
        "evt@home".to_owned(),
        "evt@x#y".to_owned(),
        "@a#1".to_owned(),
        "evt@#1".to_owned(),
        format!("@sha256:{digest}"),
        format!("evt@sha256:{digest}0"),
        format!("evt@sha256:{upper}"),
        "evt@sha256:".to_owned(),
    ] {
        assert_eq!(
            Address::parse(&text),
            Address { event_id: text.clone(), disambiguator: None },
            "{text}"
        );
    }
}

#[test]
fn f11_an_address_by_place_is_read_in_each_way_that_it_can_be_meant() {
    let read = |text: &str| -> Vec<(String, Option<String>)> {
        let file = |address: &Address| match &address.disambiguator {
            Some(Disambiguator::Place { file, row: 1 }) => Some(file.clone()),
            _ => None,
        };
        let all = Address::readings(text);
        assert!(all.iter().all(|address| address.to_string() == text), "{text}");
        all.iter().map(|address| (address.event_id.clone(), file(address))).collect()
    };
    let place = |id: &str, file: &str| (id.to_owned(), Some(file.to_owned()));
    assert_eq!(read("a@b"), [("a@b".to_owned(), None)]);
    assert_eq!(read("a@b#1"), [place("a", "b")]);
    assert_eq!(read("a@b@c#1"), [place("a@b", "c"), place("a", "b@c")]);
    assert_eq!(read("@a@b@c#1"), [place("@a@b", "c"), place("@a", "b@c")]);
}

#[test]
fn an_entry_is_addressed_by_no_more_than_tells_it_from_others() {
    let say = |new| event(0, Action::Update, "a", None, Some(new));
    let one = legacy("a.parquet", 7, say("1"));
    let other = legacy("b.parquet", 7, say("2"));
    let pending = Entry::new(say("3"), Place::Pending);
    let digest = |entry: &Entry| format!("evt-0@sha256:{}", entry.event.digest());
    let table = [
        (vec![&one], vec!["evt-0".to_owned()]),
        (vec![&one, &other], vec![digest(&one), digest(&other)]),
        (vec![&one, &pending], vec![digest(&one), digest(&pending)]),
    ];
    for (with_same_id, expected) in table {
        let mut entries: Vec<Entry> = with_same_id.into_iter().cloned().collect();
        mark_repeated(&mut entries);
        for (entry, expected) in entries.iter().zip(expected) {
            let address = entry.address();
            assert_eq!(address.to_string(), expected);
            let named: Vec<&Entry> = entries.iter().filter(|other| other.is_at(&address)).collect();
            assert_eq!(named, [entry], "{expected}");
        }
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
        (r#","action":"insert","new_value":null"#, "*"),
        (r#","action":"insert","new_value":"""#, "*"),
        (r#","action":"insert","new_value":"{\"name\":\"Ada\"}""#, "*"),
        (r#","action":"delete","old_value":"as it was","new_value":"gone""#, "*"),
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
        (r#","action":"insert","new_value":"Ada""#, "new_value is no JSON object: an insert has"),
        (r#","action":"insert","new_value":"[1]""#, "new_value is no JSON object"),
        (r#","action":"insert","new_value":" ""#, "new_value is no JSON object"),
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
    for (json, message) in [
        ("not json", "not an event: "),
        ("[null, \"candidate\"]", "not an event: this is a list; write each event as an object"),
    ] {
        let error = Request::parse(json, None).unwrap_err().to_string();
        assert!(error.starts_with(message), "{json}: {error}");
    }
}

#[test]
fn a_no_op_is_an_update_that_changed_nothing() {
    let update = |old, new| event(0, Action::Update, "a", old, new).is_no_op();
    assert!(update(Some("1"), Some("1")) && update(None, None));
    assert!(!update(None, Some("")) && !update(Some(" "), Some("")));
    assert!(!event(0, Action::Delete, "*", Some(""), Some("")).is_no_op());
    assert_eq!(at("1970-01-01T00:00:00Z").timestamp(), 0);
}
