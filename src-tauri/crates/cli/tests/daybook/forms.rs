//! The forms of an answer, and the messages beside it.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::place::{Place, Ran};

#[test]
fn u2_csv_runs_nothing_and_tells_null_from_empty_and_says_what_it_escaped() {
    let (place, ids) = Place::with_candidate();
    let ran = place.run(&["history", "BUCKET", "CAND-1", "--format", "csv"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("1 cell that a spreadsheet would run was given"), "{}", ran.err);
    let mut rows = csv::Reader::from_reader(ran.out.as_bytes());
    let columns = event::EVENT_COLUMNS.iter().map(|column| column.name());
    let columns: Vec<&str> = columns.chain(["address", "marks"]).collect();
    assert_eq!(rows.headers().unwrap(), columns);
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(&rows[0][0], ids[0].as_str());
    assert_eq!(&rows[0][7], r#"{"name":"Ada","phone":null,"rate":100}"#);
    assert_eq!(&rows[1][7], "'=1+1");
    let lines: Vec<&str> = ran.out.split("\r\n").collect();
    assert!(lines[1].contains(r#",insert,"","#), "empty is quoted: {}", lines[1]);
    assert!(lines[2].contains(",update,,'=1+1,Tom,"), "null is nothing: {}", lines[2]);
    let exact = place.json(&["history", "BUCKET", "CAND-1"]);
    assert_eq!(exact["events"][1]["new_value"], "=1+1");
}

#[test]
fn an_empty_answer_names_the_value_that_nothing_has_and_what_is_near() {
    let (place, _) = Place::with_candidate();
    let table = [
        (&["--actor", "sarha"][..], "No event has the actor sarha; near: Sarah.\n"),
        (&["--actor", "Nobody"], "No event has the actor Nobody.\n"),
        (&["--actor", "Sarah", "--actor", "Sara"], ""),
        (&["--actor", "Sarah", "--until", "2020"], ""),
        (&["--query", "id=CAND-9"], "No event has the entity_id CAND-9.\n"),
    ];
    let also = [
        (
            &["facets", "BUCKET", "--actor", "sarha"][..],
            "No event has the actor sarha; near: Sarah.\n",
        ),
        (
            &["records", "BUCKET", "--type", "Candidate"],
            "No event has the entity_type Candidate; near: candidate.\n",
        ),
        (
            &["recent", "BUCKET", "--entity", "cand 001"],
            "No event has the entity_id cand 001; near: CAND-1.\n",
        ),
    ];
    for (arguments, said) in also {
        let ran = place.run(arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, said), "{arguments:?}");
    }
    let unknown = place.run(&["history", "BUCKET", "cand001"]);
    let said = "daybook: there is no record “cand001” in this journal; near: candidate/CAND-1\n";
    assert_eq!((unknown.status, unknown.err.as_str()), (2, said));
    for (filters, said) in table {
        let ran = place.run(&[&["recent", "BUCKET"][..], filters].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
        let named = ran.err.split_inclusive('\n').filter(|line| line.starts_with("No event"));
        assert_eq!(named.collect::<String>(), said, "{filters:?}: {ran:?}");
    }
}

/// Times as people type them, and what each was understood to be.
#[test]
fn times_are_typed_as_days_and_said_as_instants() {
    let (place, _) = Place::with_candidate();
    let table = [
        (
            &["recent", "BUCKET", "--since", "2026-03-02"][..],
            1,
            "--since 2026-03-02 is 2026-03-02T00:00:00+00:00.",
        ),
        (
            &["recent", "BUCKET", "--until", "2026-03"],
            0,
            "--until 2026-03 is 2026-03-01T00:00:00+00:00.",
        ),
        (&["recent", "BUCKET", "--since", "2026-03-02T00:00:00Z"], 1, ""),
        (&["recent", "BUCKET", "--since", "-36500d"], 2, "--since -36500d is "),
    ];
    for (arguments, events, said) in table {
        let ran = place.run(arguments);
        assert_eq!((ran.status, &ran.json()["total"]), (0, &json!(events)), "{ran:?}");
        assert!(ran.err.starts_with(said) && ran.err.is_empty() == said.is_empty(), "{ran:?}");
    }
    let ran = place.run(&["state", "BUCKET", "CAND-1", "--at", "2026-03"]);
    assert!(ran.err.starts_with("--at 2026-03 is 2026-03-31T23:59:59.999999999+00:00."), "{ran:?}");
    let whole = place.json(&["state", "BUCKET", "CAND-1"]);
    assert_eq!(ran.json()["fields"], whole["fields"]);
}

/// Columns of others' files, and one that only the path of the file names.
#[test]
fn f1_f4_further_columns_are_in_json_and_in_csv() {
    let place = Place::new();
    let mut columns = event::LEGACY_COLUMNS.map(event::Column::name).to_vec();
    let mut row = vec![
        "evt-1",
        "2026-03-01T09:00:00Z",
        "candidate",
        "CAND-1",
        "phone",
        "update",
        "1",
        "2",
        "Sarah",
        "api",
        "",
    ];
    place.write_texts("plain.parquet", &columns, &[row.clone()]);
    (columns[10], row[0], row[10]) = ("request,id", "evt-2", "req-77");
    place.write_texts("workspace_id=ws north/year=2026/a.parquet", &columns, &[row]);
    let events = &place.json(&["recent", "BUCKET"])["events"];
    let other = events.as_array().unwrap().iter().find(|event| event["event_id"] == "evt-2");
    let other = other.unwrap();
    assert_eq!(other["workspace_id"], "ws north");
    assert_eq!(other["extra"], json!({"request,id": "req-77", "year": "2026"}));
    let plain = events.as_array().unwrap().iter().find(|event| event["event_id"] == "evt-1");
    assert_eq!(plain.unwrap().get("extra"), None);
    let ran = place.run(&["recent", "BUCKET", "--format", "csv", "--bom"]);
    let text = ran.out.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let names = rows.headers().unwrap().clone();
    assert_eq!(
        names.iter().skip(17).collect::<Vec<_>>(),
        ["address", "marks", "extra.request,id", "extra.year"]
    );
    let extra =
        rows.records().map(|row| row.unwrap().iter().skip(19).collect::<Vec<_>>().join("|"));
    let mut extra: Vec<String> = extra.collect();
    extra.sort();
    assert_eq!(extra, ["req-77|2026", "|"]);
}

#[test]
fn every_answer_has_every_form() {
    let (place, ids) = Place::with_candidate();
    let dry = ["void", "BUCKET", &ids[0], "--reason", "x", "--dry-run"];
    for (verb, lines) in [
        (&["recent", "BUCKET"][..], 2),
        (&["search", "BUCKET", "ada"], 1),
        (&["history", "BUCKET", "CAND-1"], 2),
        (&["state", "BUCKET", "CAND-1"], 1),
        (&["blame", "BUCKET", "CAND-1"], 1),
        // 10 values of 6 columns, and a bar for each of 25 hours; lags depend on the day of the test.
        (&["facets", "BUCKET"], 35),
        (&["records", "BUCKET"], 1),
        (&["chains", "BUCKET"], 0),
        (&["stats", "BUCKET"], 1),
        (&["flush", "BUCKET"], 1),
        (&dry, 1),
    ] {
        let form = |format| {
            let ran = place.run(&[verb, &["--format", format]].concat());
            assert_eq!(ran.status, 0, "{verb:?}: {ran:?}");
            ran.out
        };
        assert_eq!(form("json").lines().count(), 1, "{verb:?}");
        let ndjson = form("ndjson");
        let objects = ndjson.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let counted = objects.filter(|one| one.is_object() && one["column"] != "lag").count();
        assert_eq!(counted, lines, "{verb:?}: {ndjson}");
        let csv = form("csv");
        let rows: Result<Vec<_>, _> = csv::Reader::from_reader(csv.as_bytes()).records().collect();
        assert!(rows.is_ok(), "{verb:?}: {csv}");
        assert!(!form("table").contains('{') || verb[0] != "stats", "{verb:?}");
    }
}

#[test]
fn a_query_as_one_text_and_flags_hold_together() {
    let (place, _) = Place::with_candidate();
    let total = |arguments: &[&str]| place.json(arguments)["total"].clone();
    for (query, events) in [
        ("", 2),
        ("type=candidate id=CAND-1 noops=hidden", 2),
        ("actor=Sarah|Ann", 1),
        ("actor!=Sarah", 1),
        ("-actor=Sarah", 2),
        ("workspace=\"\"", 1),
        ("ada", 1),
        ("\"=1+1\"", 1),
        ("since=2026-03-02", 1),
        ("until=2026-03-02", 1),
        ("since=2026-03-02 zone=-10:00", 0),
        ("since=2026-03 until=2026-04 zone=Europe/Berlin", 2),
        ("until=-36500d", 0),
    ] {
        assert_eq!(total(&["recent", "BUCKET", "--query", query]), events, "{query}");
        let facets = place.json(&["facets", "BUCKET", "--query", query]);
        assert_eq!(facets["total"], events, "{query}");
    }
    for (flags, events) in [
        (&["--actor", "Sarah", "--actor", "Tom"][..], 1),
        (&["--actor", "!Tom"], 0),
        (&["--until", "2026-03-02T09:00:00Z"], 0),
        (&["--contains", "1+1"], 1),
    ] {
        let query = &["recent", "BUCKET", "--query", "actor=Tom since=2026-03-02"][..];
        assert_eq!(total(&[query, flags].concat()), events, "{flags:?}");
    }
    assert_eq!(total(&["search", "BUCKET", "a", "--query", "actor=Sarah"]), 1);
    let help = place.run(&["recent", "--help"]).out;
    assert!(help.contains("'type=candidate actor=Sarah|Tom"), "{help}");
}

#[test]
fn a_table_shows_what_is_invisible_and_runs_no_terminal_code() {
    let place = Place::new();
    let value = "\u{1b}[31mred\nnext \u{202e}evil\u{200b}";
    let event = json!({
        "entity_type": "candidate", "entity_id": "CAND-1", "field": "note", "action": "update",
        "old_value": "", "new_value": value,
    });
    place.record(&event.to_string());
    let ran = place.run(&["recent", "BUCKET", "--format", "table"]);
    assert!(ran.out.contains(r"\u{1b}[31mred\nnext \u{202e}evil\u{200b}"), "{}", ran.out);
    assert!(ran.out.contains("\"\""), "empty is seen: {}", ran.out);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{:?}", ran.out);
    assert_eq!(ran.err, "1 of 1 event.\n");
    assert_eq!(place.json(&["recent", "BUCKET"])["events"][0]["new_value"], value);
}

#[test]
fn a_table_that_goes_to_no_terminal_is_as_wide_as_columns_says_or_120() {
    let place = Place::new();
    let event = json!({
        "entity_type": "candidate", "entity_id": "CAND-9", "field": "note", "action": "update",
        "old_value": "", "new_value": "a word after another ".repeat(30),
    });
    place.record(&event.to_string());
    for (columns, width) in [(None, 120), (Some("80"), 80), (Some("0"), 120), (Some("wide"), 120)] {
        let mut command = place.command(&["recent", "BUCKET", "--format", "table"]);
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        let ran = Ran::of(command.output().unwrap());
        let widest = ran.out.lines().map(|line| line.chars().count()).max();
        assert_eq!((ran.status, widest), (0, Some(width)), "{columns:?}: {}", ran.out);
    }
}

/// The words say what each counts: the coverage names what only looks like a journal file.
#[test]
fn what_looks_like_a_journal_file_counts_in_the_coverage_and_not_as_persisted() {
    let (place, _) = Place::with_candidate();
    fs::create_dir(place.bucket().join("journal/folder.parquet")).unwrap();
    let ran = place.run(&["stats", "BUCKET"]);
    let stats = ran.json();
    assert_eq!((ran.status, &stats["persisted_files"]), (1, &1.into()), "{stats}");
    assert_eq!((&stats["coverage"]["files"], &stats["coverage"]["read"]), (&2.into(), &1.into()));
    let help = place.run(&["stats", "--help"]).out;
    assert!(help.contains("persisted_files are the journal files in the bucket"), "{help}");
}

#[test]
fn a_damaged_file_is_named_and_everything_else_is_answered() {
    let (place, _) = Place::with_candidate();
    fs::write(place.bucket().join("journal/20200101_000000_000.parquet"), "not Parquet").unwrap();
    for verb in [
        &["recent", "BUCKET"][..],
        &["history", "BUCKET", "CAND-1"],
        &["state", "BUCKET", "CAND-1"],
        &["blame", "BUCKET", "CAND-1"],
        &["facets", "BUCKET"],
        &["records", "BUCKET"],
        &["chains", "BUCKET"],
        &["stats", "BUCKET"],
    ] {
        let ran = place.run(verb);
        assert_eq!(ran.status, 1, "{verb:?}: {ran:?}");
        let answer = ran.json();
        let coverage = &answer["coverage"];
        assert_eq!(coverage["complete"], false, "{verb:?}");
        assert_eq!((&coverage["files"], &coverage["read"]), (&json!(2), &json!(1)), "{verb:?}");
        assert_eq!(coverage["unreadable"][0]["file"], "20200101_000000_000.parquet", "{verb:?}");
        assert!(ran.err.contains("Incomplete: 1 of 2 files read"), "{verb:?}: {}", ran.err);
        let last = answer.as_object().unwrap().keys().next_back().unwrap();
        assert_eq!(last, "coverage", "{verb:?}");
    }
    // What is not found may lie in what could not be read.
    let ran = place.run(&["state", "BUCKET", "CAND-2"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains("20200101_000000_000.parquet: "), "{}", ran.err);
    assert!(ran.err.contains("no record “CAND-2” in this journal, as far as it could be read"));
    let ran = place.run(&["search", "BUCKET", "nowhere", "--format", "table"]);
    assert!(ran.err.contains("No event in what could be read."), "{}", ran.err);
}

#[test]
fn pending_events_that_cannot_be_read_are_named_as_missing() {
    let (place, _) = Place::with_candidate();
    let outbox = place.folder().join("home/outbox");
    let files = fs::read_dir(outbox).unwrap().map(|file| file.unwrap().path());
    for file in files.filter(|path| path.extension().is_some_and(|kind| kind != "seen")) {
        fs::write(file, "no database".repeat(1000)).unwrap();
    }
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!((ran.status, ran.json()["total"].as_u64()), (1, Some(2)), "{ran:?}");
    assert!(ran.err.contains("the pending events of this device: the outbox "), "{}", ran.err);
    let ran = place.run(&["stats", "BUCKET"]);
    assert_eq!(
        (ran.status, &ran.json()["buffer_events"]),
        (1, &serde_json::Value::Null),
        "{ran:?}"
    );
    assert!(ran.err.contains(" is damaged: "), "{}", ran.err);
    for verb in [&["record", "BUCKET"][..], &["flush", "BUCKET"]] {
        let ran = place.run(verb);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
        assert!(ran.err.contains(" is damaged: "), "{}", ran.err);
    }
}

#[test]
fn what_is_only_read_is_left_as_it_was() {
    let (place, _) = Place::with_candidate();
    let home = place.folder().join("another home");
    for verb in ["recent", "stats"] {
        let ran =
            Ran::of(place.command(&[verb, "BUCKET"]).env("DAYBOOK_HOME", &home).output().unwrap());
        assert_eq!(ran.status, 0, "{ran:?}");
        let kept = fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name());
        let mut kept: Vec<_> = kept.collect();
        kept.sort();
        assert_eq!(kept, ["catalogs", "ledger"]);
    }
    let inside = place.bucket().join("home");
    let before = place.recorded();
    for verb in ["record", "flush", "recent"] {
        let command = &mut place.command(&[verb, "BUCKET"]);
        let ran = Ran::of(command.env("DAYBOOK_HOME", &inside).output().unwrap());
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
        assert!(ran.err.contains("move one of them"), "{}", ran.err);
    }
    assert_eq!(place.recorded(), before);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let place = Place::new();
    let event = json!({
        "entity_type": "candidate", "entity_id": "CAND-1", "field": "cv", "action": "update",
        // More than any pipe holds.
        "new_value": "long ".repeat(1 << 20),
    });
    place.record(&event.to_string());
    let mut command = place.command(&["recent", "BUCKET"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
}

#[test]
fn events_carry_the_marks_that_amendments_make_and_are_filtered_by_them() {
    let (place, ids) = Place::with_candidate();
    let amend = |verb: &[&str]| assert_eq!(place.run(verb).status, 0, "{verb:?}");
    amend(&["correct", "BUCKET", &ids[0], "--field", "rate", "--to", "5", "--reason", "typo"]);
    amend(&["note", "BUCKET", &ids[0], "--text", "seen"]);
    amend(&["void", "BUCKET", &ids[1], "--reason", "mistake"]);
    let listed = |filters: &[&str]| {
        let recent = place.json(&[&["recent", "BUCKET"], filters].concat());
        let marks = |event: &Value| (event["event_id"].clone(), event["marks"].clone());
        recent["events"].as_array().unwrap().iter().map(marks).collect::<Vec<_>>()
    };
    let first = (json!(ids[0]), json!(["corrected", "noted"]));
    let second = (json!(ids[1]), json!(["voided"]));
    let all = listed(&[]);
    assert_eq!((all.len(), &all[3..]), (5, &[second.clone(), first.clone()][..]));
    assert!(all[..3].iter().all(|(_, marks)| marks.is_null()), "{all:?}");
    assert_eq!(listed(&["--mark", "corrected"]).first(), Some(&first));
    assert_eq!(listed(&["--query", "corrected=no voided=yes"]), [second]);
    assert_eq!(listed(&["--mark", "!voided", "--mark", "noted"]), [first]);
    assert_eq!(listed(&["--mark", "!voided", "--query", "noted=no"]).len(), 3);
    let table = place.run(&["recent", "BUCKET", "--format", "table"]).out;
    assert!(table.contains("[corrected noted]") && table.contains("[voided]"), "{table}");
    let ran = place.run(&["recent", "BUCKET", "--mark", "noted", "--mark", "!noted"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("noted can be given only once"), "{}", ran.err);
    let ran = place.run(&["recent", "BUCKET", "--mark", "reviewed"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("“reviewed” is no mark: corrected, voided or noted"), "{}", ran.err);
}
