//! Entries of a tar file, by the headers in front of them.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use tar::{Archive, EntryType};

use super::directory::{Claimed, Entries, Entry, Packing};
use crate::journal_file::EntryKind;

/// Bytes of a block: a header, and what a file is filled up to.
const BLOCK: u64 = 512;

/// Entries of a tar file of so many bytes. One that is cut short is read up to there.
pub(super) fn entries(file: &File, size: u64) -> io::Result<Entries> {
    let (mut entries, mut end) = (Entries::default(), 0);
    let mut archive = Archive::new(file);
    for entry in archive.entries_with_seek()? {
        let Ok(entry) = entry else {
            if end == 0 {
                let why = "it is no tar file";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            entries.incomplete = Some("may hold more: the archive is damaged or cut short");
            return Ok(entries);
        };
        let start = entry.raw_file_position();
        let range = start..start.saturating_add(entry.size());
        end = range.end.div_ceil(BLOCK).saturating_mul(BLOCK);
        let (kind, readable) = kind_of(entry.header().entry_type());
        let file = readable.map(|()| Entry {
            size: entry.size(),
            range,
            packing: Packing::None,
            crc: None,
        });
        entries.add(Claimed { path: entry.path_bytes().into_owned(), kind, file })?;
    }
    if !ends_at(file, end, size)? {
        entries.incomplete = Some("may hold more: the archive is cut short");
    }
    Ok(entries)
}

fn kind_of(kind: EntryType) -> (EntryKind, Result<(), Cow<'static, str>>) {
    match kind {
        EntryType::Regular | EntryType::Continuous => (EntryKind::File, Ok(())),
        EntryType::GNUSparse => {
            (EntryKind::File, Err("has holes (a sparse file), which are not read".into()))
        }
        EntryType::Directory => (EntryKind::Folder, Ok(())),
        EntryType::Link | EntryType::Symlink => (EntryKind::Link, Ok(())),
        _ => (EntryKind::Special, Ok(())),
    }
}

/// Whether an archive says that it ends at a position: by a block of zeros.
fn ends_at(mut file: &File, end: u64, size: u64) -> io::Result<bool> {
    if end.saturating_add(BLOCK) > size {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(end))?;
    let mut block = Vec::new();
    file.take(BLOCK).read_to_end(&mut block)?;
    Ok(block.iter().all(|byte| *byte == 0))
}
