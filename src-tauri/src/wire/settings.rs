//! Settings, and recent journals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::LocationKind;

/// A recent journal. The window opens it by its handle and never names its path.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Recent {
    /// Handle, which the window passes back: 16 hexadecimal digits.
    pub handle: String,
    /// Name of the bucket.
    pub name: String,
    /// Location of the bucket, to be shown, so that people can tell two of one name apart.
    pub location: String,
    /// Kind of what the location names.
    pub kind: LocationKind,
}

/// What changed in a recent journal since it was last open here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecentChanges {
    /// Number of events that are new since; null if it is not known how many there were.
    pub new_events: Option<usize>,
    /// Number of files that are gone or altered.
    pub changed_files: usize,
    /// Why it cannot be looked at now; null if it was.
    pub problem: Option<String>,
}

impl RecentChanges {
    /// The changes of a journal that cannot be looked at, for this reason.
    pub(crate) fn unknown(problem: String) -> Self {
        Self { new_events: None, changed_files: 0, problem: Some(problem) }
    }
}

/// Settings of this installation.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Settings {
    /// Actor of recorded events. Saved blank, it becomes the default: the user of this machine.
    pub actor: String,
    /// Theme of the window.
    pub theme: Theme,
    /// Whether times are shown in UTC, and not in this machine's time zone.
    pub utc: bool,
    /// Saved views, in their order.
    pub views: Vec<SavedView>,
    /// Columns of each list by the list's name, in their order.
    pub columns: BTreeMap<String, Vec<ColumnLayout>>,
    /// Fields whose values name the records of a type, by type; the name of other records is guessed.
    pub names: BTreeMap<String, Vec<String>>,
    /// Texts in SQL that were run, newest first, each once.
    pub sql_texts: Vec<String>,
}

/// A change of the settings, which all windows share: what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct SettingsChange {
    /// Actor of recorded events; blank for the default.
    pub actor: Option<String>,
    /// Theme of the window.
    pub theme: Option<Theme>,
    /// Whether times are shown in UTC.
    pub utc: Option<bool>,
    /// All saved views, in their order.
    pub views: Option<Vec<SavedView>>,
    /// Columns of lists by the list's name; an empty list of them forgets the layout.
    pub columns: Option<BTreeMap<String, Vec<ColumnLayout>>>,
    /// Fields whose values name the records of types; an empty list of them makes the name a guess.
    pub names: Option<BTreeMap<String, Vec<String>>>,
    /// All texts in SQL that were run, newest first.
    pub sql_texts: Option<Vec<String>>,
}

/// A saved view: a query of the window under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedView {
    /// Name of the view.
    pub name: String,
    /// Query of the view, as text, which names its time zone.
    pub query: String,
    /// Names of the shown columns of its list, in their order; null if they stay as they are.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
}

/// Layout of one column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ColumnLayout {
    /// Name of the column.
    pub column: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Whether the column is shown.
    pub shown: bool,
}

/// Theme of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// The theme of the system.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Recent {
    /// The handle of a recent bucket: a 64-bit hash of its location, from which the path cannot be
    /// computed.
    pub(crate) fn handle(bucket: &session::RecentBucket) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        bucket.location.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

impl From<&session::RecentBucket> for Recent {
    fn from(bucket: &session::RecentBucket) -> Self {
        let (name, location) = (bucket.name.clone(), bucket.location.clone());
        // One that is no location any more is said to be none when it is opened.
        let parsed: Option<session::Location> = location.parse().ok();
        let kind = parsed.map_or(LocationKind::Folder, |location| location.kind().into());
        Self { handle: Self::handle(bucket), name, location, kind }
    }
}

impl From<session::ViewFile> for SavedView {
    fn from(view: session::ViewFile) -> Self {
        let session::ViewFile { name, query, columns } = view;
        let text = format!("{} zone={}", query.without_zone(), query.zone());
        Self { name, query: text.trim_start().to_owned(), columns }
    }
}

impl From<&session::Settings> for Settings {
    fn from(settings: &session::Settings) -> Self {
        let theme = match settings.theme {
            session::Theme::System => Theme::System,
            session::Theme::Light => Theme::Light,
            session::Theme::Dark => Theme::Dark,
        };
        let view = |view: &session::SavedView| SavedView {
            name: view.name.clone(),
            query: view.query.clone(),
            columns: view.columns.clone(),
        };
        let column = |column: &session::ColumnLayout| ColumnLayout {
            column: column.column.clone(),
            width: column.width,
            shown: column.shown,
        };
        let list = |(list, columns): (&String, &Vec<session::ColumnLayout>)| {
            (list.clone(), columns.iter().map(column).collect())
        };
        Self {
            actor: settings.actor(),
            theme,
            utc: settings.utc,
            views: settings.views.iter().map(view).collect(),
            columns: settings.columns.iter().map(list).collect(),
            names: settings.names.clone(),
            sql_texts: settings.sql_texts.clone(),
        }
    }
}

impl SettingsChange {
    /// Applies the change to `saved`.
    pub(crate) fn apply_to(self, saved: &mut session::Settings) {
        if let Some(actor) = self.actor {
            let actor = actor.trim();
            saved.actor = (!actor.is_empty()).then(|| actor.to_owned());
        }
        if let Some(theme) = self.theme {
            saved.theme = match theme {
                Theme::System => session::Theme::System,
                Theme::Light => session::Theme::Light,
                Theme::Dark => session::Theme::Dark,
            };
        }
        saved.utc = self.utc.unwrap_or(saved.utc);
        if let Some(views) = self.views {
            let view =
                |SavedView { name, query, columns }| session::SavedView { name, query, columns };
            saved.views = views.into_iter().map(view).collect();
        }
        let column = |layout: ColumnLayout| session::ColumnLayout {
            column: layout.column,
            width: layout.width,
            shown: layout.shown,
        };
        for (list, columns) in self.columns.unwrap_or_default() {
            if columns.is_empty() {
                saved.columns.remove(&list);
            } else {
                saved.columns.insert(list, columns.into_iter().map(column).collect());
            }
        }
        for (entity_type, fields) in self.names.unwrap_or_default() {
            if fields.is_empty() {
                saved.names.remove(&entity_type);
            } else {
                saved.names.insert(entity_type, fields);
            }
        }
        if let Some(texts) = self.sql_texts {
            saved.keep_sql_texts(texts);
        }
    }
}
