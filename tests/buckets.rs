//! Journals to test with: legacy files as the first writers made them, and a home of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use session::Home;
use sha2::{Digest, Sha256};

/// Eleven texts.
pub type LegacyRow = [Option<String>; 11];

/// A folder with a bucket and an application's data in it, which goes when this goes.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("firm/journal")).unwrap();
        Self { folder }
    }

    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join("firm")
    }

    pub fn home(&self) -> Home {
        Home::at(&self.folder.path().join("home"))
    }

    /// Adds a file to the journal, which is there whole or not at all, as writers put it there.
    pub fn write(&self, name: &str, rows: &[LegacyRow]) {
        let column = |i: usize| -> ArrayRef {
            Arc::new(StringArray::from(rows.iter().map(|r| r[i].clone()).collect::<Vec<_>>()))
        };
        let schema = event::legacy_schema();
        let batch = RecordBatch::try_new(schema.clone(), (0..11).map(column).collect()).unwrap();
        let whole = self.folder.path().join(name);
        let file = fs::File::create(&whole).unwrap();
        let mut writer = ArrowWriter::try_new(file, schema, None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        fs::rename(whole, self.bucket().join("journal").join(name)).unwrap();
    }

    /// The SHA-256 of every file of the journal. What is being put there has another ending, and
    /// can be gone between two looks.
    pub fn hashes(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.bucket().join("journal")).unwrap();
        let whole = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"));
        let hashed = whole.map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, Sha256::digest(fs::read(path).unwrap()).to_vec())
        });
        hashed.collect()
    }
}

/// One row: time, record, field, action, old and new value; the rest is the same everywhere.
pub fn row(
    id: &str,
    time: &str,
    entity: &str,
    field: &str,
    action: &str,
    values: [&str; 2],
) -> LegacyRow {
    let [old, new] = values;
    let all = [id, time, "candidate", entity, field, action, old, new, "Sarah", "api", "ws-london"];
    all.map(|text| Some(text.to_owned()))
}
