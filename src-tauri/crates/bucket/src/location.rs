//! Locations of buckets, parsed from what a person or a setting names.

mod store;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use crate::OpenError;
use crate::archive::ArchiveKind;
pub(crate) use store::Service;
pub use store::StoreLocation;

/// Location of a bucket, which may not exist: [`Bucket::open`] looks.
///
/// A folder or an archive is named by its path, which is taken as it stands but for a `~/` in front, or by
/// `file://` (or `file:`) and its path with percent escapes. A bucket in an object store is named by
/// `s3://`, `az://`, `abfss://`, `gs://`, or `https://` and the store's own address, with percent
/// escapes. Every other scheme is refused, and so is a URL with a user, a password or a signature: the
/// error names it without what may be a secret.
///
/// ```
/// use bucket::Location;
///
/// let folder = Location::Local("/srv/firm".into());
/// assert_eq!("/srv/firm".parse::<Location>().unwrap(), folder);
/// assert_eq!("file:///srv/firm".parse::<Location>().unwrap(), folder);
///
/// let store = "s3://firm/hr?profile=audit".parse::<Location>().unwrap();
/// assert_eq!(store.to_string(), "s3://firm/hr?profile=audit");
///
/// let refused = "s3://key:secret@host/firm?token=secret".parse::<Location>().unwrap_err();
/// assert!(refused.to_string().starts_with("s3://host/firm cannot be opened: it has a user name"));
/// ```
///
/// [`Bucket::open`]: crate::Bucket::open
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// Path on this device: a folder that holds the subfolder `journal`, or will, or an archive.
    Local(PathBuf),
    /// In an object store.
    Store(StoreLocation),
}

/// Kind of what a location names, as people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationKind {
    /// Folder on this device.
    Folder,
    /// Archive on this device, by the ending of its name.
    Archive,
    /// Bucket in S3, or in what speaks it.
    S3,
    /// Container of Azure Blob Storage.
    Azure,
    /// Bucket in Google Cloud Storage.
    Gcs,
}

/// Schemes of object stores.
const STORES: [&str; 9] = ["s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "https", "http"];

/// Schemes that other tools have for the same stores, each with what is written here.
const OTHER_SCHEMES: [(&str, &str); 4] = [
    ("gcs", "gs://BUCKET/PATH"),
    ("s3n", "s3://BUCKET/PATH"),
    ("wasb", "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH"),
    ("wasbs", "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH"),
];

/// As it is parsed again; lossy for a path that is not UTF-8.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => path.display().fmt(f),
            Self::Store(store) => store.fmt(f),
        }
    }
}

impl FromStr for Location {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        let url = |path: &str| {
            Self::Local(percent_decode_str(path).decode_utf8_lossy().into_owned().into())
        };
        match text.split_once("://") {
            None if text.is_empty() => Err(OpenError::Nothing),
            // A folder may have a colon in its name, but hardly this one in front of a root.
            None => match text.split_once(":/") {
                Some((scheme, path)) if scheme.eq_ignore_ascii_case("file") => {
                    Ok(url(&format!("/{path}")))
                }
                Some((scheme, path)) if is_one_of(scheme, STORES) => {
                    let (scheme, path) = (scheme.to_ascii_lowercase(), without_secrets(path));
                    let problem = format!("has one slash where two belong: {scheme}://{path}");
                    Err(OpenError::Url { url: format!("{scheme}:/{path}"), problem })
                }
                _ => Ok(Self::Local(with_home(text))),
            },
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => {
                Ok(url(rest.strip_prefix("localhost").unwrap_or(rest)))
            }
            Some((scheme, rest)) if is_one_of(scheme, STORES) => {
                StoreLocation::parse(scheme, rest).map(Self::Store)
            }
            Some((scheme, rest)) => {
                let url = format!("{scheme}://{}", without_secrets(rest));
                let is_meant = |(other, _): &&(&str, &str)| scheme.eq_ignore_ascii_case(other);
                Err(match OTHER_SCHEMES.iter().find(is_meant) {
                    Some((_, here)) => {
                        OpenError::Url { url, problem: format!("is written {here} here") }
                    }
                    None => OpenError::UnknownKind(url),
                })
            }
        }
    }
}

impl Location {
    /// Kind of what it names, by the location alone: nothing is looked at.
    pub fn kind(&self) -> LocationKind {
        match self {
            Self::Local(path) if ArchiveKind::of(path).is_some() => LocationKind::Archive,
            Self::Local(_) => LocationKind::Folder,
            Self::Store(store) => match store.service {
                Service::S3 { .. } => LocationKind::S3,
                Service::Azure { .. } => LocationKind::Azure,
                Service::Gcs => LocationKind::Gcs,
            },
        }
    }

    /// The location for a program with another working folder, with an absolute path: the canonical
    /// one, or where it does not exist that of its nearest ancestor which does, and the rest.
    #[must_use]
    pub fn absolute(&self) -> Self {
        match self {
            Self::Local(path) => Self::Local(Self::absolute_path(path)),
            Self::Store(_) => self.clone(),
        }
    }

    /// Absolute path of what is at `path`, as in [`Location::absolute`].
    pub fn absolute_path(path: &Path) -> PathBuf {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let existing = path.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
        let rest = existing.as_ref().and_then(|(part, _)| path.strip_prefix(part).ok());
        match (&existing, rest) {
            // Nothing joined to a path would end it with a separator.
            (Some((_, canonical)), Some(rest)) => canonical.join(rest).components().collect(),
            _ => path.clone(),
        }
    }
}

/// Whether a scheme is one of these, in any case.
fn is_one_of<const N: usize>(scheme: &str, schemes: [&str; N]) -> bool {
    schemes.iter().any(|it| scheme.eq_ignore_ascii_case(it))
}

/// A path with `~` in front, which a shell leaves in quotes, as one in the home folder. A folder that
/// has this name is meant itself.
fn with_home(text: &str) -> PathBuf {
    let path = PathBuf::from(text);
    match path.strip_prefix("~") {
        Ok(rest) if !path.is_dir() => {
            std::env::home_dir().map_or_else(|| path.clone(), |home| home.join(rest))
        }
        _ => path,
    }
}

/// Rest of a URL behind its scheme, without the parts that may be secret: user, password, query and
/// fragment. A password may hold any sign: what stands before an `@` is left out wherever that is,
/// and everything where it is not certain what is before it.
fn without_secrets(rest: &str) -> String {
    let (named, hidden) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    match named.rsplit_once('@') {
        _ if hidden.contains('@') => "…".to_owned(),
        Some((user, named)) if user.contains('/') => format!("…@{named}"),
        Some((_, named)) => named.to_owned(),
        None => named.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_as_it_stands() {
        let table = [
            ("firm", "firm"),
            ("../a b#c?d", "../a b#c?d"),
            ("file:///srv/a%20b%23", "/srv/a b#"),
            ("file://localhost/srv", "/srv"),
            ("/srv/a%20b", "/srv/a%20b"),
            ("a~", "a~"),
            ("file://srv", "srv"),
            ("FILE:///srv/a%20b", "/srv/a b"),
            ("file:/srv/a%20b", "/srv/a b"),
            ("file:srv", "file:srv"),
        ];
        for (text, path) in table {
            assert_eq!(text.parse::<Location>().unwrap(), Location::Local(path.into()), "{text}");
        }
    }

    #[test]
    fn its_kind_is_told_by_the_location_alone() {
        let table = [
            ("/srv/firm", LocationKind::Folder),
            ("/srv/firm.ZIP", LocationKind::Archive),
            ("file:///srv/firm.tar", LocationKind::Archive),
            ("s3://firm/firm.zip", LocationKind::S3),
            ("https://firm.s3.amazonaws.com", LocationKind::S3),
            ("abfss://box@firm.dfs.core.windows.net/a", LocationKind::Azure),
            ("https://storage.googleapis.com/firm", LocationKind::Gcs),
        ];
        for (text, kind) in table {
            assert_eq!(text.parse::<Location>().unwrap().kind(), kind, "{text}");
        }
    }

    #[test]
    fn a_tilde_in_front_is_the_home_folder() {
        let home = std::env::home_dir().unwrap();
        for (text, path) in [("~/firm", home.join("firm")), ("~", home)] {
            assert_eq!(text.parse::<Location>().unwrap(), Location::Local(path), "{text}");
        }
    }

    #[test]
    fn what_is_refused_is_named_without_secrets() {
        let table = [
            ("ftp://bucket", "ftp://bucket"),
            ("s3://user:secret@bucket/a/b", "s3://bucket/a/b"),
            ("https://host/a?sig=secret#secret", "https://host/a"),
            ("gs://a:secret@b@c/d", "gs://c/d"),
            ("s3://key:sec/ret@bucket/a", "s3://…@bucket/a"),
            ("s3://key:sec?ret@bucket/a", "s3://…"),
            ("https://host/a?mail=a@secret", "https://…"),
        ];
        for (text, named) in table {
            let refused = text.parse::<Location>().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("{named} cannot be opened")), "{refused}");
        }
    }
}
