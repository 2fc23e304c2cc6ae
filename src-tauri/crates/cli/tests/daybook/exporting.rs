//! `export`: every form, what is said beside it, and what is refused; and the way back in.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::place::{Place, Ran};

/// The program with these words; `OUT/` stands for a folder that is there.
fn run(place: &Place, arguments: &[&str]) -> Ran {
    let folder = place.folder().join("out");
    fs::create_dir_all(&folder).unwrap();
    let named = |word: &&str| word.replace("OUT", folder.to_str().unwrap());
    let words: Vec<String> = arguments.iter().map(named).collect();
    place.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Names of what is in the folder that `OUT` stands for, hidden or not.
fn exported(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.folder().join("out")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.folder().join("out").join(name)).unwrap()
}

/// What is typed after the bucket, the file it makes, how that begins, and what is said.
type Case = (&'static [&'static str], &'static str, &'static [u8], &'static str);

const ALTERED: &str = "1 cell that a spreadsheet would run got a leading apostrophe; ";

const FORMS: [Case; 9] = [
    (&["--out", "OUT/a.csv"], "a.csv", b"event_id,timestamp,", ALTERED),
    (&["--out", "OUT/b", "--as", "csv", "--bom"], "b", b"\xef\xbb\xbfevent_id,", "2 events are in"),
    (&["--out", "OUT/c.xlsx"], "c.xlsx", b"PK\x03\x04", "the sheet Altered lists each"),
    (&["--out", "OUT/d.NDJSON"], "d.NDJSON", b"{\"event_id\":\"evt-", "2 events are in"),
    (&["--out", "OUT/e.jsonl", "--as", "ndjson"], "e.jsonl", b"{\"event_id\":\"evt-", "2 events"),
    (&["--out", "OUT/f.parquet"], "f.parquet", b"PAR1", "2 events are in"),
    (
        &["--out", "OUT/g.csv", "--actor", "Tom", "--about", "OUT/g.json"],
        "g.json",
        b"{\"altered\":[\n{\"row\":2,\"column\":\"new_value\",\"what\":\"apostrophe\"}],\n\"question\":\"actor=Tom zone=UTC\"",
        "g.json lists each",
    ),
    (
        &["--out", "OUT/h.ndjson", "--query", "actor=Tom zone=Europe/Berlin", "--about", "OUT/h.json"],
        "h.json",
        b"{\"altered\":[],\n\"question\":\"actor=Tom zone=Europe/Berlin\",\"zone\":\"Europe/Berlin\"",
        "1 event is in",
    ),
    (&["--out", "OUT/i.csv", "--actor", "Sarha"], "i.csv", b"event_id,", "No event has the actor Sarha; near: Sarah."),
];

#[test]
fn each_form_is_written_and_summed_up_on_standard_error() {
    let (place, _) = Place::with_candidate();
    for (arguments, file, begin, said) in FORMS {
        let ran = run(&place, &[&["export", "BUCKET"], arguments].concat());
        assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        let bytes = fs::read(place.folder().join("out").join(file)).unwrap();
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        assert!(bytes.starts_with(begin), "{arguments:?}: {shown}");
    }
    let files = exported(&place);
    assert!(files.iter().all(|name| !name.starts_with('.')), "{files:?}");
    assert_eq!(files.len(), 11, "{files:?}");
    let rows: Vec<Value> =
        read(&place, "d.NDJSON").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed = place.json(&["history", "BUCKET", "CAND-1"]);
    for (row, event) in rows.iter().zip(listed["events"].as_array().unwrap()) {
        let mut row = row.clone();
        let [file, number] = ["file", "row"].map(|name| row.as_object_mut().unwrap().remove(name));
        assert_eq!(&row, event);
        assert!(file.unwrap().as_str().unwrap().ends_with(".parquet"));
        assert!(number.unwrap().is_u64());
    }
}

#[test]
fn what_is_there_already_is_kept_unless_it_may_be_overwritten() {
    let (place, _) = Place::with_candidate();
    let before = place.recorded();
    let arguments = ["export", "BUCKET", "--out", "OUT/a.csv"];
    assert_eq!(run(&place, &arguments).status, 0);
    fs::write(place.folder().join("out/a.csv"), "mine").unwrap();
    let ran = run(&place, &arguments);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(
        ran.err.contains("a.csv is there already; name another file, or have it"),
        "{}",
        ran.err
    );
    assert_eq!(read(&place, "a.csv"), "mine");
    assert_eq!(run(&place, &[&arguments[..], &["--overwrite"]].concat()).status, 0);
    assert!(read(&place, "a.csv").starts_with("event_id,"));
    let journal = place.bucket().join("journal/a.csv");
    let ran = place.run(&["export", "BUCKET", "--out", journal.to_str().unwrap(), "--overwrite"]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("where only a journal's own files lie"), "{}", ran.err);
    assert_eq!(place.recorded(), before);
}

#[test]
fn an_export_of_what_is_not_all_readable_is_a_finding() {
    let (place, _) = Place::with_candidate();
    fs::write(place.bucket().join("journal/bad.parquet"), "PAR1 no file").unwrap();
    let ran = run(&place, &["export", "BUCKET", "--out", "OUT/a.csv", "--about", "OUT/a.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains("bad.parquet"), "{}", ran.err);
    assert_eq!(read(&place, "a.csv").lines().count(), 3);
    let about: Value = serde_json::from_str(&read(&place, "a.json")).unwrap();
    assert_eq!(about["coverage"]["unreadable"][0]["file"], "bad.parquet");
}

#[test]
fn archives_are_exported_too() {
    let (place, _) = Place::with_candidate();
    for ending in ["zip", "tar"] {
        let copy = place.pack(ending);
        let out = format!("OUT/{ending}.ndjson");
        let ran = run(&place, &["export", &copy, "--out", &out]);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(read(&place, &format!("{ending}.ndjson")).lines().count(), 2);
    }
}

#[test]
fn an_extract_opens_anywhere_is_only_read_and_says_of_what_it_is_one() {
    let (place, ids) = Place::with_candidate();
    let reason = ["--reason", "two digits were swapped"];
    assert_eq!(
        place.run(&[&["correct", "BUCKET", &ids[1], "--to", "2"][..], &reason].concat()).status,
        0
    );
    let ran = run(
        &place,
        &["export", "BUCKET", "--out", "OUT/part", "--as", "parquet", "--actor", "Tom"],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("1 event and 1 amendment of them are in "), "{}", ran.err);
    let extract = place.folder().join("out/part");
    let there = Place::at(extract.to_str().unwrap());
    let recent = there.run(&["recent", "BUCKET"]);
    assert_eq!(recent.status, 0, "{recent:?}");
    assert!(recent.err.starts_with("This is an extract of the journal "), "{}", recent.err);
    assert!(recent.err.contains(": actor=Tom zone=UTC"), "{}", recent.err);
    let source = place.json(&["recent", "BUCKET", "--query", "id=CAND-1"]);
    let events = recent.json()["events"].as_array().unwrap().clone();
    assert_eq!(events, source["events"].as_array().unwrap()[..2]);
    assert_eq!(recent.json()["coverage"]["extract"]["query"], "actor=Tom zone=UTC");
    assert_eq!(recent.json()["coverage"]["complete"], true);
    let before: Vec<_> = crate::place::files(&extract);
    for arguments in [
        &["note", "BUCKET", &ids[1], "--text", "x"][..],
        &["record", "BUCKET"],
        &["flush", "BUCKET"],
    ] {
        let ran = there.run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{arguments:?}: {ran:?}");
        let refused = ran.err.lines().last().unwrap();
        assert_eq!(
            refused,
            "daybook: nothing can be recorded here: this is an extract of a journal, which is only \
             read; record into the journal itself"
        );
    }
    assert_eq!(crate::place::files(&extract), before);
}

#[test]
fn an_extract_of_an_extract_says_both_questions_and_the_first_instant() {
    let (place, _) = Place::with_candidate();
    let to = |name| ["export", "BUCKET", "--out", name, "--as", "parquet"];
    let ran = run(&place, &[&to("OUT/part")[..], &["--actor", "Tom"]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    let part = place.folder().join("out/part");
    let again = place.folder().join("out/again");
    let there = Place::at(part.to_str().unwrap());
    let ran = there.run(&to(again.to_str().unwrap()));
    assert_eq!(ran.status, 0, "{ran:?}");
    let extract = |folder: &std::path::Path| {
        let found = Place::at(folder.to_str().unwrap()).json(&["recent", "BUCKET"]);
        found["coverage"]["extract"].clone()
    };
    let (first, second) = (extract(&part), extract(&again));
    assert_eq!(second["query"], "actor=Tom zone=UTC; of these: zone=UTC");
    assert_eq!((&second["bucket"], &second["at"]), (&first["bucket"], &first["at"]));
}

#[test]
fn what_a_question_does_not_decide_is_said_of_every_answer() {
    let (place, _) = Place::with_candidate();
    let said = "2 values are no numbers and left out.\n";
    for verb in ["recent", "facets", "records"] {
        let ran = place.run(&[verb, "BUCKET", "--query", "new>0", "--format", "table"]);
        assert!(ran.err.contains(said), "{verb}: {}", ran.err);
    }
    let about = ["--about", "OUT/about.json"];
    let export = ["export", "BUCKET", "--out", "OUT/a.csv", "--query", "new>0"];
    let ran = run(&place, &[&export[..], &about].concat());
    assert!(ran.err.contains(said), "{}", ran.err);
    let about: serde_json::Value = serde_json::from_str(&read(&place, "about.json")).unwrap();
    assert_eq!(about["undecided"]["no_numbers"], 2);
}

#[test]
fn an_export_is_not_written_among_the_files_of_a_journal() {
    let place = Place::new();
    place.write_legacy("a.parquet", &[crate::files::row("evt-1", "one")]);
    let flat = place.bucket().join("journal");
    let out = flat.join("x.csv");
    let plain = place.folder().join("plain");
    std::fs::create_dir(&plain).unwrap();
    std::fs::copy(flat.join("a.parquet"), plain.join("a.parquet")).unwrap();
    for (bucket, out) in [(place.bucket(), out), (plain.clone(), plain.join("x.parquet"))] {
        let there = Place::at(bucket.to_str().unwrap());
        let ran = there.run(&["export", "BUCKET", "--out", out.to_str().unwrap()]);
        assert_eq!((ran.status, out.exists()), (3, false), "{ran:?}");
    }
}

#[test]
fn an_extract_in_an_archive_is_one_too() {
    let (place, _) = Place::with_candidate();
    let ran = run(
        &place,
        &["export", "BUCKET", "--out", "OUT/part", "--as", "parquet", "--actor", "Tom"],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    let inner = Place::new();
    fs::remove_dir_all(inner.bucket()).unwrap();
    fs::rename(place.folder().join("out/part"), inner.bucket()).unwrap();
    for ending in ["zip", "tar"] {
        let recent = inner.run(&["recent", &inner.pack(ending)]);
        assert_eq!(recent.status, 0, "{recent:?}");
        assert_eq!(recent.json()["coverage"]["extract"]["query"], "actor=Tom zone=UTC");
    }
}

/// A journal with changes, amendments, notes and a batch, and all of it as NDJSON.
fn exported_journal() -> (Place, String) {
    let (place, ids) = Place::with_candidate();
    let reason = ["--reason", "two digits were swapped"];
    let amend = |arguments: &[&str]| {
        let ran = place.run(arguments);
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.json()["event_id"].as_str().unwrap().to_owned()
    };
    let correction = amend(&[&["correct", "BUCKET", &ids[1], "--to", "2"][..], &reason].concat());
    amend(&[&["void", "BUCKET", &correction][..], &reason].concat());
    amend(&["note", "BUCKET", &ids[0], "--text", "looked at"]);
    amend(&["note", "BUCKET", "--record", "candidate/CAND-1", "--text", "a good one"]);
    let two = r#"{"entity_type":"candidate","entity_id":"CAND-2","action":"insert","new_value":"{}"}
{"entity_type":"candidate","entity_id":"CAND-2","field":"rate","action":"update","new_value":" 1\n"}"#;
    assert_eq!(place.feed(&["record", "BUCKET", "--atomic"], two.as_bytes()).status, 0);
    assert_eq!(run(&place, &["export", "BUCKET", "--out", "OUT/a.ndjson"]).status, 0);
    let exported = read(&place, "a.ndjson");
    (place, exported)
}

#[test]
fn ndjson_goes_back_in_as_new_events_and_not_without_being_told() {
    let (place, exported) = exported_journal();
    let other = Place::new();
    let refused = other.feed(&["record", "BUCKET"], exported.as_bytes());
    assert_eq!((refused.status, refused.out.as_str()), (3, ""), "{refused:?}");
    assert!(refused.err.contains("line 1: it has an event_id"), "{}", refused.err);
    assert!(refused.err.contains("with --as-new; nothing is recorded"), "{}", refused.err);

    let ran = other.feed(&["record", "BUCKET", "--as-new"], exported.as_bytes());
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.out.lines().count(), 8, "{ran:?}");
    let new_ids = ran.out.lines().map(|line| {
        let ids: Value = serde_json::from_str(line).unwrap();
        ids["ids"][0].as_str().unwrap().to_owned()
    });
    let new_ids: Vec<String> = new_ids.collect();
    let old: Vec<Value> =
        exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all = other.json(&["recent", "BUCKET", "--limit", "100"]);
    for (old, id) in old.iter().zip(&new_ids) {
        let new = all["events"].as_array().unwrap().iter().find(|new| new["event_id"] == **id);
        let new = new.unwrap();
        for column in [
            "timestamp",
            "entity_type",
            "entity_id",
            "field",
            "action",
            "old_value",
            "new_value",
            "actor",
            "source",
            "workspace_id",
            "reason",
            "batch",
            "marks",
        ] {
            assert_eq!(new[column], old[column], "{column} of {old}");
        }
        assert_ne!(new["event_id"], old["event_id"]);
        let about = old["corrects"].as_str().map(|target| {
            let at = old_position(&exported, target);
            new_ids[at].clone()
        });
        assert_eq!(new["corrects"].as_str(), about.as_deref(), "{old}");
    }
    for record in ["CAND-1", "CAND-2"] {
        let state = |place: &Place| place.json(&["state", "BUCKET", record])["fields"].clone();
        assert_eq!(state(&other), state(&place));
    }
}

/// The number of the line with this id.
fn old_position(exported: &str, id: &str) -> usize {
    let is_it = |line: &str| serde_json::from_str::<Value>(line).unwrap()["event_id"] == id;
    exported.lines().position(is_it).unwrap()
}

#[test]
fn what_cannot_be_recorded_as_new_is_named_by_its_line() {
    let place = Place::new();
    let change = r#"{"event_id":"e1","entity_type":"c","entity_id":"C","action":"insert","new_value":"{}","extra":{"host":"a"}}"#;
    let note = r#"{"event_id":"e2","entity_type":"c","entity_id":"C","field":"*","action":"note","new_value":"x","corrects":"e1"}"#;
    let elsewhere = note.replace("\"e1\"", "\"e0\"");
    let odd = change.replace("insert", "restore");
    let table = [
        (
            format!("{change}\n{note}"),
            &["--atomic"][..],
            3,
            "leave --atomic out; nothing is recorded",
        ),
        (format!("{change}\n{elsewhere}"), &[], 3, "line 2: there is no event “e0”"),
        (format!("{change}\n{odd}"), &[], 3, "line 2: action “restore” is not one of"),
        (
            format!("{change}\n{note}"),
            &[],
            0,
            "1 event has further columns, which are not recorded",
        ),
        (
            change.to_owned(),
            &["--atomic"],
            0,
            "1 event has further columns, which are not recorded",
        ),
    ];
    for (input, flags, status, said) in table {
        let arguments = [&["record", "BUCKET", "--as-new"], flags].concat();
        let ran = place.feed(&arguments, input.as_bytes());
        assert_eq!(ran.status, status, "{input}: {ran:?}");
        assert!(ran.err.contains(said), "{input}: {}", ran.err);
    }
}

#[test]
fn an_export_that_is_told_to_stop_leaves_nothing_or_is_whole() {
    let place = Place::new();
    let line = |n: u32| {
        format!(
            "{{\"entity_type\":\"c\",\"entity_id\":\"C-{n}\",\"action\":\"insert\",\"new_value\":\"{{}}\"}}\n"
        )
    };
    let events: String = (0..20_000).map(line).collect();
    assert_eq!(place.feed(&["record", "BUCKET", "--atomic"], events.as_bytes()).status, 0);
    assert_eq!(place.run(&["index", "BUCKET"]).status, 0);
    let folder = place.folder().join("out");
    fs::create_dir(&folder).unwrap();
    let out = folder.join("a.xlsx");
    let mut command = place.command(&["export", "BUCKET", "--out", out.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // It has begun once its file lies aside, and is told then.
    while child.try_wait().unwrap().is_none() && exported(&place).is_empty() {
        std::thread::yield_now();
    }
    let told = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    drop(told);
    let ran = Ran::of(child.wait_with_output().unwrap());
    if ran.status == 0 {
        assert_eq!(exported(&place), ["a.xlsx"]);
    } else {
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!(ran.err.contains("the export was stopped; nothing of it is left"), "{}", ran.err);
        assert_eq!(exported(&place), [""; 0]);
    }
}
