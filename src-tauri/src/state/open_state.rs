//! The open state: which journal is open in the window, and how far it was read.

use std::sync::Arc;

use query::Engine;
use session::JournalSession;

use crate::wire::{ApiError, ReadingProgress};

/// State of the open journal. Only [`AppState`](crate::AppState) replaces one with another.
#[derive(Debug, Clone)]
pub(crate) enum OpenState {
    /// Loading: the first refresh is under way. The engine answers from what was read so far.
    Loading { journal: OpenJournal, progress: ReadingProgress },
    /// Ready: the last refresh succeeded.
    Ready { journal: OpenJournal },
    /// Lost: the last refresh failed. The engine is that of the last one that succeeded, or of what
    /// the first one read.
    Lost { journal: OpenJournal, problem: ApiError },
}

/// An open journal as of its last refresh.
#[derive(Debug, Clone)]
pub(crate) struct OpenJournal {
    /// Number of the opening: a later one has a higher number.
    pub opening: u64,
    /// Session that reads and writes the journal.
    pub session: Arc<JournalSession>,
    /// Engine of all answers until the next refresh, so that pages agree with each other.
    pub engine: Arc<dyn Engine>,
}

impl OpenState {
    /// The open journal, in whatever state.
    pub fn journal(&self) -> &OpenJournal {
        match self {
            Self::Loading { journal, .. }
            | Self::Ready { journal }
            | Self::Lost { journal, .. } => journal,
        }
    }

    /// The progress of the first refresh; `None` once it has ended.
    pub fn progress(&self) -> Option<ReadingProgress> {
        match self {
            Self::Loading { progress, .. } => Some(progress.clone()),
            Self::Ready { .. } | Self::Lost { .. } => None,
        }
    }

    /// The error of the last refresh; `None` if it succeeded or is the first and under way.
    pub fn problem(&self) -> Option<&ApiError> {
        match self {
            Self::Lost { problem, .. } => Some(problem),
            Self::Loading { .. } | Self::Ready { .. } => None,
        }
    }
}
