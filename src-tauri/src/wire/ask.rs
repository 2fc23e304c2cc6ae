//! From the window to the core.

use chrono::{DateTime, Utc};
use event::{Amendment, Position, PositionError, RecordId, parse_time};
use reader::{Column, LinesQuery, RecordsQuery};

use super::{
    ColumnLayout, Filters, PageFrom, Problem, Reading, RecordFilters, RecordKey, SavedView,
    Settings, Term, Theme, View, What,
};

/// At most this many items are answered at once, whatever is asked for.
pub(crate) const LONGEST_PAGE: usize = 1000;

/// Where a page starts.
pub(crate) fn cursor(text: Option<&str>) -> Result<Option<Position>, Problem> {
    text.map(position).transpose()
}

fn position(text: &str) -> Result<Position, Problem> {
    text.parse().map_err(|e: PositionError| Problem::invalid(e.to_string()))
}

fn instant(name: &str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, Problem> {
    text.map(parse_time).transpose().map_err(|e| Problem::invalid(format!("{name} {e}")))
}

impl Filters {
    pub(crate) fn parse(self) -> Result<reader::Filters, Problem> {
        let columns = [
            (Column::EntityType, self.entity_type),
            (Column::EntityId, self.entity_id),
            (Column::Field, self.field),
            (Column::Action, self.action),
            (Column::Actor, self.actor),
            (Column::Source, self.source),
            (Column::WorkspaceId, self.workspace_id),
        ];
        let terms = columns.into_iter().flat_map(|(column, terms)| {
            terms.into_iter().map(move |term| (column, reader::Term::from(term)))
        });
        Ok(reader::Filters {
            terms: terms.collect(),
            since: instant("since", self.since.as_deref())?,
            until: instant("until", self.until.as_deref())?,
            contains: self.contains.filter(|text| !text.is_empty()),
            hide_no_ops: self.hide_no_ops,
        })
    }

    pub(crate) fn query(
        self,
        from: PageFrom,
        limit: usize,
        fold: bool,
    ) -> Result<LinesQuery, Problem> {
        let (filters, limit) = (self.parse()?, limit.min(LONGEST_PAGE));
        Ok(LinesQuery { filters, from: from.parse()?, limit, fold })
    }
}

impl PageFrom {
    fn parse(self) -> Result<reader::From, Problem> {
        Ok(match self {
            Self::Newest => reader::From::Newest,
            Self::After { cursor } => reader::From::After(position(&cursor)?),
            Self::Before { cursor } => reader::From::Before(position(&cursor)?),
            Self::Rank { rank } => reader::From::Rank(rank),
        })
    }
}

impl RecordFilters {
    pub(crate) fn query(self, after: Option<&str>, limit: usize) -> Result<RecordsQuery, Problem> {
        Ok(RecordsQuery {
            types: self.entity_type.into_iter().map(reader::Term::from).collect(),
            contains: self.contains.filter(|text| !text.is_empty()),
            deleted: self.deleted,
            after: cursor(after)?,
            limit: limit.min(LONGEST_PAGE),
        })
    }
}

impl View {
    pub(crate) fn parse(self) -> Result<event::View, Problem> {
        let reading = match self.reading {
            Reading::Recorded => event::Reading::Recorded,
            Reading::Corrected => event::Reading::Corrected,
        };
        Ok(event::View { at: instant("at", self.at.as_deref())?, reading, known_at: None })
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

impl From<Term> for reader::Term {
    fn from(term: Term) -> Self {
        Self { value: term.value, exclude: term.exclude }
    }
}

impl From<RecordKey> for RecordId {
    fn from(key: RecordKey) -> Self {
        Self { entity_type: key.entity_type, entity_id: key.entity_id }
    }
}

impl From<What> for Amendment {
    fn from(what: What) -> Self {
        match what {
            What::Correct { field, to, reason } => Self::Correct { field, to, reason },
            What::Void { reason } => Self::Void { reason },
            What::Note { text } => Self::Note { text },
        }
    }
}
