//! The bucket that is named at the start of the program: it is opened once, while the window is built.

use session::Location;

use super::AppState;
use crate::wire::{ApiError, Status};

/// Location named at the start of the program.
#[derive(Debug, Default)]
pub(super) enum Named {
    /// To be opened.
    Location(String),
    /// Opening it failed, which the window has not been told.
    Failed(NamedFailed),
    /// None, or what came of it was told.
    #[default]
    Done,
}

/// Why the location named at the start of the program is not shown.
#[derive(Debug)]
pub(crate) struct NamedFailed {
    /// The location, if it is the URL of a store, which may be reached later.
    pub location: Option<String>,
    pub problem: ApiError,
}

impl AppState {
    /// Opens the bucket named at the start of the program, on the first call: while the window is
    /// built.
    pub(crate) async fn open_named(&self) {
        let mut named = self.0.named.lock().await;
        if let Named::Location(location) = &*named {
            let location = location.clone();
            *named = match self.open(&location).await {
                Ok(_) => Named::Done,
                Err(problem) => {
                    let is_store = matches!(location.parse(), Ok(Location::Store(_)));
                    let location = is_store.then_some(location);
                    Named::Failed(NamedFailed { location, problem })
                }
            };
        }
    }

    /// Waits for [`AppState::open_named`]. Returns the status of the open journal, if any; on the first
    /// call the error of that opening, if it failed.
    pub(crate) async fn named(&self) -> Result<Option<Status>, NamedFailed> {
        self.open_named().await;
        let named = std::mem::take(&mut *self.0.named.lock().await);
        if let Named::Failed(failed) = named {
            return Err(failed);
        }
        if self.journal().is_err() {
            return Ok(None);
        }
        let status = self.status().await.map(Some);
        status.map_err(|problem| NamedFailed { location: None, problem })
    }
}
