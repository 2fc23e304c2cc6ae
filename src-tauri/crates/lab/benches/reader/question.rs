//! Questions, in a form that both sides understand.

use chrono::{DateTime, Utc};
use event::{DIMENSIONS, RecordId, State, Timeline, View, format_time};
use query::{
    CancellationToken, Column, Engine, EventsPage, EventsQuery, ExcerptQuery, ExcerptStart, Facets,
    Filters, HistogramBin, PageStart, TimelineExcerpt, Zone,
};
use serde_json::{Value, json};

use crate::Failure;

/// Question to both sides.
#[derive(Debug, Clone)]
pub enum Question {
    /// The newest events that filters let through; with `counted` also how many there are in all,
    /// which Daybook's answer always has. `sql` is the condition that the predicates of the filters are
    /// for the peer.
    Events { filters: Filters, limit: usize, counted: bool, sql: Option<&'static str> },
    /// All events of a record.
    Record(RecordId),
    /// The newest events of a record, as the window shows them first.
    TimelinePage { record: RecordId, limit: usize },
    /// Counts of each value, and of the events in each bin.
    Facets { filters: Filters, bins: Bins },
    /// The fields of a record at an instant.
    State { record: RecordId, at: DateTime<Utc> },
}

/// Bins of a histogram, all of one width.
#[derive(Debug, Clone, Copy)]
pub struct Bins {
    /// Start of the first bin, in microseconds since 1970.
    origin: i64,
    /// Width in microseconds.
    width: i64,
}

impl Bins {
    /// The bins that Daybook chose.
    ///
    /// # Errors
    /// Fails if they have several widths, which the peer does not support.
    pub fn of(facets: &Facets) -> Result<Self, Failure> {
        let width = |bin: &HistogramBin| (bin.end - bin.start).num_microseconds();
        let first = facets.histogram.first().ok_or("there is nothing to count")?;
        let (origin, wide) = (first.start.timestamp_micros(), width(first));
        if facets.histogram.iter().any(|bin| width(bin) != wide) {
            return Err(
                "the histogram has bins of several widths, which the peer does not support".into(),
            );
        }
        Ok(Self { origin, width: wide.ok_or("a bin is too wide")? })
    }
}

/// Answer of Daybook, as the window gets it.
#[derive(Debug)]
pub enum EngineAnswer {
    Events(EventsPage),
    Record(Timeline),
    Excerpt(TimelineExcerpt),
    Facets(Facets),
    State(Timeline, State),
}

impl Question {
    /// The newest events of all.
    pub fn recent(limit: usize) -> Self {
        Self::Events { filters: Filters::default(), limit, counted: false, sql: None }
    }

    /// The same question in other words, where Daybook keeps what it found: about the events from an
    /// instant on that is before all of them.
    #[must_use]
    pub fn anew(&self, round: usize) -> Self {
        let mut question = self.clone();
        if let Self::Events { filters, .. } = &mut question
            && (filters.contains.is_some() || !filters.predicates.is_empty())
        {
            let seconds = i64::try_from(round).unwrap_or_default();
            filters.since = DateTime::from_timestamp(seconds - 2_000_000_000, 0);
        }
        question
    }

    /// Asks Daybook.
    pub async fn ask(&self, engine: &dyn Engine) -> Result<EngineAnswer, query::Error> {
        let token = CancellationToken::new();
        Ok(match self {
            Self::Events { filters, limit, .. } => {
                let (filters, start) = (filters.clone(), PageStart::Newest);
                let query = EventsQuery { filters, start, limit: *limit, ..EventsQuery::default() };
                EngineAnswer::Events(engine.events(&query, &token).await?.value)
            }
            Self::Record(record) => {
                EngineAnswer::Record(engine.timeline(record, &token).await?.value)
            }
            Self::TimelinePage { record, limit } => {
                let start = ExcerptStart::Skip(0);
                let query = ExcerptQuery { view: View::NOW, only: None, start, limit: *limit };
                EngineAnswer::Excerpt(engine.excerpt(record, &query, &token).await?.value)
            }
            Self::Facets { filters, .. } => {
                EngineAnswer::Facets(engine.facets(filters, Zone::default(), &token).await?.value)
            }
            Self::State { record, at } => {
                let view = View { at: Some(*at), ..View::NOW };
                let start = ExcerptStart::Skip(0);
                let query = ExcerptQuery { view, only: None, start, limit: 0 };
                let timeline = engine.excerpt(record, &query, &token).await?.value.timeline;
                let state = timeline.state(view);
                EngineAnswer::State(timeline, state)
            }
        })
    }

    /// The question as the peer understands it.
    pub fn for_peer(&self) -> Value {
        match self {
            Self::Events { filters, limit, counted, sql } => json!({
                "ask": "events",
                "filters": filters_for_peer(filters, *sql),
                "limit": (*limit < usize::MAX).then_some(limit),
                "counted": counted,
            }),
            Self::Record(record) => json!({ "ask": "record", "record": record }),
            Self::TimelinePage { record, limit } => {
                json!({ "ask": "record", "record": record, "limit": limit })
            }
            Self::Facets { filters, bins } => json!({
                "ask": "facets",
                "filters": filters_for_peer(filters, None),
                "columns": DIMENSIONS.map(Column::name),
                "origin": bins.origin,
                "width": bins.width,
            }),
            Self::State { record, at } => {
                json!({ "ask": "state", "record": record, "at": format_time(*at) })
            }
        }
    }
}

/// Filters as the peer understands them.
fn filters_for_peer(filters: &Filters, sql: Option<&str>) -> Value {
    let terms = filters
        .terms
        .iter()
        .flat_map(|(column, terms)| terms.iter().map(|term| json!([column.name(), term.value])));
    json!({
        "terms": terms.collect::<Vec<_>>(),
        "since": filters.since.map(format_time),
        "until": filters.until.map(format_time),
        "contains": filters.contains,
        "sql": sql,
    })
}
