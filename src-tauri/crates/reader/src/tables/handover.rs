//! A snapshot as bytes, for another process of this device: which segments of the catalog it has, and what
//! lies in no file.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use event::NameFields;
use query::Coverage;
use serde::{Deserialize, Serialize};

use super::Tables;
use crate::Error;
use crate::catalog::segment::{Row, Segment, Source};
use crate::catalog::{Contents, VisibleSegment, open_segment};
use crate::snapshot::Snapshot;
use crate::summaries::{RecordSummaries, SummaryCache};

/// What is handed over.
#[derive(Serialize, Deserialize)]
struct Handover {
    /// Folder of the catalog.
    catalog: PathBuf,
    /// Segments of the catalog: the id of each, and its deleted rows by time and by record.
    segments: Vec<(i64, [Vec<Row>; 2])>,
    /// The segment of the pending events, and its deleted rows.
    pending: Option<(Vec<u8>, [Vec<Row>; 2])>,
    /// The summaries of all records, if they were asked for.
    records: Option<Vec<u8>>,
    /// The fields that records are named by.
    names: BTreeMap<String, Vec<String>>,
}

impl Snapshot {
    /// The snapshot as bytes, for [`Tables::open`]; with its records if they are asked for, whose summaries
    /// are made where they are not.
    ///
    /// # Errors
    /// [`Error::Catalog`] if a segment cannot be read.
    pub(crate) fn hand_over(&self, with_records: bool) -> Result<Vec<u8>, Error> {
        let (mut segments, mut pending) = (Vec::new(), None);
        for part in self.parts() {
            match part.segment.memory() {
                Some(bytes) => pending = Some((bytes.to_vec(), part.deleted_rows.clone())),
                None => segments.push((part.id, part.deleted_rows.clone())),
            }
        }
        let records = with_records.then(|| self.summaries()?.to_bytes()).transpose()?;
        let (catalog, names) = (self.catalog().to_owned(), self.names().chosen().clone());
        let handover = Handover { catalog, segments, pending, records, names };
        Ok(postcard::to_allocvec(&handover).map_err(io::Error::other)?)
    }
}

impl Tables {
    /// Opens a snapshot that another process handed over: `Engine::hand_over`.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if a segment was merged into another one meanwhile: then the snapshot is
    /// to be made anew. [`io::ErrorKind::InvalidData`] if these are not the bytes of one, or if it is
    /// damaged.
    pub fn open(handed_over: &[u8]) -> io::Result<Self> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let handover: Handover = postcard::from_bytes(handed_over).map_err(invalid)?;
        let mut segments = Vec::new();
        for (id, deleted_rows) in handover.segments {
            let segment = Arc::new(open_segment(&handover.catalog, id)?);
            segments.push(Arc::new(VisibleSegment { id, segment, deleted_rows }));
        }
        // What was pending and is in a file too was deleted before: it is a part as any other.
        if let Some((bytes, deleted_rows)) = handover.pending {
            let segment = Arc::new(Segment::open(Source::Memory(bytes), true)?);
            let id = crate::snapshot::PENDING_ID;
            segments.push(Arc::new(VisibleSegment { id, segment, deleted_rows }));
        }
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "records that are none");
        let records = match handover.records {
            Some(bytes) => Some(Arc::new(RecordSummaries::read(&bytes).ok_or_else(damaged)?)),
            None => None,
        };
        let contents = Contents { segments, ..Contents::default() };
        let cache = Arc::new(SummaryCache::at(handover.catalog.join(crate::catalog::SUMMARIES)));
        let names = Arc::new(NameFields::from(handover.names));
        let (catalog, repeated) = (handover.catalog.into(), Arc::default());
        let coverage = Coverage::default();
        let snapshot = Snapshot::new(catalog, &contents, None, coverage, cache, repeated, names)?;
        let snapshot = Arc::new(snapshot.with_summaries(records));
        Ok(Self { snapshot })
    }
}
