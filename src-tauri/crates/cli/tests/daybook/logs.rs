//! Logs that `RUST_LOG` brings to standard error: what was done and how long it took, and no value
//! of an event.

use crate::place::Place;

/// Parts of an event that are found nowhere else.
const SECRETS: [&str; 8] = [
    "planted-type",
    "planted-id",
    "planted_field",
    "planted old value",
    "planted new value",
    "planted actor",
    "planted-workspace",
    "planted reason",
];

const EVENT: &str = r#"{"entity_type":"planted-type","entity_id":"planted-id","field":"planted_field","action":"update","old_value":"planted old value","new_value":"planted new value","actor":"planted actor","workspace_id":"planted-workspace"}"#;

/// Spans that must be told of, each of another crate or another piece of work.
const SPANS: [&str; 11] = [
    "perform",
    "open_session",
    "open_journal",
    "open_catalog",
    "list_files",
    "read_file",
    "decode",
    "commit_segment",
    "events",
    "commit",
    "flush",
];

/// Runs verbs that record, flush, read, ask and correct, all of them with the most that can be
/// asked for, and returns what they told.
fn tell_everything(place: &Place) -> String {
    let mut told = String::new();
    let mut run = |arguments: &[&str], input: &str| {
        let ran = place.feed_with_logs(arguments, input.as_bytes(), "trace");
        assert!(ran.status <= 1, "{arguments:?}: {ran:?}");
        told.push_str(&ran.err);
        ran.out
    };
    run(&["record", "BUCKET"], EVENT);
    run(&["record", "BUCKET", "--atomic"], &format!("{EVENT}\n{EVENT}"));
    run(&["flush", "BUCKET"], "");
    let found = run(&["recent", "BUCKET", "--actor", "planted actor", "--format", "ndjson"], "");
    let found: serde_json::Value = serde_json::from_str(found.lines().next().unwrap()).unwrap();
    let id = found["event_id"].as_str().unwrap();
    run(
        &["correct", "BUCKET", id, "--to", "planted new value 2", "--reason", "planted reason"],
        "",
    );
    for arguments in [
        &["history", "BUCKET", "planted-id"] as &[_],
        &["state", "BUCKET", "planted-id"],
        &["blame", "BUCKET", "planted-id"],
        &["search", "BUCKET", "planted new"],
        &["records", "BUCKET"],
        &["facets", "BUCKET"],
        &["chains", "BUCKET"],
        &["stats", "BUCKET"],
        &["index", "BUCKET", "--rebuild"],
    ] {
        run(arguments, "");
    }
    assert!(!told.contains(id), "the id of an event was told");
    told
}

#[test]
fn every_kind_of_work_is_told_with_how_long_it_took_and_nothing_that_events_say() {
    let place = Place::new();
    let told = tell_everything(&place);
    for span in SPANS {
        let is_of = |line: &&str| line.contains(span) && line.contains("time.busy");
        assert!(told.lines().any(|line| is_of(&line)), "no span {span}:\n{told}");
    }
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret:?} was told:\n{told}");
    }
    let folder = place.folder().to_str().unwrap();
    assert!(!told.contains(folder), "where the bucket is was told:\n{told}");
}

#[test]
fn standard_output_is_the_same_and_nothing_is_told_unasked() {
    let (place, _) = Place::with_candidate();
    let arguments = ["recent", "BUCKET", "--format", "json"];
    let (silent, told) = (place.run(&arguments), place.feed_with_logs(&arguments, b"", "debug"));
    assert_eq!((silent.status, silent.err.as_str()), (0, ""));
    assert_eq!((told.status, &told.out), (0, &silent.out));
    assert!(told.err.contains("open_session"), "{}", told.err);
}

#[test]
fn what_is_not_understood_is_said_and_the_work_is_done() {
    let (place, _) = Place::with_candidate();
    let ran = place.feed_with_logs(&["recent", "BUCKET"], b"", "reader=loudly");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("RUST_LOG=reader=loudly is not understood"), "{}", ran.err);
}
