//! The program with `--engine`: every verb that reads answers as it does without.

use serde_json::Value;

use crate::daybook::Place;
use crate::fake::{Answer, Fake};
use crate::place::cluster;

/// Whatever verb, its answer without the cluster's and this machine's own words.
fn verbs() -> Vec<Vec<&'static str>> {
    vec![
        vec!["recent", "BUCKET"],
        vec!["recent", "BUCKET", "--query", "new~plumber|1+1 hour=8..10"],
        vec!["search", "BUCKET", "ada"],
        vec!["facets", "BUCKET"],
        vec!["records", "BUCKET"],
        vec!["records", "BUCKET", "--query", "name~ada"],
        vec!["chains", "BUCKET"],
        vec!["history", "BUCKET", "CAND-1"],
        vec!["state", "BUCKET", "CAND-1"],
        vec!["blame", "BUCKET", "CAND-1"],
    ]
}

#[test]
fn every_verb_that_reads_answers_as_without_a_cluster_and_with_what_is_pending() {
    let (place, ids) = Place::with_candidate();
    place.pend(
        r#"{"entity_type":"candidate","entity_id":"CAND-1","field":"phone","action":"update","old_value":"=1+1","new_value":"555","actor":"Tom","timestamp":"2026-03-03T09:00:00Z"}"#,
    );
    let voided = place.run(&["void", "BUCKET", &ids[1], "--reason", "mistaken", "--actor", "Ann"]);
    assert_eq!(voided.status, 0, "{voided:?}");
    let engine = cluster();
    for verb in verbs() {
        let plain = place.run(&verb);
        let asked = place.run(&[&verb[..], &["--engine", &engine]].concat());
        assert_eq!((asked.status, &asked.err), (plain.status, &plain.err), "{verb:?}");
        let [plain, asked] =
            [plain.out, asked.out].map(|out| serde_json::from_str::<Value>(&out).ok());
        assert_eq!(asked, plain, "{verb:?}");
    }
    let stats = place.json(&["stats", "BUCKET", "--engine", &engine]);
    let plain = place.json(&["stats", "BUCKET"]);
    assert_eq!(stats["total_events_created"], plain["total_events_created"], "{stats}");
}

#[test]
fn an_export_by_a_cluster_has_the_same_events() {
    let (place, _) = Place::with_candidate();
    let [plain, asked] = ["plain.ndjson", "asked.ndjson"].map(|name| place.folder().join(name));
    let out = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let ran = place.run(&["export", "BUCKET", "--out", &out(&plain)]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let ran = place.run(&["export", "BUCKET", "--out", &out(&asked), "--engine", &cluster()]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let events = |path: &std::path::Path| -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap();
        let event = |line: &str| {
            let mut event: Value = serde_json::from_str(line).unwrap();
            // A cluster does not know the rows of files.
            for place in ["file", "row"] {
                event.as_object_mut().unwrap().remove(place);
            }
            event
        };
        text.lines().map(event).collect()
    };
    assert_eq!(events(&asked), events(&plain));
    assert_eq!(events(&asked).len(), 2);
}

#[test]
fn what_is_wrong_with_the_engine_is_one_sentence() {
    let (place, _) = Place::with_candidate();
    let lines: Vec<String> = (0..1000).map(|n| format!("at line {n}")).collect();
    let lines = lines.join("\n");
    let broken = Fake::start(Answer::Status(2, format!("It broke.\n{lines}")));
    let refusing = Fake::start(Answer::Status(16, "no".to_owned()));
    let (broken, refusing) = (broken.url(), format!("{}/;token=s3cr3t", refusing.url()));
    let table = [
        (vec!["--engine", "cluster:15002"], 2, "sc://HOST:PORT"),
        (vec!["--engine", "http://user:s3cr3t@cluster"], 2, "sc://HOST:PORT"),
        (vec!["--engine", &broken], 3, "It broke"),
        (vec!["--engine", &refusing], 3, "refuses this token"),
        (vec!["--engine-root", "s3a://firm/hr"], 2, "--engine"),
    ];
    for (arguments, status, words) in table {
        let ran = place.run(&[&["recent", "BUCKET"][..], &arguments].concat());
        assert_eq!(ran.status, status, "{arguments:?} {ran:?}");
        assert!(ran.err.contains(words), "{arguments:?} {}", ran.err);
        assert!(!ran.err.contains("s3cr3t") && ran.out.is_empty(), "{arguments:?} {}", ran.err);
        if status == 3 {
            assert!(ran.err.lines().count() <= 2, "{arguments:?} {}", ran.err);
        }
    }
    let ran = place.run(&["recent", "BUCKET", "--engine", &broken, "--engine-details"]);
    assert!(ran.err.contains("at line 999"), "the rest is there on request: {}", ran.err);
}
