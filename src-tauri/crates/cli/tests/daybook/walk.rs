//! One journal from its first event to a corrected, annotated, flushed one.

use std::fs;

use serde_json::{Value, json};

use crate::place::Place;

fn texts(list: &Value, name: &str) -> Vec<String> {
    let text = |event: &Value| event[name].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn what_is_recorded_is_listed_counted_and_folded() {
    let (place, ids) = Place::with_candidate();
    let recent = place.json(&["recent", "BUCKET", "--limit", "1"]);
    assert_eq!(texts(&recent["events"], "event_id"), [ids[1].as_str()]);
    assert_eq!((&recent["total"], &recent["coverage"]["complete"]), (&json!(2), &json!(true)));
    let names: Vec<&String> = recent["events"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, event::EVENT_COLUMNS.map(event::Column::name), "by name, in order");
    assert_eq!(recent["events"][0]["timestamp"], "2026-03-02T09:00:00+00:00");
    assert_eq!(recent["events"][0]["seq"], "1");
    assert_eq!(recent["events"][0]["old_value"], Value::Null);
    let next = recent["next"].as_str().unwrap();
    let rest = place.json(&["recent", "BUCKET", "--after", next]);
    assert_eq!(texts(&rest["events"], "event_id"), [ids[0].as_str()]);
    assert_eq!(rest["next"], Value::Null);
    let names: Vec<&String> = rest.as_object().unwrap().keys().collect();
    assert_eq!(names, ["events", "next", "total", "coverage"]);

    let history = place.json(&["history", "BUCKET", "CAND-1", "--type", "candidate"]);
    assert_eq!(texts(&history["events"], "event_id"), ids);
    for (filters, total) in [
        (&["--field", "phone"][..], 1),
        (&["--actor", "Sarah", "--actor", "Tom"], 2),
        (&["--actor", "!Sarah"], 1),
        (&["--workspace", ""], 1),
        (&["--since", "2026-03-01T09:00:00Z", "--until", "2026-03-02T10:00:00+01:00"], 1),
        (&["--contains", "ADA"], 1),
        (&["--type", "client"], 0),
    ] {
        let found = place.json(&[&["recent", "BUCKET"], filters].concat());
        assert_eq!(found["total"], total, "{filters:?}");
        let facets = place.json(&[&["facets", "BUCKET"], filters].concat());
        assert_eq!(facets["total"], total, "{filters:?}");
    }
    assert_eq!(place.json(&["search", "BUCKET", "=1+", "--action", "update"])["total"], 1);

    let facets = place.json(&["facets", "BUCKET"]);
    assert_eq!(facets["facets"]["actor"][0], json!({"value": "Sarah", "count": 1}));
    assert_eq!(facets["histogram"].as_array().unwrap().len(), 25);
    let records = place.json(&["records", "BUCKET"]);
    let expected = json!({
        "entity_type": "candidate", "entity_id": "CAND-1", "events": 2,
        "first": "2026-03-01T09:00:00+00:00", "last": "2026-03-02T09:00:00+00:00", "deleted": false,
    });
    assert_eq!(records["records"], json!([expected]));
    assert_eq!(place.json(&["records", "BUCKET", "--deleted"])["total"], 0);
    assert_eq!(place.json(&["chains", "BUCKET"])["total"], 0);
    let before = place.json(&["state", "BUCKET", "CAND-1", "--at", "2026-03-01T12:00:00Z"]);
    assert_eq!(before["fields"], json!({"name": "Ada", "phone": null, "rate": "100"}));
    assert_eq!(
        (&before["at"], &before["as"]),
        (&json!("2026-03-01T12:00:00+00:00"), &json!("corrected"))
    );
    let blame = place.json(&["blame", "BUCKET", "CAND-1"]);
    let phone = json!({
        "value": "=1+1", "event_id": ids[1], "actor": "Tom",
        "timestamp": "2026-03-02T09:00:00+00:00", "source": "api", "correction": null,
    });
    assert_eq!(blame["fields"]["phone"], phone);
}

#[test]
fn records_are_those_that_the_filtered_events_are_about() {
    let (place, _) = Place::with_candidate();
    let found = place.json(&["records", "BUCKET", "--query", "actor=Tom"]);
    let expected = json!({
        "entity_type": "candidate", "entity_id": "CAND-1", "events": 1,
        "first": "2026-03-02T09:00:00+00:00", "last": "2026-03-02T09:00:00+00:00", "deleted": false,
    });
    assert_eq!((&found["records"], &found["total"]), (&json!([expected]), &json!(1)));
    for none in [&["--until", "2026-03-01"][..], &["--type", "client"], &["--deleted"]] {
        let found = place.json(&[&["records", "BUCKET"], none].concat());
        assert_eq!(found["total"], 0, "{none:?}");
    }
}

#[test]
fn a_correction_is_previewed_recorded_seen_in_one_reading_and_makes_one_new_file() {
    let (place, ids) = Place::with_candidate();
    let files = place.hashes();
    let before = place.recorded();
    let correct = ["correct", "BUCKET", &ids[1], "--to", "-5", "--reason", "typo"];
    let preview = place.json(&[&correct[..], &["--dry-run"]].concat());
    assert_eq!(place.recorded(), before, "a preview records nothing");
    let corrected = place.json(&correct);
    for (name, value) in preview.as_object().unwrap() {
        let given =
            ["event_id", "timestamp", "recorded_at", "writer", "seq"].contains(&name.as_str());
        assert_eq!(given, value.is_null() && !corrected[name].is_null(), "{name}");
        assert!(given || *value == corrected[name], "{name}");
    }
    assert_eq!((&corrected["corrects"], &corrected["new_value"]), (&json!(ids[1]), &json!("-5")));
    assert_eq!((&corrected["source"], &corrected["actor"]), (&json!("daybook"), &json!("tester")));

    let phone = |reading: &str| {
        place.json(&["state", "BUCKET", "CAND-1", "--as", reading])["fields"]["phone"].clone()
    };
    assert_eq!((phone("recorded"), phone("corrected")), (json!("=1+1"), json!("-5")));
    let blame = place.json(&["blame", "BUCKET", "CAND-1"]);
    let both = json!({
        "value": "-5", "event_id": ids[1], "actor": "Tom",
        "timestamp": "2026-03-02T09:00:00+00:00", "source": "api",
        "correction": corrected["event_id"], "recorded_value": "=1+1", "corrected_by": "tester",
        "corrected_at": corrected["timestamp"], "reason": "typo",
    });
    assert_eq!(blame["fields"]["phone"], both);
    let table = place.run(&["blame", "BUCKET", "CAND-1", "--format", "table"]).out;
    assert!(table.contains(", recorded as =1+1; corrected by tester, "), "{table}");
    let blame = place.json(&["blame", "BUCKET", "CAND-1", "--as", "recorded"]);
    assert_eq!(blame["fields"]["phone"]["correction"], Value::Null);
    assert_eq!(blame["fields"]["phone"]["corrected_by"], Value::Null);

    let correction = corrected["event_id"].as_str().unwrap();
    let null =
        ["correct", "BUCKET", &ids[0], "--field", "name", "--to-null", "--reason", "unknown"];
    assert_eq!(place.json(&null)["new_value"], Value::Null);
    place.json(&["void", "BUCKET", correction, "--reason", "was right"]);
    assert_eq!(phone("corrected"), json!("=1+1"));
    place.json(&["note", "BUCKET", &ids[0], "--text", "seen"]);
    place.json(&["note", "BUCKET", "--record", "candidate/CAND-1", "--text", "called"]);
    let stats = place.json(&["stats", "BUCKET"]);
    assert_eq!((&stats["buffer_events"], &stats["persisted_files"]), (&json!(0), &json!(6)));
    assert_eq!(stats["total_events_created"], 7);
    let nothing = json!({"events": 0, "files": 0, "fork": null});
    assert_eq!(place.json(&["flush", "BUCKET"]), nothing);
    let mut after = place.hashes();
    assert_eq!(after.len(), 6, "each was flushed when its command ended");
    after.retain(|name, _| files.contains_key(name));
    assert_eq!(after, files, "older files keep every byte");
    let history = place.json(&["history", "BUCKET", "CAND-1"]);
    let actions = ["insert", "update", "correct", "correct", "void", "note", "note"];
    assert_eq!(texts(&history["events"], "action"), actions);
}

#[test]
fn broken_chains_are_findings() {
    let (place, _) = Place::with_candidate();
    place.record(
        r#"{"entity_type":"candidate","entity_id":"CAND-1","field":"rate","action":"update","old_value":"90","new_value":"120"}"#,
    );
    let ran = place.run(&["chains", "BUCKET"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let found = ran.json();
    assert_eq!((&found["total"], &found["breaks"][0]["expected"]), (&json!(1), &json!("100")));
    assert_eq!(found["breaks"][0]["old_value"], "90");
    let last = found["breaks"][0].as_object().unwrap().keys().next_back().unwrap();
    assert_eq!(last, "expected");
}

/// The first writers checked nothing: what has an empty name is listed, and can be asked for.
#[test]
fn f12_a_record_with_an_empty_id_or_type_is_addressed_as_any_other() {
    let place = Place::new();
    let row = |id, kind, record, field, action, value| {
        [id, "2026-03-01T09:00:00Z", kind, record, field, action, "", value, "Sarah", "api", ""]
    };
    place.write_legacy(
        "20260301_090000_000.parquet",
        &[
            row("evt-1", "candidate", "", "*", "insert", r#"{"name":"Ada"}"#),
            row("evt-2", "candidate", "", "phone", "update", "1"),
            row("evt-3", "", "X", "phone", "update", "2"),
        ],
    );
    let count = |arguments: &[&str]| place.json(arguments)["total"].as_u64().unwrap();
    assert_eq!(count(&["history", "BUCKET", ""]), 2);
    assert_eq!(count(&["history", "BUCKET", "", "--type", "candidate"]), 2);
    assert_eq!(count(&["history", "BUCKET", "X", "--type", ""]), 1);
    assert_eq!(count(&["recent", "BUCKET", "--entity", ""]), 2);
    assert_eq!(place.json(&["state", "BUCKET", ""])["fields"]["name"], "Ada");
    assert_eq!(place.json(&["blame", "BUCKET", ""])["fields"]["phone"]["event_id"], "evt-2");
    for record in ["candidate/", "/X"] {
        place.json(&["note", "BUCKET", "--record", record, "--text", "no name"]);
    }
    place.json(&["void", "BUCKET", "evt-2", "--reason", "x"]);
    assert_eq!(count(&["history", "BUCKET", ""]), 4);
}

#[test]
fn records_are_named_by_the_fields_that_were_chosen_in_the_window() {
    let (place, _) = Place::with_candidate();
    let table = || place.run(&["records", "BUCKET", "--format", "table"]).out;
    assert!(table().contains(" Ada ") && !table().contains("100 Ada"), "{}", table());
    let chosen = r#"{"names": {"candidate": ["rate", "name"]}}"#;
    fs::write(place.folder().join("home/settings.json"), chosen).unwrap();
    assert!(table().contains(" 100 Ada "), "{}", table());
    fs::write(place.folder().join("home/settings.json"), "{names").unwrap();
    let ran = place.run(&["records", "BUCKET", "--format", "table"]);
    assert!(
        ran.out.contains(" Ada ") && ran.err.contains("Records are named by guess: "),
        "{ran:?}"
    );
}
