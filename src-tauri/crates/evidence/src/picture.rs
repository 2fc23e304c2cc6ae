//! Picture of a question: how many events match, and when they happened, as SVG or PNG.
//!
//! [`Picture`] is what is drawn, `svg` draws it, `axis` has the scales beside the bars, `wrap` breaks
//! texts into lines, and `png` turns the SVG into pixels.

mod axis;
mod png;
mod svg;
mod wrap;

use std::path::Path;

use chrono::{DateTime, Utc};
use query::{
    CancellationToken, Coverage, Covered, Engine, EventsQuery, Filters, HistogramBin, Undecided,
    Zone,
};

use crate::Error;
use crate::aside::write_file;
use crate::export::question;

/// Form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureForm {
    /// SVG: sharp at every size, with texts that can be searched and copied.
    Svg,
    /// PNG of 2400 pixels width, drawn with the fonts of this machine.
    Png,
}

/// Picture of a question: the histogram of its events with what was asked, the answer, and what that rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of the journal.
    pub journal: String,
    /// Question in the text form of queries, with its time zone.
    pub question: String,
    /// Time zone of the question and of all times.
    pub zone: Zone,
    /// Number of the events.
    pub total: usize,
    /// Histogram over time, without a gap; empty if there are no events.
    pub histogram: Vec<HistogramBin>,
    /// Events that the question does not decide, and which are left out.
    pub undecided: Undecided,
    /// The files that the answer rests on.
    pub coverage: Coverage,
    /// Time of the answer.
    pub at: DateTime<Utc>,
}

impl PictureForm {
    /// Form that the ending of a path names; `None` if it names none.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }
}

impl Picture {
    /// Asks an engine what is drawn. `journal` is the name of the journal, `at` the present time.
    ///
    /// # Errors
    ///
    /// Those of the engine, also if the token is cancelled.
    pub async fn ask(
        engine: &dyn Engine,
        journal: String,
        filters: &Filters,
        zone: Zone,
        at: DateTime<Utc>,
        token: &CancellationToken,
    ) -> Result<Self, query::Error> {
        let Covered { value: facets, coverage } = engine.facets(filters, zone, token).await?;
        // A page without events tells which are undecided.
        let page = EventsQuery { filters: filters.clone(), ..EventsQuery::default() };
        let undecided = engine.events(&page, token).await?.value.undecided;
        Ok(Self {
            journal,
            question: question(filters, zone, coverage.extract.as_ref()),
            zone,
            total: facets.total,
            histogram: facets.histogram,
            undecided,
            coverage,
            at,
        })
    }

    /// Whether it is of all events: its question names nothing but the time zone.
    fn is_of_all(&self) -> bool {
        self.question == format!("zone={}", self.zone)
    }

    /// The picture as SVG: the same text for the same picture.
    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    /// Draws the picture into a file, which is written aside. `plain_folder` is the folder of the journal's
    /// files if it is not named `journal`: nothing is written there, nor in any of that name. Blocks.
    ///
    /// # Errors
    ///
    /// As [`Error`] says: [`Error::NoFont`] if a PNG cannot be drawn. Nothing is left behind then.
    pub fn save(
        &self,
        form: PictureForm,
        path: &Path,
        overwrite: bool,
        plain_folder: Option<&Path>,
    ) -> Result<(), Error> {
        let svg = self.svg();
        let bytes = match form {
            PictureForm::Svg => svg.into_bytes(),
            PictureForm::Png => png::draw(&svg, png::system_fonts())?,
        };
        write_file(path, &bytes, overwrite, plain_folder)
    }
}
