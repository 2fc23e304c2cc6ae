//! The three tables of a journal, as the engine sees them: filters and needed columns are handed down to
//! the scans of the snapshot.

mod events;
mod filters;
mod scan;
mod states;

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;
use event::View;
use reader::{Tables, record_columns};

use scan::ScanExec;

/// Names of the tables.
pub const TABLES: [&str; 3] = ["events", "records", "state"];

/// Registers the tables of a snapshot; the table of states in a view.
pub fn register(context: &SessionContext, tables: Tables, view: View) -> Result<()> {
    let records =
        Records { tables: tables.clone(), schema: Arc::new(Schema::new(record_columns())) };
    let [events_name, records_name, state_name] = TABLES;
    context.register_table(events_name, Arc::new(events::Events::new(tables.clone())))?;
    context.register_table(records_name, Arc::new(records))?;
    context.register_table(state_name, Arc::new(states::States::new(tables, view)))?;
    Ok(())
}

/// Table of the records.
#[derive(Debug)]
struct Records {
    tables: Tables,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for Records {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.tables.record_count().map_or(Precision::Absent, Precision::Inexact);
        let scan = self.tables.records().map_err(|error| of_reader(&error))?;
        let partitions = session.config().target_partitions();
        let all = ScanExec::new(Arc::from(scan), self.schema(), rows, partitions);
        all.projected(projection)
    }
}

/// An error of the snapshot.
fn of_reader(error: &reader::Error) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}
