//! Objects of a store: created, listed, and read in the state in which they were listed. The folder uses
//! the creation and the hashing too.

use std::io::Write;

use bytes::{Bytes, BytesMut};
use futures::stream::{BoxStream, StreamExt, TryChunksError, TryStreamExt};
use object_store::path::Path as Key;
use object_store::{
    Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    Result,
};
use sha2::{Digest, Sha256};

use crate::journal_file::{Class, EntryKind, classify_path};
use crate::listing::PAGE;
use crate::{Failure, FileMeta, JOURNAL_FOLDER, Lookalike, OpenFile, Page, ReadError};

/// Lists the journal's files, page by page, in a store that gives no pages of its own.
pub(crate) fn list(store: &dyn ObjectStore) -> BoxStream<'static, Result<Page, Failure>> {
    let folder = format!("{JOURNAL_FOLDER}/");
    let objects = store.list(Some(&Key::from(JOURNAL_FOLDER)));
    let pages = objects.try_chunks(PAGE).map_ok(move |objects| page(&folder, objects));
    pages.map_err(|TryChunksError(_, error)| Failure::new(error)).boxed()
}

/// Creates an object, and never replaces one.
pub(crate) async fn create(store: &dyn ObjectStore, key: &str, bytes: Bytes) -> Result<()> {
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    store.put_opts(&Key::parse(key)?, bytes.into(), options).await.map(|_| ())
}

/// Reads the object under `key` as a whole, if the store still has it as the file was listed. Errors of
/// the store become what `failed` makes of them.
pub(crate) async fn read(
    store: &dyn ObjectStore,
    key: &str,
    file: &FileMeta,
    limit: u64,
    failed: impl Fn(Error) -> Failure,
) -> Result<Bytes, ReadError> {
    if file.size > limit {
        return Err(ReadError::TooLarge { size: file.size, limit });
    }
    let size = usize::try_from(file.size).map_err(ReadError::failed)?;
    let mut bytes = BytesMut::new();
    read_chunks(store, key, file, failed, |chunk| {
        // No size that is claimed is allocated before the store has the file as listed.
        if bytes.is_empty() {
            bytes = BytesMut::with_capacity(size);
        }
        bytes.extend_from_slice(&chunk);
        Ok(())
    })
    .await?;
    Ok(bytes.freeze())
}

/// Reads the last bytes of an object, at most so many, as [`read`] reads it.
pub(crate) async fn read_end(
    store: &dyn ObjectStore,
    key: &str,
    file: &FileMeta,
    bytes: u64,
    failed: impl Fn(Error) -> Failure,
) -> Result<Bytes, ReadError> {
    let start = file.size - bytes.min(file.size);
    if start == 0 {
        return read(store, key, file, bytes, failed).await;
    }
    let mut end = BytesMut::new();
    read_range(store, key, file, Some(start), failed, |chunk| {
        end.extend_from_slice(&chunk);
        Ok(())
    })
    .await?;
    Ok(end.freeze())
}

/// Opens a copy of an object, as [`read`] reads it.
pub(crate) async fn open(
    store: &dyn ObjectStore,
    key: &str,
    file: &FileMeta,
    failed: impl Fn(Error) -> Failure,
) -> Result<OpenFile, ReadError> {
    let mut copy = tempfile::tempfile().map_err(ReadError::failed)?;
    let take = |chunk: Bytes| copy.write_all(&chunk).map_err(ReadError::failed);
    read_chunks(store, key, file, failed, take).await?;
    Ok(OpenFile::copy(copy, file.size))
}

/// Reads an object that should be small: more than so many bytes only if it is larger.
pub(crate) async fn read_small(store: &dyn ObjectStore, key: &str, most: u64) -> Result<Bytes> {
    let mut chunks = store.get(&Key::parse(key)?).await?.into_stream();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = chunks.try_next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > most {
            break;
        }
    }
    Ok(bytes.freeze())
}

/// Reads an object chunk by chunk, if the store still has it as listed.
async fn read_chunks(
    store: &dyn ObjectStore,
    key: &str,
    file: &FileMeta,
    failed: impl Fn(Error) -> Failure,
    take: impl FnMut(Bytes) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    read_range(store, key, file, None, failed, take).await
}

/// [`read_chunks`], from a byte on; `None` for the whole object.
async fn read_range(
    store: &dyn ObjectStore,
    key: &str,
    file: &FileMeta,
    start: Option<u64>,
    failed: impl Fn(Error) -> Failure,
    mut take: impl FnMut(Bytes) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let failed = |error| {
        if is_precondition(&error) { ReadError::Changed } else { ReadError::Failed(failed(error)) }
    };
    let key = Key::parse(key).map_err(ReadError::failed)?;
    let (if_match, version) = (file.e_tag.clone(), file.version.clone());
    let range = start.map(GetRange::Offset);
    let options = GetOptions { if_match, version, range, ..GetOptions::default() };
    let found = store.get_opts(&key, options).await.map_err(failed)?;
    let size = file.size - start.unwrap_or_default();
    // A store may ignore `if_match`, so the metadata is compared too.
    if !is_as_listed(&found.meta, file) {
        return Err(ReadError::Changed);
    }
    let mut read = 0;
    let mut chunks = found.into_stream();
    while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
        read += chunk.len() as u64;
        if read > size {
            return Err(ReadError::Changed);
        }
        take(chunk)?;
    }
    if read == size { Ok(()) } else { Err(ReadError::Changed) }
}

/// Whether an object was no longer as it was asked for, at the first request or a later one for its rest.
fn is_precondition(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(Error::Precondition { .. }) = error.downcast_ref() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether an object is in the state in which a file was listed. Times decide where there are no tags:
/// an answer to a listing has them to the millisecond, one to a request for the object to the second.
fn is_as_listed(found: &ObjectMeta, listed: &FileMeta) -> bool {
    let same_state = match (found.e_tag.as_deref(), listed.e_tag.as_deref()) {
        (Some(found), Some(listed)) => found.trim_matches('"') == listed.trim_matches('"'),
        _ => modified(found) / 1_000_000_000 == listed.modified / 1_000_000_000,
    };
    found.size == listed.size && same_state
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

/// Page of objects of which those below `folder` are the journal's.
pub(crate) fn page(folder: &str, objects: Vec<ObjectMeta>) -> Page {
    let mut page = Page::default();
    for object in objects {
        if let Some(name) = object.location.as_ref().strip_prefix(folder) {
            add(name, &object, &mut page);
        }
    }
    page
}

/// Page of one object whose name no path has.
pub(crate) fn page_of_no_path(name: &str) -> Page {
    let name = name.to_owned();
    let reason = "is not read, because a part of its name is empty or is a dot".into();
    Page { files: Vec::new(), lookalikes: vec![Lookalike { name, reason }] }
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
        modified: modified(object),
        changed: 0,
        e_tag: object.e_tag.clone(),
        version: object.version.clone(),
    }
}

/// Time of an object's last modification, in nanoseconds since 1970.
fn modified(object: &ObjectMeta) -> i64 {
    object.last_modified.timestamp_nanos_opt().unwrap_or_default()
}
