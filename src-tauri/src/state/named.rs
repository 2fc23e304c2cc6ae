//! The bucket that is named at the start of the program: it is opened once, while the window is built.

use super::AppState;
use crate::wire::{ApiError, Status};

/// Location named at the start of the program.
#[derive(Debug, Default)]
pub(super) enum Named {
    /// To be opened.
    Location(String),
    /// Opening it failed, which the window has not been told.
    Failed(ApiError),
    /// None, or what came of it was told.
    #[default]
    Done,
}

impl AppState {
    /// Opens the bucket named at the start of the program, on the first call: while the window is
    /// built.
    pub(crate) async fn open_named(&self) {
        let mut named = self.0.named.lock().await;
        if let Named::Location(location) = &*named {
            let opened = self.open(&location.clone()).await;
            *named = opened.map_or_else(Named::Failed, |_| Named::Done);
        }
    }

    /// Waits for [`AppState::open_named`]. Returns the status of the open journal, if any; on the first
    /// call the error of that opening, if it failed.
    pub(crate) async fn named(&self) -> Result<Option<Status>, ApiError> {
        self.open_named().await;
        let named = std::mem::take(&mut *self.0.named.lock().await);
        if let Named::Failed(problem) = named {
            return Err(problem);
        }
        if self.journal().is_err() {
            return Ok(None);
        }
        self.status().await.map(Some)
    }
}
