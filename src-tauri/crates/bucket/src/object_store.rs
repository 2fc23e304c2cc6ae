//! Buckets in an object store whose acknowledged objects are durable, such as one in memory. The
//! folder uses its creation and hashing too.

use std::io::Write;

use bytes::{Bytes, BytesMut};
use futures::stream::{BoxStream, StreamExt, TryChunksError, TryStreamExt};
use object_store::path::Path as Key;
use object_store::{
    Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, Result,
};
use sha2::{Digest, Sha256};

use crate::journal_file::{Class, EntryKind, classify_path};
use crate::listing::PAGE;
use crate::{Failure, FileMeta, JOURNAL_FOLDER, Lookalike, OpenFile, Page, ReadError};

/// Lists the journal's files, page by page.
pub(crate) fn list(store: &dyn ObjectStore) -> BoxStream<'static, Result<Page, Failure>> {
    let objects = store.list(Some(&Key::from(JOURNAL_FOLDER)));
    let pages = objects.try_chunks(PAGE).map_ok(page);
    pages.map_err(|TryChunksError(_, error)| Failure::new(error)).boxed()
}

/// Creates an object, and never replaces one.
pub(crate) async fn create(store: &dyn ObjectStore, key: &str, bytes: Bytes) -> Result<()> {
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    store.put_opts(&Key::parse(key)?, bytes.into(), options).await.map(|_| ())
}

/// Reads a whole file, if the store still has it as listed.
pub(crate) async fn read(
    store: &dyn ObjectStore,
    file: &FileMeta,
    limit: u64,
) -> Result<Bytes, ReadError> {
    if file.size > limit {
        return Err(ReadError::TooLarge { size: file.size, limit });
    }
    // No size that is claimed is allocated before the store has the file as listed.
    let mut bytes = BytesMut::new();
    read_chunks(store, file, |chunk| {
        bytes.extend_from_slice(&chunk);
        Ok(())
    })
    .await?;
    Ok(bytes.freeze())
}

/// Opens a copy of a file, if the store still has it as listed.
pub(crate) async fn open(store: &dyn ObjectStore, file: &FileMeta) -> Result<OpenFile, ReadError> {
    let mut copy = tempfile::tempfile().map_err(ReadError::failed)?;
    read_chunks(store, file, |chunk| copy.write_all(&chunk).map_err(ReadError::failed)).await?;
    Ok(OpenFile::copy(copy, file.size))
}

/// Reads a file chunk by chunk, if the store still has it as listed.
async fn read_chunks(
    store: &dyn ObjectStore,
    file: &FileMeta,
    mut take: impl FnMut(Bytes) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let failed = |error| match error {
        Error::Precondition { .. } => ReadError::Changed,
        other => ReadError::failed(other),
    };
    let key = Key::parse(file.key()).map_err(ReadError::failed)?;
    let (if_match, version) = (file.e_tag.clone(), file.version.clone());
    let options = GetOptions { if_match, version, ..GetOptions::default() };
    let found = store.get_opts(&key, options).await.map_err(failed)?;
    // A store without tags ignores `if_match`, so the metadata is compared too.
    if meta(file.name.clone(), &found.meta) != *file {
        return Err(ReadError::Changed);
    }
    let mut read = 0;
    let mut chunks = found.into_stream();
    while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
        read += chunk.len() as u64;
        if read > file.size {
            return Err(ReadError::Changed);
        }
        take(chunk)?;
    }
    if read == file.size { Ok(()) } else { Err(ReadError::Changed) }
}

/// SHA-256 of an object.
pub(crate) async fn sha256(store: &dyn ObjectStore, key: &str) -> Result<[u8; 32]> {
    let mut chunks = store.get(&Key::parse(key)?).await?.into_stream();
    let mut hasher = Sha256::new();
    while let Some(chunk) = chunks.try_next().await? {
        hasher.update(&chunk);
    }
    Ok(hasher.finalize().into())
}

fn page(objects: Vec<ObjectMeta>) -> Page {
    let mut page = Page::default();
    for object in objects {
        let name = object.location.as_ref();
        let name = name.strip_prefix(JOURNAL_FOLDER).and_then(|name| name.strip_prefix('/'));
        if let Some(name) = name {
            add(name, &object, &mut page);
        }
    }
    page
}

fn add(name: &str, object: &ObjectMeta, page: &mut Page) {
    match classify_path(name, EntryKind::File) {
        (Class::JournalFile, name) => page.files.push(meta(name.to_owned(), object)),
        (Class::Lookalike(reason), name) => {
            page.lookalikes.push(Lookalike { name: name.to_owned(), reason: reason.into() });
        }
        (Class::Ignored | Class::Folder, _) => {}
    }
}

fn meta(name: String, object: &ObjectMeta) -> FileMeta {
    FileMeta {
        name,
        size: object.size,
        modified: object.last_modified.timestamp_nanos_opt().unwrap_or_default(),
        changed: 0,
        e_tag: object.e_tag.clone(),
        version: object.version.clone(),
    }
}
