//! Two engines, asked the same questions.

use std::fmt::Debug;
use std::sync::Arc;

use event::{Effect, Entry, Position, RecordId, View};
use futures::StreamExt;
use query::{
    AllEventsQuery, CancellationToken, ChainsQuery, Covered, Engine, Error, EventsPage,
    EventsQuery, ExcerptQuery, ExcerptStart, Filters, PageStart, RecordsQuery, SearchResults,
    TimelineExcerpt, Zone,
};

use crate::Questions;

/// So much of two answers is shown before and after the first difference.
const SHOWN: usize = 300;

/// Lists are gone through in about so many pages.
const PAGES: usize = 5;

/// Asks both engines every question and panics at the first answer of `found` that is not the one
/// of `expected`: the whole answer, with its coverage, or the same error.
pub async fn compare(found: &dyn Engine, expected: &dyn Engine, questions: &Questions) {
    let pair = Pair { found, expected, token: CancellationToken::new() };
    assert_eq!(found.coverage(), expected.coverage());
    pair.totals().await;
    for filters in &questions.filters {
        pair.filtered(filters).await;
    }
    for filters in &questions.paged {
        for group in [false, true] {
            pair.both_ways(filters, group).await;
            pair.anywhere(filters, group, questions).await;
        }
    }
    pair.single(questions).await;
    for query in &questions.record_lists {
        pair.records(query).await;
    }
    pair.chains().await;
    for text in &questions.searches {
        pair.search(text).await;
    }
}

/// Zones in which histograms are compared: with and without summer time, and at no whole hour.
const ZONES: [&str; 3] = ["UTC", "America/New_York", "Asia/Kathmandu"];

struct Pair<'a> {
    found: &'a dyn Engine,
    expected: &'a dyn Engine,
    token: CancellationToken,
}

/// Asks both engines and holds their answers against each other.
macro_rules! ask {
    ($pair:expr, $question:ident($($argument:expr),*)) => {{
        let asked = (stringify!($question), $(&$argument),*);
        let found = $pair.found.$question($($argument,)* &$pair.token).await;
        let expected = $pair.expected.$question($($argument,)* &$pair.token).await;
        same(&asked, found, &expected)
    }};
}

impl Pair<'_> {
    async fn totals(&self) {
        ask!(self, totals());
    }

    async fn filtered(&self, filters: &Filters) {
        ask!(self, count(filters));
        self.all_events(filters).await;
        for zone in ZONES {
            let zone: Zone = zone.parse().unwrap_or_default();
            ask!(self, facets(filters, zone));
        }
        self.page(filters, PageStart::Newest, usize::MAX, false).await;
    }

    /// Every event, with and without the amendments of those that match.
    async fn all_events(&self, filters: &Filters) {
        for with_amendments in [false, true] {
            let query = AllEventsQuery { filters: filters.clone(), with_amendments };
            ask!(self, further_columns(&query));
            let found = whole_stream(self.found, &query, &self.token).await;
            let expected = whole_stream(self.expected, &query, &self.token).await;
            same(&("all_events", &query), found, &expected);
        }
    }

    async fn page(
        &self,
        filters: &Filters,
        start: PageStart,
        limit: usize,
        group: bool,
    ) -> Option<EventsPage> {
        let query = EventsQuery { filters: filters.clone(), start, limit, group, so_far: false };
        ask!(self, events(&query))
    }

    /// Page after page, to the oldest event and back.
    async fn both_ways(&self, filters: &Filters, group: bool) {
        let all = self.page(filters, PageStart::Newest, usize::MAX, group).await;
        let limit = all.map_or(0, |page| page.items.len()) / PAGES + 1;
        let mut start = PageStart::Newest;
        let mut last = None;
        while let Some(page) = self.page(filters, start, limit, group).await {
            last = page.previous;
            let Some(next) = page.next else { break };
            start = PageStart::After(as_sent(&next));
        }
        while let Some(previous) = last {
            let start = PageStart::Before(as_sent(&previous));
            last = self.page(filters, start, limit, group).await.and_then(|page| page.previous);
        }
    }

    /// Pages that follow no other page.
    async fn anywhere(&self, filters: &Filters, group: bool, questions: &Questions) {
        let ranks = questions.ranks.iter().copied().map(PageStart::Rank);
        let after = questions.positions.iter().cloned().map(PageStart::After);
        let before = questions.positions.iter().cloned().map(PageStart::Before);
        for start in ranks.chain(after).chain(before) {
            self.page(filters, start, PAGES, group).await;
        }
        self.page(filters, PageStart::Rank(1), 0, group).await;
    }

    /// Single events and records.
    async fn single(&self, questions: &Questions) {
        for address in &questions.addresses {
            ask!(self, event(address));
        }
        for (entity_id, entity_type) in &questions.names {
            ask!(self, record(entity_id, entity_type.as_deref()));
        }
        for record in &questions.records {
            ask!(self, timeline(record));
        }
        for (record, view) in &questions.states {
            ask!(self, state(record, *view));
            self.excerpts(record, *view).await;
        }
    }

    /// Excerpts of a record's timeline: of the first events, of later ones, and around one.
    async fn excerpts(&self, record: &RecordId, view: View) {
        let timeline = self.expected.timeline(record, &self.token).await;
        let entries = timeline.as_ref().map_or(&[][..], |timeline| timeline.value.entries());
        let middle = entries.get(entries.len() / 2).map(|entry| entry.address().to_string());
        let around = middle.into_iter().map(ExcerptStart::Around);
        for start in [0, 2].map(ExcerptStart::Skip).into_iter().chain(around) {
            let query = ExcerptQuery { view, only: None, start, limit: PAGES };
            let found = self.found.excerpt(record, &query, &self.token).await;
            let expected = self.expected.excerpt(record, &query, &self.token).await;
            let shown = |answer: Covered<TimelineExcerpt>| answer.map(|of| resolved(&of, view));
            same(&("excerpt", record, &query), found.map(shown), &expected.map(shown));
        }
    }

    /// All records on one page, then page after page.
    async fn records(&self, query: &RecordsQuery) {
        let all = ask!(self, records(query));
        let limit = all.map_or(0, |page| page.records.len()) / PAGES + 1;
        let mut query = RecordsQuery { limit, ..query.clone() };
        while let Some(page) = ask!(self, records(&query)) {
            let Some(next) = page.next else { break };
            query.after = Some(as_sent(&next));
        }
    }

    /// All broken chains on one page, then page after page.
    async fn chains(&self) {
        let mut query = ChainsQuery { limit: usize::MAX, ..ChainsQuery::default() };
        let all = ask!(self, chains(&query));
        query.limit = all.map_or(0, |page| page.breaks.len()) / PAGES + 1;
        while let Some(page) = ask!(self, chains(&query)) {
            let Some(next) = page.next else { break };
            query.after = Some(as_sent(&next));
        }
    }

    /// The whole result; what comes before it is as far as an engine happens to be.
    async fn search(&self, text: &str) {
        let found = self.whole_search(self.found, text).await;
        let expected = self.whole_search(self.expected, text).await;
        same(&("search", text), found, &expected);
    }

    async fn whole_search(
        &self,
        engine: &dyn Engine,
        text: &str,
    ) -> Result<Covered<SearchResults>, Error> {
        let mut results: Vec<_> = engine.search(text, &self.token).collect().await;
        results.pop().expect("a search ends with its whole result")
    }
}

/// All entries of a stream, each chunk of which says how many there are.
async fn whole_stream(
    engine: &dyn Engine,
    query: &AllEventsQuery,
    token: &CancellationToken,
) -> Result<Covered<Vec<Arc<Entry>>>, Error> {
    let (mut stream, mut entries, mut total) = (engine.all_events(query, token), Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        assert!(!chunk.entries.is_empty(), "an empty chunk of {query:?}");
        (entries, total) = ([entries, chunk.entries].concat(), chunk.total);
    }
    assert_eq!(entries.len(), total, "{query:?}");
    Ok(Covered { value: entries, coverage: engine.coverage() })
}

/// What an excerpt says, with addresses in the place of indices.
fn resolved(excerpt: &TimelineExcerpt, view: View) -> Vec<String> {
    let timeline = &excerpt.timeline;
    let entry = |index: usize| &timeline.entries()[index];
    let address = |index: usize| entry(index).address().to_string();
    let addresses = |indices: &[usize]| indices.iter().copied().map(address).collect::<Vec<_>>();
    let state = timeline.state(view);
    let breaks = timeline.breaks();
    let mut said = vec![
        format!("{} {} {} {}", excerpt.skip, excerpt.total, excerpt.past, excerpt.later),
        format!("{} {} {:?}", state.exists, state.deleted, excerpt.changes),
        format!("{:?}", timeline.entries().first()),
        format!("{:?}", timeline.past(view).checked_sub(1).map(entry)),
    ];
    for (name, field) in &state.fields {
        let recorded = field.recorded(name, timeline);
        let by = (address(field.event), field.correction.map(address));
        said.push(format!("{name}: {:?} {recorded:?} {by:?}", field.value));
    }
    for &index in &excerpt.page {
        let effect = match timeline.effect(index, None) {
            Effect::Recorded => "recorded".to_owned(),
            Effect::Void { by } => format!("void by {}", address(by)),
            Effect::Corrected(by) => {
                let value = by.value.map(|(value, by)| (value, address(by)));
                let members = by.members.into_iter();
                let members = members.map(|(field, (value, by))| (field, value, address(by)));
                format!("corrected {value:?} {:?}", members.collect::<Vec<_>>())
            }
        };
        let broken = breaks.iter().find(|found| found.index == index);
        let links = (addresses(timeline.about(index)), timeline.target(index).map(address));
        let uncertain = timeline.order_is_uncertain(index);
        let expected = broken.map(|found| &found.expected);
        said.push(format!("{:?} {effect} {links:?} {uncertain} {expected:?}", entry(index)));
    }
    said
}

/// A cursor as it comes back from a caller: through its text.
fn as_sent(cursor: &Position) -> Position {
    cursor.to_string().parse().expect("a cursor is read as it was written")
}

/// The answer that both gave; `None` if it is an error.
fn same<T: PartialEq + Debug>(
    question: &dyn Debug,
    found: Result<Covered<T>, Error>,
    expected: &Result<Covered<T>, Error>,
) -> Option<T> {
    let is_same = match (&found, expected) {
        (Ok(found), Ok(expected)) => found == expected,
        (Err(found), Err(expected)) => format!("{found:?}") == format!("{expected:?}"),
        _ => false,
    };
    assert!(is_same, "{question:?}\n{}", difference(&found, expected));
    found.ok().map(|found| found.value)
}

/// The part of two answers where they begin to differ.
fn difference(found: &dyn Debug, expected: &dyn Debug) -> String {
    let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
    let same = found.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
    let shown = |text: &str| -> String {
        text.chars().skip(same.saturating_sub(SHOWN)).take(2 * SHOWN).collect()
    };
    format!("found:    …{}…\nexpected: …{}…", shown(&found), shown(&expected))
}
