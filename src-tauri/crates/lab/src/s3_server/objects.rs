//! Buckets and objects as folders and files.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// Folder of what is being put. No bucket has such a name.
const INCOMING: &str = ".incoming";

/// The folder that holds the buckets.
pub struct Objects {
    folder: PathBuf,
    /// How many objects were put, which names their files until they are whole.
    puts: AtomicU64,
}

/// What is known of an object without its bytes.
pub struct Meta {
    /// In bytes.
    pub size: u64,
    /// When it was put.
    pub modified: DateTime<Utc>,
    /// Changes with the bytes. With its quotes.
    pub etag: String,
}

/// A page of a listing.
#[derive(Default)]
pub struct Page {
    /// In the order of the bytes of their keys.
    pub objects: Vec<(String, Meta)>,
    /// Whether there are more behind the last.
    pub is_truncated: bool,
}

/// An object that is open.
pub struct Object {
    pub meta: Meta,
    file: File,
}

impl Object {
    /// Reads a part of it.
    ///
    /// # Errors
    /// Fails if the file system does.
    pub fn read(mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = range.end.saturating_sub(range.start);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        self.file.seek(SeekFrom::Start(range.start))?;
        self.file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Objects {
    /// The buckets in a folder.
    ///
    /// # Errors
    /// Fails if nothing can be written there.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder.join(INCOMING))?;
        Ok(Self { folder: folder.to_owned(), puts: AtomicU64::new(0) })
    }

    /// Whether there is such a bucket.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        is_name(bucket) && self.folder.join(bucket).is_dir()
    }

    /// Makes a bucket.
    ///
    /// # Errors
    /// Fails with `AlreadyExists` if it is there, and with `InvalidInput` if nothing has such a name.
    pub fn make_bucket(&self, bucket: &str) -> io::Result<()> {
        if !is_name(bucket) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        fs::create_dir(self.folder.join(bucket))
    }

    /// Opens an object.
    ///
    /// # Errors
    /// Fails with `NotFound` if there is none, and with `InvalidInput` if no object has such a key.
    pub fn get(&self, bucket: &str, key: &str) -> io::Result<Object> {
        let path = self.path(bucket, key)?;
        if !fs::symlink_metadata(&path)?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = File::open(path)?;
        let meta = Meta::of(&file.metadata()?)?;
        Ok(Object { meta, file })
    }

    /// Puts an object, in place of the one that has its key unless `create_only`. Nobody ever reads a
    /// part of it.
    ///
    /// # Errors
    /// Fails with `AlreadyExists` if it may not take the place of the one that is there, and with
    /// `InvalidInput` if no object has such a key.
    pub fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: &[u8],
        create_only: bool,
    ) -> io::Result<Meta> {
        let path = self.path(bucket, key)?;
        let number = self.puts.fetch_add(1, Ordering::Relaxed);
        let incoming = self.folder.join(INCOMING).join(format!("{}-{number}", process::id()));
        fs::write(&incoming, bytes)?;
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        if create_only {
            // A rename would replace what is there.
            let linked = fs::hard_link(&incoming, &path);
            fs::remove_file(&incoming)?;
            linked?;
        } else {
            fs::rename(&incoming, &path)?;
        }
        Meta::of(&fs::metadata(path)?)
    }

    /// Lists objects whose keys begin with `prefix`: at most `most` behind the key `after`.
    ///
    /// # Errors
    /// Fails if the file system does.
    pub fn list(&self, bucket: &str, prefix: &str, after: &str, most: usize) -> io::Result<Page> {
        let mut keys = Vec::new();
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.collect(bucket, folder, &mut keys)?;
        keys.retain(|key| key.starts_with(prefix) && key.as_str() > after);
        keys.sort_unstable();
        let mut page = Page { is_truncated: keys.len() > most, ..Page::default() };
        for key in keys.into_iter().take(most) {
            match fs::symlink_metadata(self.path(bucket, &key)?) {
                Ok(meta) => page.objects.push((key, Meta::of(&meta)?)),
                // It is not there any more.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(page)
    }

    /// Collects the keys below a folder of a bucket, in no order.
    fn collect(&self, bucket: &str, folder: &str, keys: &mut Vec<String>) -> io::Result<()> {
        let path =
            if folder.is_empty() { self.folder.join(bucket) } else { self.path(bucket, folder)? };
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let key = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.collect(bucket, &key, keys)?;
            } else if kind.is_file() {
                keys.push(key);
            }
        }
        Ok(())
    }

    /// The file of an object.
    fn path(&self, bucket: &str, key: &str) -> io::Result<PathBuf> {
        if is_name(bucket) && key.split('/').all(|part| !matches!(part, "" | "." | "..")) {
            Ok(self.folder.join(bucket).join(key))
        } else {
            Err(io::ErrorKind::InvalidInput.into())
        }
    }
}

impl Meta {
    fn of(meta: &Metadata) -> io::Result<Self> {
        let modified = meta.modified()?;
        let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let etag = format!("\"{:x}-{:x}-{:x}\"", since.as_nanos(), meta.len(), inode(meta));
        Ok(Self { size: meta.len(), modified: modified.into(), etag })
    }
}

/// Number of a file, which another file that takes its place does not have.
#[cfg(unix)]
fn inode(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

/// Number of a file: always 0 where the standard library knows none.
#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// Whether a bucket may have such a name.
fn is_name(bucket: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !bucket.is_empty() && !bucket.starts_with('.') && bucket.bytes().all(is_plain)
}

/// Whether an error says that there is no such folder.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
