//! Writer of the sample's files: eleven columns of text with the defaults of the Parquet writer, as
//! in the first journals.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use chrono::DateTime;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use super::journal::File;
use super::world::SampleEvent;
use crate::error::LabError;

/// Encodes the files, and writes them into `folder`, which must exist and be empty.
pub fn write(folder: &Path, files: &[File]) -> Result<(), LabError> {
    for file in files {
        let path = folder.join(&file.name);
        let bytes =
            encode(file).map_err(|source| LabError::Journal { path: path.clone(), source })?;
        fs::write(&path, bytes).map_err(LabError::file("write", &path))?;
    }
    Ok(())
}

/// A file as bytes.
fn encode(file: &File) -> Result<Vec<u8>, ParquetError> {
    let schema = event::legacy_schema();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns(&file.rows))?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(bytes)
}

/// The eleven columns of some rows.
fn columns(rows: &[(String, SampleEvent)]) -> Vec<ArrayRef> {
    let text = |value: fn(&SampleEvent) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, event)| value(event))))
    };
    let ids = StringArray::from_iter_values(rows.iter().map(|(id, _)| id));
    vec![
        Arc::new(ids),
        text(|event| event::format_time(DateTime::from_timestamp_nanos(event.at))),
        text(|event| event.kind.name().to_owned()),
        text(|event| event.entity_id.clone()),
        text(|event| event.field.to_owned()),
        text(|event| event.action.to_owned()),
        text(|event| event.old.clone()),
        text(|event| event.new.clone()),
        text(|event| event.by.actor.to_owned()),
        text(|event| event.by.source.to_owned()),
        text(|event| event.by.workspace.to_owned()),
    ]
}
