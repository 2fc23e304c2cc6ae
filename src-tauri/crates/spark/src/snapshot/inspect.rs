//! Finds the files that a cluster does not read as this machine would: by halving, because not every
//! cluster names them.

use query::CancellationToken;

use super::PREFIX;
use crate::cluster::Cluster;
use crate::files::{CERTAIN, ClusterFile, GROUP, Layout, Other, OtherKind, other_column};
use crate::rows::{Table, count};
use crate::sql::{column, parquet, query};
use crate::{Error, ErrorKind};
use event::{EVENT_COLUMNS, Kind};

/// Most files in one view.
const FILES_IN_VIEW: usize = 2000;

/// What a cluster reads of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Read {
    rows: u64,
    /// Rows that surely are events as they stand.
    certain: u64,
}

/// Inspection of the files of one layout.
pub(crate) struct Inspection<'a> {
    pub cluster: &'a Cluster,
    pub layout: &'a Layout,
    pub token: &'a CancellationToken,
}

impl Inspection<'_> {
    /// Names of the files of which the cluster does not read every row as an event.
    ///
    /// # Errors
    /// [`ErrorKind::NoFiles`] if it sees none of them, and whatever is no fault of a file.
    pub async fn unfit(&self, files: &[ClusterFile]) -> Result<Vec<String>, Error> {
        let mut unfit = Vec::new();
        let mut parts: Vec<&[ClusterFile]> = files.chunks(FILES_IN_VIEW).rev().collect();
        while let Some(part) = parts.pop() {
            if self.are_fit(part).await? {
                continue;
            }
            if let [file] = part {
                unfit.push(file.meta.name.clone());
                continue;
            }
            let (first, second) = part.split_at(part.len() / 2);
            parts.extend([second, first]);
        }
        if let [first, ..] = files
            && unfit.len() == files.len()
            && !self.sees_any(files).await?
        {
            let why = format!(
                "{} sees no file at {}; say how it names the bucket with --engine-root URL",
                self.cluster.name(),
                first.path
            );
            return Err(Error::new(ErrorKind::NoFiles, why));
        }
        Ok(unfit)
    }

    async fn are_fit(&self, files: &[ClusterFile]) -> Result<bool, Error> {
        let expected: u64 = files.iter().map(|file| file.rows).sum();
        match self.read(files).await {
            Ok(read) => Ok(read == Read { rows: expected, certain: expected }),
            Err(error) if error.kind() == ErrorKind::Failed => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the cluster sees one of the files, whatever it says of it.
    async fn sees_any(&self, files: &[ClusterFile]) -> Result<bool, Error> {
        let mut with_rows = files.iter().filter(|file| file.rows > 0);
        let [first, last] = [with_rows.next(), with_rows.next_back()];
        for file in first.into_iter().chain(last) {
            match self.read(std::slice::from_ref(file)).await {
                Ok(Read { rows: 0, .. }) => {}
                Err(error) if error.kind() != ErrorKind::Failed => return Err(error),
                Err(error) if says_absent(error.details()) => {}
                Ok(_) | Err(_) => return Ok(true),
            }
        }
        Ok(first.is_none())
    }

    /// Has the cluster read every value of files.
    async fn read(&self, files: &[ClusterFile]) -> Result<Read, Error> {
        let paths = files.iter().map(|file| file.path.clone()).collect();
        let view = format!("{PREFIX}inspected");
        let relation = parquet(self.layout.schema(), paths);
        self.cluster.make_view(&view, relation, self.token).await?;
        let rows = self.layout.select(&view, 0, &self.layout.others);
        let found = self.cluster.rows(query(statistics(&rows, &self.layout.others)), self.token);
        let mut read = Read { rows: 0, certain: 0 };
        for batch in found.await? {
            let table = Table(&batch);
            let (rows, certain) = (table.numbers("all_rows")?, table.numbers("certain_rows")?);
            for row in 0..batch.num_rows() {
                read.rows += count(&rows, row) as u64;
                read.certain += count(&certain, row) as u64;
            }
        }
        Ok(read)
    }
}

/// Counts rows by their layout, and reads every value.
pub(super) fn statistics(rows: &str, others: &[Other]) -> String {
    let of_event = EVENT_COLUMNS.into_iter().filter(|of| of.kind() == Kind::Text);
    let texts = of_event.map(|of| format!("max(octet_length({}))", column(of)));
    let others = others.iter().enumerate().map(|(at, other)| match other.kind {
        OtherKind::Text | OtherKind::Bytes16 => format!("max(octet_length({}))", other_column(at)),
        _ => format!("count({})", other_column(at)),
    });
    let read: Vec<String> = texts
        .chain(others)
        .enumerate()
        .map(|(at, value)| format!("{value} as read_{at}"))
        .collect();
    format!(
        "select {GROUP}, count(*) as all_rows, count_if({CERTAIN}) as certain_rows, {} from ({rows}) \
         group by {GROUP}",
        read.join(", ")
    )
}

/// Whether a cluster says that a file is not there.
fn says_absent(message: &str) -> bool {
    let said =
        ["PATH_NOT_FOUND", "does not exist", "not found", "No such file", "NoSuch", "Not Found"];
    said.iter().any(|said| message.contains(said))
}
