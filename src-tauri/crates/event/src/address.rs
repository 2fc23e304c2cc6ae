//! How one event names another.

use std::fmt;

/// The text by which an event is addressed: its id, or, where a bucket holds that id more than
/// once (ids of legacy files repeat), `{event_id}@{file name}#{row}` with the row counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    pub event_id: String,
    /// File name and row, where the id alone does not say which event is meant.
    pub place: Option<(String, u64)>,
}

impl Address {
    /// Reads an address. Text that has no `@file#row` at its end is an id as it stands.
    pub fn parse(text: &str) -> Self {
        let placed = text.rsplit_once('@').and_then(|(id, place)| {
            let (file, row) = place.rsplit_once('#')?;
            Some((id, file, row.parse::<u64>().ok()?))
        });
        match placed {
            Some((id, file, row)) if !id.is_empty() && !file.is_empty() => {
                Self { event_id: id.to_owned(), place: Some((file.to_owned(), row)) }
            }
            _ => Self { event_id: text.to_owned(), place: None },
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((file, row)) => write!(f, "{}@{file}#{row}", self.event_id),
            None => f.write_str(&self.event_id),
        }
    }
}
