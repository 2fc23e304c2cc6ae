//! What one person chose, kept in the data folder.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::{Error, Home};

/// At most this many buckets are remembered.
const MOST_RECENT: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Settings {
    /// Who is recorded as the actor of corrections; `None` for the user of this machine.
    pub actor: Option<String>,
    pub theme: Theme,
    /// Times in UTC; otherwise in the zone of this machine.
    pub utc: bool,
    /// The buckets opened before, latest first.
    pub recent: Vec<RecentBucket>,
    /// Questions that were given a name.
    pub views: Vec<SavedView>,
    /// The columns of each list, in their order.
    pub columns: BTreeMap<String, Vec<ColumnLayout>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub name: String,
    /// What it shows, as the text of a [`query::WindowQuery`].
    pub query: String,
}

impl SavedView {
    /// The text in place of the form before, which is read for ever and written no more. Its times
    /// are instants, so that any zone will do. A text of neither form stays: whoever opens it is
    /// told what is wrong with it.
    fn renewed(self) -> Self {
        let renewed = query::WindowQuery::parse_saved(&self.query)
            .ok()
            .and_then(|query| query.text(query::Zone::default()).ok());
        Self { query: renewed.map_or(self.query, |text| text.to_string()), ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLayout {
    pub column: String,
    /// In CSS pixels.
    pub width: u32,
    pub shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentBucket {
    pub name: String,
    pub location: String,
}

impl Settings {
    /// The settings of this installation; the defaults if none were saved.
    pub fn load(home: &Home) -> Result<Self, Error> {
        let path = path(home);
        match fs::read(&path) {
            Ok(text) => {
                let mut settings: Self = serde_json::from_slice(&text)
                    .map_err(|source| Error::Settings { path, source })?;
                settings.views = settings.views.into_iter().map(SavedView::renewed).collect();
                Ok(settings)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::Home { path, source }),
        }
    }

    /// Saves by writing beside the old file and renaming, so that no half file is ever left.
    pub fn save(&self, home: &Home) -> Result<(), Error> {
        let path = path(home);
        let write = || -> io::Result<()> {
            fs::create_dir_all(home.path())?;
            let text = serde_json::to_vec_pretty(self)?;
            let beside = path.with_extension("json.new");
            fs::write(&beside, text)?;
            fs::rename(beside, &path)
        };
        write().map_err(|source| Error::Home { path: path.clone(), source })
    }

    /// Puts a bucket at the head of the recent ones.
    pub fn remember(&mut self, bucket: RecentBucket) {
        self.recent.retain(|other| other.location != bucket.location);
        self.recent.insert(0, bucket);
        self.recent.truncate(MOST_RECENT);
    }

    pub fn actor(&self) -> String {
        self.actor.clone().unwrap_or_else(Home::default_actor)
    }
}

fn path(home: &Home) -> PathBuf {
    home.path().join("settings.json")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_remember_each_bucket_once() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("not yet there"));
        let mut settings = Settings::load(&home).unwrap();
        assert_eq!(settings, Settings::default());
        let bucket = |n: usize| RecentBucket { name: n.to_string(), location: format!("/{n}") };
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
