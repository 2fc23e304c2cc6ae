//! A bucket and a home of one's own, and the program run on them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A folder with a bucket and an application's data in it, which goes when this goes. The bucket may
/// lie elsewhere.
pub struct Place {
    folder: tempfile::TempDir,
    /// The bucket that is meant, if it is not the folder's own.
    elsewhere: Option<String>,
}

/// How the program ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// The program, recording one event after the other.
pub struct Recorder {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("firm/journal")).unwrap();
        Self { folder, elsewhere: None }
    }

    /// An application's data, for a bucket that is there.
    pub fn at(bucket: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, elsewhere: Some(bucket.to_owned()) }
    }

    /// A bucket with one record in one file: inserted, then its phone changed.
    pub fn with_candidate() -> (Self, Vec<String>) {
        let place = Self::new();
        let events = r#"
            {"timestamp":"2026-03-01T09:00:00Z","entity_type":"candidate","entity_id":"CAND-1","action":"insert","old_value":"","new_value":"{\"name\":\"Ada\",\"phone\":null,\"rate\":100}","actor":"Sarah"}
            {"timestamp":"2026-03-02T09:00:00Z","entity_type":"candidate","entity_id":"CAND-1","field":"phone","action":"update","old_value":null,"new_value":"=1+1","actor":"Tom","workspace_id":"ws-london"}
        "#;
        let ids = place.record(events);
        assert_eq!(place.run(&["flush", "BUCKET"]).status, 0);
        (place, ids)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn bucket(&self) -> PathBuf {
        self.folder().join("firm")
    }

    /// The program with these arguments; `BUCKET` stands for the bucket.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
        let bucket = self.elsewhere.clone().map_or_else(|| self.bucket().into(), OsString::from);
        for argument in arguments {
            if *argument == "BUCKET" {
                command.arg(&bucket)
            } else {
                command.arg(argument)
            };
        }
        command.env("DAYBOOK_HOME", self.folder().join("home")).env("DAYBOOK_ACTOR", "tester");
        command.env_remove("RUST_LOG").env_remove("COLUMNS");
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// [`Place::run`] by a process that may have so many files open.
    #[cfg(unix)]
    pub fn run_with_handles(&self, handles: u32, arguments: &[&str]) -> Ran {
        let program = self.command(arguments);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {handles}; exec \"$0\" \"$@\"")]);
        shell.arg(program.get_program()).args(program.get_args()).stdin(Stdio::null());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        Ran::of(shell.output().unwrap())
    }

    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Ran {
        Self::feed_to(self.command(arguments), input)
    }

    /// With what `RUST_LOG` is to be.
    pub fn feed_with_logs(&self, arguments: &[&str], input: &[u8], logs: &str) -> Ran {
        let mut command = self.command(arguments);
        command.env("RUST_LOG", logs);
        Self::feed_to(command, input)
    }

    pub fn feed_to(mut command: Command, input: &[u8]) -> Ran {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may stop reading at a bad line.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Runs what must succeed, and reads its JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Records events that must be accepted, and gives their ids.
    pub fn record(&self, events: &str) -> Vec<String> {
        let ran = self.feed(&["record", "BUCKET"], events.as_bytes());
        assert_eq!(ran.status, 0, "{ran:?}");
        let ids = |line: &str| -> Vec<String> {
            let line: Value = serde_json::from_str(line).unwrap();
            serde_json::from_value(line["ids"].clone()).unwrap()
        };
        ran.out.lines().flat_map(ids).collect()
    }

    /// Records an event that must be accepted, and leaves it pending: the program is killed.
    pub fn pend(&self, event: &str) {
        let mut recorder = self.recorder();
        recorder.record(event);
        recorder.child.kill().unwrap();
        recorder.child.wait().unwrap();
    }

    /// The program, waiting for events to record.
    pub fn recorder(&self) -> Recorder {
        let mut command = self.command(&["record", "BUCKET", "--format", "ndjson"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Recorder { child, out }
    }

    /// The SHA-256 of every file of the journal but the one with its id.
    pub fn hashes(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.bucket().join("journal")).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let files = paths.filter(|path| !path.ends_with(".daybook")).map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, Sha256::digest(fs::read(path).unwrap()).to_vec())
        });
        files.collect()
    }

    /// All that recording could change.
    pub fn recorded(&self) -> (BTreeMap<String, Vec<u8>>, Value) {
        let stats = self.run(&["stats", "BUCKET"]);
        let mut stats: Value = serde_json::from_str(&stats.out).unwrap();
        // What is kept for reading changes with every look.
        for kept in ["catalog_bytes", "catalog_changed"] {
            stats.as_object_mut().unwrap().remove(kept);
        }
        (self.hashes(), stats)
    }

    /// A file as the first journals had them, by rows of eleven texts.
    pub fn write_legacy(&self, name: &str, rows: &[[&str; 11]]) {
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.to_vec()).collect();
        self.write_texts(name, &event::LEGACY_COLUMNS.map(event::Column::name), &rows);
    }

    /// A file of texts under these columns.
    pub fn write_texts(&self, name: &str, columns: &[&str], rows: &[Vec<&str>]) {
        let column = |i: usize| -> ArrayRef {
            Arc::new(StringArray::from(rows.iter().map(|row| row[i]).collect::<Vec<_>>()))
        };
        let columns = columns.iter().enumerate().map(|(i, name)| (*name, column(i)));
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let path = self.bucket().join("journal").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
}

impl Place {
    /// Packs the bucket, below a folder of its own, and returns where the archive is.
    pub fn pack(&self, ending: &str) -> String {
        let path = self.folder().join(format!("copy.{ending}"));
        let file = fs::File::create(&path).unwrap();
        if ending == "tar" {
            let mut archive = tar::Builder::new(file);
            archive.append_dir_all("firm", self.bucket()).unwrap();
            archive.finish().unwrap();
        } else {
            let mut archive = rawzip::ZipArchiveWriter::new(file);
            for file in files(&self.bucket().join("journal")) {
                let name = file.strip_prefix(self.folder()).unwrap().to_str().unwrap();
                let (mut entry, config) = archive.new_file(name).start().unwrap();
                let mut writer = config.wrap(&mut entry);
                writer.write_all(&fs::read(&file).unwrap()).unwrap();
                let (_, descriptor) = writer.finish().unwrap();
                entry.finish(descriptor).unwrap();
            }
            archive.finish().unwrap();
        }
        path.to_str().unwrap().to_owned()
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

impl Recorder {
    /// Records an event that must be accepted.
    pub fn record(&mut self, event: &str) {
        let acknowledged = self.offer(event);
        assert!(acknowledged.contains("\"ids\""), "{acknowledged}");
    }

    /// Gives it an event; returns the acknowledgement, or nothing if there is none.
    pub fn offer(&mut self, event: &str) -> String {
        writeln!(self.child.stdin.as_ref().unwrap(), "{event}").unwrap();
        let mut acknowledged = String::new();
        self.out.read_line(&mut acknowledged).unwrap();
        acknowledged
    }

    /// Gives it no more, and waits for its end.
    pub fn end(self) -> Ran {
        Ran::of(self.child.wait_with_output().unwrap())
    }
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}
