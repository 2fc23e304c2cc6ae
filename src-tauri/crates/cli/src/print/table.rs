//! Aligned columns, as wide as the terminal.

use std::iter::zip;

use super::visible::{cut, width};

/// Between two columns.
const GAP: &str = "  ";
/// A column is not made narrower than this for the sake of another.
const NARROWEST: usize = 4;
/// Rather than make columns narrower than this, what can be written below the row is.
const COMFORTABLE: usize = 12;
/// A name is not made narrower than this.
const LONGEST_NAME: usize = 28;

/// A table to be read by people. Its cells are visible text of one line each.
#[derive(Debug, Default)]
pub struct Table {
    pub title: Option<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

/// A column and what may be done to it where there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Is never cut.
    Whole(&'static str),
    /// Is never cut, and aligned to the right.
    Number(&'static str),
    /// Is cut only where it is very long: what people type to find something again.
    Name(&'static str),
    /// Is cut where there is no room.
    Text(&'static str),
    /// Is the last one, never cut, and written below each row where there is no room.
    Below(&'static str),
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Whole(name)
            | Self::Number(name)
            | Self::Name(name)
            | Self::Text(name)
            | Self::Below(name) => name,
        }
    }

    /// What the column takes at the least, if text takes `floor`.
    fn floor(self, natural: usize, floor: usize) -> usize {
        match self {
            Self::Text(_) => natural.min(floor),
            Self::Name(_) => natural.min(LONGEST_NAME),
            Self::Whole(_) | Self::Number(_) | Self::Below(_) => natural,
        }
    }
}

impl Table {
    /// The table in at most `columns` columns of a terminal.
    pub fn to_text(&self, columns: usize) -> String {
        let title = self.title.iter().map(|title| format!("{title}\n"));
        let mut text: String = title.collect();
        if self.rows.is_empty() {
            return text;
        }
        let mut widths = self.natural();
        let below = matches!(self.columns.last(), Some(Column::Below(_)))
            && self.least(&widths, COMFORTABLE) > columns;
        if below {
            widths.pop();
        }
        self.squeeze(&mut widths, columns);
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

    /// What each column would take.
    fn natural(&self) -> Vec<usize> {
        let column = |(index, column): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| width(&row[index]));
            cells.max().unwrap_or(0).max(width(column.name()))
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    /// What the table takes at the least.
    fn least(&self, widths: &[usize], floor: usize) -> usize {
        zip(&self.columns, widths).map(|(c, &w)| c.floor(w, floor)).sum::<usize>() + gaps(widths)
    }

    /// Takes room from the widest column that can give some, until all fit.
    fn squeeze(&self, widths: &mut [usize], columns: usize) {
        while widths.iter().sum::<usize>() + gaps(widths) > columns {
            let can_give = |&i: &usize| widths[i] > self.columns[i].floor(widths[i], NARROWEST);
            let Some(widest) = (0..widths.len()).filter(can_give).max_by_key(|&i| widths[i]) else {
                return;
            };
            widths[widest] -= 1;
        }
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let cell = |((column, cell), &room): ((&Column, &String), &usize)| {
            let cell = cut(cell, room);
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

fn gaps(widths: &[usize]) -> usize {
    GAP.len() * widths.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
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
