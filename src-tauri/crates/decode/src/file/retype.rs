//! Makes metadata by which a file is read in another way: texts as bytes, or some columns only.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef, Schema, TimeUnit};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Type as Physical;
use parquet::errors::Result;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, Type};

use super::meaning::is_interval;

/// Bytes of an interval.
const INTERVAL_BYTES: i32 = 12;

/// Metadata by which every text, nested ones too, is read as bytes, so that the library does not check
/// it to be UTF-8, and columns for which `keep` is false are not read. `None` if no such metadata can be
/// made.
pub(super) fn texts_as_bytes(
    metadata: &ParquetMetaData,
    keep: impl Fn(&Type) -> bool,
) -> Option<ParquetMetaData> {
    retyped(metadata, keep, untyped_bytes).ok()
}

/// Metadata for reading by the Parquet schema alone: Arrow's own schema beside it may be stale.
/// Intervals are read as their bytes, since Arrow's type loses their months. Instants of 96 bits are
/// read in the unit that `instant_units` has for their column, and in microseconds in nested ones.
pub(super) fn by_parquet_schema(
    mut metadata: ParquetMetaData,
    instant_units: &[TimeUnit],
) -> Result<ArrowReaderMetadata> {
    let leaves = metadata.file_metadata().schema_descr().columns();
    if leaves.iter().any(|leaf| is_interval(leaf.self_type())) {
        metadata = retyped(&metadata, |_| true, untyped_interval)?;
    }
    let metadata = Arc::new(metadata);
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let read = ArrowReaderMetadata::try_new(Arc::clone(&metadata), options.clone())?;
    let descriptor = metadata.file_metadata().schema_descr();
    let is_int96 = |leaf: &ColumnDescPtr| leaf.physical_type() == Physical::INT96;
    if !descriptor.columns().iter().any(is_int96) {
        return Ok(read);
    }
    let mut leaves = descriptor.columns().iter().map(is_int96);
    let types = metadata.file_metadata().schema().get_fields();
    let fields = read.schema().fields().iter().zip(types).zip(instant_units);
    let fields = fields.map(|((field, parquet), unit)| {
        // Within nested values no year may wrap around either.
        let unit = if parquet.is_primitive() { *unit } else { TimeUnit::Microsecond };
        let kind = with_instants_in(field.data_type(), unit, &mut leaves);
        field.as_ref().clone().with_data_type(kind)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    ArrowReaderMetadata::try_new(metadata, options.with_schema(schema))
}

/// A type whose instants of 96 bits, as `leaves` says of each leaf in turn, are read in a unit.
fn with_instants_in(
    kind: &DataType,
    unit: TimeUnit,
    leaves: &mut impl Iterator<Item = bool>,
) -> DataType {
    let mut inner = |field: &FieldRef| -> FieldRef {
        let kind = with_instants_in(field.data_type(), unit, leaves);
        Arc::new(field.as_ref().clone().with_data_type(kind))
    };
    match kind {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(inner(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        _ if leaves.next() == Some(true) => DataType::Timestamp(unit, Some("UTC".into())),
        other => other.clone(),
    }
}

/// Metadata with the columns that are kept, each leaf with the type that `retype` gives it. Its physical
/// type must stay the same.
fn retyped(
    metadata: &ParquetMetaData,
    keep: impl Fn(&Type) -> bool,
    retype: impl Fn(&Arc<Type>) -> Result<Arc<Type>>,
) -> Result<ParquetMetaData> {
    let file = metadata.file_metadata();
    let kept = file.schema().get_fields().iter().filter(|field| keep(field));
    let fields = kept.map(|field| deeply(field, &retype));
    let schema = Type::group_type_builder(file.schema().name());
    let schema = schema.with_fields(fields.collect::<Result<_>>()?).build()?;
    let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
    let created_by = file.created_by().map(str::to_owned);
    let rows = file.num_rows();
    let own = Arc::clone(&schema);
    let retyped = FileMetaData::new(file.version(), rows, created_by, None, own, None);
    let groups = metadata.row_groups().iter().map(|group| {
        let descriptor = file.schema_descr();
        let is_kept = |leaf: &usize| keep(descriptor.get_column_root(*leaf));
        let kept = (0..group.num_columns()).filter(is_kept).enumerate();
        let columns = kept.map(|(index, leaf)| chunk(group.column(leaf), &schema, index));
        RowGroupMetaData::builder(Arc::clone(&schema))
            .set_num_rows(group.num_rows())
            .set_total_byte_size(group.total_byte_size())
            .set_column_metadata(columns.collect::<Result<_>>()?)
            .build()
    });
    Ok(ParquetMetaData::new(retyped, groups.collect::<Result<_>>()?))
}

/// A column whose leaves have the types that `retype` gives them.
fn deeply(
    field: &Arc<Type>,
    retype: &impl Fn(&Arc<Type>) -> Result<Arc<Type>>,
) -> Result<Arc<Type>> {
    if field.is_primitive() {
        return retype(field);
    }
    let info = field.get_basic_info();
    let fields = field.get_fields().iter().map(|field| deeply(field, retype));
    let group = Type::group_type_builder(field.name())
        .with_repetition(info.repetition())
        .with_converted_type(info.converted_type())
        .with_logical_type(info.logical_type_ref().cloned())
        .with_fields(fields.collect::<Result<_>>()?);
    Ok(Arc::new(group.build()?))
}

/// A leaf of bytes without its logical type; any other as it is.
fn untyped_bytes(field: &Arc<Type>) -> Result<Arc<Type>> {
    if field.get_physical_type() != Physical::BYTE_ARRAY {
        return Ok(Arc::clone(field));
    }
    let repetition = field.get_basic_info().repetition();
    let bytes = Type::primitive_type_builder(field.name(), Physical::BYTE_ARRAY);
    Ok(Arc::new(bytes.with_repetition(repetition).build()?))
}

/// A leaf of intervals as one of twelve bytes; any other as it is.
fn untyped_interval(field: &Arc<Type>) -> Result<Arc<Type>> {
    if !is_interval(field) {
        return Ok(Arc::clone(field));
    }
    let repetition = field.get_basic_info().repetition();
    let bytes = Type::primitive_type_builder(field.name(), Physical::FIXED_LEN_BYTE_ARRAY);
    Ok(Arc::new(bytes.with_repetition(repetition).with_length(INTERVAL_BYTES).build()?))
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
