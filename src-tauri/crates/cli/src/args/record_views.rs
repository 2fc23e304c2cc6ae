//! Arguments of the verbs about one record: history, state, blame.

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use event::Reading;

use query::TimeText;

use super::{EngineArgs, last_instant, time};

#[derive(Args)]
pub struct History {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct State {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// The instant to look at, or a day, which counts whole, such as 2024-03-03 or yesterday; now if
    /// none is named.
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    at: Option<TimeText>,
    /// Read the events as they were recorded, or as every correction since has changed them.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
    #[command(flatten)]
    pub engine: EngineArgs,
}

impl State {
    /// The instant to look at: the last one of a day. Relative times start from `now`.
    pub fn at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.at.map(|time| last_instant(time, now))
    }
}

#[derive(Args)]
pub struct Blame {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// Read the events as they were recorded, or as every correction has changed them.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct RecordArgs {
    /// The id of the record.
    pub entity_id: String,
    /// The type of the record, where several have this id.
    #[arg(long = "type", value_name = "TYPE")]
    pub entity_type: Option<String>,
}

/// The two ways to read a record's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum As {
    Recorded,
    #[default]
    Corrected,
}

impl From<As> for Reading {
    fn from(reading: As) -> Self {
        match reading {
            As::Recorded => Self::Recorded,
            As::Corrected => Self::Corrected,
        }
    }
}
