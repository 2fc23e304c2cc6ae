//! The journal that is measured: hard links to the files that were made once, so that it can grow
//! and what was made stays as it is.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use event::RecordId;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::Failure;

/// What there is to ask for: `meta.json`.
#[derive(Debug, Deserialize)]
pub struct Meta {
    pub events: usize,
    pub median_entity: RecordId,
    pub p99_entity: RecordId,
    /// The record with the most events.
    pub hot_entity: RecordId,
    /// When so many hundredths of the journal's time had passed.
    #[serde(deserialize_with = "instant")]
    pub t_25: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    pub t_50: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    pub t_75: DateTime<Utc>,
    /// Text that hardly any value has in it.
    pub needle_rare: String,
}

pub struct Bucket {
    pub meta: Meta,
    /// Where everything is written; removed in the end.
    work: PathBuf,
    /// Files that are not in the bucket yet, the latest first.
    later: Vec<PathBuf>,
}

impl Bucket {
    /// A bucket of links to the journal made in `folder`.
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

    pub fn path(&self) -> PathBuf {
        self.work.join("bucket")
    }

    pub fn journal(&self) -> PathBuf {
        self.path().join("journal")
    }

    /// Daybook's own data.
    pub fn home(&self) -> PathBuf {
        self.work.join("home")
    }

    /// The peer's.
    pub fn database(&self) -> PathBuf {
        self.work.join("peer.duckdb")
    }

    /// Adds the next files, so many.
    pub fn grow(&mut self, count: usize) -> Result<(), Failure> {
        for _ in 0..count {
            let file = self.later.pop().ok_or("there are no later files left")?;
            self.add(&file)?;
        }
        Ok(())
    }

    fn add(&self, file: &Path) -> Result<(), Failure> {
        let name = file.file_name().ok_or("a file without a name")?;
        Ok(fs::hard_link(file, self.journal().join(name))?)
    }

    pub fn remove(self) -> Result<(), Failure> {
        Ok(fs::remove_dir_all(self.work)?)
    }
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    event::parse_time(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    paths.collect()
}

/// How many bytes the files in a folder have, and in the folders in it.
pub fn bytes(folder: &Path) -> Result<u64, Failure> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() { bytes(&entry.path())? } else { about.len() };
    }
    Ok(sum)
}
