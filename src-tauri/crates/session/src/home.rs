//! Folders of the application's own data: outboxes, settings and catalogs. They are never in a
//! bucket.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use journal::PendingElsewhere;

use crate::{Error, JournalSession};

/// Variable that names the folder of both.
const VARIABLE: &str = "DAYBOOK_HOME";

/// Folders of the application: one for data that must last, one for a cache. Neither has to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Folder of the outboxes, the ledgers of files and the settings.
    data: PathBuf,
    /// Folder of the catalogs.
    cache: PathBuf,
}

impl Home {
    /// Finds the folders: both in `DAYBOOK_HOME` if it is set and not empty, otherwise where the
    /// platform puts the data and the cache of an application. Makes nothing.
    ///
    /// # Errors
    /// [`Error::NoHome`] if the platform names no such folder.
    pub fn find() -> Result<Self, Error> {
        if let Some(named) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self::at(Path::new(&named)));
        }
        let platform = ProjectDirs::from("app", "", "daybook").ok_or(Error::NoHome)?;
        let (data, cache) = (platform.data_dir().to_owned(), platform.cache_dir().to_owned());
        Ok(Self { data, cache })
    }

    /// Both folders at one path.
    pub fn at(path: &Path) -> Self {
        Self { data: path.to_owned(), cache: path.to_owned() }
    }

    /// The data folder, with the outboxes and the settings.
    pub fn path(&self) -> &Path {
        &self.data
    }

    /// What is pending on this device for other buckets than that of `here`, the open session.
    pub async fn pending_elsewhere(&self, here: Option<&JournalSession>) -> Vec<PendingElsewhere> {
        let (home, here) = (self.data.clone(), here.map(|session| session.bucket().clone()));
        let list = move || PendingElsewhere::list(&home, here.as_ref());
        tokio::task::spawn_blocking(list).await.unwrap_or_default()
    }

    /// The folder of the ledgers of files.
    pub(crate) fn ledgers(&self) -> PathBuf {
        self.data.join("ledger")
    }

    /// The folder of the catalogs, which can be rebuilt from the buckets at any time.
    pub(crate) fn catalogs(&self) -> PathBuf {
        self.cache.join("catalogs")
    }

    /// The folder of the catalogs and whatever else is a cache.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Advice for a folder that cannot be written, as the end of a sentence.
    pub(crate) fn elsewhere() -> String {
        format!("set {VARIABLE} to a folder that can be written")
    }

    /// The default actor of recorded events: the first of `DAYBOOK_ACTOR`, `USER`, `LOGNAME` and
    /// `USERNAME` that is not blank, trimmed. Empty if all are.
    pub fn default_actor() -> String {
        let names = ["DAYBOOK_ACTOR", "USER", "LOGNAME", "USERNAME"];
        let named = |name: &&str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        names.iter().find_map(named).unwrap_or_default().trim().to_owned()
    }
}
