//! Side of Daybook, called as the window calls it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use query::{CancellationToken, ChainsQuery, Engine, Facets, Filters, RecordsQuery};
use session::{Access, Home, JournalSession, Options};
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::question::{EngineAnswer, Question};
use crate::timing::now;

/// Events of the first page of the window.
pub const FIRST_PAGE: usize = 100;

/// Daybook with one bucket, and a runtime to call it from.
pub struct Daybook {
    runtime: Runtime,
    location: String,
    home: Home,
}

/// Journal that was opened, and how long that took.
pub struct OpenedJournal {
    pub engine: Arc<dyn Engine>,
    /// Until the newest events could be shown.
    pub first_page: Duration,
    /// Until every file was indexed.
    pub whole: Duration,
    session: JournalSession,
}

impl Daybook {
    /// Daybook with a bucket, and with its own data in `home`.
    pub fn new(bucket: &Path, home: &Path) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let location = bucket.to_str().ok_or("the bucket's path is not text")?.to_owned();
        Ok(Self { runtime, location, home: Home::at(home) })
    }

    /// Opens the journal.
    pub fn open(&self) -> Result<OpenedJournal, Failure> {
        self.runtime.block_on(async {
            let start = now();
            let session =
                JournalSession::open(&self.location, &self.home, Access::Read, Options::default())
                    .await?;
            let mut first_page = None;
            let show = move |engine: Arc<dyn Engine>| async move {
                Question::recent(FIRST_PAGE).ask(&*engine).await.map(|_| start.elapsed())
            };
            let engine = session
                .refresh_with_progress(|progress| {
                    if first_page.is_none() && progress.has_events {
                        first_page = Some(tokio::spawn(show(progress.engine)));
                    }
                })
                .await?;
            let whole = start.elapsed();
            if let Some(file) = engine.coverage().unreadable.first() {
                return Err(format!("{} cannot be read: {}", file.file, file.problem).into());
            }
            let first_page = match first_page {
                Some(shown) => shown.await??,
                None => show(Arc::clone(&engine)).await?,
            };
            Ok(OpenedJournal { engine, first_page, whole, session })
        })
    }

    /// Compacts the catalog, and returns how long that took.
    pub fn compact(&self, opened: &mut OpenedJournal) -> Result<Duration, Failure> {
        self.runtime.block_on(async {
            let start = now();
            opened.session.compact().await?;
            let compacted = start.elapsed();
            opened.engine = opened.session.refresh().await?;
            Ok(compacted)
        })
    }

    /// How many events the journal has.
    pub fn events(&self, opened: &OpenedJournal) -> Result<usize, Failure> {
        let token = CancellationToken::new();
        Ok(self.runtime.block_on(opened.engine.totals(&token))?.value.events)
    }

    /// Counts of the events that filters let through.
    pub fn facets(&self, opened: &OpenedJournal, filters: &Filters) -> Result<Facets, Failure> {
        let token = CancellationToken::new();
        Ok(self
            .runtime
            .block_on(opened.engine.facets(filters, query::Zone::default(), &token))?
            .value)
    }

    /// How long the first page of the list of records, or of deleted records, takes.
    pub fn records(&self, opened: &OpenedJournal, deleted: bool) -> Result<Duration, Failure> {
        let start = now();
        let query = RecordsQuery { limit: FIRST_PAGE, deleted, ..RecordsQuery::default() };
        self.runtime.block_on(opened.engine.records(&query, &CancellationToken::new()))?;
        Ok(start.elapsed())
    }

    /// How long the first page of the broken chains takes.
    pub fn chains(&self, opened: &OpenedJournal) -> Result<Duration, Failure> {
        let start = now();
        let query = ChainsQuery { limit: FIRST_PAGE, ..ChainsQuery::default() };
        self.runtime.block_on(opened.engine.chains(&query, &CancellationToken::new()))?;
        Ok(start.elapsed())
    }

    /// Asks a question. Returns how long the answer took, and the answer.
    pub fn ask(
        &self,
        opened: &OpenedJournal,
        question: &Question,
    ) -> Result<(Duration, EngineAnswer), Failure> {
        self.runtime.block_on(async {
            let start = now();
            let found = question.ask(&*opened.engine).await?;
            Ok((start.elapsed(), found))
        })
    }
}
