//! What the bucket holds: its files, by our own listing and their footers, and the rows of those that are
//! read here.

mod decoded;
mod layout;

use std::collections::BTreeMap;

use bucket::{Bucket, FileMeta, Listing};
use decode::{Decoder, FileShape, Partitions};
use futures::{StreamExt, stream};
use query::Unreadable;

pub(crate) use decoded::{DecodedFile, LocalRow};
pub(crate) use layout::{ABOUT_ROW, CERTAIN, EXTRA, GROUP, Layout, Other, OtherKind, other_column};

use crate::{EngineRoot, Error, ErrorKind};

/// Bytes at the end of a file that are read first: most footers fit.
const END_BYTES: u64 = 64 << 10;

/// Largest footer that is read.
const MOST_FOOTER_BYTES: u64 = 16 << 20;

/// Requests for footers that are under way at once.
const AT_ONCE: usize = 64;

/// Bytes of the files that are read here and sent to the cluster, altogether.
const MOST_HERE_BYTES: u64 = 64 << 20;

/// The files of a bucket at one moment.
#[derive(Debug)]
pub(crate) struct Files {
    pub listing: Listing,
    /// Files that the cluster reads, by their layout.
    pub groups: BTreeMap<Layout, Vec<ClusterFile>>,
    /// Files that are read here, in the order of names.
    pub here: Vec<DecodedFile>,
    /// Files that could not be read this time.
    pub failures: Vec<Unreadable>,
    /// Bytes of the files that are read here.
    here_bytes: u64,
}

/// File that the cluster reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClusterFile {
    pub meta: FileMeta,
    /// Where the cluster finds it.
    pub path: String,
    /// Number of its rows, as its footer says.
    pub rows: u64,
}

impl Files {
    /// Lists a bucket, and reads the footer of each file.
    ///
    /// # Errors
    /// [`ErrorKind::Bucket`] if it cannot be listed. A file that cannot be read is no error.
    pub async fn look(
        bucket: &Bucket,
        root: &EngineRoot,
        decoder: &Decoder,
    ) -> Result<Self, Error> {
        let listed = bucket.list_all().await;
        let listing = listed.map_err(|error| {
            Error::new(ErrorKind::Bucket, format!("the bucket cannot be listed: {error}"))
        })?;
        let shapes = stream::iter(listing.files.clone()).map(|file| {
            let bucket = bucket.clone();
            async move { (shape(&bucket, &file).await, file) }
        });
        let shapes: Vec<(Option<FileShape>, FileMeta)> = shapes.buffered(AT_ONCE).collect().await;
        let mut files = Self {
            listing,
            groups: BTreeMap::new(),
            here: Vec::new(),
            failures: Vec::new(),
            here_bytes: 0,
        };
        let mut read_here = Vec::new();
        for (shape, meta) in shapes {
            let path = root.path(&meta.key());
            let plain = shape.filter(|_| is_plain_path(&path) && !has_partitions(&meta.name));
            let layout = plain.and_then(|shape| Some((Layout::of(&shape)?, shape.rows)));
            match layout {
                Some((layout, rows)) => {
                    let file = ClusterFile { meta, path, rows };
                    files.groups.entry(layout).or_default().push(file);
                }
                None => read_here.push(meta),
            }
        }
        files.read_here(bucket, decoder, read_here).await;
        Ok(files)
    }

    /// Reads files here, in place of the cluster.
    pub async fn read_here(&mut self, bucket: &Bucket, decoder: &Decoder, metas: Vec<FileMeta>) {
        for meta in metas {
            self.here_bytes += meta.size;
            if self.here_bytes > MOST_HERE_BYTES {
                self.here_bytes -= meta.size;
                let why = format!(
                    "is not what a cluster reads as it is meant, and with others too large to be read \
                     here ({} MiB at most); ask without --engine",
                    MOST_HERE_BYTES >> 20
                );
                self.failures.push(Unreadable::file(&meta.name, why));
                continue;
            }
            match decoded::decode(bucket, decoder, &meta).await {
                Ok(file) => self.here.push(file),
                Err(failure) => self.failures.push(failure),
            }
        }
        self.here.sort_by(|a, b| a.name.cmp(&b.name));
        self.failures.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// Takes files away from the cluster; returns them.
    pub fn take_away(&mut self, names: &[String]) -> Vec<FileMeta> {
        let mut taken = Vec::new();
        for files in self.groups.values_mut() {
            files.retain(|file| {
                let is_taken = names.contains(&file.meta.name);
                if is_taken {
                    taken.push(file.meta.clone());
                }
                !is_taken
            });
        }
        self.groups.retain(|_, files| !files.is_empty());
        taken
    }

    /// Columns beside those of an event that files of the cluster have, each once.
    pub fn others(&self) -> Vec<Other> {
        let mut others: Vec<Other> =
            self.groups.keys().flat_map(|layout| layout.others.iter().cloned()).collect();
        others.sort();
        others.dedup();
        others
    }
}

/// Shape of a file by its footer; `None` if that is not plain, or cannot be read.
async fn shape(bucket: &Bucket, file: &FileMeta) -> Option<FileShape> {
    let end = bucket.read_end(file, END_BYTES).await.ok()?;
    let needed = FileShape::footer_bytes(&end)?;
    if needed <= end.len() as u64 {
        return FileShape::of(&end);
    }
    if needed > MOST_FOOTER_BYTES || needed > file.size {
        return None;
    }
    FileShape::of(&bucket.read_end(file, needed).await.ok()?)
}

/// Whether no cluster takes a path for a pattern, or for an escape.
fn is_plain_path(path: &str) -> bool {
    path.chars().all(|one| one.is_ascii_alphanumeric() || "/:._-+=@,~".contains(one))
}

/// Whether the path of a file names columns.
fn has_partitions(name: &str) -> bool {
    Partitions::of_path(name) != Partitions::default()
}
