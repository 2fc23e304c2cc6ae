//! Answer of `sql`: columns and rows.

use arrow::record_batch::RecordBatch;
use query::Coverage;
use serde::Serialize;
use serde_json::{Map, Value};
use sql::{SqlColumn, SqlKind, distinct_names, json_cell, text_cell};

use crate::print::{Answer, Column, Sheet, Table, counted, visible_value};

/// Rows of a question in SQL.
#[derive(Debug, Serialize)]
pub struct SqlRows {
    columns: Vec<SqlColumn>,
    rows: Vec<Vec<Value>>,
    total: u64,
    coverage: Coverage,
    /// The rows as text.
    #[serde(skip)]
    texts: Vec<Vec<Option<String>>>,
    /// Names of the columns, each different.
    #[serde(skip)]
    names: Vec<String>,
}

impl SqlRows {
    /// The rows of some batches, out of so many.
    pub fn new(
        columns: Vec<SqlColumn>,
        batches: &[RecordBatch],
        total: u64,
        coverage: Coverage,
    ) -> Self {
        let (mut rows, mut texts) = (Vec::new(), Vec::new());
        for batch in batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| json_cell(column, row)).collect());
                texts.push(batch.columns().iter().map(|column| text_cell(column, row)).collect());
            }
        }
        let names = distinct_names(&columns);
        Self { columns, rows, total, coverage, texts, names }
    }
}

impl Answer for SqlRows {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        let object = |row: &Vec<Value>| {
            let members = self.names.iter().cloned().zip(row.iter().cloned());
            Value::Object(members.collect::<Map<_, _>>())
        };
        Ok(self.rows.iter().map(object).collect())
    }

    fn sheet(&self) -> Sheet {
        Sheet::new(self.names.clone(), self.texts.clone())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let columns = self.columns.iter().map(|column| match column.kind {
            SqlKind::Number => Column::Number(&column.name),
            SqlKind::Time | SqlKind::Boolean => Column::Whole(&column.name),
            SqlKind::Text | SqlKind::Other => Column::Text(&column.name),
        });
        let row = |row: &Vec<Option<String>>| {
            row.iter().map(|cell| visible_value(cell.as_deref())).collect()
        };
        let rows = self.texts.iter().map(row).collect();
        vec![Table { title: None, columns: columns.collect(), rows }]
    }

    fn remarks(&self) -> Vec<String> {
        match self.total {
            0 => vec!["No row.".to_owned()],
            total if total > self.rows.len() as u64 => vec![format!(
                "{} of {}; --limit prints more, --out writes all into a file.",
                self.rows.len(),
                counted(total, "row")
            )],
            total => vec![format!("{}.", counted(total, "row"))],
        }
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}
