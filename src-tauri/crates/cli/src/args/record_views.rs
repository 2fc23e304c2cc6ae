//! Arguments of the verbs about one record: history, state, blame.

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use event::Reading;

use super::time;

#[derive(Args)]
pub struct History {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
}

#[derive(Args)]
pub struct State {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// The instant to look at; now if none is named.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<DateTime<Utc>>,
    /// Read the events as they were recorded, or as every correction since has changed them.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
}

#[derive(Args)]
pub struct Blame {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// Read the events as they were recorded, or as every correction has changed them.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
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
