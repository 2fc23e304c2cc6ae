//! Several windows, of one journal and of others: each is a process of its own, and they share the
//! settings. What the others' journals have that is new is told before they are opened.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use daybook_desktop::AppState;
use serde_json::{Value, json};

use crate::buckets::row;
use crate::held::options;
use crate::ipc::{Window, firm, location};

fn read(window: &Window) -> Value {
    window.status_when(|status| status["reading"].is_null())
}

/// Waits until something is so, or five minutes long.
fn wait_until(is_so: impl Fn() -> bool) {
    for _ in 0..30_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited five minutes, and it is still not so");
}

#[test]
fn a_recent_journal_tells_what_changed_since_it_was_open() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    window.start();
    read(&window);
    // How many events it had is in the settings soon after it was read.
    let settings = place.home().path().join("settings.json");
    wait_until(|| fs::read_to_string(&settings).is_ok_and(|text| text.contains("\"events\": 5")));
    drop(window);

    let window = Window::open(&place, None);
    let handle = window.ok("start", json!({}))["recent"][0]["handle"].clone();
    let changes = || window.ok("recent_changes", json!({"handle": handle}));
    let told = |new: usize, changed: usize| json!({"new_events": new, "changed_files": changed, "problem": null});
    assert_eq!(changes(), told(0, 0));
    let event =
        |id: &str| row(id, "2024-03-06T09:00:00+00:00", "CAND-7", "phone", "update", ["", "1"]);
    place.write("a.parquet", &[event("evt-6"), event("evt-7")]);
    assert_eq!(changes(), told(2, 0));
    assert_eq!(changes(), told(2, 0), "to look is not to open");
    fs::remove_file(place.bucket().join("journal/a.parquet")).unwrap();
    assert_eq!(changes(), told(0, 1));
    for number in 0..66 {
        place.write(&format!("many-{number}.parquet"), &[event(&format!("evt-many-{number}"))]);
    }
    assert_eq!(changes()["problem"], "it has very much that is new");
    fs::rename(place.bucket(), place.bucket().with_extension("away")).unwrap();
    let gone = changes()["problem"].clone();
    assert!(gone.as_str().unwrap().starts_with("there is no folder "), "{gone}");
    let unknown = window.call("recent_changes", json!({"handle": "0"})).unwrap_err();
    assert_eq!(unknown["kind"], "missing");
}

#[test]
fn another_window_is_another_process_with_the_same_journal_or_another() {
    let place = firm();
    // In place of the program, one that notes how it was called.
    let (program, noted) = (place.home().path().join("program"), place.home().path().join("noted"));
    fs::create_dir_all(place.home().path()).unwrap();
    let script = format!("#!/bin/sh\necho \"$@\" > {0}.new && mv {0}.new {0}\n", noted.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Window::open(&place, Some(location(&place))).start();
    let window = Window::of(AppState::new(place.home(), options(), None, Some(program)));
    let called = |handle: &Value| {
        window.ok("new_window", json!({"handle": handle}));
        wait_until(|| noted.exists());
        let called = fs::read_to_string(&noted).unwrap();
        fs::remove_file(&noted).unwrap();
        called
    };
    assert_eq!(called(&Value::Null), "--new-window\n");
    let handle = window.ok("start", json!({}))["recent"][0]["handle"].clone();
    let of_firm = format!("--new-window {}\n", location(&place));
    assert_eq!(called(&handle), of_firm);
    window.ok("open_recent", json!({"handle": handle}));
    assert_eq!(called(&Value::Null), of_firm);
    let none = Window::open(&place, None).call("new_window", json!({"handle": null})).unwrap_err();
    assert_eq!(none["message"], "no other window can be opened");
}

#[test]
fn what_one_window_saves_another_does_not_undo() {
    let place = firm();
    let one = Window::open(&place, None);
    // It has loaded the settings before the other one saves them, and changes them after.
    let other = Window::open(&place, Some(location(&place)));
    let settings =
        json!({"views": [{"name": "Phones", "query": "field=phone zone=UTC", "columns": null}]});
    one.ok("settings", json!({"settings": settings}));
    other.ok("start", json!({}));
    other.ok("settings", json!({"settings": {"theme": "dark", "names": {"client": ["title"]}}}));
    let later = Window::open(&place, None).ok("start", json!({}));
    assert_eq!(later["settings"]["views"], settings["views"]);
    assert_eq!(later["settings"]["theme"], "dark");
    let guessed = one.ok("settings", json!({"settings": {"names": {"client": []}}}));
    assert_eq!((&guessed["theme"], &guessed["names"]), (&json!("dark"), &json!({})));
    assert_eq!(later["recent"][0]["name"], "firm");
}

#[test]
fn records_are_named_as_they_are_now() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    window.start();
    read(&window);
    let id = |entity_id: &str| json!({"entity_type": "candidate", "entity_id": entity_id});
    let records = json!([id("CAND-7"), id("CAND-00342"), id("CAND-none"), id("CAND-00342")]);
    let names = window.ok("record_names", json!({"records": records}));
    assert_eq!(names, json!([null, "A. Sample", null, "A. Sample"]));

    // Whoever knows better chooses the fields, for all records of a type.
    let chosen = json!({"names": {"candidate": ["phone", "none", "name"]}});
    window.ok("settings", json!({"settings": chosen}));
    let names = window.ok("record_names", json!({"records": [id("CAND-00342"), id("CAND-7")]}));
    assert_eq!(names, json!(["x A. Sample", null]));
    let record = window.ok("record", json!({"id": id("CAND-00342"), "view": {}}));
    assert_eq!(record["name"], "x A. Sample");
    let page = window.ok("records", json!({"filters": {}, "after": null, "limit": 9}));
    assert_eq!(page["records"][1]["name"], "x A. Sample");
    // They are found by the name that they have by then.
    let found = |text: &str| {
        let query = json!({"filters": {"contains": text}, "after": null, "limit": 9});
        let page = window.answer_when("records", &query, |page| page["folding"].is_null());
        let records = page["records"].as_array().unwrap().iter();
        records.map(|record| record["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("x a. sample"), ["x A. Sample"]);
    window.ok("settings", json!({"settings": {"names": {"candidate": []}}}));
    assert_eq!((found("x a. sample"), found("a. sample")), (vec![], vec![json!("A. Sample")]));
}
