//! Side of Daybook, called as the window calls it.

use std::path::Path;
use std::time::Duration;

use query::{CancellationToken, ChainsQuery, EventsQuery, Facets, Filters, RecordsQuery};
use session::Home;
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::opened::{FIRST_PAGE, OpenedJournal, open};
use crate::question::{EngineAnswer, Question};
use crate::timing::now;

/// Daybook with one bucket, and a runtime to call it from.
pub struct Daybook {
    runtime: Runtime,
    location: String,
    home: Home,
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
        self.runtime.block_on(open(&self.location, &self.home))
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

    /// How long it takes until something was found by filters that take long.
    pub fn first_found(
        &self,
        opened: &OpenedJournal,
        filters: Filters,
    ) -> Result<Duration, Failure> {
        let query =
            EventsQuery { filters, limit: FIRST_PAGE, so_far: true, ..EventsQuery::default() };
        self.runtime.block_on(async {
            let start = now();
            loop {
                let page = opened.engine.events(&query, &CancellationToken::new()).await?.value;
                if page.total > 0 || page.scanning.is_none() {
                    return Ok(start.elapsed());
                }
            }
        })
    }

    /// How long it takes until a question that takes long has ended once it is cancelled.
    pub fn cancelled(&self, opened: &OpenedJournal, filters: Filters) -> Result<Duration, Failure> {
        let query = EventsQuery { filters, limit: FIRST_PAGE, ..EventsQuery::default() };
        let token = CancellationToken::new();
        self.runtime.block_on(async {
            let (engine, there) = (opened.engine.clone(), token.clone());
            let asked = tokio::spawn(async move { engine.events(&query, &there).await });
            tokio::time::sleep(Duration::from_millis(100)).await;
            let start = now();
            token.cancel();
            match asked.await? {
                Err(query::Error::Cancelled) => Ok(start.elapsed()),
                other => Err(format!("it was not cancelled: {:?}", other.is_ok()).into()),
            }
        })
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
