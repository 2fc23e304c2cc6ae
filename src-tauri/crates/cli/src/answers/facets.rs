//! Answer of `facets`: counts of events by column and over time.

use event::format_time;
use query::{Count, Coverage, Covered, Facets, HistogramBin};
use serde::Serialize;
use serde_json::{Value, json};

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, counted, visible_value};

/// Most values of a column in a table for people.
const MOST_VALUES: usize = 20;
/// Length of the longest bar of the histogram, in characters.
const LONGEST_BAR: usize = 40;

/// Counts of each value of each dimension, and a histogram over time.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FacetCounts(pub Covered<Facets>);

impl Answer for FacetCounts {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        let counts = self.0.value.facets.iter().flat_map(|facet| {
            let column = facet.column.name();
            let line =
                move |c: &Count| json!({"column": column, "value": c.value, "count": c.count});
            facet.values.iter().map(line)
        });
        let bins = self.0.value.histogram.iter().map(serde_json::to_value);
        counts.map(Ok).chain(bins).collect()
    }

    fn sheet(&self) -> Sheet {
        let row = |column: &str, value: String, count: usize| {
            vec![Some(column.to_owned()), Some(value), Some(count.to_string())]
        };
        let counts = self.0.value.facets.iter().flat_map(|facet| {
            facet.values.iter().map(move |c| row(facet.column.name(), c.value.clone(), c.count))
        });
        let bin = |bin: &HistogramBin| {
            let [start, end] = [bin.start, bin.end].map(format_time);
            row("timestamp", format!("{start}/{end}"), bin.count)
        };
        let rows = counts.chain(self.0.value.histogram.iter().map(bin)).collect();
        Sheet::new(["column", "value", "count"], rows)
    }

    fn tables(&self) -> Vec<Table> {
        let facets = self.0.value.facets.iter().filter(|facet| !facet.values.is_empty());
        let tables = facets.map(|facet| {
            let counts = &facet.values;
            let most = counts.iter().take(MOST_VALUES);
            let mut rows: Vec<Vec<String>> =
                most.map(|c| vec![c.count.to_string(), visible_value(Some(&c.value))]).collect();
            let rest = &counts[rows.len()..];
            if !rest.is_empty() {
                let events = rest.iter().map(|c| c.count).sum::<usize>();
                let others = format!("({})", counted(rest.len(), "more value"));
                rows.push(vec![events.to_string(), others]);
            }
            let columns = vec![Column::Number("events"), Column::Text(facet.column.name())];
            Table { title: None, columns, rows }
        });
        tables.chain(self.bars()).collect()
    }

    fn remarks(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.0.value.total, "event"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.0.coverage)
    }
}

impl FacetCounts {
    /// The histogram as a table with bars; `None` if there are no events.
    fn bars(&self) -> Option<Table> {
        let histogram = &self.0.value.histogram;
        let most = histogram.iter().map(|bin| bin.count).max()?;
        let row = |bin: &HistogramBin| {
            let length = (bin.count * LONGEST_BAR).div_ceil(most.max(1));
            vec![bin.count.to_string(), short_time(bin.start), "█".repeat(length)]
        };
        let columns = vec![Column::Number("events"), Column::Whole("from, UTC"), Column::Text("")];
        let rows = histogram.iter().map(row).collect();
        Some(Table { title: None, columns, rows })
    }
}
