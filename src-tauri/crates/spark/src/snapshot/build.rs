//! Builds a snapshot: views of the files, and what every answer needs to know of them.

use std::sync::{Mutex, OnceLock};

use event::{Column, EVENT_COLUMNS, NameFields};
use query::{CancellationToken, DoubledNumber, Extract, SequenceGap};
use tokio::sync::OnceCell;

use super::coverage::{LogNumbers, coverage};
use super::digest::with_order;
use super::inspect::statistics;
use super::{EVENTS, Inspection, PREFIX, Snapshot, make_view_of_rows};
use crate::cluster::Cluster;
use crate::files::{ABOUT_ROW, EXTRA, Files, LocalRow, Other, other_column};
use crate::rows::{Table, count, local_batch, select_local, text};
use crate::sql::{TIME, column, parquet, query};
use crate::{Error, ErrorKind};

/// Most files in one view.
const FILES_IN_VIEW: usize = 5000;

/// Rows that were decoded here, in one batch.
const LOCAL_ROWS: usize = 4096;

/// View of the rows that this machine decoded.
const LOCAL: &str = "daybook_asked_decoded";

/// View of the rows of all files.
const ROWS: &str = "daybook_asked_rows";

/// Number of a layout, and the text that selects the rows of some of its files; `None` where the cluster
/// has no view of them.
type FilesView = (usize, Option<String>);

/// What is known of the events as a whole.
struct Facts {
    rows: usize,
    ids: usize,
    span: Option<(i64, i64)>,
    amendments: usize,
    numbers: usize,
}

impl Snapshot {
    /// Builds a snapshot of files, if the cluster reads all of those that it is to read.
    ///
    /// # Errors
    /// [`Unfit::Files`] names those that it does not.
    pub async fn build(
        cluster: Cluster,
        files: &Files,
        names: NameFields,
        extract: &Result<Option<Extract>, String>,
        token: &CancellationToken,
    ) -> Result<Self, Unfit> {
        let others = files.others();
        let on_cluster = make_file_views(&cluster, files, &others, token).await?;
        check(&cluster, files, &on_cluster, &others, token).await?;
        make_rows_view(&cluster, files, &on_cluster, &others, token).await?;
        let facts = facts(&cluster, token).await?;
        let mut events = facts.rows;
        if facts.ids < facts.rows {
            events = distinct(&cluster, token).await?;
        }
        let from =
            if events < facts.rows { once(&others) } else { format!("select * from {ROWS}") };
        cluster.make_view(EVENTS, query(with_order(&from)), token).await?;
        let numbers = match facts.numbers {
            0 => LogNumbers::default(),
            _ => log_numbers(&cluster, token).await?,
        };
        Ok(Self {
            coverage: coverage(files, events, numbers, extract),
            cluster,
            others,
            events,
            span: facts.span,
            has_decoded: files.here.iter().any(|file| !file.rows.is_empty()),
            has_repeated_ids: facts.ids < events,
            has_amendments: facts.amendments > 0,
            names,
            marks: OnceCell::new(),
            breaks: OnceCell::new(),
            resolved: Mutex::default(),
            views: Mutex::default(),
            totals: OnceLock::new(),
        })
    }
}

/// Why no snapshot was built.
pub(crate) enum Unfit {
    /// The cluster does not read these files as this machine would.
    Files(Vec<String>),
    /// Another error.
    Error(Error),
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Makes views of the files of each layout; returns the text that selects their rows, each with its
/// layout's number. One that the cluster did not make, because it looks at the files, has none.
async fn make_file_views(
    cluster: &Cluster,
    files: &Files,
    others: &[Other],
    token: &CancellationToken,
) -> Result<Vec<FilesView>, Error> {
    let mut selects = Vec::new();
    for (group, (layout, files)) in files.groups.iter().enumerate() {
        for (part, files) in files.chunks(FILES_IN_VIEW).enumerate() {
            let view = format!("{PREFIX}files_{group}_{part}");
            let paths = files.iter().map(|file| file.path.clone()).collect();
            let made = cluster.make_view(&view, parquet(layout.schema(), paths), token).await;
            let select = match made {
                Ok(()) => Some(layout.select(&view, group, others)),
                Err(error) if error.kind() == ErrorKind::Failed => {
                    tracing::debug!(view, "a view of files cannot be made");
                    None
                }
                Err(error) => return Err(error),
            };
            selects.push((group, select));
        }
    }
    Ok(selects)
}

/// Checks that the cluster reads every row of every file, and that each is an event as it stands.
async fn check(
    cluster: &Cluster,
    files: &Files,
    selects: &[FilesView],
    others: &[Other],
    token: &CancellationToken,
) -> Result<(), Unfit> {
    let mut unfit = Vec::new();
    for (group, (layout, of_layout)) in files.groups.iter().enumerate() {
        let of_group =
            selects.iter().filter(|(of, _)| *of == group).map(|(_, text)| text.as_deref());
        let expected: u64 = of_layout.iter().map(|file| file.rows).sum();
        let is_read = match of_group.collect::<Option<Vec<&str>>>() {
            Some(texts) => are_read(cluster, &texts, expected, others, token).await?,
            None => false,
        };
        if !is_read {
            let found = Inspection { cluster, layout, token }.unfit(of_layout).await?;
            if found.is_empty() {
                let why = format!(
                    "{} reads the files of this bucket one by one, and not together; ask again",
                    cluster.name()
                );
                return Err(Error::new(ErrorKind::Failed, why).into());
            }
            unfit.extend(found);
        }
    }
    if unfit.is_empty() { Ok(()) } else { Err(Unfit::Files(unfit)) }
}

/// Whether the cluster reads so many rows by these texts, each of them an event as it stands.
async fn are_read(
    cluster: &Cluster,
    texts: &[&str],
    expected: u64,
    others: &[Other],
    token: &CancellationToken,
) -> Result<bool, Error> {
    let rows = texts.join(" union all ");
    let batches = match cluster.rows(query(statistics(&rows, others)), token).await {
        Ok(batches) => batches,
        Err(error) if error.kind() == ErrorKind::Failed => {
            tracing::debug!(expected, "files cannot be read");
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let mut read = (0, 0);
    for batch in batches {
        let table = Table(&batch);
        let (all, certain) = (table.numbers("all_rows")?, table.numbers("certain_rows")?);
        for row in 0..batch.num_rows() {
            read.0 += count(&all, row) as u64;
            read.1 += count(&certain, row) as u64;
        }
    }
    Ok(read == (expected, expected))
}

/// Makes the view of the rows of all files, those that were decoded here among them.
async fn make_rows_view(
    cluster: &Cluster,
    files: &Files,
    selects: &[FilesView],
    others: &[Other],
    token: &CancellationToken,
) -> Result<(), Error> {
    let decoded: Vec<LocalRow> =
        files.here.iter().flat_map(|file| file.rows.iter().cloned()).collect();
    // One batch at least, so that there is a view.
    let mut batches = Vec::new();
    for rows in decoded.chunks(LOCAL_ROWS) {
        batches.push(local_batch(rows)?);
    }
    let columns = columns(others).join(", ");
    let texts = selects.iter().filter_map(|(_, text)| text.as_ref());
    let mut parts: Vec<String> =
        texts.map(|text| format!("select {columns} from ({text})")).collect();
    if !batches.is_empty() {
        make_view_of_rows(cluster, LOCAL, &batches, token).await?;
        parts.push(format!("select {columns} from ({})", select_local(LOCAL, others)));
    }
    if parts.is_empty() {
        let nothing = local_batch(&[LocalRow::nothing()])?;
        make_view_of_rows(cluster, LOCAL, &[nothing], token).await?;
        parts.push(format!("select {columns} from ({}) where false", select_local(LOCAL, others)));
    }
    cluster.make_view(ROWS, query(parts.join(" union all ")), token).await
}

/// Columns of the relation of events.
fn columns(others: &[Other]) -> Vec<String> {
    let of_event = EVENT_COLUMNS.into_iter().map(column);
    let json = [EXTRA, ABOUT_ROW].map(str::to_owned);
    of_event.chain((0..others.len()).map(other_column)).chain(json).collect()
}

/// Text that selects each event once. Of rows that say the same event other columns may differ: of each
/// column the least value is taken.
fn once(others: &[Other]) -> String {
    let of_event = EVENT_COLUMNS.map(column).join(", ");
    let further = (0..others.len()).map(other_column);
    let further = further.chain([EXTRA, ABOUT_ROW].map(str::to_owned));
    let further: Vec<String> = further.map(|name| format!("min({name}) as {name}")).collect();
    format!("select {of_event}, {} from {ROWS} group by {of_event}", further.join(", "))
}

async fn facts(cluster: &Cluster, token: &CancellationToken) -> Result<Facts, Error> {
    let text = format!(
        "select count(*) as all_rows, count(distinct {}) as ids, min({TIME}) as first_ns, max({TIME}) as \
         last_ns, count_if({} in ('correct', 'void', 'note')) as amendments, \
         count_if({} is not null and {} is not null) as numbers from {ROWS}",
        column(Column::EventId),
        column(Column::Action),
        column(Column::Writer),
        column(Column::Seq),
    );
    let batches = cluster.rows(query(text), token).await?;
    let batch = batches.iter().find(|batch| batch.num_rows() > 0);
    let batch = batch.ok_or_else(|| crate::rows::odd("no count"))?;
    let table = Table(batch);
    let number = |name: &str| Ok::<_, Error>(count(&table.numbers(name)?, 0));
    let (first, last) = (table.numbers("first_ns")?, table.numbers("last_ns")?);
    let rows = number("all_rows")?;
    Ok(Facts {
        rows,
        ids: number("ids")?,
        span: (rows > 0).then(|| (first.value(0), last.value(0))),
        amendments: number("amendments")?,
        numbers: number("numbers")?,
    })
}

/// Number of different events.
async fn distinct(cluster: &Cluster, token: &CancellationToken) -> Result<usize, Error> {
    let columns = EVENT_COLUMNS.map(column).join(", ");
    let text =
        format!("select count(*) as events from (select {columns} from {ROWS} group by {columns})");
    let mut events = 0;
    for batch in cluster.rows(query(text), token).await? {
        let counts = Table(&batch).numbers("events")?;
        events += (0..batch.num_rows()).map(|row| count(&counts, row)).sum::<usize>();
    }
    Ok(events)
}

/// Numbers that are missing in the writers' logs, and those that several events have.
async fn log_numbers(cluster: &Cluster, token: &CancellationToken) -> Result<LogNumbers, Error> {
    let (writer, seq) = (column(Column::Writer), column(Column::Seq));
    let numbered = format!("{writer} is not null and {seq} is not null");
    let gaps = format!(
        "select {writer} as writer, cast(previous + 1 as string) as first, cast(seq - 1 as string) as \
         last from (select {writer}, {seq} as seq, coalesce(lag({seq}) over (partition by {writer} \
         order by {seq}), cast(-1 as decimal(20,0))) as previous from (select distinct {writer}, {seq} \
         from {EVENTS} where {numbered})) where seq > previous + 1 order by writer, seq"
    );
    let doubled = format!(
        "select {writer} as writer, cast({seq} as string) as first, cast({seq} as string) as last from \
         {EVENTS} where {numbered} group by {writer}, {seq} having count(*) > 1 order by {writer}, {seq}"
    );
    let gaps = numbers(cluster, gaps, token).await?;
    let doubled = numbers(cluster, doubled, token).await?;
    Ok(LogNumbers {
        gaps: gaps
            .into_iter()
            .map(|[writer, first, last]| SequenceGap { writer, first, last })
            .collect(),
        doubled: doubled
            .into_iter()
            .map(|[writer, seq, _]| DoubledNumber { writer, seq })
            .collect(),
    })
}

async fn numbers(
    cluster: &Cluster,
    statement: String,
    token: &CancellationToken,
) -> Result<Vec<[String; 3]>, Error> {
    let mut found = Vec::new();
    for batch in cluster.rows(query(statement), token).await? {
        let table = Table(&batch);
        let columns = [table.texts("writer")?, table.texts("first")?, table.texts("last")?];
        for row in 0..batch.num_rows() {
            found.push(
                columns.each_ref().map(|column| text(column, row).unwrap_or_default().to_owned()),
            );
        }
    }
    Ok(found)
}
