//! Arguments of the verb `sql`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use query::TimeText;
use sql::MEMORY;

use super::record_views::As;
use super::{ExportForm, last_instant, time};

/// Bytes of a MiB.
const MIB: u64 = 1 << 20;

#[derive(Args)]
pub struct Sql {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// The question; without it and --file it is read from standard input.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub query: Option<String>,
    /// A file that holds the question.
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub file: Option<PathBuf>,
    /// The most rows to print.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub limit: usize,
    /// The instant of the table state, or a day, which counts whole; now if none is named.
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    at: Option<TimeText>,
    /// Read the table state as recorded, or as every correction since has changed it.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
    /// The most memory that the answer may use, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = MEMORY / MIB)]
    #[arg(value_parser = clap::value_parser!(u64).range(16..=1 << 20))]
    memory: u64,
    /// Write all rows into a file in place of printing some: its ending says in which form.
    #[arg(long, value_name = "FILE", conflicts_with = "limit")]
    pub out: Option<PathBuf>,
    /// The form of that file, where its ending names none.
    #[arg(long, value_name = "FORM", value_enum, requires = "out")]
    pub form: Option<ExportForm>,
    /// Replace a file that is there already.
    #[arg(long, requires = "out")]
    pub overwrite: bool,
}

impl Sql {
    /// The instant of the table `state`: the last one of a day. Relative times start from `now`.
    pub fn at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.at.map(|time| last_instant(time, now))
    }

    /// The most memory that the answer may use, in bytes.
    pub fn memory(&self) -> u64 {
        self.memory * MIB
    }
}
