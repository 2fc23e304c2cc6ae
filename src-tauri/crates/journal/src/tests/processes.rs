//! Processes that are killed in the middle of it, and others that go on from there.

use std::os::unix::process::ExitStatusExt;

use rusqlite::Connection;

use super::child::{Child, Ended, STEPS, acknowledged, command, dying_at};
use super::held::Seeded;
use super::ledger::{Ledger, files};
use super::*;

/// How many processes are killed, on how many outboxes one after the other.
const KILLS: u64 = 500;
const OUTBOXES: u64 = 10;

#[test]
fn d1_every_acknowledged_event_survives_500_kills() {
    // Two at a time, each with outboxes of its own: most of the time goes into starting processes.
    let halves = [1, 2].map(|seed| {
        std::thread::spawn(move || {
            let outboxes = (0..OUTBOXES / 2).map(|number| seed * 1000 + number);
            outboxes.map(|seed| kill_again_and_again(seed, KILLS / OUTBOXES)).sum::<usize>()
        })
    });
    let acknowledged = halves.map(|half| half.join().unwrap());
    println!("{} acknowledged events, {KILLS} kills", acknowledged.iter().sum::<usize>());
}

/// Returns how many events were acknowledged.
fn kill_again_and_again(seed: u64, kills: u64) -> usize {
    let device = Device::new();
    let folder = device.folder.path();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (mut ledger, mut random) = (Ledger::new(folder), Seeded(seed));
    for _ in 0..kills {
        let child = Child::start(&mut command("record", folder));
        // Some die while they open the outbox, most while they record and flush.
        let (first, micros) = match random.below(5) {
            0 => ("opening", random.below(20_000)),
            _ => ("acknowledged", random.below(30_000)),
        };
        let mut heard = child.wait_for(first);
        heard.extend(child.listen(Duration::from_micros(micros)));
        let ended = child.kill();
        assert_eq!(ended.status.signal(), Some(9));
        ledger.acknowledge(acknowledged(&heard));
        ledger.acknowledge(ended.acknowledged());
        runtime.block_on(ledger.check());
    }
    let (flushed, waiting) = runtime.block_on(async {
        (child::open(folder).await.flush().await.unwrap(), ledger.check().await)
    });
    assert_eq!((flushed.fork, waiting), (None, 0));
    ledger.acknowledged()
}

/// What is in the spool: key and bytes of each file.
fn spool(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let connection = Connection::open(outbox_file(&folder.join("home"))).unwrap();
    let mut spool = connection.prepare("SELECT key, bytes FROM spool ORDER BY position").unwrap();
    let rows = spool.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).unwrap();
    let in_bucket = |key| folder.join("bucket").join(key);
    rows.map(|row| row.map(|(key, bytes)| (in_bucket(key), bytes)).unwrap()).collect()
}

fn objects(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = files(folder).into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap()));
    files.collect()
}

/// A process that dies at `step` of a flush.
fn die(role: &str, folder: &Path, step: &str) -> Ended {
    let mut command = command(role, folder);
    dying_at(&mut command, step, 1);
    let ended = Child::start(&mut command).end();
    assert_eq!(ended.status.signal(), Some(9), "{step}: {:?}", ended.lines);
    ended
}

fn finish(folder: &Path) -> String {
    let ended = Child::start(&mut command("finish", folder)).end();
    assert!(ended.status.success());
    ended.said("Ok(Flushed").concat()
}

#[tokio::test]
async fn d2_a_flush_that_was_killed_after_any_step_is_completed_with_identical_objects() {
    // After the step: how many files are in the bucket, and how many in the spool.
    let left = [(0, 0), (0, 1), (1, 1), (1, 1), (1, 1), (1, 0)];
    for (step, left) in STEPS.into_iter().zip(left) {
        let device = Device::new();
        let folder = device.folder.path();
        let mut ledger = Ledger::new(folder);
        ledger.acknowledge(die("flush", folder, step).acknowledged());
        assert_eq!(ledger.acknowledged(), 3, "{step}");

        let (stored, spooled) = (objects(folder), spool(folder));
        assert_eq!((stored.len(), spooled.len()), left, "{step}");
        let waiting = ledger.check().await;
        assert_eq!(waiting, if step == "pruned" { 0 } else { 3 }, "{step}");

        let flushed = finish(folder);
        assert!(flushed.contains("fork: None"), "{step}: {flushed}");
        assert_eq!(ledger.check().await, 0, "{step}");
        let after = objects(folder);
        assert_eq!(after.len(), 1, "{step}");
        assert!(stored.iter().chain(&spooled).all(|file| *file == after[0]), "{step}");
        assert_eq!(spool(folder), [], "{step}");
    }
}

#[tokio::test]
async fn d2_processes_that_die_one_step_further_each_time_store_one_object() {
    let device = Device::new();
    let folder = device.folder.path();
    let mut ledger = Ledger::new(folder);
    let mut files = Vec::new();
    for (number, step) in STEPS.into_iter().enumerate() {
        let role = if number == 0 { "flush" } else { "finish" };
        ledger.acknowledge(die(role, folder, step).acknowledged());
        files.extend(spool(folder));
        files.extend(objects(folder));
        ledger.check().await;
    }
    finish(folder);
    assert_eq!(ledger.check().await, 0);
    files.extend(objects(folder));
    assert!(files.len() >= 9 && files.windows(2).all(|two| two[0] == two[1]));
}

#[tokio::test]
async fn d15_of_two_processes_on_one_outbox_one_finishes_what_the_killed_one_began() {
    for (seed, step) in STEPS.into_iter().enumerate() {
        let device = Device::new();
        let folder = device.folder.path();
        let mut ledger = Ledger::new(folder);
        let mut survivor = Child::start(&mut command("share", folder));
        ledger.acknowledge(acknowledged(&survivor.wait_for("acknowledged")));
        let mut dying = command("share", folder);
        dying_at(&mut dying, step, 2 + seed as u64);
        let killed = Child::start(&mut dying).end();
        assert_eq!(killed.status.signal(), Some(9), "{step}: {:?}", killed.lines);
        assert!(!killed.acknowledged().is_empty(), "{step}");
        ledger.acknowledge(killed.acknowledged());
        ledger.check().await;

        survivor.hang_up();
        let survivor = survivor.end();
        assert!(survivor.status.success(), "{step}");
        assert_eq!(survivor.said("Ok(Flushed").len(), 1, "{step}: {:?}", survivor.lines.last());
        ledger.acknowledge(survivor.acknowledged());
        assert_eq!(ledger.check().await, 0, "{step}");
        assert_eq!(spool(folder), [], "{step}");
    }
}
