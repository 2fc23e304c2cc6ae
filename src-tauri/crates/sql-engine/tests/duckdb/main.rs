//! Thirty questions that analysts ask, of this engine and of `DuckDB` on the same journal: the sample firm
//! with some corrections and changes at night, read through the Parquet export.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Variables that name the Python that has `DuckDB`, and the sample journal.
const PYTHON: &str = "DAYBOOK_DUCKDB_PYTHON";
const SAMPLE: &str = "DAYBOOK_SAMPLE";

/// The largest share by which two numbers that are not whole may differ.
const PRECISION: f64 = 1e-9;

#[test]
fn thirty_questions_have_the_answers_of_duckdb() {
    let place = Place::new();
    place.change();
    place.run(&["export", "BUCKET", "--out", "FOLDER/events.parquet"]);
    for table in ["records", "state"] {
        let (all, out) = (format!("SELECT * FROM {table}"), format!("FOLDER/{table}.parquet"));
        place.run(&["sql", "BUCKET", &all, "--out", &out]);
    }
    let questions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/sql");
    let expected = duckdb(place.folder.path(), &questions);
    assert_eq!(expected.len(), 30);
    let mut wrong = Vec::new();
    for (name, expected) in expected {
        let file = questions.join(&name);
        let words = ["sql", "BUCKET", "--file", file.to_str().unwrap(), "--limit", "1000000"];
        let found: Value = serde_json::from_str(&place.run(&words)).unwrap();
        let (found, expected) = (found["rows"].as_array().unwrap(), expected.as_array().unwrap());
        if found.is_empty() {
            wrong.push(format!("{name} has no row, so it shows nothing"));
        }
        if found.len() != expected.len() {
            wrong.push(format!("{name} has {} rows, and {} there", found.len(), expected.len()));
        }
        let mut rows = found.iter().zip(expected).enumerate();
        if let Some((row, (found, expected))) = rows.find(|(_, (a, b))| !same_row(a, b)) {
            wrong.push(format!("{name}, row {row}: {found} and there {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `DuckDB` answers to each question, by the name of its file.
fn duckdb(folder: &Path, questions: &Path) -> BTreeMap<String, Value> {
    let python = std::env::var_os(PYTHON).expect("cargo xtask test names it");
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/duckdb/peer.py");
    let ran = Command::new(python).arg(peer).arg(folder).arg(questions).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn same_row(found: &Value, expected: &Value) -> bool {
    let (Some(found), Some(expected)) = (found.as_array(), expected.as_array()) else {
        return false;
    };
    found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| same_cell(a, b))
}

fn same_cell(found: &Value, expected: &Value) -> bool {
    if let (Some(found), Some(expected)) = (found.as_f64(), expected.as_f64()) {
        return (found - expected).abs() <= PRECISION * expected.abs().max(1.0);
    }
    // The other one rounds to microseconds.
    let micros = |cell: &Value| Some(event::parse_time(cell.as_str()?).ok()?.timestamp_micros());
    let both = micros(found).zip(micros(expected));
    found == expected || both.is_some_and(|(found, expected)| found.abs_diff(expected) <= 1)
}

/// A copy of the sample journal, and an application's data.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sample = std::env::var_os(SAMPLE).expect("cargo xtask test names it");
        copy(&PathBuf::from(sample), &folder.path().join("bucket"));
        Self { folder }
    }

    /// Records what the sample does not have: changes at night that say when they were recorded, a record
    /// that is deleted and inserted again, corrections, voids and notes.
    fn change(&self) {
        let mut events = Vec::new();
        for (at, actor) in ["Sarah", "Marcus", "Sarah"].into_iter().enumerate() {
            events.push(json!({
                "timestamp": format!("2026-11-1{at}T2{at}:30:00Z"), "entity_type": "candidate",
                "entity_id": "CAND-00228", "field": "salary_expectation", "action": "update",
                "old_value": format!("{}000", 40 + at), "new_value": format!("{}000", 41 + at),
                "actor": actor,
            }));
        }
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        let recorded =
            self.run_with(&["record", "BUCKET", "--format", "ndjson"], &lines.join("\n"));
        let ids: Vec<Value> =
            recorded.lines().map(|id| serde_json::from_str(id).unwrap()).collect();
        let id = |at: usize| ids[at]["ids"][0].as_str().unwrap().to_owned();
        let correct =
            ["correct", "BUCKET", &id(0), "--to", "41500", "--reason", "typo", "--actor", "Aoife"];
        self.run(&correct);
        self.run(&["void", "BUCKET", &id(1), "--reason", "by mistake", "--actor", "Grace"]);
        self.run(&["note", "BUCKET", &id(2), "--text", "as agreed", "--actor", "Aoife"]);
        let found: Value = serde_json::from_str(
            &self.run(&["recent", "BUCKET", "--field", "phone", "--limit", "12"]),
        )
        .unwrap();
        for event in found["events"].as_array().unwrap() {
            let id = event["address"].as_str().or(event["event_id"].as_str()).unwrap();
            let correct = ["correct", "BUCKET", id, "--to", "020 7946 0000", "--reason", "typo"];
            self.run(&[&correct[..], &["--actor", "Priya"]].concat());
        }
        self.run(&["flush", "BUCKET"]);
    }

    fn run(&self, words: &[&str]) -> String {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], input: &str) -> String {
        let folder = self.folder.path().to_str().unwrap();
        let named = |word: &&str| {
            word.replace("BUCKET", &format!("{folder}/bucket")).replace("FOLDER", folder)
        };
        let daybook = Path::new(env!("CARGO_BIN_EXE_daybook-sql")).with_file_name("daybook");
        let mut child = Command::new(daybook)
            .args(words.iter().map(named))
            .env("DAYBOOK_HOME", self.folder.path().join("home"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let ran = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{words:?}: {told}");
        String::from_utf8(ran.stdout).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
