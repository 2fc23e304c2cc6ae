//! Results of a search for one text.

use std::sync::Arc;

use event::{Column, Entry, fold_loosely};

use crate::records::has_in_name;
use crate::{
    CancellationToken, Count, Coverage, Covered, Engine, Error, EventsQuery, Filters,
    RecordSummary, RecordsQuery, Zone,
};

/// Maximum number of events, of records, of actors and of fields in the results.
pub const MOST_NAMED: usize = 8;

/// Maximum number of events with the text in a value in the results.
pub const MOST_HITS: usize = 20;

/// Results of a search: everything that one text can mean in a journal. Case does not count, except
/// in an id or address. Where nothing has the text so, what has it [loosely](event::fold_loosely) is
/// the result: records, actors and fields, and values if four letters and digits or more are left of
/// the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// Events with exactly this id or address, at most [`MOST_NAMED`].
    pub events: Vec<Arc<Entry>>,
    /// Records with the text in their id or name, latest change first, at most [`MOST_NAMED`].
    pub records: Vec<RecordSummary>,
    /// Actors with the text in their name, most events first, at most [`MOST_NAMED`].
    pub actors: Vec<Count>,
    /// Fields with the text in their name, most events first, at most [`MOST_NAMED`].
    pub fields: Vec<Count>,
    /// Number of events with the text in their old or new value.
    pub in_values: usize,
    /// Newest of these events, at most [`MOST_HITS`].
    pub hits: Vec<Arc<Entry>>,
    /// Whether nothing has the text as it is, and what is found has it loosely.
    pub loosely: bool,
    /// Progress of the search; `None` once the results are whole.
    pub searched: Option<SearchProgress>,
}

/// Progress of a search, in parts of the journal. The parts need not be of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchProgress {
    /// Number of parts searched.
    pub done: usize,
    /// Number of all parts.
    pub of: usize,
}

/// Fewest letters and digits of a text that is looked for loosely in values.
const FEWEST_LOOSE: usize = 4;

/// Searches for a text by the other questions of an engine: for one that has no quicker way.
///
/// # Errors
/// As the questions.
pub async fn search_by_questions(
    engine: &dyn Engine,
    text: &str,
    token: &CancellationToken,
) -> Result<Covered<SearchResults>, Error> {
    let text = text.trim();
    let events = with_address(engine, text, token).await?;
    let (named, coverage) = named(engine, text, false, token).await?;
    let (in_values, hits) = in_values(engine, text, false, token).await?;
    let events = events.into_iter().take(MOST_NAMED).map(Arc::new).collect();
    let results = SearchResults { events, in_values, hits, ..named };
    let loosely = fold_loosely(text);
    if results != SearchResults::default() || loosely.is_empty() {
        return Ok(Covered { value: results, coverage });
    }
    let (named, coverage) = self::named(engine, text, true, token).await?;
    let (in_values, hits) = match loosely.chars().count() {
        FEWEST_LOOSE.. => self::in_values(engine, text, true, token).await?,
        _ => (0, Vec::new()),
    };
    let results = SearchResults { in_values, hits, ..named };
    let loosely = results != SearchResults::default();
    Ok(Covered { value: SearchResults { loosely, ..results }, coverage })
}

/// Events that an address can mean, in the total order.
pub(crate) async fn with_address(
    engine: &dyn Engine,
    address: &str,
    token: &CancellationToken,
) -> Result<Vec<Entry>, Error> {
    match engine.event(address, token).await {
        Ok(found) => Ok(vec![found.value]),
        Err(Error::NoSuchEvent(_)) => Ok(Vec::new()),
        Err(Error::AmbiguousEvent { addresses, .. }) => {
            let mut found = Vec::new();
            for address in addresses {
                found.push(engine.event(&address, token).await?.value);
            }
            Ok(found)
        }
        Err(error) => Err(error),
    }
}

/// Records, actors and fields that have the text in their names.
async fn named(
    engine: &dyn Engine,
    text: &str,
    loosely: bool,
    token: &CancellationToken,
) -> Result<(SearchResults, Coverage), Error> {
    let facets = engine.facets(&Filters::default(), Zone::default(), token).await?.value;
    let named = |column: Column| -> Vec<Count> {
        let facet = facets.facets.iter().find(|facet| facet.column == column);
        let values = facet.map(|facet| facet.values.as_slice()).unwrap_or_default().iter();
        let has = |count: &&Count| has_in_name(&count.value, text, loosely);
        values.filter(has).take(MOST_NAMED).cloned().collect()
    };
    let (actors, fields) = (named(Column::Actor), named(Column::Field));
    let contains = Some(text.to_owned());
    let query = RecordsQuery { contains, loosely, limit: MOST_NAMED, ..RecordsQuery::default() };
    let records = engine.records(&query, token).await?;
    let results = SearchResults {
        records: records.value.records,
        actors,
        fields,
        ..SearchResults::default()
    };
    Ok((results, records.coverage))
}

/// Number of the events with the text in a value, and the newest of them.
async fn in_values(
    engine: &dyn Engine,
    text: &str,
    loosely: bool,
    token: &CancellationToken,
) -> Result<(usize, Vec<Arc<Entry>>), Error> {
    let filters = Filters { contains: Some(text.to_owned()), loosely, ..Filters::default() };
    let query = EventsQuery { filters, limit: MOST_HITS, ..EventsQuery::default() };
    let page = engine.events(&query, token).await?.value;
    Ok((page.total, page.items.into_iter().map(|item| item.entry).collect()))
}
