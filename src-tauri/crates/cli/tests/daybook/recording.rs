//! `record`: acknowledged one by one, or whole; a bad line is named.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::place::{Place, Ran};

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-1","action":"insert","new_value":"{}"}"#;

/// A line that cannot be recorded, and what must be said of it.
const BAD: [(&[u8], &str); 11] = [
    (b"nonsense", "not an event"),
    (b"[]", "not an event"),
    (b"\xff", "it is not UTF-8"),
    (br#"{"entity_id":"C","action":"insert"}"#, "entity_type is missing"),
    (br#"{"entity_type":"c","entity_id":"","action":"insert"}"#, "entity_id is empty"),
    (br#"{"entity_type":"c","entity_id":"C","action":"upsert"}"#, "action \u{201c}upsert\u{201d}"),
    (br#"{"entity_type":"c","entity_id":"C","action":"void"}"#, "use daybook void"),
    (
        br#"{"entity_type":"c","entity_id":"C","action":"update","field":"*"}"#,
        "an update needs a field",
    ),
    (br#"{"entity_type":"c","entity_id":"C","action":"insert","actor":""}"#, "actor is empty"),
    (br#"{"entity_type":"c","entity_id":"C","action":"insert","timestamp":"now"}"#, "timestamp"),
    (br#"{"entity_type":"c","entity_id":"C","action":"insert","seq":"7"}"#, "unknown field `seq`"),
];

#[test]
fn d22_a_bad_line_is_named_and_nothing_of_its_batch_is_recorded() {
    for (line, why) in BAD {
        let input = [GOOD.as_bytes(), b"\n\n", line, b"\n", GOOD.as_bytes()].concat();
        let place = Place::new();
        let before = place.recorded();
        let ran = place.feed(&["record", "BUCKET", "--atomic"], &input);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
        assert!(ran.err.contains("line 3: ") && ran.err.contains(why), "{}", ran.err);
        assert!(ran.err.contains("nothing is recorded"), "{}", ran.err);
        assert_eq!(place.recorded(), before, "{}", ran.err);

        let ran = place.feed(&["record", "BUCKET"], &input);
        assert_eq!((ran.status, ran.out.lines().count()), (3, 1), "{ran:?}");
        assert!(ran.err.contains("line 3: ") && ran.err.contains(why), "{}", ran.err);
        assert!(ran.err.contains("the event before it is recorded"), "{}", ran.err);
        assert_eq!(place.recorded().1["events"], 1);
    }
}

#[test]
fn a_batch_is_acknowledged_in_one_line_and_shares_its_batch() {
    let place = Place::new();
    let ran = place.feed(&["record", "BUCKET", "--atomic"], format!("{GOOD}\n{GOOD}\n").as_bytes());
    assert_eq!((ran.status, ran.out.lines().count()), (0, 1), "{ran:?}");
    assert_eq!(ran.json()["ids"].as_array().unwrap().len(), 2);
    assert!(ran.err.contains("2 events wait on this device; `daybook flush "), "{}", ran.err);
    let events = &place.json(&["recent", "BUCKET"])["events"];
    assert!(events[0]["batch"].is_string());
    assert_eq!(events[0]["batch"], events[1]["batch"]);
    // Nothing on standard input is nothing to record.
    let ran = place.feed(&["record", "BUCKET"], b"\n  \n");
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(ran.err.contains("no event on standard input"), "{}", ran.err);
}

#[test]
fn the_actor_is_the_lines_own_then_the_one_named_then_the_environments_then_the_settings() {
    let place = Place::new();
    let own = GOOD.replacen('{', r#"{"actor":"Sarah","#, 1);
    assert_eq!(place.feed(&["record", "BUCKET", "--actor", "Tom"], own.as_bytes()).status, 0);
    assert_eq!(place.feed(&["record", "BUCKET", "--actor", "Tom"], GOOD.as_bytes()).status, 0);
    place.record(GOOD);
    std::fs::write(place.folder().join("home/settings.json"), r#"{"actor":"Uma"}"#).unwrap();
    let event = place.json(&["recent", "BUCKET", "--limit", "1"])["events"][0]["event_id"].clone();
    let note = ["note", "BUCKET", event.as_str().unwrap(), "--text", "x"];
    let ran = Ran::of(place.command(&note).env_remove("DAYBOOK_ACTOR").output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
    let events = place.json(&["recent", "BUCKET"]);
    let actors: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|e| e["actor"].as_str().unwrap()).collect();
    assert_eq!(actors, ["Uma", "tester", "Tom", "Sarah"]);
}

#[test]
fn each_event_is_acknowledged_as_it_comes_and_none_is_taken_when_nobody_listens() {
    let place = Place::new();
    let mut command = place.command(&["record", "BUCKET"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    writeln!(input, "{GOOD}").unwrap();
    acknowledged.read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"ids\":[\"evt-"), "{line}");
    drop(acknowledged);
    writeln!(input, "{GOOD}").unwrap();
    // The program may be gone already.
    let _ = writeln!(input, "{GOOD}");
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("2 events recorded, and no more were taken"), "{}", ran.err);
    assert_eq!(place.recorded().1["events"], 2);
}
