//! Scan of a table as a plan: its tasks are shared out among partitions.

use std::collections::VecDeque;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::stream;
use reader::Scan;

use super::of_reader;

/// Plan that scans a table.
pub struct ScanExec {
    scan: Arc<dyn Scan>,
    rows: Precision<usize>,
    partitions: usize,
    /// Columns of a batch that are wanted, if not all are.
    projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
}

impl ScanExec {
    /// A scan whose batches have this schema, and that many rows in all.
    pub fn new(
        scan: Arc<dyn Scan>,
        schema: SchemaRef,
        rows: Precision<usize>,
        partitions: usize,
    ) -> Self {
        let partitions = partitions.min(scan.tasks()).max(1);
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { scan, rows, partitions, projection: None, properties }
    }

    /// The same scan with only some columns of each batch.
    pub fn projected(self, projection: Option<&Vec<usize>>) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(projection) = projection else { return Ok(Arc::new(self)) };
        let schema = Arc::new(self.schema().project(projection)?);
        let new = Self::new(self.scan, schema, self.rows, self.partitions);
        Ok(Arc::new(Self { projection: Some(projection.clone()), ..new }))
    }
}

impl Debug for ScanExec {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.debug_struct("ScanExec").field("partitions", &self.partitions).finish_non_exhaustive()
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, to: &mut Formatter<'_>) -> fmt::Result {
        write!(to, "ScanExec: tasks={}", self.scan.tasks())
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &'static str {
        "ScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let num_rows = match partition {
            // The tasks are of about one size.
            Some(_) => self.rows.map(|rows| rows / self.partitions).to_inexact(),
            None => self.rows,
        };
        Ok(Arc::new(Statistics {
            num_rows,
            total_byte_size: Precision::Absent,
            column_statistics: vec![ColumnStatistics::new_unknown(); self.schema().fields().len()],
        }))
    }

    /// Reads every n-th task: a partition may be read again, and then reads the same.
    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let reading = Reading {
            scan: Arc::clone(&self.scan),
            projection: self.projection.clone(),
            next: partition,
            step: self.partitions,
            batches: VecDeque::new(),
        };
        let batches = stream::try_unfold(reading, |mut reading| async {
            Ok(reading.batch()?.map(|batch| (batch, reading)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }
}

/// Reading of one partition.
struct Reading {
    scan: Arc<dyn Scan>,
    projection: Option<Vec<usize>>,
    /// The next task, and how far the one after it is.
    next: usize,
    step: usize,
    batches: VecDeque<RecordBatch>,
}

impl Reading {
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        while self.batches.is_empty() && self.next < self.scan.tasks() {
            self.batches.extend(self.scan.read(self.next).map_err(|error| of_reader(&error))?);
            self.next += self.step;
        }
        let Some(batch) = self.batches.pop_front() else { return Ok(None) };
        match &self.projection {
            Some(columns) => Ok(Some(batch.project(columns)?)),
            None => Ok(Some(batch)),
        }
    }
}
