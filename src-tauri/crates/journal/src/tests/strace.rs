//! A system whose disk fails, and what it is asked in which order: by `strace`, which can answer in
//! its place. Skipped, with the reason, where it cannot.

use std::process::Command;

use super::child::{Child, Ended, acknowledge, command, open_with, say, some, through};
use super::ledger::{Ledger, files};
use super::*;

/// Whether this machine lets `strace` trace a child; if not, says why the test is skipped.
fn may_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let reason = match tried {
        Ok(tried) if tried.status.success() => return true,
        Ok(tried) => String::from_utf8_lossy(&tried.stderr).into_owned(),
        Err(error) => format!("strace: {error}"),
    };
    println!("skipped: {reason}");
    false
}

/// Runs a child under `strace`, whose log is then in the folder.
fn traced(arguments: &[&str], role: &str, folder: &Path) -> Ended {
    let log = folder.join("strace.log");
    let always = ["-f", "-y", "-qq", "-s", "16", "-o", log.to_str().unwrap()];
    let arguments = [&always, arguments].concat();
    Child::start(&mut through("strace", &arguments, &command(role, folder))).end()
}

fn untraced(role: &str, folder: &Path) -> Ended {
    Child::start(&mut command(role, folder)).end()
}

/// What is told to `strace` so that `calls` on any of `paths` fail; `when` is the how many-th of
/// each thread, or empty.
fn failing(calls: &str, when: &str, paths: &[PathBuf]) -> Vec<String> {
    let mut arguments = vec!["-e".to_owned(), format!("trace={calls}")];
    arguments.extend(["-e".to_owned(), format!("inject={calls}:error=EIO{when}")]);
    for path in paths {
        arguments.extend(["-P".to_owned(), path.to_str().unwrap().to_owned()]);
    }
    arguments
}

fn outbox_files(folder: &Path) -> [PathBuf; 2] {
    let database = outbox_file(&folder.join("home"));
    let log = database.with_extension("sqlite-wal");
    [database, log]
}

fn strings(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn d8_while_fsync_fails_nothing_is_acknowledged_and_nothing_lost() {
    if !may_trace() {
        return;
    }
    let device = Device::new();
    let folder = device.folder.path();
    let mut ledger = Ledger::new(folder);
    ledger.acknowledge(untraced("one by one", folder).acknowledged());
    assert_eq!(ledger.acknowledged(), 6);

    let arguments = failing("fsync,fdatasync", "", &outbox_files(folder));
    let ended = traced(&strings(&arguments), "one by one", folder);
    assert_eq!(ended.acknowledged(), []);
    let refused = [ended.said("not opened, Failed"), ended.said("refused, Failed")].concat();
    assert!([1, 6].contains(&refused.len()), "{:?}", ended.lines);
    ledger.check().await;

    let again = untraced("one by one", folder);
    assert_eq!(again.acknowledged().len(), 6);
    ledger.acknowledge(again.acknowledged());
    ledger.check().await;
}

/// One fsync fails, whichever it is: what is recorded then is refused, and what is recorded after
/// that is written anew, and acknowledged again.
#[tokio::test]
async fn d8_after_one_failed_fsync_only_what_is_on_disk_is_acknowledged() {
    if !may_trace() {
        return;
    }
    let mut worked_again = 0;
    // Opening forces files to disk up to six times, and each event once.
    for time in 1..=10 {
        let device = Device::new();
        let folder = device.folder.path();
        let mut ledger = Ledger::new(folder);
        ledger.acknowledge(untraced("one by one", folder).acknowledged());
        let when = format!(":when={time}");
        let arguments = failing("fsync,fdatasync", &when, &outbox_files(folder));
        let ended = traced(&strings(&arguments), "one by one", folder);
        ledger.acknowledge(ended.acknowledged());
        ledger.check().await;
        let last = ended.lines.iter().rfind(|line| line.contains("acknowledged"));
        let refused = ended.said("refused, Failed").len();
        worked_again += usize::from(refused > 0 && last.is_some());
        assert!(refused <= 1, "{time}: {:?}", ended.lines);

        ledger.acknowledge(untraced("one by one", folder).acknowledged());
        ledger.check().await;
    }
    assert!(worked_again > 0);
}

#[test]
fn d8_an_acknowledgement_comes_after_the_log_is_forced_to_disk() {
    if !may_trace() {
        return;
    }
    let device = Device::new();
    let folder = device.folder.path();
    let ended = traced(&["-e", "trace=pwrite64,fsync,fdatasync,write"], "one by one", folder);
    assert_eq!(ended.acknowledged().len(), 6);

    let (mut forced, mut forcing, mut acknowledged) = (false, Vec::new(), 0);
    for line in std::fs::read_to_string(folder.join("strace.log")).unwrap().lines() {
        let thread = line.split_whitespace().next().unwrap();
        let is_log = line.contains(".sqlite-wal>");
        if is_log && line.contains(" pwrite64(") {
            forced = false;
        } else if is_log && line.contains("sync(") {
            forced = line.ends_with("= 0");
            forcing.extend(line.ends_with("<unfinished ...>").then_some(thread));
        } else if line.contains("sync resumed>") && forcing.contains(&thread) {
            forcing.retain(|other| *other != thread);
            forced = line.ends_with("= 0");
        } else if line.contains(" write(1<") && line.contains("\"acknowledged") {
            assert!(forced, "acknowledged before it was on disk: {line}");
            forced = false;
            acknowledged += 1;
        }
    }
    assert_eq!(acknowledged, 6);
}

/// The child of the tests of D9: what it stores has the same name each time.
pub(super) async fn record_with_a_held_clock(folder: &Path) {
    let (clock, random) = (Arc::new(HeldClock::default()), Arc::new(Counting::default()));
    let options = Options {
        flush_threshold: u64::MAX,
        flush_after: NEVER,
        clock,
        random,
        ..Options::default()
    };
    let journal = open_with(folder, options).await.unwrap();
    acknowledge(&journal.record_batch(some(2)).await.unwrap());
    for _ in 0..2 {
        match journal.flush().await {
            Ok(flushed) => say(&flushed),
            Err(error) => println!("failed, {:?}: {error}", error.kind()),
        }
        println!("waiting {}", events(journal.pending()).await.len());
    }
}

const STORED: &str = "Flushed { events: 2, files: 1, fork: None }";

#[tokio::test]
async fn d9_a_folder_that_cannot_be_forced_to_disk_is_forced_again_and_the_file_stored_once() {
    if !may_trace() {
        return;
    }
    for path in ["bucket/journal", "bucket"] {
        let device = Device::new();
        let folder = device.folder.path();
        // Opening forces both for the bucket's id, and tries the bucket's before that.
        let when = if path == "bucket" { ":when=3" } else { ":when=2" };
        let arguments = failing("fsync", when, &[folder.join(path)]);
        let ended = traced(&strings(&arguments), "held", folder);
        let failed = ended.said("failed, Failed: ");
        assert!(failed.len() == 1 && failed[0].contains("could not be forced to disk"));
        assert_eq!(ended.said("waiting "), ["2", "0"], "{path}");
        assert_eq!(ended.said(STORED).len(), 1, "{path}");

        let mut ledger = Ledger::new(folder);
        ledger.acknowledge(ended.acknowledged());
        assert_eq!(ledger.check().await, 0);
        assert_eq!(files(folder).len(), 1);
    }
}

/// The second attempt finds the file there, and must not take that for an answer of the disk.
#[test]
fn d9_while_a_folder_cannot_be_forced_to_disk_nothing_is_forgotten() {
    if !may_trace() {
        return;
    }
    let device = Device::new();
    let folder = device.folder.path();
    let arguments = failing("fsync", ":when=2+", &[folder.join("bucket/journal")]);
    let ended = traced(&strings(&arguments), "held", folder);
    assert_eq!(ended.said("failed, Failed: ").len(), 2, "{:?}", ended.lines);
    assert_eq!(ended.said("waiting "), ["2", "2"]);
    assert_eq!(files(folder).len(), 1);
}

/// What is read back of such a file is the system's memory. Nobody can tell whether the disk has
/// it, and a second fsync would not say.
#[test]
fn d9_a_file_that_cannot_be_forced_to_disk_is_stored_again_under_another_name() {
    if !may_trace() {
        return;
    }
    let dry_run = Device::new();
    untraced("held", dry_run.folder.path());
    let name = files(dry_run.folder.path())[0].file_name().unwrap().to_owned();

    let device = Device::new();
    let folder = device.folder.path();
    let file = folder.join("bucket/journal").join(name);
    let arguments = failing("fsync", "", std::slice::from_ref(&file));
    let ended = traced(&strings(&arguments), "held", folder);
    let failed = ended.said("failed, Failed: ");
    assert_eq!(failed.len(), 1, "{:?}", ended.lines);
    assert!(failed[0].contains("stored again under another name"), "{failed:?}");
    assert_eq!(ended.said("waiting "), ["2", "0"]);
    let files = files(folder);
    assert!(files.len() == 2 && files[0] == file, "{files:?}");
    for file in files {
        assert_eq!(read(std::fs::read(file).unwrap().into()), ended.acknowledged());
    }
    assert_eq!(
        ended.said(STORED).len(),
        1,
        "two files of one writer are no fork: {:?}",
        ended.lines
    );
}

#[tokio::test]
async fn d11_a_bucket_without_hard_links_is_refused_with_the_reason_and_can_be_read() {
    if !may_trace() {
        return;
    }
    let device = Device::new();
    let folder = device.folder.path();
    let mut ledger = Ledger::new(folder);
    ledger.acknowledge(untraced("one by one", folder).acknowledged());
    let inject = "inject=link,linkat:error=EPERM";
    let ended = traced(&["-e", "trace=link,linkat", "-e", inject], "one by one", folder);
    assert!(ended.said("not opened, Refused: ")[0].contains("it permits no hard links"));
    let names = std::fs::read_dir(folder.join("bucket/journal")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [".daybook"]);
    assert_eq!(ledger.check().await, 6);
}
