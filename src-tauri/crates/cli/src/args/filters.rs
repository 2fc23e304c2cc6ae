//! Filters of the verbs that list or count events.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use event::{Mark, RecordId};
use query::{
    Column, ComparisonOperator, Condition, Filters, Pattern, Predicate, QueryText, RecordsQuery,
    Step, Subject, Term, TextTerm, TimeText, WindowQuery, WindowView, Zone,
};
use session::ViewFile;

use super::{time, understood};
use crate::error::CliError;
use crate::print::{shell_word, write_message};

// A doc comment here would become the help of every verb that has filters.
#[derive(Args)]
#[command(next_help_heading = "Filters (those with a name may be given again; !x excludes x)")]
pub struct FilterArgs {
    /// Filters as one text, such as 'type=candidate actor=Sarah|Tom source!=api since=2024-03'.
    ///
    /// Terms with blanks between them, all of which hold; a value with blanks is put in quotes. Columns
    /// (type id field action actor source workspace event old new reason batch writer) take = and !=, ~ and
    /// !~ (contains, in any case, or matches /…/) and ^ (begins with, in any case); | joins values. old and
    /// new, and members of theirs that are JSON (new.salary), also take < <= > >= with a number such as
    /// 50000 or a date such as 2024-06-01. 'change=old->new'; 'delta>10%' or 'delta<-5000'; 'lag>1d';
    /// 'recorded>=2024-03'; 'hour=22..6' (to before 6); 'weekday=sat,sun'; corrected, voided and noted=yes
    /// or no; noops=hidden; since= and until= (before); zone=Europe/Berlin for all times. A word alone is
    /// searched for in values; a - before a term switches it off.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    query: Option<QueryText>,
    /// Filters of a saved view in a file, in its time zone, in place of --query.
    ///
    /// The window writes such a file by “Save as file…” in the menu of a saved view: TOML with the keys name,
    /// query, zone and columns. The clock and the list of the view count too; how it looks, its columns and
    /// its groups, is the window's.
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    view: Option<PathBuf>,
    /// Only events about records of this type.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<Term>,
    /// Only events about this record.
    #[arg(long, value_name = "ENTITY_ID")]
    entity: Vec<Term>,
    /// Only events about this field; * is the whole record.
    #[arg(long, value_name = "FIELD")]
    field: Vec<Term>,
    /// Only events with this action: insert, update, delete, ingest, correct, void, note, or
    /// another.
    #[arg(long, value_name = "ACTION")]
    action: Vec<Term>,
    /// Only events by this actor.
    #[arg(long, value_name = "NAME")]
    actor: Vec<Term>,
    /// Only events through this source.
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Term>,
    /// Only events of this workspace; an empty text for those of none.
    #[arg(long, value_name = "WORKSPACE_ID")]
    workspace: Vec<Term>,
    /// Only events with this old value.
    #[arg(long, value_name = "VALUE", value_parser = value, allow_hyphen_values = true)]
    old: Vec<Term>,
    /// Only events with this new value.
    #[arg(long, value_name = "VALUE", value_parser = value, allow_hyphen_values = true)]
    new: Vec<Term>,
    /// Only events that change the one value to the other; nothing beside the arrow for no value.
    #[arg(long, value_name = "OLD->NEW", value_parser = step, allow_hyphen_values = true)]
    change: Vec<Step>,
    /// Only events that were recorded together, in this batch.
    #[arg(long, value_name = "BATCH")]
    batch: Vec<Term>,
    /// Only events recorded so long after their timestamp, such as '>1d' or '<=90m'.
    #[arg(long, value_name = "LAG", value_parser = lag)]
    lag: Vec<Predicate>,
    /// From the beginning of this time on, such as 2024-03, today or -7d.
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    since: Option<TimeText>,
    /// Before the beginning of this time.
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    until: Option<TimeText>,
    /// Only events with this mark now: corrected, voided or noted.
    #[arg(long, value_name = "MARK", value_parser = mark)]
    mark: Vec<(Mark, bool)>,
    /// Leave out updates that changed nothing.
    #[arg(long)]
    hide_no_ops: bool,
}

/// Events that a verb is asked about.
pub struct Question {
    /// All filters together.
    pub filters: Filters,
    /// The time zone of `--query` or `--view`; UTC without one.
    pub zone: Zone,
}

/// The text of `--query` or `--view`.
struct Asked {
    /// What it is called in a message.
    name: String,
    text: QueryText,
    /// What a window shows of the text of `--view`; `None` for `--query`.
    view: Option<WindowQuery>,
}

impl FilterArgs {
    /// The events that the filters ask for, with a text that values must contain. Relative times start
    /// from `now`.
    ///
    /// # Errors
    /// [`CliError::Wrong`] if they contradict each other, or if the query or the view has settings that mean
    /// nothing in a list of events, and [`CliError::Session`] if the file of the view is none.
    pub fn into_question(
        mut self,
        contains: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Question, CliError> {
        let asked = self.asked(now)?;
        let filters = match &asked.view {
            None => asked.text.filters(now),
            Some(view) => events_of(view).map_err(|verb| asked.other_verb(&verb))?,
        };
        let zone = asked.text.zone();
        Ok(Question { filters: self.narrowed(filters, &asked, contains, now)?, zone })
    }

    /// The records that the events of the filters are about, on the first page. Their types are among these
    /// filters.
    ///
    /// # Errors
    /// As [`FilterArgs::into_question`], for a list of records.
    pub fn into_records(
        mut self,
        contains: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<RecordsQuery, CliError> {
        let asked = self.asked(now)?;
        let records = match &asked.view {
            None => RecordsQuery { events: asked.text.filters(now), ..RecordsQuery::default() },
            Some(view) => {
                let records = records_of(view).map_err(|verb| asked.other_verb(&verb))?;
                if view.at.is_some() && !view.of_events {
                    let name = &asked.name;
                    write_message(&format!(
                        "{name}: its clock is left out: records are listed as they are now."
                    ));
                }
                records
            }
        };
        let events = self.narrowed(records.events, &asked, contains, now)?;
        Ok(RecordsQuery { events, ..records })
    }

    /// Takes the text of `--query` or `--view`.
    fn asked(&mut self, now: DateTime<Utc>) -> Result<Asked, CliError> {
        let Some(path) = self.view.take() else {
            let (name, text) = ("--query".to_owned(), self.query.take().unwrap_or_default());
            no_settings(&text, now)?;
            return Ok(Asked { name, text, view: None });
        };
        let (name, text) = (path.display().to_string(), ViewFile::read(&path)?.query);
        let view = WindowQuery::of(&text, now);
        let view = view.map_err(|why| CliError::Wrong(format!("{name}: {why}")))?;
        Ok(Asked { name, text, view: Some(view) })
    }

    /// Filters of a text, narrowed by the flags beside it.
    fn narrowed(
        mut self,
        of_text: Filters,
        asked: &Asked,
        contains: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Filters, CliError> {
        let Asked { name, text, .. } = asked;
        let marks = std::mem::take(&mut self.mark).into_iter();
        let marks = marks.map(|mark| Filters { marks: [mark].into(), ..Filters::default() });
        let mut filters = self.flags(contains, now);
        for other in marks.chain([of_text]) {
            filters = filters.and(other).map_err(|why| {
                CliError::Wrong(format!("{name} and the filters beside it: {why}"))
            })?;
        }
        let filters = in_order(filters)?;
        say_how_terms_are_read(name, text);
        for term in text.terms().iter().filter(|term| !term.off) {
            let (setting, time) = match &term.condition {
                Condition::Since(time) => ("since", *time),
                Condition::Until(time) => ("until", *time),
                _ => continue,
            };
            understood(&format!("{name}: {setting}"), time, time.start(text.zone(), now));
        }
        Ok(filters)
    }

    /// The filters but for `--query` and `--view`.
    fn flags(self, contains: Option<String>, now: DateTime<Utc>) -> Filters {
        let start = |flag, time: Option<TimeText>| {
            let start = time.map(|time| (time, time.start(Zone::default(), now)));
            start.map(|(time, instant)| {
                understood(flag, time, instant);
                instant
            })
        };
        let predicates = [
            texts(Column::OldValue, &self.old),
            texts(Column::NewValue, &self.new),
            texts(Column::Batch, &self.batch),
        ];
        let change = Predicate::Change { steps: self.change, exclude: false };
        let change = Some(change).filter(|change| change.problem().is_none());
        let predicates = predicates.concat().into_iter().chain(change).chain(self.lag).collect();
        let columns = [
            (Column::EntityType, self.types),
            (Column::EntityId, self.entity),
            (Column::Field, self.field),
            (Column::Action, self.action),
            (Column::Actor, self.actor),
            (Column::Source, self.source),
            (Column::WorkspaceId, self.workspace),
        ];
        Filters {
            terms: columns.into_iter().filter(|(_, terms)| !terms.is_empty()).collect(),
            since: start("--since", self.since),
            until: start("--until", self.until),
            contains,
            loosely: false,
            hide_no_ops: self.hide_no_ops,
            marks: BTreeMap::new(),
            predicates,
            zone: Zone::default(),
        }
    }
}

impl Asked {
    /// The error that another verb takes the view, which is the rest of a sentence about its file.
    fn other_verb(&self, verb: &OtherVerb) -> CliError {
        let OtherVerb { shows, verb, takes_view } = verb;
        let view = shell_word(&self.name);
        let view = if *takes_view { format!(" --view {view}") } else { String::new() };
        CliError::Wrong(format!("{} is a view of {shows}: use `daybook {verb}{view}`", self.name))
    }
}

/// Verb that takes a view, where another one was used.
struct OtherVerb {
    /// What the view shows.
    shows: &'static str,
    /// The verb and what stands behind it.
    verb: String,
    takes_view: bool,
}

/// The filters of a view that lists events.
fn events_of(view: &WindowQuery) -> Result<Filters, OtherVerb> {
    let other = |shows, verb: &str| OtherVerb { shows, verb: verb.to_owned(), takes_view: true };
    match view.view {
        WindowView::Events | WindowView::Corrections => Ok(view.effective_filters()),
        WindowView::Records => Err(other("records", "records BUCKET")),
        WindowView::Deleted => Err(other("deleted records", "records BUCKET")),
        WindowView::Chains | WindowView::Record | WindowView::Sql => Err(one_of_a_kind(view)),
    }
}

/// The records of a view that lists them, with their types among the filters of their events.
fn records_of(view: &WindowQuery) -> Result<RecordsQuery, OtherVerb> {
    let other = |shows| OtherVerb { shows, verb: "recent BUCKET".to_owned(), takes_view: true };
    match view.view {
        WindowView::Records | WindowView::Deleted => {}
        WindowView::Events => return Err(other("events")),
        WindowView::Corrections => return Err(other("corrections")),
        WindowView::Chains | WindowView::Record | WindowView::Sql => {
            return Err(one_of_a_kind(view));
        }
    }
    let events = if view.of_events {
        view.effective_filters()
    } else {
        let with_type = |all: Filters, term: &Term| all.with(Column::EntityType, term.clone());
        view.types.iter().fold(Filters::default(), with_type)
    };
    Ok(RecordsQuery {
        contains: Some(view.id_contains.clone()).filter(|text| !text.is_empty()),
        deleted: view.view == WindowView::Deleted,
        events,
        ..RecordsQuery::default()
    })
}

/// The verb of a view that is no list with filters.
fn one_of_a_kind(view: &WindowQuery) -> OtherVerb {
    match &view.record {
        Some(RecordId { entity_type, entity_id }) => {
            let [entity_type, entity_id] = [entity_type, entity_id].map(|text| shell_word(text));
            let verb = format!("history BUCKET {entity_id} --type {entity_type}");
            OtherVerb { shows: "one record", verb, takes_view: false }
        }
        None if view.view == WindowView::Sql => OtherVerb {
            shows: "questions in SQL",
            verb: "sql BUCKET".to_owned(),
            takes_view: false,
        },
        None => OtherVerb {
            shows: "broken chains",
            verb: "chains BUCKET".to_owned(),
            takes_view: false,
        },
    }
}

/// Checks that a query has no settings that mean nothing in a list of events.
fn no_settings(query: &QueryText, now: DateTime<Utc>) -> Result<(), CliError> {
    if query.reading().is_some() || query.known(now).is_some() {
        return Err(CliError::Wrong(
            "--query: as and known say how a record is read, and mean nothing in a list of events: \
             leave them out"
                .to_owned(),
        ));
    }
    match query.window().first() {
        Some(setting) => Err(CliError::Wrong(format!(
            "--query: {} is for the window, and means nothing in a list of events: leave it out",
            setting.name()
        ))),
        None => Ok(()),
    }
}

/// Says of a query which of its terms are off, and which words between others are texts to search for.
fn say_how_terms_are_read(name: &str, query: &QueryText) {
    let is_text = |term: &&TextTerm| matches!(term.condition, Condition::Contains(_));
    let off = query.terms().iter().filter(|term| term.off);
    for term in off {
        let term = term.to_string();
        let term = term.strip_prefix('-').unwrap_or(&term);
        write_message(&format!("{name}: {term} is switched off by the - before it."));
    }
    let on: Vec<&TextTerm> = query.terms().iter().filter(|term| !term.off).collect();
    if on.len() > 1 {
        for term in on.iter().copied().filter(is_text) {
            write_message(&format!("{name}: {term} is a text to search for in values."));
        }
    }
}

/// Predicates that hold of a text with one of the included values, and none of the excluded ones.
fn texts(column: Column, terms: &[Term]) -> Vec<Predicate> {
    let predicate = |exclude| {
        let terms = terms.iter().filter(|term| term.exclude == exclude);
        let patterns = terms.map(|term| Pattern::Equals(term.value.clone())).collect();
        Predicate::Text { of: Subject { column, member: None }, patterns, exclude }
    };
    let predicates = [false, true].map(predicate);
    predicates.into_iter().filter(|predicate| predicate.problem().is_none()).collect()
}

/// Parses a value to be equal, or with `!` before it not to be.
fn value(text: &str) -> Result<Term, String> {
    if text.starts_with(['<', '>', '=', '~', '^']) {
        return Err(format!(
            "only equal values have a flag; write it behind --query, as in --query 'new{text}', or to mean \
             the sign itself, as 'new=\"{text}\"'"
        ));
    }
    text.parse().map_err(|never| match never {})
}

/// Parses a step from one value to another.
fn step(text: &str) -> Result<Step, String> {
    let sides = text.split_once('→').or_else(|| text.split_once("->"));
    let (from, to) = sides.ok_or("write it as 'old->new'; nothing beside the arrow is no value")?;
    let side = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
    match (side(from), side(to)) {
        (None, None) => Err("a value is missing before or behind the arrow".to_owned()),
        (from, to) => Ok(Step { from, to }),
    }
}

/// Parses a limit of the lag, with its sign.
fn lag(text: &str) -> Result<Predicate, String> {
    let length = text.len() - text.trim_start_matches(['<', '>', '=']).len();
    let sign = ComparisonOperator::SIGNS.into_iter().find(|(sign, _)| *sign == &text[..length]);
    match (sign, text[length..].parse()) {
        (Some((_, comparison)), Ok(limit)) => Ok(Predicate::Lag { comparison, limit }),
        _ => Err("write it as '>1d': <, <=, > or >= and a whole number of ms, s, m, h, d or w"
            .to_owned()),
    }
}

/// Parses a mark that an event must have, or with `!` before it must not have.
fn mark(text: &str) -> Result<(Mark, bool), String> {
    let (name, must_have) = text.strip_prefix('!').map_or((text, true), |name| (name, false));
    let found = Mark::NAMES.into_iter().find(|(known, _)| *known == name);
    found
        .map(|(_, mark)| (mark, must_have))
        .ok_or_else(|| format!("“{name}” is no mark: corrected, voided or noted"))
}

/// The filters, if `since` is before `until`.
fn in_order(filters: Filters) -> Result<Filters, CliError> {
    match (filters.since, filters.until) {
        (Some(since), Some(until)) if since >= until => Err(CliError::Wrong(format!(
            "no event is at or after since {} and before until {}: {}",
            event::format_time(since),
            event::format_time(until),
            if since == until { "put until later" } else { "exchange them" },
        ))),
        _ => Ok(filters),
    }
}
