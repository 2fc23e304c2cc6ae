//! Where Daybook keeps its own data: outboxes, settings and catalogs. Never in a bucket.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::Error;

/// The application's own folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    data: PathBuf,
    cache: PathBuf,
}

impl Home {
    /// `DAYBOOK_HOME`, or where the platform puts applications' data.
    pub fn find() -> Result<Self, Error> {
        if let Some(named) = env::var_os("DAYBOOK_HOME").filter(|path| !path.is_empty()) {
            return Ok(Self::at(Path::new(&named)));
        }
        let platform = ProjectDirs::from("app", "", "daybook").ok_or(Error::NoHome)?;
        let (data, cache) = (platform.data_dir().to_owned(), platform.cache_dir().to_owned());
        Ok(Self { data, cache })
    }

    /// All of it in one folder.
    pub fn at(path: &Path) -> Self {
        Self { data: path.to_owned(), cache: path.to_owned() }
    }

    /// Where outboxes and settings are.
    pub fn path(&self) -> &Path {
        &self.data
    }

    /// Where the catalogs are, which can be made anew at any time.
    pub(crate) fn catalogs(&self) -> PathBuf {
        self.cache.join("catalogs")
    }

    /// Who records when nobody says so: `DAYBOOK_ACTOR`, or the user of this machine.
    pub fn default_actor() -> String {
        let names = ["DAYBOOK_ACTOR", "USER", "LOGNAME", "USERNAME"];
        let named = |name: &&str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        names.iter().find_map(named).unwrap_or_default().trim().to_owned()
    }
}
