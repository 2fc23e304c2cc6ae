//! Verbs that ask about the whole journal: recent, search, facets, records, chains.

use std::path::Path;

use event::Column;
use evidence::{Picture, PictureForm};
use journal::{Clock, SystemClock};
use query::{
    CancellationToken, ChainsQuery, Engine, EventsQuery, Filters, PageStart, RecordsQuery, Zone,
};

use super::read_by;
use super::unknown::name_unknown;
use crate::Outcome;
use crate::answers;
use crate::args::{Chains, EngineArgs, Facets, Page, Question, Recent, Records, Search};
use crate::error::CliError;
use crate::print::{Printer, write_message};

/// Lists events, newest first.
pub async fn recent(args: Recent, printer: Printer) -> Result<Outcome, CliError> {
    let Question { filters, .. } = args.filters.into_question(args.contains, SystemClock.now())?;
    events(&args.bucket, &args.engine, filters, args.page, printer).await
}

/// Lists events with a text in a value.
pub async fn search(args: Search, printer: Printer) -> Result<Outcome, CliError> {
    let Question { filters, .. } =
        args.filters.into_question(Some(args.text), SystemClock.now())?;
    events(&args.bucket, &args.engine, filters, args.page, printer).await
}

/// Prints a page of the events that filters let through.
async fn events(
    bucket: &str,
    engine: &EngineArgs,
    filters: Filters,
    page: Page,
    printer: Printer,
) -> Result<Outcome, CliError> {
    let start = page.after.map_or(PageStart::Newest, PageStart::After);
    let query = EventsQuery { filters, start, limit: page.limit, ..EventsQuery::default() };
    let (_session, engine) = read_by(bucket, engine).await?;
    let found = engine.events(&query, &CancellationToken::new()).await?;
    let is_empty = found.value.total == 0;
    let outcome = printer.print(&answers::Events::page(found))?;
    if is_empty {
        name_unknown(&*engine, &query.filters).await?;
    }
    Ok(outcome)
}

/// Says of events that filters do not decide that they are left out.
async fn say_left_out(engine: &dyn Engine, filters: &Filters) -> Result<(), CliError> {
    if filters.predicates.is_empty() {
        return Ok(());
    }
    let query = EventsQuery { filters: filters.clone(), ..EventsQuery::default() };
    let page = engine.events(&query, &CancellationToken::new()).await?.value;
    for said in evidence::left_out(&page.undecided) {
        write_message(&said);
    }
    Ok(())
}

/// Counts events by column and over time, and draws them if that was asked for.
pub async fn facets(args: Facets, printer: Printer) -> Result<Outcome, CliError> {
    let now = SystemClock.now();
    let form = args.picture.as_deref().map(picture_form).transpose()?;
    let Question { filters, zone } = args.filters.into_question(args.contains, now)?;
    let (session, engine) = read_by(&args.bucket, &args.engine).await?;
    if let Some((path, form)) = args.picture.as_deref().zip(form) {
        let token = CancellationToken::new();
        let picture = Picture::ask(&*engine, session.name(), &filters, zone, now, &token).await?;
        let saved = picture.save(form, path, args.overwrite, session.plain_folder().as_deref());
        saved.map_err(|error| CliError::NotDone(error.to_string()))?;
        write_message(&format!("The picture is in {}.", path.display()));
    }
    let found = engine.facets(&filters, Zone::default(), &CancellationToken::new()).await?;
    let is_empty = found.value.total == 0;
    let outcome = printer.print(&answers::FacetCounts::new(found))?;
    say_left_out(&*engine, &filters).await?;
    if is_empty {
        name_unknown(&*engine, &filters).await?;
    }
    Ok(outcome)
}

/// The form that the ending of a picture's file names.
fn picture_form(path: &Path) -> Result<PictureForm, CliError> {
    PictureForm::of(path).ok_or_else(|| {
        CliError::Wrong(format!(
            "the ending of {} names no picture: write .svg or .png",
            path.display()
        ))
    })
}

/// Lists records: all, or those that the events are about which filters let through.
pub async fn records(args: Records, printer: Printer) -> Result<Outcome, CliError> {
    let asked = args.filters.into_records(args.contains, SystemClock.now())?;
    // All events about a record have its type.
    let mut events = asked.events.clone();
    let mut query = RecordsQuery {
        types: events.terms.remove(&Column::EntityType).unwrap_or_default(),
        events,
        deleted: asked.deleted || args.deleted,
        after: args.page.after,
        limit: args.page.limit,
        ..asked.clone()
    };
    let (_session, engine) = read_by(&args.bucket, &args.engine).await?;
    let mut found = engine.records(&query, &CancellationToken::new()).await?;
    if found.value.total == 0 && query.contains.is_some() {
        // As the window finds them.
        query.loosely = true;
        found = engine.records(&query, &CancellationToken::new()).await?;
    }
    let is_empty = found.value.total == 0;
    let outcome = printer.print(&answers::RecordList::page(found))?;
    say_left_out(&*engine, &asked.events).await?;
    if is_empty {
        name_unknown(&*engine, &asked.events).await?;
    }
    Ok(outcome)
}

/// Lists broken value chains.
pub async fn chains(args: Chains, printer: Printer) -> Result<Outcome, CliError> {
    let query = ChainsQuery { after: args.page.after, limit: args.page.limit, so_far: false };
    let (_session, engine) = read_by(&args.bucket, &args.engine).await?;
    let found = engine.chains(&query, &CancellationToken::new()).await?;
    printer.print(&answers::Chains::page(found))
}
