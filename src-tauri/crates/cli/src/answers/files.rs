//! Answer of `files`: the files of a bucket one by one.

use event::format_time;
use query::{Coverage, FileEntry, FileList};
use serde::Serialize;
use serde_json::{Value, json};

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, visible_text};

/// Hexadecimal digits of a digest that a table shows.
const SHOWN_DIGITS: usize = 12;

/// The files of a bucket, and what changed about them.
#[derive(Debug, Serialize)]
pub struct Files {
    #[serde(flatten)]
    list: FileList,
    coverage: Coverage,
}

impl Files {
    /// A list with the coverage of the same refresh.
    pub fn new(list: FileList, coverage: Coverage) -> Self {
        Self { list, coverage }
    }
}

/// The cells of a file, in the order of the columns.
fn cells(file: &FileEntry) -> Vec<Option<String>> {
    vec![
        Some(file.file.clone()),
        file.rows.map(|rows| rows.to_string()),
        file.first.map(format_time),
        file.last.map(format_time),
        file.sha256.clone(),
        file.read_at.map(format_time),
        file.problem.clone(),
        file.change.clone(),
    ]
}

impl Answer for Files {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        let files = self.list.files.iter().map(serde_json::to_value);
        let acknowledged = self.list.acknowledged.iter();
        files.chain(acknowledged.map(|one| Ok(json!({ "acknowledged": one })))).collect()
    }

    fn sheet(&self) -> Sheet {
        let columns =
            vec!["file", "rows", "first", "last", "sha256", "read_at", "problem", "change"];
        Sheet::new(columns, self.list.files.iter().map(cells).collect())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let columns = vec![
            Column::Whole("file"),
            Column::Number("rows"),
            Column::Whole("first event"),
            Column::Whole("last event"),
            Column::Whole("sha256"),
            Column::Whole("change"),
            Column::Below("problem"),
        ];
        let row = |file: &FileEntry| {
            let digest = file.sha256.as_ref().map(|sha256| sha256[..SHOWN_DIGITS].to_owned());
            let rows = file.rows.map(|rows| rows.to_string());
            let [first, last] = [file.first, file.last].map(|time| time.map(short_time));
            let problem = file.problem.as_deref().map(visible_text);
            let cells = [
                Some(visible_text(&file.file)),
                rows,
                first,
                last,
                digest,
                file.change.clone(),
                problem,
            ];
            cells.into_iter().map(Option::unwrap_or_default).collect()
        };
        let rows = self.list.files.iter().map(row).collect();
        let mut tables = vec![Table { title: None, columns, rows }];
        if !self.list.acknowledged.is_empty() {
            let columns = vec![
                Column::Whole("acknowledged"),
                Column::Whole("change"),
                Column::Whole("at"),
                Column::Text("reason"),
            ];
            let rows = self.list.acknowledged.iter().map(|one| {
                let (file, reason) = (visible_text(&one.file), visible_text(&one.reason));
                vec![file, one.change.clone(), short_time(one.at), reason]
            });
            tables.push(Table { title: None, columns, rows: rows.collect() });
        }
        tables
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}
