//! Faults under the program while it records: exit status, message, and what is recorded.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::place::{Place, Ran};

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-2","action":"insert","new_value":"{}"}"#;

/// The program with calls of the system made to fail; `None`, with the reason said, where that
/// cannot be done.
fn with_failing(place: &Place, calls: &str, arguments: &[&str]) -> Option<Command> {
    let may_trace = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !may_trace.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: strace is not there, or may not trace");
        return None;
    }
    let program = place.command(arguments);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-o", "/dev/null", "-e", &format!("inject={calls}")]);
    traced.arg(program.get_program()).args(program.get_args());
    traced.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(traced)
}

#[test]
fn d11_without_hard_links_recording_is_refused_and_reading_works() {
    let (place, ids) = Place::with_candidate();
    let before = place.recorded();
    let event = ids[0].as_str();
    for (verb, status) in [
        (&["record", "BUCKET"][..], 3),
        (&["flush", "BUCKET"], 3),
        (&["void", "BUCKET", event, "--reason", "x"], 3),
        (&["recent", "BUCKET"], 0),
        (&["stats", "BUCKET"], 0),
    ] {
        let Some(mut command) = with_failing(&place, "link,linkat:error=EPERM", verb) else {
            return;
        };
        let ran = Ran::of(command.output().unwrap());
        assert_eq!(ran.status, status, "{verb:?}: {ran:?}");
        let said = ran.err.contains("it permits no hard links") && ran.err.contains("can be read");
        assert_eq!(said, status == 3, "{verb:?}: {}", ran.err);
    }
    assert_eq!(place.recorded(), before, "nothing is left behind");
}

#[test]
fn d24_a_folder_in_the_place_of_the_bucket_is_not_written() {
    let (place, ids) = Place::with_candidate();
    let (bucket, away) = (place.bucket(), place.folder().join("away"));
    fs::rename(&bucket, &away).unwrap();
    fs::create_dir(&bucket).unwrap();
    for verb in [
        &["record", "BUCKET"][..],
        &["flush", "BUCKET"],
        &["void", "BUCKET", &ids[0], "--reason", "x"],
    ] {
        let ran = place.feed(verb, GOOD.as_bytes());
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{verb:?}: {ran:?}");
        assert!(ran.err.contains("its disk may not be mounted"), "{}", ran.err);
    }
    assert_eq!(fs::read_dir(&bucket).unwrap().count(), 0, "nothing is made there");
    fs::remove_dir(&bucket).unwrap();
    fs::rename(&away, &bucket).unwrap();
    assert_eq!(place.feed(&["record", "BUCKET"], GOOD.as_bytes()).status, 0);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 3);
}

#[test]
fn d26_what_is_recorded_is_said_to_be_although_the_answer_cannot_be_written() {
    let (place, ids) = Place::with_candidate();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let total = || place.json(&["recent", "BUCKET"])["total"].as_u64().unwrap();
    let event = ids[0].as_str();
    for verb in [
        &["correct", "BUCKET", event, "--field", "rate", "--to", "7", "--reason", "x"][..],
        &["note", "BUCKET", event, "--text", "x"],
        &["record", "BUCKET"],
    ] {
        let before = total();
        let mut command = place.command(verb);
        command.stdin(Stdio::piped()).stdout(full()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Verbs that read nothing may have ended.
        drop(writeln!(child.stdin.take().unwrap(), "{GOOD}"));
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!(ran.status, 1, "{verb:?}: {ran:?}");
        assert!(ran.err.contains("recorded") && ran.err.contains("No space left"), "{}", ran.err);
        assert_eq!(total(), before + 1, "{verb:?}");
    }
}

#[test]
fn d8_what_is_not_on_disk_is_not_acknowledged() {
    let (place, _) = Place::with_candidate();
    let fail = "fsync,fdatasync:error=EIO:when=7+";
    let Some(mut command) = with_failing(&place, fail, &["record", "BUCKET"]) else { return };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap()).lines();
    // One at a time, so that each is committed by itself, until a commit fails.
    let mut heard = 0;
    while writeln!(input, "{GOOD}").is_ok() && acknowledged.next().is_some() {
        heard += 1;
        assert!(heard < 50, "fsync fails, and events are acknowledged");
    }
    drop(input);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("see whether the event is there"), "{}", ran.err);
    // All that was acknowledged is there; what was not may be.
    let total = place.json(&["recent", "BUCKET"])["total"].as_u64().unwrap();
    assert!(total == 2 + heard || total == 3 + heard, "{heard} acknowledged, {total} there");
    place.record(GOOD);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], total + 1);
}

#[test]
fn d19_what_cannot_be_stored_any_more_is_kept_and_shown_with_the_reason() {
    let (place, _) = Place::with_candidate();
    let journal = place.bucket().join("journal");
    let aside = place.bucket().join("aside");
    let mut command = place.command(&["record", "BUCKET"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap()).lines();
    writeln!(input, "{GOOD}").unwrap();
    acknowledged.next().unwrap().unwrap();
    fs::rename(&journal, &aside).unwrap();
    fs::write(&journal, "in its place").unwrap();
    writeln!(input, "{GOOD}").unwrap();
    acknowledged.next().unwrap().unwrap();
    drop(input);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 0, "both are recorded: {ran:?}");
    let why = "the bucket took no file: Not a directory";
    assert!(ran.err.starts_with("2 events are pending on this device, because "), "{}", ran.err);
    assert!(ran.err.contains(why) && ran.err.contains("`daybook flush "), "{}", ran.err);

    let ran = place.run(&["stats", "BUCKET"]);
    let stats = ran.json();
    assert!(ran.status == 1 && ran.err.contains("journal: is no folder"), "{ran:?}");
    assert_eq!((&stats["buffer_events"], &stats["events"]), (&2.into(), &2.into()), "{stats}");
    assert!(stats["flush_failure"]["why"].as_str().unwrap().starts_with(why), "{stats}");
    assert!(stats["pending_since"].is_string());
    let ran = place.run(&["record", "BUCKET"]);
    assert!(ran.status == 3 && ran.err.contains("has no file of the journal"), "{ran:?}");

    fs::remove_file(&journal).unwrap();
    fs::rename(&aside, &journal).unwrap();
    assert_eq!(place.json(&["flush", "BUCKET"])["events"], 2);
    let stats = place.json(&["stats", "BUCKET"]);
    assert_eq!((&stats["buffer_events"], &stats["events"]), (&0.into(), &4.into()), "{stats}");
    assert!(stats["flush_failure"].is_null());
}
