//! Instants of 96 bits: nanoseconds of a Julian day, in UTC as Spark writes them. They reach further
//! than 64 bits of nanoseconds, into which the library would wrap them around.

use arrow::array::RecordBatchReader;
use arrow::datatypes::TimeUnit;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Type as Physical;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::Type;

use super::columns::InstantColumn;
use super::retype::by_parquet_schema;

/// Whether a top-level column holds instants of 96 bits.
pub(super) fn is_int96(field: &Type) -> bool {
    field.is_primitive() && field.get_physical_type() == Physical::INT96
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
    // What cannot be read here is reported when the rows are read.
    let Ok(read) = by_parquet_schema(metadata.clone(), &units) else { return units };
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
