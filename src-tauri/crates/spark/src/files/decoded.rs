//! Files that are decoded here, by the process that decodes files of unknown origin.

use bucket::{Bucket, FileMeta, ReadError};
use decode::{DecodedRows, Decoder, Undecoded, cells, decode_head, decode_values};
use event::{DIMENSIONS, Event};
use query::Unreadable;

/// File that was decoded here.
#[derive(Debug, Default)]
pub(crate) struct DecodedFile {
    pub name: String,
    /// Number of rows, good and bad.
    pub in_file: u64,
    /// Bad rows, each with what is wrong.
    pub bad: Vec<(u64, String)>,
    /// What is wrong with the file as a whole.
    pub problem: Option<String>,
    /// Good rows.
    pub rows: Vec<LocalRow>,
}

/// Row that was decoded here.
#[derive(Debug, Clone)]
pub(crate) struct LocalRow {
    pub event: Event,
    /// Extra columns as JSON.
    pub extra: Option<String>,
    /// Columns about the row as JSON.
    pub about_row: Option<String>,
}

impl LocalRow {
    /// Row that stands for none, where a relation needs one.
    pub fn nothing() -> Self {
        let texts = [event::Cell::Text(""); event::EVENT_COLUMNS.len()];
        let mut cells = texts;
        cells[event::Column::Timestamp.index()] = event::Cell::Instant(0);
        cells[event::Column::RecordedAt.index()] = event::Cell::Null;
        cells[event::Column::Seq.index()] = event::Cell::Null;
        let event = Event::from_cells(&cells).expect("cells of their columns' kinds");
        Self { event, extra: None, about_row: None }
    }
}

/// Decodes a file.
///
/// # Errors
/// That it could not be read this time.
pub(super) async fn decode(
    bucket: &Bucket,
    decoder: &Decoder,
    meta: &FileMeta,
) -> Result<DecodedFile, Unreadable> {
    let failed = |why: String| Unreadable::file(&meta.name, why);
    let bytes = match bucket.read(meta, meta.size).await {
        Ok(bytes) => bytes,
        Err(why @ (ReadError::Changed | ReadError::Failed(_))) => {
            return Err(failed(why.to_string()));
        }
        Err(why) => return Err(failed(why.to_string())),
    };
    let (decoder, name) = (decoder.clone(), meta.name.clone());
    let work = tokio::task::spawn_blocking(move || decoder.start().decode(&name, &bytes));
    let decoded = work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    match decoded {
        Ok(Ok(rows)) => {
            of_rows(&meta.name, &rows).ok_or_else(|| failed("was decoded to no events".to_owned()))
        }
        Ok(Err(Undecoded::ByItself(problem))) => {
            let name = meta.name.clone();
            Ok(DecodedFile { name, problem: Some(problem), ..DecodedFile::default() })
        }
        Ok(Err(Undecoded::TooLarge)) => {
            Err(failed("unfolds to too much to be read here; ask without --engine".to_owned()))
        }
        Ok(Err(Undecoded::Interrupted(why))) => Err(failed(why)),
        Err(why) => Err(failed(format!("cannot be decoded: {why}"))),
    }
}

fn of_rows(name: &str, rows: &DecodedRows) -> Option<DecodedFile> {
    let row = |at: usize| {
        let mut id = String::new();
        let head = decode_head(rows.head.get(at), &mut id)?;
        let values = decode_values(rows.values.get(at))?;
        let mut dimensions = [None; DIMENSIONS.len()];
        for (dimension, of) in dimensions.iter_mut().zip(&rows.terms) {
            *dimension = of.values[of.codes[at] as usize].as_deref();
        }
        let entity_id = rows.entity_id.values[rows.entity_id.codes[at] as usize].as_deref()?;
        let cells = cells(rows.time[at], dimensions, entity_id, &head, values);
        Some(LocalRow {
            event: Event::from_cells(&cells)?,
            extra: head.extra.map(str::to_owned),
            about_row: head.about_row.map(str::to_owned),
        })
    };
    Some(DecodedFile {
        name: name.to_owned(),
        in_file: rows.in_file,
        bad: rows.bad.clone(),
        problem: rows.problem.clone(),
        rows: (0..rows.len()).map(row).collect::<Option<_>>()?,
    })
}
