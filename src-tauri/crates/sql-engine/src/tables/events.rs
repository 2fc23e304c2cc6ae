//! The table of the events.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use query::{CancellationToken, Filters};
use reader::{EventColumn, Tables};

use super::scan::ScanExec;
use super::{filters, of_reader};

/// Table of the events.
#[derive(Debug)]
pub struct Events {
    tables: Tables,
    columns: Vec<EventColumn>,
    schema: SchemaRef,
}

impl Events {
    pub fn new(tables: Tables) -> Self {
        let columns = EventColumn::all();
        let schema = Arc::new(Schema::new(fields(&columns)));
        Self { tables, columns, schema }
    }
}

fn fields(columns: &[EventColumn]) -> Vec<arrow::datatypes::Field> {
    columns.iter().map(|column| column.field()).collect()
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// What of a filter can be handed down selects at least the events that pass it: the engine applies it
    /// again.
    fn supports_filters_pushdown(&self, all: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let supports = |filter: &&Expr| match filters::of(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(all.iter().map(supports).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        all: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<EventColumn> = match projection {
            Some(wanted) => wanted.iter().map(|&at| self.columns[at]).collect(),
            None => self.columns.clone(),
        };
        let selected = filters::all(all);
        let rows = self.tables.event_count();
        let is_all = selected == Filters::default();
        let rows = if is_all { Precision::Exact(rows) } else { Precision::Inexact(rows) };
        let schema = Arc::new(Schema::new(fields(&columns)));
        let scan = self.tables.events(&selected, columns, &CancellationToken::new());
        let scan = Arc::from(scan.map_err(|error| of_reader(&error))?);
        let partitions = session.config().target_partitions();
        Ok(Arc::new(ScanExec::new(scan, schema, rows, partitions)))
    }
}
