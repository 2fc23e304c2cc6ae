//! The application's own data where it cannot be kept: reading works, and says what is not kept.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::files::{row, two_files};
use crate::place::{Place, Ran};

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-2","action":"insert","new_value":"{}"}"#;

/// The program with another home, and its temporary files in a folder of their own.
fn run_at(place: &Place, home: &Path, arguments: &[&str]) -> Ran {
    let mut command = place.command(arguments);
    command.env("DAYBOOK_HOME", home).env("TMPDIR", place.folder().join("tmp"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Verbs that read nothing may have ended.
    drop(std::io::Write::write_all(&mut child.stdin.take().unwrap(), GOOD.as_bytes()));
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn s12_reading_works_without_a_home_that_can_be_written() {
    let (place, ids) = Place::with_candidate();
    let (tmp, file) = (place.folder().join("tmp"), place.folder().join("a file"));
    fs::create_dir(&tmp).unwrap();
    fs::write(&file, "").unwrap();
    let before = place.hashes();
    // A file in the place of the folder, and a folder below a file.
    for home in [file.clone(), file.join("below")] {
        let not_kept = format!("{} cannot be used (", home.display());
        for arguments in [
            &["recent", "BUCKET"][..],
            &["history", "BUCKET", "CAND-1"],
            &["state", "BUCKET", "CAND-1"],
            &["records", "BUCKET"],
            &["facets", "BUCKET"],
            &["chains", "BUCKET"],
            &["search", "BUCKET", "ada"],
            &["stats", "BUCKET"],
            &["index", "BUCKET"],
        ] {
            let ran = run_at(&place, &home, arguments);
            assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
            assert_eq!(ran.err.lines().count(), 1, "{arguments:?}: {}", ran.err);
            assert!(ran.err.starts_with(&not_kept), "{arguments:?}: {}", ran.err);
            assert!(ran.err.contains("set DAYBOOK_HOME to a folder"), "{}", ran.err);
            assert!(ran.out.len() > 20, "{arguments:?}: {ran:?}");
            assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0, "{arguments:?}: it goes");
        }
        for arguments in [&["record", "BUCKET"][..], &["void", "BUCKET", &ids[0], "--reason", "x"]]
        {
            let ran = run_at(&place, &home, arguments);
            assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{arguments:?}: {ran:?}");
            let refused = ran.err.lines().last().unwrap();
            let why =
                format!("nothing can be recorded here: cannot make the outbox {}", home.display());
            assert!(refused.starts_with(&format!("daybook: {why}")), "{refused}");
            assert!(
                refused.contains("Not a directory") || refused.contains("File exists"),
                "{refused}"
            );
            assert!(refused.ends_with("or set DAYBOOK_HOME to a folder that can be written"));
            assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
        }
    }
    assert_eq!(place.hashes(), before);
}

#[test]
fn s3_an_outbox_that_cannot_be_read_is_never_empty() {
    let (place, _) = Place::with_candidate();
    let outbox = place.folder().join("home/outbox");
    fs::remove_dir_all(&outbox).unwrap();
    // Whatever it held, a link to itself leads nowhere.
    symlink(&outbox, &outbox).unwrap();
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!((ran.status, &ran.json()["total"]), (1, &2.into()), "{ran:?}");
    let named = &ran.json()["coverage"]["unreadable"][0];
    assert_eq!(named["file"], "the pending events of this device");
    assert!(ran.err.contains("the pending events of this device: "), "{}", ran.err);
    let ran = place.run(&["stats", "BUCKET"]);
    let stats = ran.json();
    assert_eq!((ran.status, &stats["events"]), (1, &2.into()), "{ran:?}");
    assert!(stats["buffer_events"].is_null() && stats["total_events_created"].is_null(), "{stats}");
    assert!(ran.err.contains(outbox.to_str().unwrap()), "{}", ran.err);
    let table = place.run(&["stats", "BUCKET", "--format", "table"]);
    let pending = table.out.lines().find(|line| line.contains("pending on this device"));
    assert!(pending.is_some_and(|line| line.contains("not known")), "{table:?}");
    assert_eq!(place.feed(&["record", "BUCKET"], GOOD.as_bytes()).status, 3);
}

/// Runs the program, which `script` calls `"$@"`, where the script may mount on the home, `$0`; the
/// mounts are seen by nobody else. `None`, with the reason said, where nothing can be mounted.
fn run_mounted(place: &Place, script: &str, arguments: &[&str]) -> Option<Ran> {
    let home = place.folder().join("home");
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["-r", "--mount", "sh", "-e", "-c", script]).arg(&home);
        command
    };
    let tried = unshare("mount -t tmpfs none \"$0\"").output();
    if !tried.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: nothing can be mounted");
        return None;
    }
    let program = place.command(arguments);
    let mut command = unshare(script);
    command.arg(program.get_program()).args(program.get_args());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(Ran::of(command.output().unwrap()))
}

#[test]
fn s12_f9_a_home_that_can_only_be_read_tells_what_changed_before() {
    let place = two_files();
    let read_only = "mount --bind -o ro \"$0\" \"$0\"; exec \"$@\"";
    let table = [
        (None, 0, vec![]),
        (Some(("c.parquet", row("evt-4", "four"))), 0, vec![]),
        (Some(("b.parquet", row("evt-2", "forged"))), 1, vec!["b.parquet".into()]),
    ];
    for (written, status, changed) in table {
        if let Some((name, row)) = written {
            place.write_legacy(name, &[row]);
        }
        let Some(ran) = run_mounted(&place, read_only, &["recent", "BUCKET"]) else { return };
        let told = ran.json()["coverage"]["changed"].clone();
        let told = told.as_array().unwrap().iter().map(|one| one["file"].clone());
        let told: Vec<serde_json::Value> = told.collect();
        assert_eq!((ran.status, told), (status, changed), "{ran:?}");
        let notice = "only changes of files that were noted there before are told";
        assert!(ran.err.contains(notice) && ran.err.contains("is not kept on this device"));
    }
    let acknowledge = ["files", "BUCKET", "--acknowledge", "b.parquet", "--reason", "x"];
    let Some(ran) = run_mounted(&place, read_only, &acknowledge) else { return };
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("the ledger of files cannot be written ("), "{}", ran.err);
}

/// Where no ledger can be made by the id of the bucket, the one by its place still tells.
#[test]
fn s12_f9_what_was_noted_is_told_where_no_further_ledger_can_be_made() {
    let place = two_files();
    fs::remove_file(place.bucket().join("journal/b.parquet")).unwrap();
    let ledgers = place.folder().join("home/ledger");
    let frozen = format!(
        "mount --bind \"{0}\" \"{0}\" && mount -o remount,bind,ro \"{0}\"; echo '{GOOD}' | \"$1\" record \"$3\" \
         > /dev/null; exec \"$@\"",
        ledgers.display()
    );
    let Some(ran) = run_mounted(&place, &frozen, &["recent", "BUCKET"]) else { return };
    let recent = ran.json();
    let told = &recent["coverage"]["changed"][0]["file"];
    assert_eq!((ran.status, told), (1, &"b.parquet".into()), "{ran:?}");
    assert_eq!(recent["total"], 2, "{recent}");
}

#[test]
fn s1_a_full_home_answers_from_what_was_read() {
    let place = two_files();
    let full = "mount -t tmpfs -o size=2m none \"$0\"; \"$@\" > /dev/null;
        dd if=/dev/zero of=\"$0/full\" bs=4k 2> /dev/null || true; exec \"$@\"";
    for (verb, total) in [("recent", "total"), ("stats", "events")] {
        let Some(ran) = run_mounted(&place, full, &[verb, "BUCKET"]) else { return };
        assert_eq!((ran.status, &ran.json()[total]), (0, &3.into()), "{ran:?}");
    }
}

#[test]
fn s1_while_there_is_no_room_what_is_new_is_named_and_what_is_gone_is_told() {
    let unread = "is not read yet: there is no room";
    for (what, change, total, changed, said) in [
        ("new", "cp a.parquet c.parquet", 3, 0, unread),
        ("gone", "rm b.parquet", 1, 1, "b.parquet is gone"),
    ] {
        let place = two_files();
        // The bucket changes only after the home is full.
        let full = format!(
            "mount -t tmpfs -o size=2m none \"$0\"; \"$@\" > /dev/null;
            dd if=/dev/zero of=\"$0/full\" bs=4k 2> /dev/null || true;
            cd \"{}/journal\"; {change}; exec \"$@\"",
            place.bucket().display()
        );
        let Some(ran) = run_mounted(&place, &full, &["recent", "BUCKET"]) else { return };
        assert_eq!(ran.status, 1, "{what}: {ran:?}");
        let recent = ran.json();
        let coverage = &recent["coverage"];
        assert_eq!(
            (&recent["total"], &coverage["changed_total"]),
            (&total.into(), &changed.into())
        );
        assert!(ran.err.contains(said), "{what}: {}", ran.err);
        let notice = "only changes of files that were noted there before are told";
        assert!(ran.err.contains(notice), "{what}: {}", ran.err);
    }
}

#[test]
fn s1_a_disk_that_is_full_during_the_first_reading_leaves_out_what_has_no_room() {
    let place = Place::new();
    let mut digest = Sha256::digest("");
    let mut text = String::new();
    while text.len() < 1 << 20 {
        digest = Sha256::digest(digest);
        text.extend(digest.iter().map(|byte| format!("{byte:02x}")));
    }
    place.write_legacy("a.parquet", &[row("evt-1", &text)]);
    fs::create_dir_all(place.folder().join("home")).unwrap();
    let small = "mount -t tmpfs -o size=400k none \"$0\"; exec \"$@\"";
    let Some(ran) = run_mounted(&place, small, &["recent", "BUCKET"]) else { return };
    assert_eq!((ran.status, &ran.json()["total"]), (1, &0.into()), "{ran:?}");
    let said = "a.parquet: is not read yet: there is no room for what is in it in";
    assert!(ran.err.contains(said) && ran.err.contains("make room there"), "{}", ran.err);
}

#[test]
fn s1_f9_a_ledger_for_which_there_is_no_room_is_said_to_note_nothing() {
    let place = two_files();
    let full = format!(
        "mount -t tmpfs -o size=128k none \"$0/ledger\"; \"$@\" > /dev/null;
        dd if=/dev/zero of=\"$0/ledger/full\" bs=1k 2> /dev/null || true;
        cp \"{0}/a.parquet\" \"{0}/c.parquet\"; exec \"$@\"",
        place.bucket().join("journal").display()
    );
    let Some(ran) = run_mounted(&place, &full, &["recent", "BUCKET"]) else { return };
    let notice = "only changes of files that were noted there before are told";
    assert!(ran.err.contains(notice), "{}", ran.err);
}

#[test]
fn s1_s12_a_full_home_without_a_catalog_reads_and_keeps_nothing() {
    let place = Place::new();
    place.write_legacy("a.parquet", &[row("evt-1", "one")]);
    fs::create_dir_all(place.folder().join("home")).unwrap();
    let full = "mount -t tmpfs -o size=1m none \"$0\";
        dd if=/dev/zero of=\"$0/full\" bs=4k 2> /dev/null || true; exec \"$@\"";
    for (verb, total) in [("recent", "total"), ("stats", "events")] {
        let Some(ran) = run_mounted(&place, full, &[verb, "BUCKET"]) else { return };
        assert_eq!((ran.status, &ran.json()[total]), (0, &1.into()), "{ran:?}");
        assert!(ran.err.contains("what is read is not kept on this device"), "{}", ran.err);
    }
}

#[test]
fn d12_nothing_is_acknowledged_into_an_outbox_that_was_removed_or_replaced() {
    for replace in [false, true] {
        let place = Place::new();
        place.record(GOOD);
        let outbox = place.folder().join("home/outbox");
        let mut recorder = place.recorder();
        recorder.record(GOOD);
        let kept = place.folder().join("kept");
        fs::create_dir(&kept).unwrap();
        for entry in fs::read_dir(&outbox).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, kept.join(path.file_name().unwrap())).unwrap();
        }
        fs::remove_dir_all(&outbox).unwrap();
        if replace {
            fs::rename(&kept, &outbox).unwrap();
        }
        assert_eq!(recorder.offer(GOOD), "", "nothing more is acknowledged");
        let ended = recorder.end();
        assert_eq!(ended.status, 3, "{ended:?}");
        assert!(ended.err.contains("was removed or replaced while it was open"), "{ended:?}");
    }
}

/// An outbox is whole before it has its name, and its mark is written after the first event: what is cut
/// or overwritten is no new one.
#[test]
fn d12_an_outbox_that_was_emptied_with_its_mark_is_told() {
    let table =
        [(vec![], "is damaged: it is empty"), (vec![0x5a; 300], "is damaged: file is not a")];
    for (bytes, said) in table {
        let place = Place::new();
        place.pend(GOOD);
        for entry in fs::read_dir(place.folder().join("home/outbox")).unwrap() {
            fs::write(entry.unwrap().path(), &bytes).unwrap();
        }
        let read = place.run(&["recent", "BUCKET"]);
        assert_eq!(
            (read.status, &read.json()["coverage"]["complete"]),
            (1, &false.into()),
            "{read:?}"
        );
        let recorded = place.feed(&["record", "BUCKET"], GOOD.as_bytes());
        assert_eq!((recorded.status, recorded.out.as_str()), (3, ""), "{recorded:?}");
        for ran in [read, recorded, place.run(&["stats", "BUCKET"])] {
            assert!(ran.err.contains(said), "{ran:?}");
        }
    }
}

#[test]
fn d12_that_an_outbox_went_with_what_was_acknowledged_is_told_at_the_end() {
    for comes_back in [false, true] {
        let place = Place::new();
        let mut recorder = place.recorder();
        recorder.record(GOOD);
        let (outbox, aside) = (place.folder().join("home/outbox"), place.folder().join("aside"));
        fs::rename(&outbox, &aside).unwrap();
        if !comes_back {
            fs::remove_dir_all(place.folder().join("home")).unwrap();
        }
        let ended = recorder.end();
        assert_eq!(ended.status, 3, "{ended:?}");
        assert!(ended.err.contains("was removed or replaced while it was open"), "{ended:?}");
        assert!(!outbox.exists(), "none takes its place");
        if comes_back {
            fs::rename(&aside, &outbox).unwrap();
            assert_eq!(place.run(&["flush", "BUCKET"]).status, 0);
            assert_eq!(place.json(&["recent", "BUCKET"])["total"], 1);
        }
    }
}
