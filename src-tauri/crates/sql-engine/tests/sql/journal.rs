//! A journal that is pending as a whole, so that it lies in no file.

use std::sync::Arc;

use bucket::{Bucket, Location};
use event::Event;
use query::{CancellationToken, Engine};
use reader::{Decoder, Indexer};
use serde_json::{Value, json};
use sql::{SqlAnswer, SqlError, SqlProcess, SqlQuestion, json_cell};
use tempfile::TempDir;

/// Journal that is handed over.
pub struct Journal {
    /// Of the catalog, which goes when this goes.
    _folder: TempDir,
    pub handed_over: Vec<u8>,
}

/// The second after another of a day.
pub const START: i64 = 1_709_452_800_000_000_000;
const SECOND: i64 = 1_000_000_000;

impl Journal {
    /// A journal with these events.
    pub async fn of(events: Vec<Event>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bucket = folder.path().join("bucket");
        std::fs::create_dir_all(bucket.join("journal")).unwrap();
        let bucket = Bucket::open(&Location::Local(bucket)).unwrap();
        let indexer = Indexer::new(bucket, &folder.path().join("catalogs"), Decoder::ThisProgram);
        let engine: Arc<dyn Engine> = indexer.refresh(Ok(events), |_| ()).await.unwrap();
        let handed_over = engine.hand_over(true, &CancellationToken::new()).await.unwrap();
        Self { _folder: folder, handed_over: handed_over.unwrap() }
    }

    /// A journal with so many updates of as many records.
    pub async fn with(events: i64) -> Self {
        let update = |at: i64| {
            event(json!({
                "event_id": format!("evt-{at}"), "timestamp": START + at * SECOND,
                "entity_type": "candidate", "entity_id": format!("CAND-{at:05}"), "field": "phone",
                "action": "update", "old_value": "", "new_value": format!("0{at}"),
                "actor": format!("actor {}", at % 7), "source": "api",
            }))
        };
        Self::of((0..events).map(update).collect()).await
    }

    /// Asks a question, with no pages.
    pub fn ask(&self, text: &str) -> Result<SqlAnswer, SqlError> {
        self.ask_with(text, None, &CancellationToken::new())
    }

    pub fn ask_with(
        &self,
        text: &str,
        page: Option<usize>,
        token: &CancellationToken,
    ) -> Result<SqlAnswer, SqlError> {
        let question = SqlQuestion { text: text.to_owned(), ..SqlQuestion::default() };
        program().ask(&question, &self.handed_over, page, token)
    }

    /// All rows of an answer, as JSON.
    pub fn rows(&self, text: &str) -> Result<Value, SqlError> {
        read(&mut self.ask(text)?)
    }
}

/// An event of its JSON.
pub fn event(json: Value) -> Event {
    serde_json::from_value(json).unwrap()
}

/// The rows up to the end of a page or of the answer, as JSON.
pub fn read(answer: &mut SqlAnswer) -> Result<Value, SqlError> {
    let mut rows = Vec::new();
    while let Some(batch) = answer.rows()? {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| json_cell(column, row));
            rows.push(Value::Array(cells.collect()));
        }
    }
    Ok(Value::Array(rows))
}

pub fn program() -> SqlProcess {
    SqlProcess::at(env!("CARGO_BIN_EXE_daybook-sql").into())
}
