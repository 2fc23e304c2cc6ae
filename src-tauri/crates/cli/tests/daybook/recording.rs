//! `record`: acknowledged one by one, or whole; a bad line is named.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::place::{Place, Ran};

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-1","action":"insert","new_value":"{}"}"#;

/// A line that cannot be recorded, and what must be said of it.
const BAD: [(&[u8], &str); 27] = [
    (b"nonsense", "not an event"),
    (b"[]", "not an event"),
    (b"\xff", "it is not UTF-8 at column 1; save it as UTF-8"),
    (b"{\0\"\0", "it is UTF-16, or holds zero bytes; save it as UTF-8"),
    (
        br#"{"entity_type":"c","entity_id":5,"action":"insert"}"#,
        "at column 32; every value is text: write it in quotes",
    ),
    (br#"{"entity_type":"c","action":"insert",}"#, "leave the last comma out"),
    (br#"{"entity_type":"c","entity_id":"C","#, "the line is cut short"),
    (b"{\"entity_type\":\"c\",\"entity_id\":\"C\n", "at column 33; the line is cut short"),
    (b"{\"entity_type\":\"c\r\n", "at column 17; the line is cut short"),
    ("{\"entity_type\":\"é\",\"entity_id\":5}".as_bytes(), "at column 32; every value is text"),
    (br"event_id,entity_type,entity_id", "this looks like CSV: write each event as a JSON object"),
    (
        "{\u{201c}entity_type\u{201d}:\"c\"}".as_bytes(),
        "write straight quotes (\") in place of curly",
    ),
    (br#"{"entity_type":"c"},"#, "leave the comma after the event out"),
    (br#"{"entity_type":"c"} {"entity_type":"c"}"#, "write each event on a line of its own"),
    (br#"{"entity_type":1e400}"#, "every value is text: write it in quotes"),
    (br"5", "expected an object with the columns of an event"),
    ("\u{feff}\u{feff}{}".as_bytes(), "remove the byte order mark"),
    (br#"{"entity_type":"c" "entity_id":"C"}"#, "expected `,` or `}` at column 20"),
    (br#"{"entity_id":"C","action":"insert"}"#, "entity_type is missing"),
    (br#"{"entity_type":"c","entity_id":"","action":"insert"}"#, "entity_id is empty"),
    (br#"{"entity_type":"c","entity_id":"C","action":"upsert"}"#, "action \u{201c}upsert\u{201d}"),
    (br#"{"entity_type":"c","entity_id":"C","action":"void"}"#, "reason is missing"),
    (
        br#"{"entity_type":"c","entity_id":"C","action":"update","field":"*"}"#,
        "an update needs a field",
    ),
    (
        br#"{"entity_type":"c","entity_id":"C","action":"insert","new_value":"Ada"}"#,
        "new_value is no JSON object: an insert has the first fields of its record there, as in",
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
        assert!(ran.err.contains("the event before it was recorded"), "{}", ran.err);
        assert_eq!(place.recorded().1["events"], 1);
    }
}

#[test]
fn f16_lines_as_windows_and_spreadsheets_write_them_are_read() {
    let place = Place::new();
    let input = format!("\u{feff}{GOOD}\r\n\r\n{GOOD}\r\n");
    let ran = place.feed(&["record", "BUCKET"], input.as_bytes());
    assert_eq!((ran.status, ran.out.lines().count(), ran.err.as_str()), (0, 2, ""), "{ran:?}");
}

#[test]
fn a_batch_is_acknowledged_in_one_line_and_shares_its_batch() {
    let place = Place::new();
    let ran = place.feed(&["record", "BUCKET", "--atomic"], format!("{GOOD}\n{GOOD}\n").as_bytes());
    assert_eq!((ran.status, ran.out.lines().count()), (0, 1), "{ran:?}");
    assert_eq!(ran.json()["ids"].as_array().unwrap().len(), 2);
    assert_eq!(ran.err, "", "what was recorded is in the bucket");
    assert_eq!(place.hashes().len(), 1);
    let events = &place.json(&["recent", "BUCKET"])["events"];
    assert!(events[0]["batch"].is_string());
    assert_eq!(events[0]["batch"], events[1]["batch"]);
    // Nothing on standard input is nothing to record.
    let ran = place.feed(&["record", "BUCKET"], b"\n  \n");
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(ran.err.contains("no event on standard input"), "{}", ran.err);
}

/// What a line says about events of the journal, `{0}` being an insert with a name and a rate and
/// `{1}` an update of the phone; and what is recorded, or why nothing is.
const SAID: [(&str, Result<&str, &str>); 12] = [
    (
        r#"{"action":"correct","corrects":"{1}","new_value":"5","reason":"typo"}"#,
        Ok("CAND-1 phone correct =1+1 → 5"),
    ),
    // Held against what the line before has recorded.
    (
        r#"{"action":"correct","corrects":"{1}","new_value":"5","reason":"typo"}"#,
        Err("corrected to this value already"),
    ),
    (
        r#"{"action":"correct","corrects":"{0}","field":"rate","old_value":"100","new_value":"90","reason":"x"}"#,
        Ok("CAND-1 rate correct 100 → 90"),
    ),
    (
        r#"{"action":"correct","corrects":"{0}","field":"email","new_value":"a","reason":"x"}"#,
        Err("has no field"),
    ),
    (
        r#"{"action":"correct","corrects":"{1}","old_value":"7","new_value":"8","reason":"x"}"#,
        Err("old_value says “7”, and the event it is about has “=1+1”"),
    ),
    (
        r#"{"action":"void","corrects":"{1}","entity_id":"CAND-2","reason":"x"}"#,
        Err("entity_id says “CAND-2”, and the event it is about has “CAND-1”"),
    ),
    (r#"{"action":"void","corrects":"{1}","reason":" "}"#, Err("a reason is required")),
    (r#"{"action":"void","corrects":"evt-none","reason":"x"}"#, Err("there is no event")),
    (r#"{"action":"void","corrects":"{1}","reason":"x"}"#, Ok("CAND-1 phone void =1+1 → ")),
    (r#"{"action":"void","corrects":"{1}","reason":"x"}"#, Err("void the void first")),
    (r#"{"action":"note","corrects":"{0}","new_value":"seen"}"#, Ok("CAND-1 * note  → seen")),
    (
        r#"{"action":"note","entity_type":"candidate","entity_id":"CAND-9","new_value":"seen"}"#,
        Err("there is no record"),
    ),
];

#[test]
fn what_is_said_about_an_event_is_held_against_it() {
    let (place, ids) = Place::with_candidate();
    let line = |said: &str| said.replace("{0}", &ids[0]).replace("{1}", &ids[1]);
    let mut recorded = 2;
    for (said, expected) in SAID {
        let ran = place.feed(&["record", "BUCKET"], line(said).as_bytes());
        let latest = &place.json(&["recent", "BUCKET", "--limit", "1"]);
        let event = &latest["events"][0];
        let text = |column: &str| event[column].as_str().unwrap_or_default().to_owned();
        match expected {
            Ok(event) => {
                recorded += 1;
                assert_eq!(ran.status, 0, "{said}: {ran:?}");
                let [id, field, action] = ["entity_id", "field", "action"].map(text);
                let [old, new] = ["old_value", "new_value"].map(text);
                assert_eq!(format!("{id} {field} {action} {old} → {new}"), event, "{said}");
            }
            Err(why) => {
                assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{said}: {ran:?}");
                assert!(ran.err.contains("line 1: ") && ran.err.contains(why), "{said}: {ran:?}");
            }
        }
        assert_eq!(latest["total"], recorded, "{said}");
    }
    // All of them together: each is held against the ones before, and the first refusal names its
    // line and leaves nothing of a batch.
    let all: Vec<String> = SAID.iter().map(|(said, _)| line(said)).collect();
    for (lines, refused) in
        [(&all[2..4], "line 1: "), (&[all[10].clone(), all[5].clone()], "line 2: ")]
    {
        let ran = place.feed(&["record", "BUCKET", "--atomic"], lines.join("\n").as_bytes());
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!(ran.err.contains(refused), "{ran:?}");
        assert_eq!(place.recorded().1["events"], recorded);
    }
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
    assert_eq!(ran.status, 1, "{ran:?}");
    // The third may have been handed over before it was known that nobody hears of the second.
    let recorded = &place.recorded().1["events"];
    assert!(recorded == 2 || recorded == 3, "{recorded}");
    let said = format!("{recorded} events recorded, and no more were taken");
    assert!(ran.err.contains(&said), "{}", ran.err);
}
