//! Tests of exports: what is read back of each form, and what is left when one fails.
//!
//! - `forms`: every row of each form, read by libraries that are not those which wrote it, as far as there
//!   are such.
//! - `halves`: no half file, whatever fails or is cancelled.
//! - `sheet`: a reader of the sheets of an XLSX file.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod forms;
mod halves;
mod sheet;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use event::{Action, Entry, Event, Mark, Place, parse_time};
use query::{CancellationToken, Coverage, Engine, Filters, Unreadable, Zone};
use reference::ReferenceEngine;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{About, Error, Export, Form};

fn time(text: &str) -> DateTime<Utc> {
    parse_time(text).unwrap()
}

fn now() -> DateTime<Utc> {
    time("2026-09-01T08:00:00Z")
}

/// The `n`th event that Daybook recorded of a record.
fn own(n: u32, action: Action, new: Option<&str>) -> Entry {
    let at = time("2024-03-01T09:00:00.123456789Z") + TimeDelta::minutes(n.into());
    let event = Event {
        event_id: format!("evt-{n}"),
        timestamp: at,
        entity_type: "candidate".to_owned(),
        entity_id: format!("CAND-{}", n % 3),
        field: "rate".to_owned(),
        action,
        old_value: n.is_multiple_of(2).then(String::new),
        new_value: new.map(str::to_owned),
        actor: "Sarah".to_owned(),
        source: "api".to_owned(),
        workspace_id: None,
        recorded_at: Some(time("2024-03-02T09:00:00.123456Z")),
        writer: Some("w1".to_owned()),
        seq: Some(u64::MAX - u64::from(n)),
        corrects: None,
        reason: None,
        batch: Some("batch-1".to_owned()),
    };
    Entry::new(event, Place::File { file: "own.parquet".into(), row: n.into() })
}

/// Values that readers of text lose or spreadsheets run.
const VALUES: [&str; 22] = [
    "plain",
    "",
    " blank at both edges ",
    "-5",
    "=1+1",
    "+44 20",
    "@SUM(A1)",
    "\tx",
    "\n =1",
    "\r\nx",
    "＝1",
    "a,b;\"c\"",
    "two\nlines\r\nand more",
    "'=1",
    "null",
    "<t>&amp;</t>",
    "_x0041_",
    "{\"a\": [1, 2]}",
    "0012",
    "1e5",
    "ärger 😀",
    "\u{feff}-1",
];

/// Entries with every kind of column: further ones, a seal, repeated ids, amendments, pending ones.
fn entries() -> Vec<Entry> {
    let mut all: Vec<Entry> =
        (0..).zip(VALUES).map(|(n, value)| own(n, Action::Update, Some(value))).collect();
    all.push(own(30, Action::Update, None));
    let mut foreign = own(31, Action::Other("restore".to_owned()), Some("x"));
    foreign.event = Event {
        event_id: "evt-1".to_owned(),
        recorded_at: None,
        writer: None,
        seq: None,
        batch: None,
        ..foreign.event
    };
    foreign.place = Place::File { file: "2024/legacy.parquet".into(), row: 7 };
    foreign.extra = [("=host", "a"), ("score", "-5.5")].map(|(a, b)| (a.into(), b.into())).into();
    foreign.about_row = [("region".to_owned(), "north".to_owned())].into();
    all.push(foreign);
    let mut sealed = own(32, Action::Update, Some("sealed"));
    let seal = [("salt", "000102030405060708090a0b0c0d0e0f"), ("checkpoint", "cp-1")];
    sealed.about_row = seal.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    all.push(sealed);
    let mut correction = own(33, Action::Correct, Some("42"));
    correction.event.corrects = Some("evt-0".to_owned());
    correction.event.reason = Some("two digits were swapped".to_owned());
    correction.event.actor = "Tom".to_owned();
    all.push(correction);
    let mut pending = own(36, Action::Update, Some("pending"));
    pending.place = Place::Pending;
    all.push(pending);
    all
}

fn coverage() -> Coverage {
    let unreadable = vec![Unreadable::file("c.parquet", "is not a Parquet file")];
    Coverage { files: 3, read: 2, rows: 40, unreadable, unreadable_total: 1, ..Coverage::default() }
}

/// An engine over entries, a folder to export to, and a runtime.
struct Exporting {
    engine: ReferenceEngine,
    folder: TempDir,
    runtime: Runtime,
}

impl Exporting {
    fn new(entries: Vec<Entry>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let engine = ReferenceEngine::new(entries, coverage());
        Self { engine, folder: tempfile::tempdir().unwrap(), runtime }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An export of all events in a form.
    fn export(&self, form: Form, name: &str) -> Export {
        Export {
            filters: Filters::default(),
            zone: Zone::default(),
            plain_folder: None,
            bucket: Some("0f".repeat(16)),
            form,
            out: self.path(name),
            about: None,
            overwrite: false,
        }
    }

    fn run(&self, export: &Export) -> Result<About, Error> {
        let _inside = self.runtime.enter();
        export.run(&self.engine, now(), &CancellationToken::new(), |_| ())
    }

    /// Names of what is in the folder, hidden or not.
    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    /// Every event, marked, in the total order.
    fn all(&self) -> Vec<Arc<Entry>> {
        self.engine.entries().iter().cloned().map(Arc::new).collect()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn the_entries_of_these_tests_have_marks_and_repeated_ids() {
    let place = Exporting::new(entries());
    let all = place.all();
    assert!(all.iter().any(|entry| entry.marks.contains(&Mark::Corrected)));
    assert_eq!(all.iter().filter(|entry| entry.id_is_repeated).count(), 2);
    assert_eq!(place.engine.coverage(), coverage());
}
