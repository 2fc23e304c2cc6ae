//! Tables of a snapshot, as Arrow batches: what SQL reads, in another process than the one that made the
//! snapshot.
//!
//! A process that has a snapshot hands it over as bytes ([`handover`]), and another one opens these:
//! [`Tables::open`]. A scan of a table is divided into tasks, which any number of threads may read, in any
//! order: [`Scan`]. [`events`], [`records`] and [`states`] are the tables.

mod events;
mod handover;
mod records;
mod states;

use std::io;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use event::View;
use query::{CancellationToken, Filters};

pub use events::EventColumn;
pub use records::record_columns;
pub use states::state_columns;

use crate::Error;
use crate::snapshot::Snapshot;

/// Tables of one snapshot of a journal. They agree with each other and with all answers of the engine that
/// handed the snapshot over.
///
/// ```no_run
/// use query::{CancellationToken, Filters};
/// use reader::{EventColumn, Tables};
///
/// # fn count(handed_over: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let tables = Tables::open(handed_over)?;
/// let token = CancellationToken::new();
/// let scan = tables.events(&Filters::default(), vec![EventColumn::File], &token)?;
/// let mut rows = 0;
/// for task in 0..scan.tasks() {
///     rows += scan.read(task)?.iter().map(|batch| batch.num_rows()).sum::<usize>();
/// }
/// assert_eq!(rows, tables.event_count());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tables {
    snapshot: Arc<Snapshot>,
}

/// Scan of a table, in tasks. Every row is in exactly one of them.
pub trait Scan: Send + Sync {
    /// How many tasks there are.
    fn tasks(&self) -> usize;

    /// Reads a task: batches of the columns that were asked for.
    ///
    /// # Errors
    /// [`Error::Catalog`] if what the rows lie in is damaged.
    fn read(&self, task: usize) -> Result<Vec<RecordBatch>, Error>;
}

impl Tables {
    /// How many events there are.
    pub fn event_count(&self) -> usize {
        self.snapshot.parts().iter().map(|part| part.len()).sum()
    }

    /// How many records there are, about: records of different types that have one id are counted once.
    ///
    /// # Errors
    /// [`Error::Catalog`] if an index cannot be read.
    pub fn record_count(&self) -> Result<usize, Error> {
        Ok(self.snapshot.totals()?.records)
    }

    /// Scan of the events that filters let through: of these columns, in no particular order.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    pub fn events(
        &self,
        filters: &Filters,
        columns: Vec<EventColumn>,
        token: &CancellationToken,
    ) -> Result<Box<dyn Scan>, Error> {
        events::scan(&self.snapshot, filters, columns, token)
    }

    /// Scan of the records: all of [`record_columns`], latest change first within a task.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the snapshot was handed over without its records.
    pub fn records(&self) -> Result<Box<dyn Scan>, Error> {
        records::scan(&self.snapshot)
    }

    /// Scan of the fields of the records in a view: all of [`state_columns`]; of the records with one of
    /// these ids, if some are given.
    ///
    /// # Errors
    /// [`Error::Catalog`] if a segment cannot be read.
    pub fn states(&self, view: View, ids: Option<&[String]>) -> Result<Box<dyn Scan>, Error> {
        states::scan(&self.snapshot, view, ids)
    }
}

/// Rows of a batch, about.
const BATCH_ROWS: usize = 1 << 13;

/// Type of a column of instants: nanoseconds since 1970, in UTC.
fn instants() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

/// Column that may be null.
fn nullable(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

/// Column that is never null.
fn required(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

/// Batch of these columns, which have so many rows, also where there are no columns.
fn batch(
    schema: &SchemaRef,
    columns: Vec<arrow::array::ArrayRef>,
    rows: usize,
) -> Result<RecordBatch, Error> {
    let options = arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options);
    Ok(batch.map_err(of_arrow)?)
}

/// An error of Arrow: what was to be a column is none.
fn of_arrow(error: ArrowError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
