//! Filters of the verbs that list or count events.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use clap::Args;
use event::Mark;
use query::{
    Column, ComparisonOperator, Condition, Filters, Pattern, Predicate, QueryText, Step, Subject,
    Term, TextTerm, TimeText, Zone,
};

use super::{time, understood};
use crate::error::CliError;
use crate::print::write_message;

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

impl FilterArgs {
    /// The time zone of `--query`.
    pub fn zone(&self) -> Zone {
        self.query.as_ref().map(QueryText::zone).unwrap_or_default()
    }

    /// All filters together, with a text that values must contain. Relative times start from `now`.
    ///
    /// # Errors
    /// [`CliError::Wrong`] if they contradict each other, or if the query has settings that mean
    /// nothing in a list of events.
    pub fn into_filters(
        mut self,
        contains: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Filters, CliError> {
        let query = self.query.take().unwrap_or_default();
        if query.reading().is_some() || query.known(now).is_some() {
            return Err(CliError::Wrong(
                "--query: as and known say how a record is read, and mean nothing in a list of events: \
                 leave them out"
                    .to_owned(),
            ));
        }
        if let Some(setting) = query.window().first() {
            return Err(CliError::Wrong(format!(
                "--query: {} is for the window, and means nothing in a list of events: leave it out",
                setting.name()
            )));
        }
        let marks = std::mem::take(&mut self.mark).into_iter();
        let marks = marks.map(|mark| Filters { marks: [mark].into(), ..Filters::default() });
        let mut filters = self.flags(contains, now);
        for other in marks.chain([query.filters(now)]) {
            filters = filters.and(other).map_err(|why| {
                CliError::Wrong(format!("--query and the filters beside it: {why}"))
            })?;
        }
        let filters = in_order(filters)?;
        say_how_terms_are_read(&query);
        for term in query.terms().iter().filter(|term| !term.off) {
            let (name, time) = match &term.condition {
                Condition::Since(time) => ("since", *time),
                Condition::Until(time) => ("until", *time),
                _ => continue,
            };
            understood(&format!("--query: {name}"), time, time.start(query.zone(), now));
        }
        Ok(filters)
    }

    /// The filters but for `--query`.
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

/// Says of a query which of its terms are off, and which words between others are texts to search for.
fn say_how_terms_are_read(query: &QueryText) {
    let is_text = |term: &&TextTerm| matches!(term.condition, Condition::Contains(_));
    let off = query.terms().iter().filter(|term| term.off);
    for term in off {
        let term = term.to_string();
        let term = term.strip_prefix('-').unwrap_or(&term);
        write_message(&format!("--query: {term} is switched off by the - before it."));
    }
    let on: Vec<&TextTerm> = query.terms().iter().filter(|term| !term.off).collect();
    if on.len() > 1 {
        for term in on.iter().copied().filter(is_text) {
            write_message(&format!("--query: {term} is a text to search for in values."));
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
