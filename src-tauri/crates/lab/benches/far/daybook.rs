//! Side of Daybook, called as the window calls it.

use std::sync::Arc;
use std::time::Duration;

use event::RecordId;
use query::{CancellationToken, Engine, EventsQuery, Filters, PageStart};
use session::{Access, Home, JournalSession, Options};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::peer::Question;
use crate::timing::now;

/// Daybook with its own data, which go when this is dropped, and a runtime to call it from.
pub struct Daybook {
    runtime: Runtime,
    home: TempDir,
}

/// Journal that was opened, and how long that took.
pub struct OpenedJournal {
    /// Until the newest events could be shown.
    pub first_page: Duration,
    /// Until everything was read.
    pub whole: Duration,
    engine: Arc<dyn Engine>,
    session: JournalSession,
}

impl Daybook {
    /// Daybook that knows no bucket.
    pub fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { runtime, home: tempfile::tempdir()? })
    }

    /// Opens the journal at a location.
    pub fn open(&self, location: &str) -> Result<OpenedJournal, Failure> {
        self.runtime.block_on(async {
            let start = now();
            let home = Home::at(self.home.path());
            let options = Options::default();
            let session = JournalSession::open(location, &home, Access::Read, options).await?;
            let mut first_page = None;
            let show = move |engine: Arc<dyn Engine>| async move {
                ask(&*engine, &Question::Recent).await.map(|_| start.elapsed())
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
                return Err(format!("the bucket could not be read as a whole: {coverage:?}").into());
            }
            let first_page = match first_page {
                Some(shown) => shown.await??,
                None => show(Arc::clone(&engine)).await?,
            };
            Ok(OpenedJournal { first_page, whole, engine, session })
        })
    }

    /// Looks for news of an open journal. Returns how long that took.
    pub fn look(&self, opened: &OpenedJournal) -> Result<Duration, Failure> {
        self.runtime.block_on(async {
            let start = now();
            opened.session.refresh().await?;
            Ok(start.elapsed())
        })
    }

    /// Asks a question. Returns how long the answer took, and the number in it.
    pub fn ask(
        &self,
        opened: &OpenedJournal,
        question: &Question,
    ) -> Result<(Duration, usize), Failure> {
        self.runtime.block_on(async {
            let start = now();
            let found = ask(&*opened.engine, question).await?;
            Ok((start.elapsed(), found))
        })
    }

    /// The record that was changed last.
    pub fn last_record(&self, opened: &OpenedJournal) -> Result<RecordId, Failure> {
        self.runtime.block_on(async {
            let query = recent();
            let page = opened.engine.events(&query, &CancellationToken::new()).await?.value;
            let newest = page.items.first().ok_or("there are no events")?;
            Ok(newest.entry.event.record().clone())
        })
    }
}

fn recent() -> EventsQuery {
    EventsQuery { filters: Filters::default(), start: PageStart::Newest, limit: 100, group: false }
}

/// The answer as a number: of events on a page, of a record, or of all.
async fn ask(engine: &dyn Engine, question: &Question) -> Result<usize, query::Error> {
    let token = CancellationToken::new();
    Ok(match question {
        Question::Recent => engine.events(&recent(), &token).await?.value.items.len(),
        Question::Record(record) => engine.timeline(record, &token).await?.value.entries().len(),
        Question::Count => engine.totals(&token).await?.value.events,
    })
}
