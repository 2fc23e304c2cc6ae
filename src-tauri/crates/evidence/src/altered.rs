//! Cells that were altered for spreadsheets: counted, and listed by row and column.

use serde::Serialize;

use crate::Error;
use crate::about::AboutFile;

/// What was done to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// It got an apostrophe, because a spreadsheet would run it.
    Apostrophe,
    /// Its end was cut off.
    Cut,
    /// It is whole, and a spreadsheet would cut its end off.
    TooLong,
}

impl What {
    /// The word for it in a sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Apostrophe => "apostrophe",
            Self::Cut => "cut",
            Self::TooLong => "too long",
        }
    }
}

/// Altered cell.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Alteration<'a> {
    /// Row of the sheet, from 1, of which the first has the names of the columns.
    pub row: u64,
    /// Name of the column.
    pub column: &'a str,
    pub what: What,
}

/// Altered cells so far.
#[derive(Debug, Default)]
pub(crate) struct Altered {
    /// Number of cells that got an apostrophe.
    pub apostrophes: usize,
    /// Number of cells that are longer than a spreadsheet holds.
    pub too_long: usize,
    /// Where each is listed.
    pub about: Option<AboutFile>,
}

impl Altered {
    /// Counts and lists a cell.
    pub fn add(&mut self, alteration: Alteration<'_>) -> Result<(), Error> {
        match alteration.what {
            What::Apostrophe => self.apostrophes += 1,
            What::Cut | What::TooLong => self.too_long += 1,
        }
        self.about.as_mut().map_or(Ok(()), |about| about.list(&alteration))
    }
}
