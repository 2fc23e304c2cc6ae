//! What is open in the window, and how it stands.

use std::sync::Arc;

use query::Engine;
use session::JournalSession;

use crate::wire::{ApiError, ReadingProgress};

/// The journal of the window. Changes from one to another are made by
/// [`AppState`](crate::AppState) alone.
#[derive(Debug, Clone)]
pub(crate) enum OpenState {
    /// It is read for the first time; what was read so far can be asked.
    Loading { journal: OpenJournal, progress: ReadingProgress },
    /// All of it was read.
    Ready { journal: OpenJournal },
    /// The latest look at the bucket failed; what is shown is from before.
    Lost { journal: OpenJournal, problem: ApiError },
}

/// An open journal as it was when it was last looked at.
#[derive(Debug, Clone)]
pub(crate) struct OpenJournal {
    /// Which opening it is: a later one has a higher number.
    pub opening: u64,
    pub session: Arc<JournalSession>,
    /// What every answer rests on until the next look, so that pages agree with each other.
    pub engine: Arc<dyn Engine>,
}

impl OpenState {
    pub fn journal(&self) -> &OpenJournal {
        match self {
            Self::Loading { journal, .. }
            | Self::Ready { journal }
            | Self::Lost { journal, .. } => journal,
        }
    }

    /// How far the first reading is; `None` once it is done.
    pub fn progress(&self) -> Option<ReadingProgress> {
        match self {
            Self::Loading { progress, .. } => Some(progress.clone()),
            Self::Ready { .. } | Self::Lost { .. } => None,
        }
    }

    /// Why the bucket cannot be looked at; `None` if it can.
    pub fn problem(&self) -> Option<&ApiError> {
        match self {
            Self::Lost { problem, .. } => Some(problem),
            Self::Loading { .. } | Self::Ready { .. } => None,
        }
    }
}
