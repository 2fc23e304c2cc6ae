//! Retypes the texts of a file's metadata as bytes.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Type as Physical;
use parquet::errors::Result;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};
use parquet::schema::types::{SchemaDescriptor, Type};

/// Metadata by which every top-level text column is read as bytes, so that the library does not
/// check it to be UTF-8. Columns within nested ones stay as they are. `None` if no such metadata
/// can be made.
pub(super) fn texts_as_bytes(metadata: &ArrowReaderMetadata) -> Option<ArrowReaderMetadata> {
    let metadata = retyped(metadata.metadata()).ok()?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    ArrowReaderMetadata::try_new(Arc::new(metadata), options).ok()
}

fn retyped(metadata: &ParquetMetaData) -> Result<ParquetMetaData> {
    let file = metadata.file_metadata();
    let fields = file.schema().get_fields().iter().map(untyped_bytes);
    let schema = Type::group_type_builder(file.schema().name());
    let schema = schema.with_fields(fields.collect::<Result<_>>()?).build()?;
    let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
    let created_by = file.created_by().map(str::to_owned);
    let rows = file.num_rows();
    let file = FileMetaData::new(file.version(), rows, created_by, None, Arc::clone(&schema), None);
    let groups = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter().enumerate().map(|(i, c)| chunk(c, &schema, i));
        RowGroupMetaData::builder(Arc::clone(&schema))
            .set_num_rows(group.num_rows())
            .set_total_byte_size(group.total_byte_size())
            .set_column_metadata(columns.collect::<Result<_>>()?)
            .build()
    });
    Ok(ParquetMetaData::new(file, groups.collect::<Result<_>>()?))
}

/// A byte-array column without its logical type; any other column, nested ones included, as it is.
fn untyped_bytes(field: &Arc<Type>) -> Result<Arc<Type>> {
    if !field.is_primitive() || field.get_physical_type() != Physical::BYTE_ARRAY {
        return Ok(Arc::clone(field));
    }
    let repetition = field.get_basic_info().repetition();
    let bytes = Type::primitive_type_builder(field.name(), Physical::BYTE_ARRAY);
    Ok(Arc::new(bytes.with_repetition(repetition).build()?))
}

/// The same column chunk under the retyped schema.
fn chunk(
    chunk: &ColumnChunkMetaData,
    schema: &SchemaDescriptor,
    index: usize,
) -> Result<ColumnChunkMetaData> {
    ColumnChunkMetaData::builder(schema.column(index))
        .set_encodings(chunk.encodings().collect())
        .set_num_values(chunk.num_values())
        .set_compression(chunk.compression())
        .set_total_compressed_size(chunk.compressed_size())
        .set_total_uncompressed_size(chunk.uncompressed_size())
        .set_data_page_offset(chunk.data_page_offset())
        .set_dictionary_page_offset(chunk.dictionary_page_offset())
        .build()
}
