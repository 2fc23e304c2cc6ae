//! Daybook, called as the window calls it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use query::{CancellationToken, Engine, Facets, Filters, RecordsQuery};
use session::{Access, Home, JournalSession, Options};
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::question::{Found, Question};
use crate::timing::now;

/// How many events the window shows at first.
pub const FIRST_PAGE: usize = 100;

pub struct Daybook {
    runtime: Runtime,
    location: String,
    home: Home,
}

/// A journal that was opened, and how long that took.
pub struct Opened {
    pub engine: Arc<dyn Engine>,
    /// Until the newest events were there.
    pub first_page: Duration,
    /// Until everything in the bucket was taken in.
    pub whole: Duration,
    session: JournalSession,
}

impl Daybook {
    pub fn new(bucket: &Path, home: &Path) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let location = bucket.to_str().ok_or("the bucket's path is not text")?.to_owned();
        Ok(Self { runtime, location, home: Home::at(home) })
    }

    pub fn open(&self) -> Result<Opened, Failure> {
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
            Ok(Opened { engine, first_page, whole, session })
        })
    }

    /// Lets what is kept of the bucket come to rest, and how long that takes.
    pub fn settle(&self, opened: &mut Opened) -> Result<Duration, Failure> {
        self.runtime.block_on(async {
            let start = now();
            opened.session.compact().await?;
            let settled = start.elapsed();
            opened.engine = opened.session.refresh().await?;
            Ok(settled)
        })
    }

    /// How many events the journal holds.
    pub fn events(&self, opened: &Opened) -> Result<usize, Failure> {
        let token = CancellationToken::new();
        Ok(self.runtime.block_on(opened.engine.totals(&token))?.value.events)
    }

    /// What the filters let through, counted.
    pub fn facets(&self, opened: &Opened, filters: &Filters) -> Result<Facets, Failure> {
        let token = CancellationToken::new();
        Ok(self.runtime.block_on(opened.engine.facets(filters, &token))?.value)
    }

    /// How long the list of records takes, of which nothing is known but the events.
    pub fn records(&self, opened: &Opened) -> Result<Duration, Failure> {
        let start = now();
        let query = RecordsQuery { limit: FIRST_PAGE, ..RecordsQuery::default() };
        self.runtime.block_on(opened.engine.records(&query, &CancellationToken::new()))?;
        Ok(start.elapsed())
    }

    /// An answer, and how long it took.
    pub fn ask(&self, opened: &Opened, question: &Question) -> Result<(Duration, Found), Failure> {
        self.runtime.block_on(async {
            let start = now();
            let found = question.ask(&*opened.engine).await?;
            Ok((start.elapsed(), found))
        })
    }
}
