//! Tables with aligned columns that fit the width of a terminal.

use std::iter::zip;

use super::visible::{truncate, width};

/// What stands between two columns.
const GAP: &str = "  ";
/// Least width of a column that may be cut.
const NARROWEST: usize = 4;
/// Where columns would become narrower than this, a [`Column::Below`] is written below the row.
const COMFORTABLE: usize = 12;
/// Least width of a [`Column::Name`] that is longer.
const LONGEST_NAME: usize = 28;

/// Table for people. Its cells are one line of visible text each: see [`super::visible`].
#[derive(Debug, Default)]
pub struct Table<'a> {
    /// A line above the table.
    pub title: Option<String>,
    /// The columns, with their headers.
    pub columns: Vec<Column<'a>>,
    /// Rows, each with one cell a column. Without rows only the title is printed.
    pub rows: Vec<Vec<String>>,
}

/// Column with its header, and what may be done to it where the terminal is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column<'a> {
    /// Is never cut.
    Whole(&'a str),
    /// Is never cut, and aligned to the right.
    Number(&'a str),
    /// Is cut only where it is very long: what people type to find something again.
    Name(&'a str),
    /// Is cut where there is no room.
    Text(&'a str),
    /// Is the last one, never cut, and written below each row where there is no room.
    Below(&'a str),
}

impl<'a> Column<'a> {
    /// The header.
    fn name(self) -> &'a str {
        match self {
            Self::Whole(name)
            | Self::Number(name)
            | Self::Name(name)
            | Self::Text(name)
            | Self::Below(name) => name,
        }
    }

    /// The least width of a column that would be `natural` wide, if text is at least `floor` wide.
    fn floor(self, natural: usize, floor: usize) -> usize {
        match self {
            Self::Text(_) => natural.min(floor),
            Self::Name(_) => natural.min(LONGEST_NAME),
            Self::Whole(_) | Self::Number(_) | Self::Below(_) => natural,
        }
    }
}

impl Table<'_> {
    /// The table as text, in at most `columns` columns of a terminal where that is possible.
    pub fn to_text(&self, columns: usize) -> String {
        let title = self.title.iter().map(|title| format!("{title}\n"));
        let mut text: String = title.collect();
        if self.rows.is_empty() {
            return text;
        }
        let mut widths = self.natural_widths();
        let below = matches!(self.columns.last(), Some(Column::Below(_)))
            && self.least_width(&widths, COMFORTABLE) > columns;
        if below {
            widths.pop();
        }
        self.shrink(&mut widths, columns);
        let header: Vec<String> = self.columns.iter().map(|c| c.name().to_owned()).collect();
        text.push_str(&self.line(&header, &widths));
        for row in &self.rows {
            text.push_str(&self.line(row, &widths));
            if let Some(last) = row.last().filter(|last| below && !last.is_empty()) {
                text.extend([GAP, GAP, last.as_str(), "\n"]);
            }
        }
        text
    }

    /// The width of each column if nothing is cut.
    fn natural_widths(&self) -> Vec<usize> {
        let column = |(index, column): (usize, &Column<'_>)| {
            let cells = self.rows.iter().map(|row| width(&row[index]));
            cells.max().unwrap_or(0).max(width(column.name()))
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    /// The least width of the table, if text is at least `floor` wide.
    fn least_width(&self, widths: &[usize], floor: usize) -> usize {
        zip(&self.columns, widths).map(|(c, &w)| c.floor(w, floor)).sum::<usize>() + gaps(widths)
    }

    /// Narrows the widest column that may be narrowed, again and again, until all fit.
    fn shrink(&self, widths: &mut [usize], columns: usize) {
        while widths.iter().sum::<usize>() + gaps(widths) > columns {
            let may_shrink = |&i: &usize| widths[i] > self.columns[i].floor(widths[i], NARROWEST);
            let Some(widest) = (0..widths.len()).filter(may_shrink).max_by_key(|&i| widths[i])
            else {
                return;
            };
            widths[widest] -= 1;
        }
    }

    /// A row of cells as a line.
    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let cell = |((column, cell), &room): ((&Column<'_>, &String), &usize)| {
            let cell = truncate(cell, room);
            let blank = " ".repeat(room.saturating_sub(width(&cell)));
            match column {
                Column::Number(_) => blank + &cell,
                _ => cell + &blank,
            }
        };
        let line: Vec<String> = zip(zip(&self.columns, cells), widths).map(cell).collect();
        line.join(GAP).trim_end().to_owned() + "\n"
    }
}

/// The width of all gaps.
fn gaps(widths: &[usize]) -> usize {
    GAP.len() * widths.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<'static> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        Table {
            title: None,
            columns: vec![
                Column::Number("n"),
                Column::Text("value"),
                Column::Whole("action"),
                Column::Below("event"),
            ],
            rows: vec![
                row(["1", "a long value that goes on", "update", "evt-1"]),
                row(["20", "short", "insert", "evt-2"]),
            ],
        }
    }

    #[test]
    fn columns_are_aligned_and_cut_and_the_last_goes_below_where_there_is_no_room() {
        let wide = " n  value                      action  event\n \
                    1  a long value that goes on  update  evt-1\n\
                    20  short                      insert  evt-2\n";
        assert_eq!(table().to_text(usize::MAX), wide);
        let cut = " n  value           action  event\n \
                   1  a long value …  update  evt-1\n\
                   20  short           insert  evt-2\n";
        assert_eq!(table().to_text(33), cut);
        let narrow = " n  value        action\n 1  a long val…  update\n    evt-1\n\
                      20  short        insert\n    evt-2\n";
        assert_eq!(table().to_text(23), narrow);
    }
}
