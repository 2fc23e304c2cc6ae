//! Where Daybook keeps its own data: outboxes and settings. Never in a bucket.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::Error;

/// The application's data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// `DAYBOOK_HOME`, or where the platform puts applications' data.
    pub fn find() -> Result<Self, Error> {
        let named = env::var_os("DAYBOOK_HOME").filter(|path| !path.is_empty());
        let platform = || Some(ProjectDirs::from("app", "", "daybook")?.data_dir().to_owned());
        named.map(PathBuf::from).or_else(platform).map(Self).ok_or(Error::NoHome)
    }

    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Who records when nobody says so: `DAYBOOK_ACTOR`, or the user of this machine.
    pub fn default_actor() -> String {
        let names = ["DAYBOOK_ACTOR", "USER", "LOGNAME", "USERNAME"];
        let named = |name: &&str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        names.iter().find_map(named).unwrap_or_default().trim().to_owned()
    }
}
