//! Facets and histogram.

use std::cmp::Reverse;

use event::{Column, DIMENSIONS};
use query::{
    CancellationToken, Count, Facet, Facets, Filters, HistogramBin, LAG_LIMITS, Zone, empty_bins,
    lag_bins,
};

use crate::Error;
use crate::rows::{Table, count, odd, text};
use crate::selection::{Resolved, nanos};
use crate::snapshot::Snapshot;
use crate::sql::{RECORDED, Statement, TIME, column};

/// Numbers of events by their lag, and their first and last instant.
struct Spread {
    total: usize,
    ends: Option<(i64, i64)>,
    lags: [usize; LAG_LIMITS.len() + 1],
    no_lag: usize,
}

impl Snapshot {
    /// Facets and histogram of the events that match filters.
    pub async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Facets, Error> {
        let resolved = self.resolve(filters, token).await?;
        let spread = self.spread(&resolved, token).await?;
        let histogram = match spread.ends {
            None => Vec::new(),
            Some((first, last)) => {
                self.histogram(&resolved, empty_bins(first, last, zone), token).await?
            }
        };
        Ok(Facets {
            total: spread.total,
            facets: self.counts(&resolved, &DIMENSIONS, token).await?,
            histogram,
            lags: lag_bins(spread.lags),
            no_lag: spread.no_lag,
        })
    }

    async fn spread(
        &self,
        resolved: &Resolved,
        token: &CancellationToken,
    ) -> Result<Spread, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        let number = |text: &str| format!("cast({text} as decimal(20,0))");
        let over = LAG_LIMITS.iter().enumerate().map(|(at, limit)| {
            let limit = i128::from(limit.millis) * 1_000_000;
            format!(
                "count_if({} - {} >= cast('{limit}' as decimal(22,0))) as over_{at}",
                number(RECORDED),
                number(TIME)
            )
        });
        let over = over.collect::<Vec<_>>().join(", ");
        let query = format!(
            "select count(*) as events, min({TIME}) as first_ns, max({TIME}) as last_ns, \
             count({RECORDED}) as recorded, {over} from ({passing})"
        );
        let batches = self.rows(statement, query, token).await?;
        let batch = batches.iter().find(|batch| batch.num_rows() > 0);
        let table = Table(batch.ok_or_else(|| odd("no count"))?);
        let number = |name: &str| Ok::<_, Error>(count(&table.numbers(name)?, 0));
        let (total, recorded) = (number("events")?, number("recorded")?);
        let (first, last) = (table.numbers("first_ns")?, table.numbers("last_ns")?);
        let mut lags = [0; LAG_LIMITS.len() + 1];
        let mut rest = recorded;
        for (at, lag) in lags.iter_mut().take(LAG_LIMITS.len()).enumerate() {
            let over = number(&format!("over_{at}"))?;
            *lag = rest - over.min(rest);
            rest = over;
        }
        lags[LAG_LIMITS.len()] = rest;
        let ends = (total > 0).then(|| (first.value(0), last.value(0)));
        Ok(Spread { total, ends, lags, no_lag: total - recorded })
    }

    async fn histogram(
        &self,
        resolved: &Resolved,
        mut bins: Vec<HistogramBin>,
        token: &CancellationToken,
    ) -> Result<Vec<HistogramBin>, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        // The bins follow each other: how many events are from the start of each on says all.
        let from = bins.iter().enumerate().map(|(at, bin)| {
            format!("count_if({TIME} >= {}) as from_{at}", statement.number(nanos(bin.start)))
        });
        let from: Vec<String> = from.collect();
        let end = bins.last().map_or(i64::MAX, |bin| nanos(bin.end));
        let query = format!(
            "select {}, count_if({TIME} >= {end}) as beyond from ({passing})",
            from.join(", ")
        );
        for batch in self.rows(statement, query, token).await? {
            let table = Table(&batch);
            let mut from = Vec::new();
            for at in 0..bins.len() {
                from.push(count(&table.numbers(&format!("from_{at}"))?, 0));
            }
            from.push(count(&table.numbers("beyond")?, 0));
            for (bin, pair) in bins.iter_mut().zip(from.windows(2)) {
                bin.count = pair[0] - pair[1].min(pair[0]);
            }
        }
        Ok(bins)
    }

    /// How often each value of some columns occurs.
    pub(super) async fn counts(
        &self,
        resolved: &Resolved,
        columns: &[Column],
        token: &CancellationToken,
    ) -> Result<Vec<Facet>, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        let values = columns
            .iter()
            .enumerate()
            .map(|(at, of)| format!("coalesce({}, '') as value_{at}", column(*of)));
        let values = values.collect::<Vec<_>>().join(", ");
        let names: Vec<String> = (0..columns.len()).map(|at| format!("value_{at}")).collect();
        let sets: Vec<String> = names.iter().map(|name| format!("({name})")).collect();
        let query = format!(
            "select {}, grouping_id() as of_column, count(*) as events from (select \
             {values} from ({passing})) group by grouping sets ({})",
            names.join(", "),
            sets.join(", ")
        );
        let mut facets: Vec<Facet> =
            columns.iter().map(|&column| Facet { column, values: Vec::new() }).collect();
        for batch in self.rows(statement, query, token).await? {
            let table = Table(&batch);
            let (of_column, events) = (table.numbers("of_column")?, table.numbers("events")?);
            let values: Vec<_> =
                names.iter().map(|name| table.texts(name)).collect::<Result<_, _>>()?;
            for row in 0..batch.num_rows() {
                let bits = of_column.value(row);
                // The bit of the one column that was grouped by is not set.
                let at = (0..columns.len()).find(|at| bits >> (columns.len() - 1 - at) & 1 == 0);
                let at = at.ok_or_else(|| odd("a count of no column"))?;
                let value = text(&values[at], row).unwrap_or_default().to_owned();
                facets[at].values.push(Count { value, count: count(&events, row) });
            }
        }
        for facet in &mut facets {
            facet.values.sort_by(|a, b| {
                Reverse(a.count).cmp(&Reverse(b.count)).then_with(|| a.value.cmp(&b.value))
            });
        }
        Ok(facets)
    }
}
