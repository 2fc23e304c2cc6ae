//! The identity of a bucket: a random id, in an object of the bucket that is created once.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::JOURNAL_FOLDER;

/// Name of the object that holds the id, below the journal's folder.
pub(crate) const NAME: &str = ".daybook";

/// Key of the object that holds the id.
pub(crate) fn key() -> String {
    format!("{JOURNAL_FOLDER}/{NAME}")
}

/// Id of a bucket: a text that no other bucket has, and that it keeps wherever it is moved. A copy of
/// a bucket has the id of the original.
///
/// A folder has it in the object `journal/.daybook`, which [`Bucket::make_id`] creates and nothing
/// changes or removes. A bucket that was never recorded into has none.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use bucket::{Bucket, BucketId, Location};
///
/// let folder = tempfile::tempdir().unwrap();
/// let bucket = Bucket::open(&Location::Local(folder.path().into())).unwrap();
/// assert_eq!(bucket.id().unwrap(), None);
///
/// let id = bucket.make_id(&BucketId::from_random([7; 16])).await.unwrap();
/// assert_eq!(id.as_str(), "07070707070707070707070707070707");
///
/// // It is made once.
/// assert_eq!(bucket.make_id(&BucketId::from_random([8; 16])).await.unwrap(), id);
/// assert_eq!(bucket.id().unwrap(), Some(id));
/// # });
/// ```
///
/// [`Bucket::make_id`]: crate::Bucket::make_id
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketId(String);

/// The object that holds the id.
#[derive(Deserialize)]
struct Identity {
    bucket: String,
}

impl BucketId {
    /// A new id of 128 random bits.
    pub fn from_random(bits: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bits)))
    }

    /// The id that [`BucketId::as_str`] gave as text.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes of the object that holds it.
    pub(crate) fn object(&self) -> Vec<u8> {
        format!("{{\"bucket\":\"{}\"}}\n", self.0).into()
    }

    /// Parses the object that holds it; `None` if it holds none.
    pub(crate) fn parse(object: &[u8]) -> Option<Self> {
        let Identity { bucket } = serde_json::from_slice(object).ok()?;
        let is_id = bucket.len() == 32 && bucket.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then_some(Self(bucket))
    }
}

impl fmt::Display for BucketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Place of a bucket: where it is, whichever bucket lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Canonical path of the folder or the archive, escaped where it is not UTF-8; for an object store the text that
    /// it was opened with.
    pub path: String,
    /// Number of the journal's folder: of its file system, and within that. A rename or a second
    /// mount does not change it. `None` where there is no such folder or the platform has no numbers.
    pub folder: Option<(u64, u64)>,
}

impl Place {
    pub(crate) fn at(path: &Path, folder: Option<(u64, u64)>) -> Self {
        let path = match path.to_str() {
            Some(text) => text.to_owned(),
            None => path.as_os_str().as_encoded_bytes().escape_ascii().to_string(),
        };
        Self { path, folder }
    }

    /// Whether both are one place: the same path, or the same folder under another one.
    pub fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.folder.is_some() && self.folder == other.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_was_written_and_nothing_else_is_taken_for_one() {
        let id = BucketId::from_random([0xa5; 16]);
        assert_eq!(BucketId::parse(&id.object()), Some(id));
        let table: [&[u8]; 7] = [
            b"",
            b"{",
            b"{}",
            b"{\"bucket\":\"\"}",
            b"{\"bucket\":\"a5\"}",
            b"{\"bucket\":7}",
            b"{\"bucket\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"}",
        ];
        for object in table {
            assert_eq!(BucketId::parse(object), None, "{}", String::from_utf8_lossy(object));
        }
    }

    #[test]
    fn d24_a_place_is_a_path_or_a_folder() {
        let place = |path: &str, folder| Place { path: path.to_owned(), folder };
        let table = [
            (place("/a", Some((1, 2))), place("/a", Some((1, 2))), true),
            (place("/a", Some((1, 2))), place("/b", Some((1, 2))), true),
            (place("/a", Some((1, 2))), place("/a", Some((1, 3))), true),
            (place("/a", Some((1, 2))), place("/b", Some((2, 2))), false),
            (place("/a", None), place("/b", None), false),
        ];
        for (one, other, same) in table {
            assert_eq!(one.is(&other), same, "{one:?} {other:?}");
        }
    }
}
