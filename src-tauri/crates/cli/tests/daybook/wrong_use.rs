//! Wrong input: the exit status, one sentence that names it, and nothing recorded.

use crate::place::{Place, Ran};

/// What is typed, the exit status, and what the sentence must name.
type Case = (&'static [&'static str], i32, &'static str);

const TYPED: [Case; 62] = [
    (&[], 2, "there is no verb; see daybook --help"),
    (&["resent", "BUCKET"], 2, "“resent”"),
    (&["reindex", "BUCKET"], 2, "“reindex”"),
    (&["recnt", "BUCKET"], 2, "there is no verb “recnt”, did you mean record, recent?"),
    (
        &["recent", "BUCKET", "--actr", "x"],
        2,
        "“--actr” is not understood here, did you mean --act",
    ),
    (&["recent"], 2, "<BUCKET> is missing; see daybook recent --help"),
    (&["recent", "BUCKET", "--typ", "x"], 2, "“--typ”"),
    (&["recent", "BUCKET", "extra"], 2, "“extra”"),
    (&["recent", "/nowhere"], 2, "there is no folder /nowhere"),
    (&["recent", "s3://user:secret@bucket/x"], 2, "s3://bucket/x cannot be opened"),
    (&["recent", "BUCKET", "--format", "xml"], 2, "“xml” is not one of table, json, ndjson, csv"),
    (&["recent", "BUCKET", "--format"], 2, "--format <FORMAT> has no value"),
    (&["recent", "BUCKET", "--since", "2026-3-1"], 2, "--since <TIME>: “2026-3-1” is not a time"),
    (&["recent", "BUCKET", "--limit", "0"], 2, "--limit <N>: “0”"),
    (&["recent", "BUCKET", "--limit", "-1"], 2, "-1"),
    (&["recent", "BUCKET", "--limit", "many"], 2, "--limit <N>: “many”"),
    (&["recent", "BUCKET", "--after", "here"], 2, "--after <CURSOR>: “here” is not a cursor"),
    (
        &["facets", "BUCKET", "--since", "2026-03-02T00:00:00Z", "--until", "2026-03-01T00:00:00Z"],
        2,
        "exchange them",
    ),
    (
        &["recent", "BUCKET", "--since", "2026-03-01T00:00:00Z", "--until", "2026-03-01T00:00:00Z"],
        2,
        "put until later",
    ),
    (&["facets", "BUCKET", "--until", "noon"], 2, "--until <TIME>: “noon”"),
    (
        &["recent", "BUCKET", "--query", "type=candidate reviewed=no"],
        2,
        "--query <TEXT>: at 15, “reviewed”: expected type, id, field",
    ),
    (&["facets", "BUCKET", "--query", "-"], 2, "--query <TEXT>: at 1: expected a term behind -"),
    (&["search", "BUCKET", "x", "--query", "actor="], 2, "--query <TEXT>: at 6: expected a value"),
    (
        &["recent", "BUCKET", "--query", "type=a AND actor=b"],
        2,
        "--query <TEXT>: at 7, “AND”: all terms hold together",
    ),
    (
        &["recent", "BUCKET", "--query", "--since 2024"],
        2,
        "--query <TEXT>: at 0, “--since”: expected a term such as since=…, and no flag",
    ),
    (&["search", "BUCKET", "x", "--query", "y"], 2, "only one text can be searched for"),
    (
        &["recent", "BUCKET", "--query", "since=2024", "--since", "2026-03-02T00:00:00Z"],
        2,
        "--query and the filters beside it: since can be given only once",
    ),
    (
        &["recent", "BUCKET", "--query", "actor=Tom", "--actor", "Sarah"],
        2,
        "no event has both values of actor",
    ),
    (
        &["recent", "BUCKET", "--query", "until=2025", "--since", "2026-03-02T00:00:00Z"],
        2,
        "before until 2025-01-01T00:00:00+00:00: exchange them",
    ),
    (&["facets", "BUCKET", "--query", "as=recorded"], 2, "--query: as and known say how"),
    (&["recent", "BUCKET", "--query", "view=deleted"], 2, "--query: view is for the window"),
    (&["recent", "BUCKET", "--query", "record~CAND"], 2, "--query: record~ is for the window"),
    (&["recent", "BUCKET", "--query", "new>many"], 2, "at 4, “many”: expected a number"),
    (&["recent", "BUCKET", "--query", "new~/(/"], 2, "this is no regular expression"),
    (&["recent", "BUCKET", "--change", "placed"], 2, "write it as 'old->new'"),
    (&["recent", "BUCKET", "--change", "->"], 2, "a value is missing before or behind the arrow"),
    (&["recent", "BUCKET", "--lag", "1d"], 2, "write it as '>1d'"),
    (&["search", "BUCKET"], 2, "<TEXT> is missing"),
    (&["search", "BUCKET", ""], 2, "TEXT"),
    (&["history", "BUCKET", "CAND-2"], 2, "there is no record “CAND-2”"),
    (&["history", "BUCKET", "CAND-1", "--type", "client"], 2, "“client/CAND-1”"),
    (&["state", "BUCKET", "CAND-1", "--at", "noon"], 2, "--at <TIME>: “noon” is not a time"),
    (
        &["state", "BUCKET", "CAND-1", "--as", "known"],
        2,
        "“known” is not one of recorded, corrected",
    ),
    (&["blame", "BUCKET", "CAND-2"], 2, "there is no record “CAND-2”"),
    (&["records", "BUCKET", "--limit", "1.5"], 2, "“1.5”"),
    (&["chains", "BUCKET", "--after", "x"], 2, "“x” is not a cursor"),
    (&["correct", "BUCKET", "evt-0", "--to", "x", "--reason", "y"], 2, "there is no event “evt-0”"),
    (&["void", "BUCKET", "evt-0"], 2, "--reason <TEXT> is missing"),
    (&["void", "BUCKET", "evt-0", "--reason", "y"], 2, "there is no event “evt-0”"),
    (&["note", "BUCKET", "--text", "x"], 2, "is missing"),
    (
        &["note", "BUCKET", "--text", "x", "--record", "CAND-1"],
        2,
        "“CAND-1” is not a type and an id",
    ),
    (&["note", "BUCKET", "--text", "x", "--record", "candidate/CAND-2"], 2, "candidate/CAND-2"),
    (&["flush", "/nowhere"], 2, "there is no folder /nowhere"),
    (&["stats"], 2, "<BUCKET> is missing"),
    (&["open", "/nowhere"], 2, "there is no folder /nowhere"),
    (&["export", "BUCKET"], 2, "--out <FILE> is missing"),
    (&["export", "BUCKET", "--out", "a.doc"], 2, "the ending of a.doc names no form: csv, xlsx,"),
    (
        &["export", "BUCKET", "--out", "a", "--as", "xls"],
        2,
        "“xls” is not one of csv, xlsx, ndjson",
    ),
    (&["export", "BUCKET", "--out", "a.csv", "--as", "xlsx"], 2, "name two forms; leave one out"),
    (&["export", "BUCKET", "--out", "a.xlsx", "--bom"], 2, "--bom is for CSV only"),
    (
        &["export", "BUCKET", "--out", "/nowhere.csv", "--about", "/nowhere.csv"],
        2,
        "is named for the events and for what tells about them",
    ),
    (&["export", "BUCKET", "--out", "/nowhere/a.csv"], 3, "there is no folder /nowhere; make it"),
];

/// The same about an event that is there: `INSERT` and `UPDATE` stand for its id.
const ABOUT_EVENTS: [Case; 10] = [
    (&["correct", "BUCKET", "UPDATE", "--reason", "y"], 2, "--to"),
    (&["correct", "BUCKET", "UPDATE", "--to", "x"], 2, "--reason <TEXT> is missing"),
    (&["correct", "BUCKET", "UPDATE", "--to", "x", "--to-null", "--reason", "y"], 2, "--to-null"),
    (&["correct", "BUCKET", "UPDATE", "--to", "x", "--reason", " "], 3, "a reason is required"),
    (&["correct", "BUCKET", "UPDATE", "--to", "=1+1", "--reason", "y"], 3, "no change"),
    (
        &["correct", "BUCKET", "UPDATE", "--to", "x", "--field", "name", "--reason", "y"],
        3,
        "“name”",
    ),
    (&["correct", "BUCKET", "INSERT", "--to", "x", "--reason", "y"], 3, "must be a JSON object"),
    (
        &["correct", "BUCKET", "UPDATE", "--to", "x", "--reason", "y", "--actor", ""],
        2,
        "actor is empty",
    ),
    (&["void", "BUCKET", "UPDATE", "--reason", ""], 3, "a reason is required"),
    (&["note", "BUCKET", "UPDATE", "--text", " "], 3, "a note needs a text"),
];

#[test]
fn wrong_input_is_named_in_one_sentence_and_nothing_is_recorded() {
    let (place, ids) = Place::with_candidate();
    let before = place.recorded();
    for (arguments, status, named) in TYPED.iter().chain(&ABOUT_EVENTS) {
        let event = |word: &&'static str| match *word {
            "INSERT" => ids[0].clone(),
            "UPDATE" => ids[1].clone(),
            word => word.to_owned(),
        };
        let arguments: Vec<String> = arguments.iter().map(event).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = place.run(&arguments);
        assert_eq!(ran.status, *status, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(named), "{arguments:?}: {}", ran.err);
        assert!(ran.err.starts_with("daybook: "), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    assert_eq!(place.recorded(), before);
}

#[test]
fn an_id_that_names_several_events_or_records_is_asked_about() {
    let place = Place::new();
    let row = |kind| {
        [
            "evt-1-0",
            "2026-03-01T09:00:00Z",
            kind,
            "X-1",
            "*",
            "insert",
            "",
            "{}",
            "Sarah",
            "api",
            "",
        ]
    };
    place.write_legacy("20260301_090000_000.parquet", &[row("candidate"), row("client")]);
    let listed = place.json(&["recent", "BUCKET"]);
    let address = listed["events"][0]["address"].as_str().unwrap();
    assert!(address.starts_with("evt-1-0@sha256:"), "{address}");
    assert_eq!(place.run(&["note", "BUCKET", address, "--text", "this one"]).status, 0);
    let by_place = "evt-1-0@20260301_090000_000.parquet#1";
    assert_eq!(place.run(&["note", "BUCKET", by_place, "--text", "as before"]).status, 0);
    let notes = place.json(&["recent", "BUCKET", "--action", "note"]);
    for note in notes["events"].as_array().unwrap() {
        assert_eq!(note["corrects"], address);
    }

    let ran = place.run(&["void", "BUCKET", "evt-1-0", "--reason", "y"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains(address), "{}", ran.err);
    let ran = place.run(&["state", "BUCKET", "X-1"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("candidate/X-1, client/X-1 with --type"), "{}", ran.err);
    let state = place.json(&["state", "BUCKET", "X-1", "--type", "client"]);
    assert_eq!(state["exists"], true);
}

#[test]
fn without_an_actor_nothing_is_recorded() {
    let (place, ids) = Place::with_candidate();
    let mut command = place.command(&["note", "BUCKET", &ids[0], "--text", "x"]);
    for name in ["DAYBOOK_ACTOR", "USER", "LOGNAME", "USERNAME"] {
        command.env_remove(name);
    }
    let ran = Ran::of(command.output().unwrap());
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("name one with --actor"), "{}", ran.err);
}

#[test]
fn what_is_asked_for_is_no_error() {
    let place = Place::new();
    for arguments in [&["--help"][..], &["--version"], &["correct", "--help"]] {
        let ran = place.run(arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("daybook"), "{arguments:?}");
    }
}
