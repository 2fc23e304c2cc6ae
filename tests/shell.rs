//! What the shell must hold while things go wrong around it: rows S1 to S8 of what can break.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use daybook_desktop::AppState;
use journal::Random;
use reader::Decoder;
use serde_json::{Value, json};
use session::{Access, JournalSession, Options};
use tauri::Manager;

use crate::buckets::{Place, row};
use crate::held::{options, totals};
use crate::ipc::{Window, call, firm, location};

/// For what happens in its own time, on the slowest machine.
const LIMIT: Duration = Duration::from_mins(5);

fn correct(address: &str) -> Value {
    let what = json!({"kind": "correct", "field": null, "to": "9", "reason": "typed wrongly"});
    json!({"amend": {"addresses": [address], "what": what}})
}

/// Bytes that only count, and take the bucket away once they are asked for.
struct TakesTheBucket {
    inner: Arc<dyn Random>,
    armed: AtomicBool,
    bucket: PathBuf,
}

impl Random for TakesTheBucket {
    fn fill(&self, bytes: &mut [u8]) {
        if self.armed.swap(false, Ordering::SeqCst) {
            fs::rename(&self.bucket, self.bucket.with_extension("away")).unwrap();
        }
        self.inner.fill(bytes);
    }
}

#[test]
fn s2_what_was_recorded_is_never_said_to_have_failed() {
    let place = firm();
    // What was recorded into before has an id, so that recording touches only this device.
    let id = format!("{{\"bucket\":\"{:032x}\"}}", 7);
    fs::write(place.bucket().join("journal/.daybook"), id).unwrap();
    let mut options = options();
    let random = Arc::new(TakesTheBucket {
        inner: options.journal.random,
        armed: AtomicBool::new(false),
        bucket: place.bucket(),
    });
    options.journal.random = Arc::clone(&random) as Arc<dyn Random>;
    let window = Window::with(&place, options, Some(location(&place)));
    window.start();
    random.armed.store(true, Ordering::SeqCst);
    // Its id is drawn when it is accepted: the bucket is gone before it is to be shown.
    let recorded = window.ok("amend", correct("evt-4"));
    assert_eq!(recorded["not_shown"]["kind"], "failed", "{recorded}");
    assert_eq!(recorded["events"][0]["action"], "correct");
    fs::rename(place.bucket().with_extension("away"), place.bucket()).unwrap();
    let status = window.ok("status", json!({}));
    assert_eq!((&status["lost"], &status["pending"]["events"]), (&Value::Null, &json!(1)));
    assert_eq!(window.call("amend", correct("evt-4")).unwrap_err()["kind"], "refused");
}

/// A decoder that says when it is started, and waits until it may go on, or its folder is gone.
fn gated(place: &Place) -> (Decoder, PathBuf, PathBuf) {
    let at = |name: &str| place.bucket().with_extension(name);
    let (program, started, gate) = (at("decoder"), at("started"), at("gate"));
    let real = env!("CARGO_BIN_EXE_daybook-desktop");
    let script = format!(
        "#!/bin/sh\ntouch '{}'\nwhile [ ! -e '{}' ]; do [ -e \"$0\" ] || exit; sleep 0.05; done\n\
         exec '{real}' \"$@\"\n",
        started.display(),
        gate.display(),
    );
    fs::write(&program, script).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&program).status().unwrap().success());
    (Decoder::Program(program), started, gate)
}

fn wait_for(path: &Path) {
    let waited = std::iter::repeat_n(Duration::from_millis(20), 15_000);
    for pause in waited {
        if path.exists() {
            return;
        }
        std::thread::sleep(pause);
    }
    panic!("waited five minutes for {}", path.display());
}

#[test]
fn s4_of_two_openings_the_one_asked_for_last_is_shown() {
    let (slow, known) = (firm(), firm());
    // The second is known: it needs no decoder.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let session =
            JournalSession::open(&location(&known), &slow.home(), Access::Read, options()).await;
        assert_eq!(totals(&*session.unwrap().refresh().await.unwrap()).await.events, 5);
    });
    let (decoder, started, gate) = gated(&slow);
    let remembered = json!([
        {"name": "slow", "location": location(&slow)},
        {"name": "known", "location": location(&known)},
    ]);
    let settings = slow.home().path().join("settings.json");
    fs::write(settings, json!({"recent": remembered}).to_string()).unwrap();
    let window = Window::with(&slow, Options { decoder, ..options() }, None);
    let start = window.ok("start", json!({}));
    let handle = |index: usize| json!({"handle": start["recent"][index]["handle"]});
    let (view, slow_one) = (window.window.clone(), handle(0));
    std::thread::scope(|scope| {
        let first = scope.spawn(move || call(&view, "open_recent", slow_one));
        wait_for(&started);
        let status = window.ok("open_recent", handle(1));
        assert_eq!(
            (&status["location"], &status["opening"]),
            (&json!(location(&known)), &json!(2))
        );
        // It ends although its decoder never comes to an end.
        let superseded = first.join().unwrap().unwrap_err();
        assert_eq!(superseded["kind"], "cancelled");
        fs::write(&gate, "").unwrap();
    });
    let status = window.ok("status", json!({}));
    assert_eq!((&status["location"], &status["events"]), (&json!(location(&known)), &json!(5)));
}

#[test]
fn s5_a_journal_opens_although_the_settings_cannot_be_saved() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    // In the place of the file is a folder.
    fs::create_dir_all(place.home().path().join("settings.json/taken")).unwrap();
    let start = window.ok("start", json!({}));
    assert_eq!((&start["journal"]["events"], &start["problem"]), (&json!(5), &Value::Null));
    assert_eq!(start["journal"]["unsaved"]["kind"], "failed");
    fs::remove_dir_all(place.home().path().join("settings.json")).unwrap();
    window.ok("settings", json!({"settings": start["settings"]}));
    assert_eq!(window.ok("status", json!({}))["unsaved"], Value::Null);
}

#[test]
fn s12_a_journal_opens_although_nothing_can_be_kept() {
    let place = firm();
    fs::write(place.home().path(), "").unwrap();
    let window = Window::open(&place, Some(location(&place)));
    let start = window.ok("start", json!({}));
    assert_eq!((&start["journal"]["events"], &start["problem"]), (&json!(5), &Value::Null));
    let home = place.home().path().to_str().unwrap().to_owned();
    for said in [
        &start["journal"]["notices"][0],
        &start["journal"]["read_only"],
        &start["unsaved"]["message"],
    ] {
        let said = said.as_str().unwrap();
        assert!(said.contains(&home) && said.contains("set DAYBOOK_HOME to a folder"), "{said}");
    }
    assert_eq!(start["journal"]["pending"]["events"], 0);
    let temporary = temporary_folder();
    tauri::async_runtime::block_on(window.app.state::<AppState>().close());
    assert!(!temporary.exists(), "{}", temporary.display());
}

/// The folder of what is not kept, by the files that this process has open.
fn temporary_folder() -> PathBuf {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let files: Vec<PathBuf> =
        open.filter_map(|number| fs::read_link(number.unwrap().path()).ok()).collect();
    let is_ours = |folder: &&Path| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("daybook-")) && folder.is_dir()
    };
    let mut folders = files.iter().flat_map(|file| file.ancestors());
    folders.find(is_ours).expect("a catalog that is open").to_owned()
}

#[test]
fn s12_settings_that_cannot_be_read_are_said_and_left_as_they_are() {
    let place = firm();
    fs::create_dir_all(place.home().path()).unwrap();
    let settings = place.home().path().join("settings.json");
    fs::write(&settings, "{").unwrap();
    let window = Window::open(&place, None);
    let start = window.ok("start", json!({}));
    let why = start["unsaved"]["message"].as_str().unwrap();
    assert!(why.contains("is not a settings file") && why.contains("mend it"), "{why}");
    assert!(window.call("settings", json!({"settings": start["settings"]})).is_err());
    assert_eq!(fs::read_to_string(settings).unwrap(), "{");
}

#[test]
fn s8_the_program_ends_although_a_flush_never_does() {
    let place = firm();
    let mut options = options();
    options.journal.clock = Arc::new(Impatient(Arc::clone(&options.journal.clock)));
    let window = Window::with(&place, options, Some(location(&place)));
    window.start();
    window.ok("amend", correct("evt-4"));
    // Another process has the outbox and keeps it.
    let outbox = fs::read_dir(place.home().path())
        .unwrap()
        .chain(fs::read_dir(place.home().path().join("outbox")).into_iter().flatten());
    let mut outbox = outbox.map(|file| file.unwrap().path());
    let outbox = outbox.find(|path| path.extension().is_some_and(|end| end == "sqlite"));
    let other = rusqlite::Connection::open(outbox.unwrap()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (closed, is_closed) = mpsc::channel();
    let state = window.app.state::<AppState>().inner().clone();
    tauri::async_runtime::spawn(async move {
        state.close().await;
        closed.send(()).unwrap();
    });
    is_closed.recv_timeout(LIMIT).expect("it closes without the flush");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(place.hashes().len(), 1, "nothing was flushed");
}

/// A clock on which every moment that is waited for has come.
struct Impatient(Arc<dyn journal::Clock>);

impl journal::Clock for Impatient {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.now()
    }

    fn sleep(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        // Only closing waits so long: what is flushed by itself never is.
        if time == Duration::from_secs(4) {
            Box::pin(std::future::ready(()))
        } else {
            self.0.sleep(time)
        }
    }
}

/// Not more than this fits into the application's folder of the test below.
const SMALL: &str = "mount -t tmpfs -o size=16m none \"$0\" && exec \"$@\"";

#[test]
fn s1_a_disk_that_fills_up_in_the_first_reading_is_said_and_read_on_when_there_is_room() {
    let place = Place::new();
    let home = place.home().path().to_owned();
    fs::create_dir_all(&home).unwrap();
    for file in 0..1000_u32 {
        let id = format!("evt-{file}");
        let noise = |n: u64| (u64::from(file) << 32 | n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let noise: Vec<String> = (0..300).map(|n| noise(n).to_string()).collect();
        let noise = noise.join(" ");
        let event = row(&id, "2024-03-01T09:00:00Z", &id, "note", "update", ["", &noise]);
        place.write(&format!("20240301_090000_{file:04}.parquet"), &[event]);
    }
    let mut child = Command::new("unshare");
    child.args(["-r", "--mount", "sh", "-c", SMALL]).arg(&home);
    if !child.arg("true").output().is_ok_and(|tried| tried.status.success()) {
        println!("skipped: nothing can be mounted here");
        return;
    }
    let mut child = Command::new("unshare");
    child.args(["-r", "--mount", "sh", "-c", SMALL]).arg(&home);
    child.arg(std::env::current_exe().unwrap()).args(["--exact", "--ignored", "--nocapture"]);
    child.arg("shell::s1_child").env("DAYBOOK_S1", place.bucket()).env("DAYBOOK_S1_HOME", &home);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "is run by the test before it, on a disk of its own"]
fn s1_child() {
    let bucket = std::env::var("DAYBOOK_S1").unwrap();
    let home = PathBuf::from(std::env::var("DAYBOOK_S1_HOME").unwrap());
    let ballast = home.join("ballast");
    fs::write(&ballast, vec![1; 11 << 20]).unwrap();
    let options = Options { decoder: options().decoder, ..Options::default() };
    let state = AppState::new(session::Home::at(&home), options, Some(bucket), None);
    let window = Window::of(state);
    let start = window.ok("start", json!({}));
    assert_eq!(start["problem"], Value::Null, "something of it can be shown");
    let full = window.status_when(|status| status["coverage"]["unreadable_total"] != 0);
    let unread = full["coverage"]["unreadable"][0]["problem"].to_string();
    assert!(unread.contains("is not read yet: there is no room"), "{full}");
    assert_eq!(full["lost"], Value::Null);
    let read = full["events"].as_u64().unwrap();
    assert!(0 < read && read < 1000, "what was read stays: {full}");
    fs::remove_file(ballast).unwrap();
    // Each look at the bucket goes on where the last one stopped.
    let whole = window.status_when(|status| status["events"] == 1000);
    assert_eq!(whole["coverage"]["complete"], true, "{whole}");
}
