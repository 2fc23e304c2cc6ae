//! The same file with its texts as mere bytes.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Type as Physical;
use parquet::errors::Result;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};
use parquet::schema::types::{SchemaDescriptor, Type};

/// Metadata by which every text of a flat file is read as bytes, and so not checked to be UTF-8;
/// `None` for a file that is not flat.
pub(super) fn texts_as_bytes(metadata: &ArrowReaderMetadata) -> Option<ArrowReaderMetadata> {
    let metadata = retyped(metadata.metadata()).ok()?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    ArrowReaderMetadata::try_new(Arc::new(metadata), options).ok()
}

fn retyped(metadata: &ParquetMetaData) -> Result<ParquetMetaData> {
    let file = metadata.file_metadata();
    let fields = file.schema().get_fields().iter().map(without_meaning);
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

/// A text column as bytes; any other as it is.
fn without_meaning(field: &Arc<Type>) -> Result<Arc<Type>> {
    if !field.is_primitive() || field.get_physical_type() != Physical::BYTE_ARRAY {
        return Ok(Arc::clone(field));
    }
    let repetition = field.get_basic_info().repetition();
    let bytes = Type::primitive_type_builder(field.name(), Physical::BYTE_ARRAY);
    Ok(Arc::new(bytes.with_repetition(repetition).build()?))
}

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
