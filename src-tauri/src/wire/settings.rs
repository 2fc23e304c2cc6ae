//! The settings, and the journals that were open before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A journal that was open before. The handle stands for its path, which the window never names.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Recent {
    pub handle: String,
    pub name: String,
    /// Where it lies, for people to tell two of one name apart.
    pub location: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Settings {
    /// Who is recorded as the actor of corrections.
    pub actor: String,
    pub theme: Theme,
    /// Times in UTC; otherwise in the zone of this machine.
    pub utc: bool,
    pub views: Vec<SavedView>,
    /// The columns of each list, in their order.
    pub columns: BTreeMap<String, Vec<ColumnLayout>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedView {
    pub name: String,
    /// What it shows, as text.
    pub query: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ColumnLayout {
    pub column: String,
    /// In CSS pixels.
    pub width: u32,
    pub shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Recent {
    /// What stands for a bucket in the window: nothing that can be made into its path.
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
        Self { handle: Self::handle(bucket), name, location }
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
        }
    }
}

impl Settings {
    pub(crate) fn put_into(self, saved: &mut session::Settings) {
        let actor = self.actor.trim();
        saved.actor = (!actor.is_empty()).then(|| actor.to_owned());
        saved.utc = self.utc;
        let view = |view: SavedView| session::SavedView { name: view.name, query: view.query };
        saved.views = self.views.into_iter().map(view).collect();
        let column = |layout: ColumnLayout| session::ColumnLayout {
            column: layout.column,
            width: layout.width,
            shown: layout.shown,
        };
        let lists = self.columns.into_iter();
        let list = |(list, columns): (String, Vec<ColumnLayout>)| {
            (list, columns.into_iter().map(column).collect())
        };
        saved.columns = lists.map(list).collect();
        saved.theme = match self.theme {
            Theme::System => session::Theme::System,
            Theme::Light => session::Theme::Light,
            Theme::Dark => session::Theme::Dark,
        };
    }
}
