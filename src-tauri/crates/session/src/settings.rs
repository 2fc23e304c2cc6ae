//! Settings of one installation, in the file `settings.json` of the data folder.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::{fs, io};

use event::NameFields;
use serde::{Deserialize, Serialize};

use crate::{Error, Home};

/// Maximum number of recent buckets.
const MAX_RECENT: usize = 10;

/// Maximum number of mappings of tables.
const MAX_MAPPINGS: usize = 20;

/// Settings of one installation. A field that the file lacks has its default.
///
/// ```
/// use session::{Home, RecentBucket, Settings};
///
/// let folder = tempfile::tempdir().unwrap();
/// let home = Home::at(folder.path());
/// let mut settings = Settings::load(&home).unwrap();
/// assert_eq!(settings, Settings::default());
///
/// // A bucket is remembered once, the latest first.
/// let bucket = |name: &str| RecentBucket {
///     name: name.into(),
///     location: format!("/srv/{name}"),
///     events: None,
/// };
/// for name in ["firm", "archive", "firm"] {
///     settings.remember(bucket(name));
/// }
/// assert_eq!(settings.recent, [bucket("firm"), bucket("archive")]);
///
/// settings.save(&home).unwrap();
/// assert_eq!(Settings::load(&home).unwrap(), settings);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Settings {
    /// Actor of recorded events; `None` for [`Home::default_actor`].
    pub actor: Option<String>,
    /// Theme of the window.
    pub theme: Theme,
    /// Whether times are shown in UTC, and not in this machine's time zone.
    pub utc: bool,
    /// Recent buckets, the latest first: at most ten, each location once.
    pub recent: Vec<RecentBucket>,
    /// Saved views, in their order.
    pub views: Vec<SavedView>,
    /// Columns of each list by the list's name, in their order.
    pub columns: BTreeMap<String, Vec<ColumnLayout>>,
    /// Fields whose values name the records of a type, by type; the name of other records is guessed.
    pub names: BTreeMap<String, Vec<String>>,
    /// Mappings of tables that were brought in, the latest first: at most twenty, one for each headers.
    pub mappings: Vec<SavedMapping>,
    /// Texts in SQL that were run, newest first, each once: at most fifty.
    pub sql_texts: Vec<String>,
}

/// The mapping that a table was brought in with, for the next one with its headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMapping {
    /// Headers of the table.
    pub headers: Vec<String>,
    /// The mapping as TOML.
    pub mapping: String,
}

/// A saved view: a query of the window under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Name of the view.
    pub name: String,
    /// Query of the view, as the text of a [`query::WindowQuery`], which names its time zone.
    pub query: String,
    /// Names of the shown columns of its list, in their order; `None` if they stay as they are.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
}

impl SavedView {
    /// Migrates a query of the older form, which is still read and no longer written, to text. Its
    /// times are instants, so any zone will do. A query in neither form stays as it is: opening the
    /// view reports the error.
    fn migrated(self) -> Self {
        let migrated = query::WindowQuery::parse_saved(&self.query)
            .ok()
            .and_then(|query| query.text(query::Zone::default()).ok());
        Self { query: migrated.map_or(self.query, |text| text.to_string()), ..self }
    }
}

/// Layout of one column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLayout {
    /// Name of the column.
    pub column: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Whether the column is shown.
    pub shown: bool,
}

/// Theme of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// The theme of the system.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// A bucket that was opened before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentBucket {
    /// Name of the bucket: see [`JournalSession::name`](crate::JournalSession::name).
    pub name: String,
    /// Location of the bucket, which [`JournalSession::open`](crate::JournalSession::open) opens.
    pub location: String,
    /// How many events it had when it was last open; `None` if that is not known.
    #[serde(default)]
    pub events: Option<usize>,
}

/// Most texts in SQL that are kept.
const MOST_SQL_TEXTS: usize = 50;

impl Settings {
    /// Keeps texts in SQL that were run, newest first.
    pub fn keep_sql_texts(&mut self, texts: Vec<String>) {
        self.sql_texts.clear();
        for text in texts {
            if self.sql_texts.len() < MOST_SQL_TEXTS && !self.sql_texts.contains(&text) {
                self.sql_texts.push(text);
            }
        }
    }

    /// The fields that records are named by.
    pub fn name_fields(&self) -> NameFields {
        self.names.clone().into()
    }

    /// Loads the settings of this installation; the defaults if none were saved.
    ///
    /// # Errors
    /// [`Error::Settings`] if the file cannot be parsed, and [`Error::Home`] if it cannot be read.
    pub fn load(home: &Home) -> Result<Self, Error> {
        let path = path(home);
        match fs::read(&path) {
            Ok(text) => {
                let mut settings: Self = serde_json::from_slice(&text)
                    .map_err(|source| Error::Settings { path, source })?;
                settings.views = settings.views.into_iter().map(SavedView::migrated).collect();
                Ok(settings)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::Home { path, source }),
        }
    }

    /// Saves the settings, and makes the data folder if it is missing. The file is written under
    /// another name and then renamed, so that a process which ends meanwhile leaves the old
    /// settings whole. Of two processes that save, the last one wins.
    ///
    /// # Errors
    /// [`Error::Home`] if the file cannot be written or renamed.
    pub fn save(&self, home: &Home) -> Result<(), Error> {
        let path = path(home);
        let write = || -> io::Result<()> {
            fs::create_dir_all(home.path())?;
            // Under a name of its own: another window may save at the same time.
            let mut beside =
                tempfile::Builder::new().prefix("settings-").tempfile_in(home.path())?;
            beside.write_all(&serde_json::to_vec_pretty(self)?)?;
            beside.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| Error::Home { path: path.clone(), source })
    }

    /// Puts a bucket first in [`Settings::recent`], in place of another entry with its location, whose
    /// number of events it has if it has none itself.
    pub fn remember(&mut self, mut bucket: RecentBucket) {
        let before = self.recent.iter().find(|other| other.location == bucket.location);
        bucket.events = bucket.events.or(before.and_then(|before| before.events));
        self.recent.retain(|other| other.location != bucket.location);
        self.recent.insert(0, bucket);
        self.recent.truncate(MAX_RECENT);
    }

    /// The mapping that a table with these headers was brought in with last, as TOML.
    pub fn mapping(&self, headers: &[String]) -> Option<&str> {
        let kept = self.mappings.iter().find(|kept| kept.headers == headers);
        kept.map(|kept| kept.mapping.as_str())
    }

    /// Keeps the mapping of a table with these headers, in place of an earlier one.
    pub fn keep_mapping(&mut self, headers: Vec<String>, mapping: String) {
        self.mappings.retain(|kept| kept.headers != headers);
        self.mappings.insert(0, SavedMapping { headers, mapping });
        self.mappings.truncate(MAX_MAPPINGS);
    }

    /// Notes how many events the recent bucket at a location has.
    pub fn saw(&mut self, location: &str, events: usize) {
        for bucket in self.recent.iter_mut().filter(|bucket| bucket.location == location) {
            bucket.events = Some(events);
        }
    }

    /// The actor of recorded events: the one of the settings, or [`Home::default_actor`].
    pub fn actor(&self) -> String {
        self.actor.clone().unwrap_or_else(Home::default_actor)
    }
}

/// The path of the settings file.
fn path(home: &Home) -> PathBuf {
    home.path().join("settings.json")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn several_windows_save_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        std::thread::scope(|all| {
            let save = || (0..200).try_for_each(|_| Settings::default().save(&home));
            let saved: Vec<_> = (0..4).map(|_| all.spawn(save)).collect();
            for saved in saved {
                saved.join().unwrap().unwrap();
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
    }

    #[test]
    fn settings_come_back_and_remember_each_bucket_once() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("not yet there"));
        let mut settings = Settings::load(&home).unwrap();
        assert_eq!(settings, Settings::default());
        let bucket = |n: usize| RecentBucket {
            name: n.to_string(),
            location: format!("/{n}"),
            events: None,
        };
        (0..12).chain([5]).for_each(|n| settings.remember(bucket(n)));
        settings.actor = Some("Sarah".to_owned());
        settings.save(&home).unwrap();
        let loaded = Settings::load(&home).unwrap();
        assert_eq!(loaded, settings);
        let names: Vec<&str> = loaded.recent.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]);
        let old = r#"{"views": [
            {"name": "all", "query": "events"},
            {"name": "by Sarah", "query": "corrections?actor=Sarah+K&fold=no"},
            {"name": "new", "query": "events?x zone=UTC"},
            {"name": "neither", "query": "events?since=noon"}
        ]}"#;
        fs::write(path(&home), old).unwrap();
        let views = Settings::load(&home).unwrap().views;
        let queries: Vec<&str> = views.iter().map(|view| view.query.as_str()).collect();
        let renewed = r#"view=corrections actor="Sarah K" groups=off zone=UTC"#;
        assert_eq!(queries, ["zone=UTC", renewed, "events?x zone=UTC", "events?since=noon"]);
        fs::write(path(&home), "{").unwrap();
        assert!(Settings::load(&home).unwrap_err().to_string().contains("is not a settings file"));
    }
}
