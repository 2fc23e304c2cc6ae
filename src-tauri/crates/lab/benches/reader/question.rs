//! What is asked, so that both sides understand it.

use chrono::{DateTime, Utc};
use event::{DIMENSIONS, RecordId, State, Timeline, View, format_time};
use query::{
    CancellationToken, Column, Engine, EventsPage, EventsQuery, Facets, Filters, HistogramBin,
    PageStart,
};
use serde_json::{Value, json};

use crate::Failure;

#[derive(Debug, Clone)]
pub enum Question {
    /// The newest events that the filters let through; `counted` if how many there are in all is
    /// asked too. Daybook always says that.
    Events { filters: Filters, limit: usize, counted: bool },
    /// All events of a record.
    Record(RecordId),
    /// How often each value occurs, and how many events fall into each bar.
    Facets { filters: Filters, bars: Bars },
    /// What a record was.
    State { record: RecordId, at: DateTime<Utc> },
}

/// The bars of a histogram: all of one width.
#[derive(Debug, Clone, Copy)]
pub struct Bars {
    /// Where the first begins, in microseconds since 1970.
    origin: i64,
    /// Microseconds.
    width: i64,
}

impl Bars {
    /// The bars that Daybook chose.
    pub fn of(facets: &Facets) -> Result<Self, Failure> {
        let width = |bar: &HistogramBin| (bar.end - bar.start).num_microseconds();
        let first = facets.histogram.first().ok_or("there is nothing to count")?;
        let (origin, wide) = (first.start.timestamp_micros(), width(first));
        if facets.histogram.iter().any(|bar| width(bar) != wide) {
            return Err("the histogram has bars of several widths, and the peer cannot".into());
        }
        Ok(Self { origin, width: wide.ok_or("a bar is too wide")? })
    }
}

/// Daybook's answer, as the window gets it.
#[derive(Debug)]
pub enum Found {
    Events(EventsPage),
    Record(Timeline),
    Facets(Facets),
    State(Timeline, State),
}

impl Question {
    pub fn recent(limit: usize) -> Self {
        Self::Events { filters: Filters::default(), limit, counted: false }
    }

    pub async fn ask(&self, engine: &dyn Engine) -> Result<Found, query::Error> {
        let token = CancellationToken::new();
        Ok(match self {
            Self::Events { filters, limit, .. } => {
                let (filters, start) = (filters.clone(), PageStart::Newest);
                let query = EventsQuery { filters, start, limit: *limit, group: false };
                Found::Events(engine.events(&query, &token).await?.value)
            }
            Self::Record(record) => Found::Record(engine.timeline(record, &token).await?.value),
            Self::Facets { filters, .. } => {
                Found::Facets(engine.facets(filters, &token).await?.value)
            }
            Self::State { record, at } => {
                let timeline = engine.timeline(record, &token).await?.value;
                let state = timeline.state(View { at: Some(*at), ..View::NOW });
                Found::State(timeline, state)
            }
        })
    }

    /// The question in the peer's terms.
    pub fn for_peer(&self) -> Value {
        match self {
            Self::Events { filters, limit, counted } => json!({
                "ask": "events",
                "filters": filters_for_peer(filters),
                "limit": (*limit < usize::MAX).then_some(limit),
                "counted": counted,
            }),
            Self::Record(record) => json!({ "ask": "record", "record": record }),
            Self::Facets { filters, bars } => json!({
                "ask": "facets",
                "filters": filters_for_peer(filters),
                "columns": DIMENSIONS.map(Column::name),
                "origin": bars.origin,
                "width": bars.width,
            }),
            Self::State { record, at } => {
                json!({ "ask": "state", "record": record, "at": format_time(*at) })
            }
        }
    }
}

fn filters_for_peer(filters: &Filters) -> Value {
    let terms = filters
        .terms
        .iter()
        .flat_map(|(column, terms)| terms.iter().map(|term| json!([column.name(), term.value])));
    json!({
        "terms": terms.collect::<Vec<_>>(),
        "since": filters.since.map(format_time),
        "until": filters.until.map(format_time),
        "contains": filters.contains,
    })
}
