//! Filters on the change itself: what each lets through, on every verb that lists or counts.

use serde_json::{Value, json};

use crate::files::row;
use crate::place::Place;

/// A candidate and a client whose fields change by words, numbers and dates, early and late. Each event is
/// named by the last letter of its actor; all but the first are one batch.
fn place() -> Place {
    let place = Place::new();
    let line = |time: &str, record: &str, field: &str, old: Value, new: Value, name: &str| {
        let (entity_type, entity_id) = record.split_once('/').unwrap();
        let action = if field == "*" { "insert" } else { "update" };
        json!({
            "timestamp": time, "entity_type": entity_type, "entity_id": entity_id, "field": field,
            "action": action, "old_value": old, "new_value": new,
            "actor": format!("Person {name}"),
        })
        .to_string()
    };
    let whole = r#"{"status":"screening","pay":50000,"since":"2024-02-01"}"#;
    let events = [
        line("2026-03-02T09:00:00Z", "candidate/CAND-1", "*", json!(""), json!(whole), "a"),
        line(
            "2026-03-03T23:30:00Z",
            "candidate/CAND-1",
            "status",
            json!("screening"),
            json!("placed"),
            "b",
        ),
        line(
            "2026-03-04T09:00:00Z",
            "candidate/CAND-1",
            "pay",
            json!("50000"),
            json!("060000.50"),
            "c",
        ),
        line(
            "2026-03-07T10:00:00Z",
            "candidate/CAND-1",
            "pay",
            json!("60000.5"),
            json!("-12"),
            "d",
        ),
        line("2026-03-08T10:00:00Z", "client/CL-1", "since", Value::Null, json!("2024-06-01"), "e"),
        line(
            "2026-03-09T10:00:00Z",
            "client/CL-1",
            "note",
            json!("x"),
            json!("the PLUMBER's Straße"),
            "f",
        ),
    ];
    place.record(&events[0]);
    let ran = place.feed(&["record", "BUCKET", "--atomic"], events[1..].join("\n").as_bytes());
    assert_eq!(ran.status, 0, "{ran:?}");
    place
}

#[test]
fn events_are_found_by_what_they_changed() {
    let place = place();
    let table = [
        ("old=screening", "b"),
        ("new!=placed", "acdef"),
        ("new~plumb", "f"),
        ("new~STRASSE", "f"),
        ("new^the", "f"),
        ("new~/^(placed|.*Stra.e)$/", "bf"),
        ("old!~\"\"", "e"),
        ("change=screening→placed", "b"),
        ("change=->2024-06-01|50000->060000.50", "ce"),
        ("new>=60000.5", "c"),
        ("new<0", "d"),
        // The limit itself, by each sign.
        ("new<=-12", "d"),
        ("new<-12", ""),
        ("new>=-12", "cd"),
        ("new>-12", "c"),
        ("new<=2024-06-01", "e"),
        ("new<2024-06-01", ""),
        ("new>=2024-06-01", "e"),
        ("new>2024-06-01", ""),
        ("new>2024-05", "e"),
        ("new.pay>=50000", "a"),
        ("new.since<2024-06", "a"),
        ("new.status=screening", "a"),
        ("delta>10%", "c"),
        ("delta<-5000", "d"),
        ("lag<1w", ""),
        ("hour=22..6", "b"),
        ("hour=0..1 zone=Europe/Berlin", "b"),
        ("weekday=sat,sun", "de"),
        ("weekday=wed zone=Europe/Berlin", "bc"),
        ("actor~\"/person [ab]$/\"", ""),
        ("actor~\"/(?i)person [ab]$/\"", "ab"),
        ("actor^person batch~\"\" id^cand", "bcd"),
        ("type~client new!~plumber", "e"),
        ("recorded<2026-03", ""),
    ];
    for (text, expected) in table {
        let found = place.json(&["recent", "BUCKET", "--query", text]);
        assert_eq!(names(&found), expected, "{text}");
        let counted = place.json(&["facets", "BUCKET", "--query", text]);
        assert_eq!(counted["total"], json!(expected.len()), "{text}");
    }
    let records = place.json(&["records", "BUCKET", "--query", "new>0"]);
    assert_eq!((&records["total"], &records["records"][0]["events"]), (&json!(1), &json!(1)));
}

/// The names of the events of an answer, oldest first.
fn names(found: &Value) -> String {
    let events = found["events"].as_array().unwrap().iter().rev();
    events.filter_map(|event| event["actor"].as_str()?.chars().last()).collect()
}

#[test]
fn common_filters_have_flags() {
    let place = place();
    let all = place.json(&["recent", "BUCKET"]);
    let batch = all["events"][0]["batch"].as_str().unwrap().to_owned();
    let table: [(&[&str], &str); 7] = [
        (&["--new", "placed"], "b"),
        (&["--new", "placed", "--new", "-12"], "bd"),
        (&["--new", "!placed", "--old", "!x"], "acde"),
        (&["--change", "screening->placed", "--change", "→2024-06-01"], "be"),
        (&["--batch", &batch], "bcdef"),
        (&["--lag", ">1d"], "abcdef"),
        (&["--batch", &batch, "--query", "new>0"], "c"),
    ];
    for (flags, expected) in table {
        let found = place.json(&[&["recent", "BUCKET"], flags].concat());
        assert_eq!(names(&found), expected, "{flags:?}");
    }
}

#[test]
fn what_cannot_be_decided_is_counted_and_said() {
    let place = place();
    let table = [
        ("new>0", [4, 0, 0], "4 values are no numbers and left out.\n"),
        ("new>0 field=status", [1, 0, 0], "1 value is no number and left out.\n"),
        ("new<2024-01-01", [0, 5, 0], "5 values are no dates and left out.\n"),
        ("new>0 field=pay", [0, 0, 0], ""),
        ("new>0 new=placed", [1, 0, 0], "1 value is no number and left out.\n"),
        ("lag>1d", [0, 0, 0], ""),
    ];
    for (text, [no_numbers, no_dates, no_recorded_at], said) in table {
        let ran = place.run(&["recent", "BUCKET", "--query", text]);
        let undecided = ran.json().get("undecided").cloned();
        let counts = json!({
            "no_numbers": no_numbers, "no_dates": no_dates, "no_recorded_at": no_recorded_at,
        });
        assert_eq!(undecided, (!said.is_empty()).then_some(counts), "{text}");
        let table = place.run(&["recent", "BUCKET", "--query", text, "--format", "table"]);
        assert!(table.err.ends_with(said), "{text}: {}", table.err);
    }
}

#[test]
fn what_may_be_read_otherwise_than_meant_is_said() {
    let place = place();
    let table = [
        ("-actor=x new=placed", "--query: actor=x is switched off by the - before it.\n"),
        ("delta>5 %", "--query: % is a text to search for in values.\n"),
        ("plumber", ""),
    ];
    for (text, said) in table {
        let ran = place.run(&["recent", "BUCKET", "--query", text]);
        let lines = ran.err.split_inclusive('\n').filter(|line| line.starts_with("--query"));
        assert_eq!(lines.collect::<String>(), said, "{text}");
    }
    let ran = place.run(&["recent", "BUCKET", "--new", ">=50000"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("write it behind --query, as in --query 'new>=50000'"), "{}", ran.err);
}

#[test]
fn lags_are_counted_where_they_are_known() {
    let place = place();
    let facets = place.json(&["facets", "BUCKET"]);
    let counts =
        facets["lags"].as_array().unwrap().iter().map(|bin| bin["count"].as_u64().unwrap());
    assert_eq!((counts.sum::<u64>(), &facets["no_lag"]), (6, &json!(0)));
    let table = place.run(&["facets", "BUCKET", "--format", "table"]);
    let lag = table.out.lines().skip_while(|line| !line.ends_with("  lag")).nth(1).unwrap();
    assert!(lag.contains(".."), "{lag}");
    let csv = place.run(&["facets", "BUCKET", "--format", "csv"]);
    assert!(csv.out.lines().any(|line| line.starts_with("lag,")), "{}", csv.out);
    place.write_legacy("legacy.parquet", &[row("evt-1", "one")]);
    assert_eq!(place.json(&["facets", "BUCKET"])["no_lag"], json!(1));
}
