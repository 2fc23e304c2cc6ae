//! Instants of 96 bits: nanoseconds of a Julian day, in UTC as Spark writes them. They reach further
//! than 64 bits of nanoseconds, into which the library would wrap them around.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchReader, StringArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type as Physical;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::Type;

use super::columns::InstantColumn;
use super::retype::by_parquet_schema;

/// Whether a top-level column holds instants of 96 bits.
pub(super) fn is_int96(field: &Type) -> bool {
    field.is_primitive() && field.get_physical_type() == Physical::INT96
}

/// Exact texts of the instants of columns that are read in microseconds, because some reach far.
pub(super) struct ExactTexts {
    /// The same columns in nanoseconds, and in seconds, which hold every instant; batch by batch.
    others: [ParquetRecordBatchReader; 2],
}

impl ExactTexts {
    /// For a file whose columns are read in these units; `None` if each is read exactly.
    pub fn of<R: ChunkReader + Clone + 'static>(
        file: &R,
        metadata: &ParquetMetaData,
        units: &[TimeUnit],
        batch_rows: usize,
    ) -> Result<Option<Self>> {
        let far = (0..units.len()).filter(|index| units[*index] == TimeUnit::Microsecond);
        let far: Vec<usize> = far.collect();
        if far.is_empty() {
            return Ok(None);
        }
        let in_unit = |unit| {
            let read = by_parquet_schema(metadata.clone(), &vec![unit; units.len()])?;
            let mask = ProjectionMask::roots(read.parquet_schema(), far.iter().copied());
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), read);
            reader.with_projection(mask).with_batch_size(batch_rows).build()
        };
        Ok(Some(Self { others: [in_unit(TimeUnit::Nanosecond)?, in_unit(TimeUnit::Second)?] }))
    }

    /// The next batch, with texts in the place of those columns.
    pub fn in_place(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut next = |at: usize| {
            let other = self.others[at].next().transpose()?;
            let other = other.filter(|other| other.num_rows() == batch.num_rows());
            other.ok_or_else(|| ParquetError::General("a column is short".to_owned()))
        };
        let (nanos, seconds) = (next(0)?, next(1)?);
        let mut others = nanos.columns().iter().zip(seconds.columns());
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let is_far =
                matches!(column.data_type(), DataType::Timestamp(TimeUnit::Microsecond, Some(_)))
                    && nanos.schema_ref().field_with_name(field.name()).is_ok();
            let three = is_far.then(|| {
                let (nanos, seconds) = others.next()?;
                let [a, b, c] = [column, nanos, seconds].map(InstantColumn::of);
                Some([a?, b?, c?])
            });
            if let Some([micros, nanos, seconds]) = three.flatten() {
                let texts = 0..batch.num_rows();
                let texts = texts.map(|row| micros.exact_text(row, &nanos, &seconds));
                fields.push(Field::new(field.name(), DataType::Utf8, true));
                columns.push(Arc::new(texts.collect::<StringArray>()) as ArrayRef);
            } else {
                fields.push(field.as_ref().clone());
                columns.push(Arc::clone(column));
            }
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

/// The unit in which each top-level column is to be read, if it holds such instants: nanoseconds
/// where all of them fit, and otherwise microseconds, in which no year wraps around.
pub(super) fn units<R: ChunkReader + Clone + 'static>(
    file: &R,
    metadata: &ParquetMetaData,
) -> Vec<TimeUnit> {
    let types = metadata.file_metadata().schema().get_fields();
    let mut units = vec![TimeUnit::Nanosecond; types.len()];
    let is_one = |index: &usize| is_int96(&types[*index]);
    let columns: Vec<usize> = (0..types.len()).filter(is_one).collect();
    if columns.is_empty() {
        return units;
    }
    for index in &columns {
        units[*index] = TimeUnit::Microsecond;
    }
    // Seconds hold every instant. What cannot be read here is reported when the rows are read.
    let in_seconds = vec![TimeUnit::Second; types.len()];
    let Ok(read) = by_parquet_schema(metadata.clone(), &in_seconds) else { return units };
    let mask = ProjectionMask::roots(read.parquet_schema(), columns.iter().copied());
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), read);
    let Ok(reader) = reader.with_projection(mask).build() else { return units };
    let mut all_fit = vec![true; reader.schema().fields().len()];
    for batch in reader {
        let Ok(batch) = batch else { return units };
        for (fit, column) in all_fit.iter_mut().zip(batch.columns()) {
            *fit &= InstantColumn::of(column).is_some_and(|instants| instants.all_fit());
        }
    }
    for (index, fit) in columns.into_iter().zip(all_fit) {
        if fit {
            units[index] = TimeUnit::Nanosecond;
        }
    }
    units
}
