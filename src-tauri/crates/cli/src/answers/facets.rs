//! Counts of events by column and over time.

use event::format_time;
use reader::{Answer as Read, Coverage, Facets};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, counted, shown};

/// People see at most this many values of a column.
const MOST_VALUES: usize = 20;
/// The longest bar of the histogram.
const LONGEST_BAR: usize = 40;

/// How often each value of a column occurs, and when events happened.
#[derive(Debug, Serialize)]
pub struct FacetCounts {
    total: usize,
    #[serde(serialize_with = "by_name")]
    facets: Vec<(&'static str, Vec<Count>)>,
    histogram: Vec<Bar>,
    coverage: Coverage,
}

#[derive(Debug, Serialize)]
struct Count {
    value: String,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Bar {
    start: String,
    end: String,
    count: usize,
    #[serde(skip)]
    starts: String,
}

fn by_name<S: Serializer>(
    facets: &[(&'static str, Vec<Count>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(facets.len()))?;
    for (column, counts) in facets {
        map.serialize_entry(column, counts)?;
    }
    map.end()
}

impl FacetCounts {
    pub fn new(found: Read<Facets>) -> Self {
        let Read { value: found, coverage } = found;
        let facet = |facet: reader::Facet| {
            let counts = facet.values.into_iter();
            let counts = counts.map(|c| Count { value: c.value, count: c.count }).collect();
            (facet.column.name(), counts)
        };
        let bar = |bar: &reader::Bar| Bar {
            start: format_time(bar.start),
            end: format_time(bar.end),
            count: bar.count,
            starts: short_time(bar.start),
        };
        Self {
            total: found.total,
            facets: found.facets.into_iter().map(facet).collect(),
            histogram: found.histogram.iter().map(bar).collect(),
            coverage,
        }
    }
}

impl Answer for FacetCounts {
    fn lines(&self) -> serde_json::Result<Vec<Value>> {
        let counts = self.facets.iter().flat_map(|(column, counts)| {
            let line =
                move |c: &Count| json!({"column": column, "value": c.value, "count": c.count});
            counts.iter().map(line)
        });
        let bars = self.histogram.iter().map(serde_json::to_value);
        counts.map(Ok).chain(bars).collect()
    }

    fn sheet(&self) -> Sheet {
        let row = |column: &str, value: String, count: usize| {
            vec![Some(column.to_owned()), Some(value), Some(count.to_string())]
        };
        let counts = self.facets.iter().flat_map(|(column, counts)| {
            counts.iter().map(move |c| row(column, c.value.clone(), c.count))
        });
        let bar = |b: &Bar| row("timestamp", format!("{}/{}", b.start, b.end), b.count);
        let rows = counts.chain(self.histogram.iter().map(bar)).collect();
        Sheet { columns: vec!["column", "value", "count"], rows }
    }

    fn tables(&self) -> Vec<Table> {
        let facets = self.facets.iter().filter(|(_, counts)| !counts.is_empty());
        let tables = facets.map(|(column, counts)| {
            let most = counts.iter().take(MOST_VALUES);
            let mut rows: Vec<Vec<String>> =
                most.map(|c| vec![c.count.to_string(), shown(Some(&c.value))]).collect();
            let rest = &counts[rows.len()..];
            if !rest.is_empty() {
                let events = rest.iter().map(|c| c.count).sum::<usize>();
                let others = format!("({})", counted(rest.len(), "more value"));
                rows.push(vec![events.to_string(), others]);
            }
            let columns = vec![Column::Number("events"), Column::Text(column)];
            Table { title: None, columns, rows }
        });
        tables.chain(self.bars()).collect()
    }

    fn words(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.total, "event"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

impl FacetCounts {
    fn bars(&self) -> Option<Table> {
        let most = self.histogram.iter().map(|bar| bar.count).max()?;
        let row = |bar: &Bar| {
            let length = (bar.count * LONGEST_BAR).div_ceil(most.max(1));
            vec![bar.count.to_string(), bar.starts.clone(), "█".repeat(length)]
        };
        let columns = vec![Column::Number("events"), Column::Whole("from, UTC"), Column::Text("")];
        let rows = self.histogram.iter().map(row).collect();
        Some(Table { title: None, columns, rows })
    }
}
