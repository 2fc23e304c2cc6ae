//! Locations that people type, and what they name.

use serde::Serialize;
use session::Location;
use ts_rs::TS;

use super::ApiError;

/// Kind of what a location names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LocationKind {
    /// A folder on this device.
    Folder,
    /// An archive on this device.
    Archive,
    /// A bucket in S3, or in what speaks it.
    S3,
    /// A container of Azure Blob Storage.
    Azure,
    /// A bucket in Google Cloud Storage.
    Gcs,
}

/// Why a path that is typed is not opened: what a page passes on is no choice of a person.
const CHOSEN: &str =
    "a folder or an archive is chosen by the buttons below, and never opened by a path";

/// What a typed URL names. Nothing was looked at: it need not exist.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct NamedLocation {
    /// Kind of what it names.
    pub kind: LocationKind,
    /// Name of the store's own bucket or container.
    pub name: String,
    /// Path of the journal's bucket within that; empty for the whole.
    pub prefix: String,
    /// Storage account of Azure; null for the one that the environment names.
    pub account: Option<String>,
    /// Region of S3; null for the one that is found out.
    pub region: Option<String>,
    /// How the store is opened, such as `as profile audit`; empty where nothing is said.
    pub opened_as: String,
}

impl NamedLocation {
    /// What a text names; `None` while it names nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`](super::ErrorKind::Invalid) if it is a URL that names no bucket, or a path.
    pub(crate) fn of(text: &str) -> Result<Option<Self>, ApiError> {
        let location = text.trim();
        if location.is_empty() {
            return Ok(None);
        }
        let location: Location = location.parse().map_err(session::Error::from)?;
        let kind = location.kind().into();
        Ok(match location {
            // The beginning of a URL is a path too.
            Location::Local(path) if !path.is_absolute() => None,
            Location::Local(_) => return Err(ApiError::invalid(CHOSEN.to_owned())),
            Location::Store(store) => Some(Self {
                kind,
                name: store.container().to_owned(),
                prefix: store.prefix().to_owned(),
                account: store.account().map(str::to_owned),
                region: store.region().map(str::to_owned),
                opened_as: store.opened_as(),
            }),
        })
    }
}

impl From<session::LocationKind> for LocationKind {
    fn from(kind: session::LocationKind) -> Self {
        match kind {
            session::LocationKind::Folder => Self::Folder,
            session::LocationKind::Archive => Self::Archive,
            session::LocationKind::S3 => Self::S3,
            session::LocationKind::Azure => Self::Azure,
            session::LocationKind::Gcs => Self::Gcs,
        }
    }
}
