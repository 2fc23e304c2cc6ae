//! How one event names another.

use std::collections::HashMap;
use std::fmt;

use crate::{Entry, EventDigest};

/// The text by which an event is addressed: its id where that names one event of the bucket, and
/// otherwise, since ids of legacy files repeat, what tells it from the others with its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The event's id.
    pub event_id: String,
    /// What tells it from others with that id; `None` where nothing has to.
    pub disambiguator: Option<Disambiguator>,
}

/// What tells an event from others with its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Disambiguator {
    /// What the event says: `{event_id}@sha256:{digest}`. It holds wherever the event is moved to.
    Digest(EventDigest),
    /// Where a row lies, from 0: `{event_id}@{file name}#{row}`. Older journals address events so.
    /// It names a row only as long as its file stays as it is; today it is written only where two
    /// rows say the same event and differ in other columns.
    Place {
        /// The file's name without its folder.
        file: String,
        /// The row in it, from 0.
        row: u64,
    },
}

/// What is before the digest in an address.
const SHA256: &str = "@sha256:";

impl Address {
    /// Reads an address. Text that does not end in a digest or in a file and a row is an id as it
    /// stands.
    pub fn parse(text: &str) -> Self {
        let (event_id, disambiguator) = parse(text)
            .map_or((text, None), |(event_id, disambiguator)| (event_id, Some(disambiguator)));
        Self { event_id: event_id.to_owned(), disambiguator }
    }
}

/// Marks what repeats among `entries`: all those of a bucket that have one id.
pub fn mark_repeated(entries: &mut [Entry]) {
    if entries.len() <= 1 {
        return;
    }
    let digests: Vec<EventDigest> = entries.iter().map(|entry| entry.event.digest()).collect();
    let mut rows: HashMap<EventDigest, usize> = HashMap::new();
    for digest in &digests {
        *rows.entry(*digest).or_default() += 1;
    }
    for (entry, digest) in entries.iter_mut().zip(digests) {
        entry.id_is_repeated = true;
        entry.event_is_repeated = rows[&digest] > 1;
    }
}

fn parse(text: &str) -> Option<(&str, Disambiguator)> {
    let digest = || {
        let (id, digest) = text.rsplit_once(SHA256)?;
        Some((id, Disambiguator::Digest(digest.parse().ok()?)))
    };
    let place = || {
        let (id, place) = text.rsplit_once('@')?;
        let (file, row) = place.rsplit_once('#').filter(|(file, _)| !file.is_empty())?;
        Some((id, Disambiguator::Place { file: file.to_owned(), row: row.parse().ok()? }))
    };
    digest().or_else(place).filter(|(id, _)| !id.is_empty())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.disambiguator {
            Some(Disambiguator::Digest(digest)) => write!(f, "{}{SHA256}{digest}", self.event_id),
            Some(Disambiguator::Place { file, row }) => write!(f, "{}@{file}#{row}", self.event_id),
            None => f.write_str(&self.event_id),
        }
    }
}
