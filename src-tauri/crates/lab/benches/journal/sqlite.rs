//! Side of `SQLite`: a table with the columns of an event, a transaction for each event or batch.
//! Its settings are those of the outbox.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use event::EVENT_COLUMNS;
use rusqlite::{Connection, Statement, TransactionBehavior, params};

use crate::rows::Row;
use crate::timing::{Round, now};

type Failure = Box<dyn Error + Send + Sync>;

const SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4096;
    PRAGMA journal_size_limit = 16777216;
";

/// Database with the table.
pub struct Database {
    path: PathBuf,
    connection: Connection,
}

impl Database {
    /// Creates the database.
    pub fn new(path: &Path) -> Result<Self, Failure> {
        let connection = connect(path)?;
        let columns = EVENT_COLUMNS.map(|column| match column.name() {
            "seq" => "seq INTEGER PRIMARY KEY".to_owned(),
            "recorded_at" => "recorded_at INTEGER".to_owned(),
            name => format!("{name} TEXT"),
        });
        connection.execute_batch(&format!("CREATE TABLE events ({})", columns.join(", ")))?;
        Ok(Self { path: path.to_owned(), connection })
    }

    /// Inserts each batch in a transaction of its own.
    pub fn batches(&mut self, batches: &[Vec<Row>]) -> Result<Round, Failure> {
        let mut round = Round::default();
        let start = now();
        for batch in batches {
            let began = now();
            insert(&mut self.connection, batch)?;
            round.acknowledgements.push(began.elapsed());
            round.events += batch.len();
        }
        round.elapsed = start.elapsed();
        Ok(round)
    }

    /// Inserts the rows of concurrent recorders, each on a thread and a connection of its own, in a
    /// transaction a row.
    pub fn at_once(&self, recorders: Vec<Vec<Row>>) -> Result<Round, Failure> {
        let open = |rows| Ok((connect(&self.path)?, rows));
        let recorders: Vec<_> = recorders.into_iter().map(open).collect::<Result<_, Failure>>()?;
        let start = now();
        let threads = recorders.into_iter().map(|(mut connection, rows)| {
            thread::spawn(move || {
                let mut took = Vec::with_capacity(rows.len());
                for row in rows.chunks(1) {
                    let began = now();
                    insert(&mut connection, row)?;
                    took.push(began.elapsed());
                }
                Ok::<_, Failure>(took)
            })
        });
        let threads: Vec<_> = threads.collect();
        let mut acknowledgements = Vec::new();
        for thread in threads {
            acknowledgements.extend(thread.join().map_err(|_| "a recorder panicked")??);
        }
        Ok(Round { events: acknowledgements.len(), elapsed: start.elapsed(), acknowledgements })
    }
}

/// Opens a connection with the settings of the outbox.
fn connect(path: &Path) -> Result<Connection, Failure> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

/// Inserts rows in one transaction.
fn insert(connection: &mut Connection, rows: &[Row]) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    rows.iter().try_for_each(|row| insert_row(&mut statement, row))?;
    drop(statement);
    Ok(transaction.commit()?)
}

/// Inserts a row: its values in the order of [`EVENT_COLUMNS`].
fn insert_row(statement: &mut Statement<'_>, row: &Row) -> Result<(), Failure> {
    let event = &row.event;
    statement.execute(params![
        event.event_id,
        row.timestamp,
        event.entity_type,
        event.entity_id,
        event.field,
        event.action.as_str(),
        event.old_value,
        event.new_value,
        event.actor,
        event.source,
        event.workspace_id,
        row.recorded_at,
        event.writer,
        row.seq,
        event.corrects,
        event.reason,
        event.batch,
    ])?;
    Ok(())
}
