//! Journal that is measured: hard links to files that were made once, so that it can grow and the
//! files that were made stay as they are.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use event::RecordId;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::Failure;

/// Statistics of the journal that questions are chosen by: `meta.json`.
#[derive(Debug, Deserialize)]
pub struct Meta {
    pub events: usize,
    /// The record with the median number of events.
    pub median_entity: RecordId,
    /// The record with more events than 99 % of the others.
    pub p99_entity: RecordId,
    /// The record with the most events.
    pub hot_entity: RecordId,
    /// The instant after a quarter of the journal's span; then after a half and three quarters.
    #[serde(deserialize_with = "instant")]
    pub t_25: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    pub t_50: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    pub t_75: DateTime<Utc>,
    /// Text that hardly any value contains.
    pub needle_rare: String,
    /// Whether each event says when it was recorded.
    #[serde(default)]
    pub recorded: bool,
}

/// Bucket of links.
pub struct Bucket {
    pub meta: Meta,
    /// Folder that everything is written to; removed at the end.
    work: PathBuf,
    /// Files that are not in the bucket yet, latest first.
    later: Vec<PathBuf>,
}

impl Bucket {
    /// Makes a bucket of links to the journal in `folder`.
    pub fn link(folder: &Path) -> Result<Self, Failure> {
        let meta = serde_json::from_str(&fs::read_to_string(folder.join("bucket/meta.json"))?)?;
        let mut later = files(&folder.join("later"))?;
        later.sort();
        later.reverse();
        let bucket = Self { meta, work: folder.join("work"), later };
        if bucket.work.exists() {
            fs::remove_dir_all(&bucket.work)?;
        }
        fs::create_dir_all(bucket.journal())?;
        for file in files(&folder.join("bucket/journal"))? {
            bucket.add(&file)?;
        }
        Ok(bucket)
    }

    /// The folder of the bucket.
    pub fn path(&self) -> PathBuf {
        self.work.join("bucket")
    }

    /// The folder of its journal files.
    pub fn journal(&self) -> PathBuf {
        self.path().join("journal")
    }

    /// The folder of Daybook's own data.
    pub fn home(&self) -> PathBuf {
        self.work.join("home")
    }

    /// The database of the peer.
    pub fn database(&self) -> PathBuf {
        self.work.join("peer.duckdb")
    }

    /// Adds the next so many files.
    pub fn grow(&mut self, count: usize) -> Result<(), Failure> {
        for _ in 0..count {
            let file = self.later.pop().ok_or("there are no later files left")?;
            self.add(&file)?;
        }
        Ok(())
    }

    /// Links a file into the bucket.
    fn add(&self, file: &Path) -> Result<(), Failure> {
        let name = file.file_name().ok_or("a file without a name")?;
        Ok(fs::hard_link(file, self.journal().join(name))?)
    }

    /// Removes everything that was written.
    pub fn remove(self) -> Result<(), Failure> {
        Ok(fs::remove_dir_all(self.work)?)
    }
}

/// Deserializes an instant.
fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    event::parse_time(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// Paths of the entries of a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    paths.collect()
}

/// Bytes of all files below a folder.
pub fn bytes(folder: &Path) -> Result<u64, Failure> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() { bytes(&entry.path())? } else { about.len() };
    }
    Ok(sum)
}
