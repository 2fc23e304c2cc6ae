//! Answer of `facets`: counts of events by column and over time.

use std::collections::BTreeMap;

use event::format_time;
use query::{Count, Coverage, Covered, Facets, HistogramBin, Lag};
use serde::Serialize;
use serde_json::{Value, json};

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, counted, visible_value};

/// Most values of a column in a table for people.
const MOST_VALUES: usize = 20;
/// Length of the longest bar of the histogram, in characters.
const LONGEST_BAR: usize = 40;

/// Name of the counts of lags: from the timestamp of an event to its recording.
const LAG: &str = "lag";

/// Most values of a column in every other form.
const MOST_LISTED: usize = 100;

/// Counts of the most frequent values of each dimension, and a histogram over time.
#[derive(Debug, Serialize)]
pub struct FacetCounts {
    #[serde(flatten)]
    found: Facets,
    /// How many further values each column has; without those that have none.
    others: BTreeMap<&'static str, usize>,
    coverage: Coverage,
}

impl FacetCounts {
    /// The counts, cut to what is listed.
    pub fn new(answer: Covered<Facets>) -> Self {
        let Covered { value: mut found, coverage } = answer;
        let mut others = BTreeMap::new();
        for facet in &mut found.facets {
            let more = facet.values.len().saturating_sub(MOST_LISTED);
            if more > 0 {
                others.insert(facet.column.name(), more);
                facet.values.truncate(MOST_LISTED);
            }
        }
        Self { found, others, coverage }
    }
}

impl Answer for FacetCounts {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        let counts = self.found.facets.iter().flat_map(|facet| {
            let column = facet.column.name();
            let line =
                move |c: &Count| json!({"column": column, "value": c.value, "count": c.count});
            facet.values.iter().map(line)
        });
        let bins = self.found.histogram.iter().map(serde_json::to_value);
        let lags = self
            .lags()
            .map(|(value, count)| Ok(json!({"column": LAG, "value": value, "count": count})));
        counts.map(Ok).chain(bins).chain(lags).collect()
    }

    fn sheet(&self) -> Sheet {
        let row = |column: &str, value: String, count: usize| {
            vec![Some(column.to_owned()), Some(value), Some(count.to_string())]
        };
        let counts = self.found.facets.iter().flat_map(|facet| {
            facet.values.iter().map(move |c| row(facet.column.name(), c.value.clone(), c.count))
        });
        let bin = |bin: &HistogramBin| {
            let [start, end] = [bin.start, bin.end].map(format_time);
            row("timestamp", format!("{start}/{end}"), bin.count)
        };
        let lags = self.lags().map(|(value, count)| row(LAG, value, count));
        let rows = counts.chain(self.found.histogram.iter().map(bin)).chain(lags).collect();
        Sheet::new(["column", "value", "count"], rows)
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let facets = self.found.facets.iter().filter(|facet| !facet.values.is_empty());
        let tables = facets.map(|facet| {
            let counts = &facet.values;
            let most = counts.iter().take(MOST_VALUES);
            let mut rows: Vec<Vec<String>> =
                most.map(|c| vec![c.count.to_string(), visible_value(Some(&c.value))]).collect();
            let shown: usize = counts[..rows.len()].iter().map(|c| c.count).sum();
            let more = counts.len() - rows.len() + self.others_of(facet.column.name());
            if more > 0 {
                let events = self.found.total.saturating_sub(shown);
                let others = format!("({})", counted(more, "more value"));
                rows.push(vec![events.to_string(), others]);
            }
            let columns = vec![Column::Number("events"), Column::Text(facet.column.name())];
            Table { title: None, columns, rows }
        });
        let lags: Vec<Vec<String>> =
            self.lags().map(|(value, count)| vec![count.to_string(), value]).collect();
        let columns = vec![Column::Number("events"), Column::Text(LAG)];
        let lags = (!lags.is_empty()).then_some(Table { title: None, columns, rows: lags });
        tables.chain(lags).chain(self.bars()).collect()
    }

    fn remarks(&self) -> Vec<String> {
        let others = self.others.iter();
        let others = others.map(|(column, more)| {
            format!("{} of {column} not listed.", counted(more, "more value"))
        });
        let total = format!("{}.", counted(self.found.total, "event"));
        std::iter::once(total).chain(others).collect()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

impl FacetCounts {
    /// How many values of a column are not listed.
    fn others_of(&self, column: &str) -> usize {
        self.others.get(column).copied().unwrap_or_default()
    }

    /// How many events have which lag, from and before which length; none if no lag is known.
    fn lags(&self) -> impl Iterator<Item = (String, usize)> {
        let length = |lag: Option<Lag>| lag.map_or_else(String::new, |lag| lag.to_string());
        let known = self.found.lags.iter().filter(|bin| bin.count > 0);
        let named = known
            .map(move |bin| (format!("{}..{}", length(bin.from), length(bin.until)), bin.count));
        let unknown = Some(("not known".to_owned(), self.found.no_lag));
        let is_known = self.found.no_lag < self.found.total;
        named.chain(unknown.filter(|(_, count)| is_known && *count > 0))
    }

    /// The histogram as a table with bars; `None` if there are no events.
    fn bars(&self) -> Option<Table<'static>> {
        let histogram = &self.found.histogram;
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
