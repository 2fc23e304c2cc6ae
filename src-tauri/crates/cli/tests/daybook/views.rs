//! `--view`: a saved view in a file says to each verb what its query says to it.

use std::fs;

use serde_json::Value;

use crate::place::{Place, Ran};

/// A candidate who was changed three times, the last time corrected, and a client who was deleted.
fn place() -> Place {
    let place = Place::new();
    let line = |time: &str, record: &str, field: &str, action: &str, actor: &str| {
        let (entity_type, entity_id) = record.split_once('/').unwrap();
        serde_json::json!({
            "timestamp": time, "entity_type": entity_type, "entity_id": entity_id, "field": field,
            "action": action, "old_value": "a", "new_value": "b", "actor": actor,
        })
        .to_string()
    };
    let events = [
        line("2026-03-01T22:30:00Z", "candidate/CAND-1", "phone", "update", "Sarah"),
        line("2026-03-02T23:30:00Z", "candidate/CAND-1", "rate", "update", "Tom"),
        line("2026-03-03T09:00:00Z", "candidate/CAND-2", "phone", "update", "Sarah"),
        line("2026-03-04T09:00:00Z", "client/CLI-1", "name", "update", "Tom"),
        line("2026-03-05T09:00:00Z", "client/CLI-1", "*", "delete", "Tom"),
    ];
    let ids = place.record(&events.join("\n"));
    let correct = ["correct", "BUCKET", &ids[1], "--to", "c", "--reason", "A slip"];
    assert_eq!(place.run(&correct).status, 0);
    place
}

/// Writes the file of a view, and gives its path.
fn view(place: &Place, query: &str, zone: &str) -> String {
    let path = place.folder().join("a.daybook-view.toml");
    let [query, zone] = [query, zone].map(|text| Value::from(text).to_string());
    fs::write(&path, format!("name = \"Mine\"\nquery = {query}\nzone = {zone}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn with(place: &Place, verb: &[&str], more: &[&str]) -> Value {
    let mut answer = place.json(&[verb, more].concat());
    // The time at which it was asked is another one.
    answer.as_object_mut().unwrap().remove("coverage");
    answer
}

#[test]
fn a_view_of_events_asks_what_its_query_asks() {
    let place = place();
    let table = [
        ("actor=Sarah", "UTC", "actor=Sarah", 2),
        // The third of March begins at half past ten in the evening of the day before, in UTC.
        ("since=2026-03-03", "Europe/Berlin", "since=2026-03-02T23:00:00Z", 5),
        ("groups=off -actor=Tom field=phone", "UTC", "field=phone", 2),
        ("at=2026-03-03", "Europe/Berlin", "until=2026-03-03T23:00:00Z", 3),
        ("until=2026-03-02 at=2026-03-03", "UTC", "until=2026-03-02", 1),
        ("view=corrections", "UTC", "action=correct|void|note", 1),
    ];
    for (query, zone, same, total) in table {
        let file = view(&place, query, zone);
        let verbs: [&[&str]; 3] =
            [&["recent", "BUCKET"], &["search", "BUCKET", "b"], &["facets", "BUCKET"]];
        for verb in verbs {
            let (view, query) =
                (with(&place, verb, &["--view", &file]), with(&place, verb, &["--query", same]));
            assert_eq!(view, query, "{verb:?} {same}");
            if verb[0] == "recent" {
                assert_eq!(view["total"], total, "{same}");
            }
        }
        let out = place.folder().join("out.ndjson");
        let export = ["export", "BUCKET", "--overwrite", "--out", out.to_str().unwrap()];
        let exported = |more: &[&str]| {
            let ran = place.run(&[&export, more].concat());
            assert_eq!(ran.status, 0, "{ran:?}");
            fs::read_to_string(&out).unwrap()
        };
        assert_eq!(exported(&["--view", &file]), exported(&["--query", same]), "{same}");
    }
    // Flags narrow it.
    let file = view(&place, "actor=Sarah", "UTC");
    let narrowed = with(
        &place,
        &["recent", "BUCKET"],
        &["--view", &file, "--field", "phone", "--entity", "CAND-2"],
    );
    assert_eq!(narrowed["total"], 1);
}

#[test]
fn a_view_of_records_lists_them() {
    let place = place();
    let table: [(&str, &[&str], usize); 7] = [
        ("view=records", &[], 3),
        ("view=records type=candidate", &["--type", "candidate"], 2),
        ("view=records record~cand-2", &["--entity", "CAND-2"], 1),
        ("view=records record~\"cand 2\"", &["--entity", "CAND-2"], 1),
        ("view=records actor=Sarah", &["--actor", "Sarah"], 2),
        ("view=deleted", &["--deleted"], 1),
        ("view=deleted type=candidate", &["--deleted", "--type", "candidate"], 0),
    ];
    for (query, flags, total) in table {
        let file = view(&place, query, "UTC");
        let of_view = with(&place, &["records", "BUCKET"], &["--view", &file]);
        assert_eq!(of_view["total"], total, "{query}");
        let ids = |answer: &Value| {
            let records = answer["records"].as_array().unwrap().iter();
            records.map(|record| record["entity_id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&of_view), ids(&with(&place, &["records", "BUCKET"], flags)), "{query}");
    }
}

/// Runs a verb that must be refused, with nothing on standard output, and gives what it says.
fn refused(place: &Place, status: i32, arguments: &[&str]) -> String {
    let Ran { status: found, out, err } = place.run(arguments);
    assert_eq!((found, out.as_str()), (status, ""), "{arguments:?}: {err}");
    assert_eq!(err.lines().count(), 1, "{arguments:?}: {err}");
    err
}

#[test]
fn a_view_of_something_else_is_refused_with_the_verb_that_shows_it() {
    let place = place();
    let table = [
        ("recent", "view=records", "is a view of records: use `daybook records BUCKET --view "),
        (
            "export",
            "view=deleted",
            "is a view of deleted records: use `daybook records BUCKET --view ",
        ),
        ("facets", "view=chains", "is a view of broken chains: use `daybook chains BUCKET`"),
        (
            "recent",
            "view=record type=candidate id=\"CAND 1\"",
            "is a view of one record: use `daybook history BUCKET 'CAND 1' --type candidate`",
        ),
        ("records", "actor=Sarah", "is a view of events: use `daybook recent BUCKET --view "),
        (
            "records",
            "view=corrections",
            "is a view of corrections: use `daybook recent BUCKET --view ",
        ),
        ("recent", "colour=red", "query: at 0, “colour”: "),
        ("recent", "since=2026-04 until=2026-03", "no event is at or after since"),
    ];
    for (verb, query, why) in table {
        let file = view(&place, query, "UTC");
        let mut arguments = vec![verb, "BUCKET", "--view", &file];
        if verb == "export" {
            arguments.extend(["--out", "never.csv"]);
        }
        let said = refused(&place, 2, &arguments);
        assert!(said.contains(why), "{query}: {said}");
    }
}

#[test]
fn what_is_no_view_is_refused_with_its_name_and_never_waited_for() {
    let place = place();
    let file = view(&place, "actor=Sarah", "UTC");
    let both = refused(&place, 2, &["recent", "BUCKET", "--view", &file, "--query", "x"]);
    assert!(both.contains("does not go together with --"), "{both}");
    let path = |name: &str| place.folder().join(name).to_str().unwrap().to_owned();
    fs::write(path("bytes"), [0xff; 10]).unwrap();
    fs::write(path("long"), vec![b'#'; 70_000]).unwrap();
    fs::write(path("keys"), "name = 'a'\nquery = ''\n\"\\u202Ecolour\" = 1").unwrap();
    fs::create_dir(path("folder")).unwrap();
    let mut table = vec![
        ("none", "cannot be read: No such file"),
        ("bytes", "is not text in UTF-8"),
        ("long", "has more than 64 KiB"),
        ("keys", "line 3: unknown field `\\u{202e}colour`"),
        ("folder", "is no file"),
    ];
    if cfg!(unix) {
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        table.push(("pipe", "is no file"));
    }
    for (name, why) in table {
        let said = refused(&place, 2, &["records", "BUCKET", "--view", &path(name)]);
        assert!(said.contains(why) && said.contains(name), "{said}");
    }
}

#[test]
fn a_picture_shows_the_question_the_number_and_the_zone() {
    let place = place();
    let path = |name: &str| place.folder().join(name).to_str().unwrap().to_owned();
    let facets = ["facets", "BUCKET"];
    let plain = place.json(&facets);
    let svg = path("a.svg");
    let file = view(&place, "actor=Sarah since=2026-03-02", "Europe/Berlin");
    let ran = place.run(&[&facets[..], &["--view", &file, "--picture", &svg]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("The picture is in "), "{}", ran.err);
    let drawn = fs::read_to_string(&svg).unwrap();
    for text in [
        ">1 event<",
        ">actor=Sarah since=2026-03-02 zone=Europe/Berlin<",
        "times in Europe/Berlin<",
        ">Complete: 2 files, 6 rows.<",
        ">2026-03-03 10:00:00<",
    ] {
        assert!(drawn.contains(text), "{text}: {drawn}");
    }
    // A time zone of predicates is named once.
    let hours = ["--query", "hour=0..23 zone=Asia/Tokyo", "--picture", &svg, "--overwrite"];
    assert_eq!(place.run(&[&facets[..], &hours].concat()).status, 0);
    assert!(fs::read_to_string(&svg).unwrap().contains(">hour=0..23 zone=Asia/Tokyo<"));

    let png = path("b.PNG");
    let drawn = place.json(&[&facets[..], &["--picture", &png]].concat());
    assert_eq!((&drawn["total"], &drawn["histogram"]), (&plain["total"], &plain["histogram"]));
    let pixels = resvg::tiny_skia::Pixmap::load_png(&png).unwrap();
    assert!(
        pixels.width() == 2400 && pixels.height() > 800,
        "{} {}",
        pixels.width(),
        pixels.height()
    );
    let dark = pixels.pixels().iter().filter(|one| one.red() < 100).count();
    assert!(dark > 2000, "there are bars and texts: {dark}");
}

#[test]
fn a_picture_overwrites_nothing_unasked_and_never_lies_in_a_journal() {
    let place = place();
    let path = |name: &str| place.folder().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.svg"), "mine").unwrap();
    fs::create_dir(path("b.svg")).unwrap();
    let facets = |file: &str, more: &[&str]| {
        let file = path(file);
        place.run(&[&["facets", "BUCKET", "--picture", &file], more].concat())
    };
    let table: [(&str, &[&str], i32, &str); 6] = [
        ("a.svg", &[], 3, "is there already"),
        ("b.svg", &["--overwrite"], 3, "is a folder"),
        ("firm/journal/c.svg", &[], 3, "where only a journal's own files lie"),
        ("none/d.svg", &[], 3, "there is no folder"),
        ("e.pdf", &[], 2, "names no picture: write .svg or .png"),
        ("a.svg", &["--overwrite"], 0, "The picture is in"),
    ];
    for (file, more, status, said) in table {
        let ran = facets(file, more);
        assert_eq!(ran.status, status, "{file}: {ran:?}");
        assert!(ran.err.contains(said), "{file}: {}", ran.err);
        let is_mine = fs::read(path("a.svg")).unwrap() == b"mine";
        assert_eq!(is_mine, status != 0, "{file}");
    }
    let hidden = fs::read_dir(place.folder()).unwrap();
    let hidden = hidden
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(hidden.count(), 0);
}
