//! The table of the fields of all records.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use event::{Column, View};
use query::Term;
use reader::{Tables, state_columns};

use super::scan::ScanExec;
use super::{filters, of_reader};

/// Table of the fields of all records, in a view.
#[derive(Debug)]
pub struct States {
    tables: Tables,
    view: View,
    schema: SchemaRef,
}

impl States {
    pub fn new(tables: Tables, view: View) -> Self {
        Self { tables, view, schema: Arc::new(Schema::new(state_columns())) }
    }
}

#[async_trait]
impl TableProvider for States {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Which records are asked for is handed down: only these are folded.
    fn supports_filters_pushdown(&self, all: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let supports = |filter: &&Expr| match ids(std::slice::from_ref(*filter)) {
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
        let scan = self
            .tables
            .states(self.view, ids(all).as_deref())
            .map_err(|error| of_reader(&error))?;
        let partitions = session.config().target_partitions();
        let all = ScanExec::new(Arc::from(scan), self.schema(), Precision::Absent, partitions);
        all.projected(projection)
    }
}

/// Ids of the records that filters select, if they name some.
fn ids(all: &[Expr]) -> Option<Vec<String>> {
    let selected = filters::all(all);
    let named = |term: &Term| !term.exclude;
    let terms = selected.of(Column::EntityId).iter().filter(|term| named(term));
    let ids: Vec<String> = terms.map(|term| term.value.clone()).collect();
    (!ids.is_empty()).then_some(ids)
}
