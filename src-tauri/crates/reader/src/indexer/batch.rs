//! Files that are read together.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use decode::DecodedRows;

use crate::catalog::segment::{Part, build, duplicates};
use crate::catalog::{Catalog, Change, Contents, FileRead, Identity, Lock};

/// The first segment of an indexer has this many events, so that it is soon there; each further
/// one has more, up to the other number. Fewer if they are long.
const FIRST_EVENTS: usize = 1 << 14;
const MOST_EVENTS: usize = 1 << 19;
const MOST_BYTES: usize = 64 << 20;

/// Files that hold fewer events than this each are not waited for until there are many events.
const EVENTS_OF_FEW_FILES: usize = 64;

/// Files that are to become one segment.
#[derive(Default)]
pub(super) struct Batch {
    parts: Vec<Part>,
    read: Vec<(Arc<str>, FileRead)>,
    events: usize,
    bytes: usize,
    /// Full with so many events.
    most: usize,
}

impl Batch {
    pub fn first() -> Self {
        Self { most: FIRST_EVENTS, ..Self::default() }
    }

    /// Takes note of a file that holds nothing to be shown.
    pub fn note(&mut self, name: Arc<str>, read: FileRead) {
        self.read.push((name, read));
    }

    pub fn add(&mut self, (name, identity): (Arc<str>, Identity), mut rows: DecodedRows) {
        let bad = std::mem::take(&mut rows.bad);
        let read = FileRead { identity, rows: rows.in_file, problem: None, bad, segment: None };
        if !rows.is_empty() {
            self.events += rows.len();
            self.bytes += rows.size();
            self.parts.push(Part { file: name.to_string(), rows });
        }
        self.read.push((name, read));
    }

    pub fn is_full(&self) -> bool {
        self.events >= self.most
            || self.bytes >= MOST_BYTES
            || self.read.len() >= self.most / EVENTS_OF_FEW_FILES
    }

    /// Makes a segment of it, and makes that part of the catalog.
    #[tracing::instrument(name = "commit_segment", level = "debug", skip_all)]
    pub fn commit(
        &mut self,
        contents: &mut Contents,
        catalog: &Catalog,
        lock: &Lock,
    ) -> io::Result<()> {
        if self.read.is_empty() {
            return Ok(());
        }
        let most = (self.most * 4).min(MOST_EVENTS);
        let batch = std::mem::replace(self, Self { most, ..Self::default() });
        let (mut added, mut deleted_rows, mut repeated) = (None, Vec::new(), 0);
        let mut read = batch.read;
        if !batch.parts.is_empty() {
            let in_segment: HashSet<String> = batch.parts.iter().map(|p| p.file.clone()).collect();
            let shown = catalog.write(lock, |to| {
                repeated = build(batch.parts, to)?;
                Ok(())
            })?;
            for (_, file) in read.iter_mut().filter(|(name, _)| in_segment.contains(&**name)) {
                file.segment = Some(shown.id);
            }
            for other in &contents.segments {
                for found in duplicates(&other.segment, &shown.segment)? {
                    deleted_rows.push((if found.of_second { shown.id } else { other.id }, found));
                }
            }
            added = Some(shown);
        }
        let change = Change {
            added: added.as_ref().map(|shown| shown.id),
            read: &read,
            deleted_rows: &deleted_rows,
            repeated: repeated > 0,
            ..Change::default()
        };
        catalog.change_with(lock, &change, added.as_ref(), contents)
    }
}
