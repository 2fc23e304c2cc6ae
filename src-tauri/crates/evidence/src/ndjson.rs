//! NDJSON: an event a line, exactly, as the command line prints it, with `file` and `row`.

use std::io::{self, Write};
use std::sync::Arc;

use event::Entry;

use crate::Error;
use crate::about::About;
use crate::altered::Altered;
use crate::aside::AsideFile;
use crate::export::Output;
use crate::row::JsonRow;

/// Export as NDJSON.
pub(crate) struct Ndjson(pub AsideFile);

impl Output for Ndjson {
    fn write(&mut self, entries: &[Arc<Entry>], _: &mut Altered) -> Result<(), Error> {
        let mut lines = Vec::new();
        for entry in entries {
            let line = serde_json::to_writer(&mut lines, &JsonRow(entry));
            line.map_err(|error| self.0.failed(io::Error::from(error)))?;
            lines.push(b'\n');
        }
        self.0.write_all(&lines).map_err(|error| self.0.failed(error))
    }

    fn finish(self: Box<Self>, _: &About) -> Result<(), Error> {
        self.0.finish()
    }
}
