//! Which events a verb is about.

use chrono::{DateTime, Utc};
use clap::Args;
use query::{Column, Filters, Term};

use super::time;
use crate::stop::Stop;

// A doc comment here would become the help of every verb that has filters.
#[derive(Args)]
#[command(next_help_heading = "Filters (those with a name may be given again; !x excludes x)")]
pub struct FilterArgs {
    /// Only events about records of this type.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<Term>,
    /// Only events about this record.
    #[arg(long, value_name = "ENTITY_ID")]
    entity: Vec<Term>,
    /// Only events about this field; * is the whole record.
    #[arg(long, value_name = "FIELD")]
    field: Vec<Term>,
    /// Only insert, update, delete, ingest, correct, void, note, or what others wrote.
    #[arg(long, value_name = "ACTION")]
    action: Vec<Term>,
    /// Only what this actor did.
    #[arg(long, value_name = "NAME")]
    actor: Vec<Term>,
    /// Only what came through this source.
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Term>,
    /// Only events of this workspace; an empty text for those of none.
    #[arg(long, value_name = "WORKSPACE_ID")]
    workspace: Vec<Term>,
    /// From this time on.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
    /// Leave out updates that changed nothing.
    #[arg(long)]
    hide_no_ops: bool,
}

impl FilterArgs {
    pub fn into_filters(self, contains: Option<String>) -> Result<Filters, Stop> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since >= until
        {
            return Err(Stop::Wrong(format!(
                "no event is at or after --since {} and before --until {}: exchange them",
                event::format_time(since),
                event::format_time(until)
            )));
        }
        let columns = [
            (Column::EntityType, self.types),
            (Column::EntityId, self.entity),
            (Column::Field, self.field),
            (Column::Action, self.action),
            (Column::Actor, self.actor),
            (Column::Source, self.source),
            (Column::WorkspaceId, self.workspace),
        ];
        Ok(Filters {
            terms: columns.into_iter().filter(|(_, terms)| !terms.is_empty()).collect(),
            since: self.since,
            until: self.until,
            contains,
            hide_no_ops: self.hide_no_ops,
        })
    }
}
