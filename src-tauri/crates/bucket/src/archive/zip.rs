//! Entries of a zip file, by its directory.

use std::borrow::Cow;
use std::fs::File;
use std::io;

use rawzip::{
    CompressionMethod, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive,
    ZipFileHeaderRecord,
};

use super::directory::{Claimed, Entries, Entry, Packing};
use crate::journal_file::EntryKind;

/// Entries of a zip file. The directory at its end counts; where the bytes of a file begin, the header
/// in front of them says.
pub(super) fn entries(file: File) -> io::Result<Entries> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(|error| no_zip(&error))?;
    let (mut entries, mut records) = (Entries::default(), archive.entries(&mut buffer));
    while let Some(record) = records.next_entry().map_err(|error| no_zip(&error))? {
        let kind = match () {
            () if record.is_dir() => EntryKind::Folder,
            () if record.mode().is_symlink() => EntryKind::Link,
            () => EntryKind::File,
        };
        let (path, file) = (record.file_path().as_ref().to_vec(), entry(&archive, &record));
        entries.add(Claimed { path, kind, file })?;
    }
    Ok(entries)
}

/// The file of a record, or why it is not read.
fn entry(
    archive: &ZipArchive<FileReader>,
    record: &ZipFileHeaderRecord<'_>,
) -> Result<Entry, Cow<'static, str>> {
    if record.flags().is_encrypted() {
        return Err("is encrypted".into());
    }
    let packing = match record.compression_method() {
        CompressionMethod::STORE => Packing::None,
        CompressionMethod::DEFLATE => Packing::Deflate,
        CompressionMethod::ZSTD | CompressionMethod::ZSTD_DEPRECATED => Packing::Zstd,
        other => {
            return Err(format!(
                "is packed by the method {other}, which is not read: pack it by deflate, or not at all"
            )
            .into());
        }
    };
    let wayfinder = record.wayfinder();
    let local = archive.get_entry(wayfinder);
    let local = local.map_err(|error| format!("has no header in the archive: {error}"))?;
    let (start, end) = local.compressed_data_range();
    let (size, crc) = (wayfinder.uncompressed_size_hint(), Some(record.crc32()));
    Ok(Entry { range: start..end, packing, size, crc })
}

fn no_zip(error: &rawzip::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it is no whole zip file: {error}"))
}
