//! A batch written as a file, in any of the ways that Parquet knows.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use super::batch::{Batch, Column, Kind};

/// `None` for a batch that the library does not write.
pub fn file(batch: &Batch, from: &mut Unstructured) -> Result<Option<Vec<u8>>> {
    let called = batch.columns.iter().any(|column| column.kind == Kind::Called);
    let skip = called || from.arbitrary()?;
    let properties = properties(batch, from)?;
    Ok(write(batch, properties, skip).ok())
}

fn write(
    batch: &Batch,
    properties: WriterProperties,
    skip: bool,
) -> std::result::Result<Vec<u8>, ParquetError> {
    let arrays: Vec<_> = batch.columns.iter().map(Column::array).collect();
    let kinds = || batch.columns.iter().zip(&arrays);
    let fields = kinds().map(|(column, array)| field(column, array.data_type().clone()));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let fields = kinds().map(|(column, array)| match column.kind {
        Kind::Called => field(column, DataType::Utf8),
        _ => field(column, array.data_type().clone()),
    });
    let called = Schema::new(fields.collect::<Vec<_>>());
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(skip)
        .with_parquet_schema(ArrowSchemaConverter::new().convert(&called)?);
    let options_rows = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.rows));
    let rows = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options_rows)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, schema, options)?;
    writer.write(&rows)?;
    writer.close()?;
    Ok(bytes)
}

fn field(column: &Column, kind: DataType) -> Field {
    Field::new(&column.name, kind, true)
}

fn properties(batch: &Batch, from: &mut Unstructured) -> Result<WriterProperties> {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
    ];
    let statistics = [EnabledStatistics::None, EnabledStatistics::Chunk, EnabledStatistics::Page];
    let versions = [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0];
    let encodings =
        [Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY];
    let mut properties = WriterProperties::builder()
        .set_compression(*from.choose(&codecs)?)
        .set_statistics_enabled(*from.choose(&statistics)?)
        .set_writer_version(*from.choose(&versions)?)
        .set_dictionary_enabled(from.arbitrary()?)
        .set_dictionary_page_size_limit(from.int_in_range(1..=200)?)
        .set_data_page_row_count_limit(from.int_in_range(1..=13)?)
        .set_write_batch_size(from.int_in_range(1..=13)?)
        .set_max_row_group_row_count(Some(from.int_in_range(1..=13)?))
        // Made for as many as there are, and not for a million.
        .set_bloom_filter_ndv(12)
        .set_bloom_filter_enabled(from.arbitrary()?);
    // Encodings go by name, and two columns may share one.
    let is_text = |column: &Column| column.kind.is_text() && column.kind != Kind::Null;
    let others = |name: &str| batch.columns.iter().any(|c| c.name == name && !is_text(c));
    for column in batch.columns.iter().filter(|column| !others(&column.name)) {
        let path = ColumnPath::from(column.name.as_str());
        properties = properties.set_column_encoding(path, *from.choose(&encodings)?);
    }
    Ok(properties.build())
}
