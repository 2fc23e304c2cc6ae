//! Opening of a journal as the window does it, and how long that takes.

use std::sync::Arc;
use std::time::Duration;

use query::{CancellationToken, Engine, EventsQuery, Filters, PageStart};
use session::{Access, Home, JournalSession, Options};

use crate::Failure;
use crate::timing::now;

/// Events of the first page of the window.
pub const FIRST_PAGE: usize = 100;

/// Journal that was opened, and how long that took.
pub struct OpenedJournal {
    pub engine: Arc<dyn Engine>,
    /// Until the newest events could be shown.
    pub first_page: Duration,
    /// Until every file was indexed.
    pub whole: Duration,
    pub session: JournalSession,
}

/// Opens the journal at a location to be read, and reads all of it.
pub async fn open(location: &str, home: &Home) -> Result<OpenedJournal, Failure> {
    let start = now();
    let session = JournalSession::open(location, home, Access::Read, Options::default()).await?;
    let mut first_page = None;
    let show = move |engine: Arc<dyn Engine>| async move {
        engine.events(&newest(), &CancellationToken::new()).await.map(|_| start.elapsed())
    };
    let engine = session
        .refresh_with_progress(|progress| {
            if first_page.is_none() && progress.has_events {
                first_page = Some(tokio::spawn(show(progress.engine)));
            }
        })
        .await?;
    let whole = start.elapsed();
    let coverage = engine.coverage();
    if !coverage.complete {
        return Err(format!("the journal could not be read as a whole: {coverage:?}").into());
    }
    let first_page = match first_page {
        Some(shown) => shown.await??,
        None => show(Arc::clone(&engine)).await?,
    };
    Ok(OpenedJournal { engine, first_page, whole, session })
}

/// The newest events, as the window shows them first.
pub fn newest() -> EventsQuery {
    let (filters, start) = (Filters::default(), PageStart::Newest);
    EventsQuery { filters, start, limit: FIRST_PAGE, ..EventsQuery::default() }
}
