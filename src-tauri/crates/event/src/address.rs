//! Addresses: texts that name one event of a bucket.

use std::fmt;

use crate::{Entry, EventDigest};

/// Address of an event within a bucket, as text: its id and, where the id repeats, a disambiguator.
///
/// Ids of legacy files are not unique. [`Entry::address`] gives the shortest address that names
/// one entry only. Parsing never fails.
///
/// ```
/// use event::{Address, Disambiguator};
///
/// // An id alone: any text that has no disambiguator at its end.
/// let address = Address::parse("evt-1@home");
/// assert_eq!((address.event_id.as_str(), address.disambiguator), ("evt-1@home", None));
///
/// // An id and the digest of the event.
/// let digest = "0f".repeat(32);
/// let address = Address::parse(&format!("evt-1@sha256:{digest}"));
/// assert_eq!(address.event_id, "evt-1");
/// assert_eq!(address.disambiguator, digest.parse().ok().map(Disambiguator::Digest));
///
/// // An id and the place of the row: its file, and its number from 0.
/// let address = Address::parse("evt-1@2024/a.parquet#17");
/// let place = Disambiguator::Place { file: "2024/a.parquet".into(), row: 17 };
/// assert_eq!(address.disambiguator, Some(place));
/// assert_eq!(address.to_string(), "evt-1@2024/a.parquet#17");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Id of the event.
    pub event_id: String,
    /// Disambiguator among events with that id; `None` where the id names one event only.
    pub disambiguator: Option<Disambiguator>,
}

/// Disambiguator that tells an event from others with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Disambiguator {
    /// Digest of the event: `{event_id}@sha256:{digest}`. It stays valid in whichever file the
    /// event lies.
    Digest(EventDigest),
    /// Place of the row: `{event_id}@{file}#{row}`. It is valid only while the file stays as it is.
    /// It is written no more, because files are split anew and renamed, and read because older
    /// journals use it.
    Place {
        /// File's path below the journal's folder.
        file: String,
        /// Row in the file, from 0.
        row: u64,
    },
}

/// Separator between the id and the digest of an address.
const SHA256: &str = "@sha256:";

impl Address {
    /// Parses an address. A text that does not end in a digest, or in a file and a row, is an id as
    /// a whole.
    pub fn parse(text: &str) -> Self {
        let (event_id, disambiguator) = parse(text)
            .map_or((text, None), |(event_id, disambiguator)| (event_id, Some(disambiguator)));
        Self { event_id: event_id.to_owned(), disambiguator }
    }

    /// All addresses that a text can mean, the one that [`Address::parse`] takes it for first: ids and
    /// files may both have an `@` in their names.
    pub fn readings(text: &str) -> Vec<Self> {
        let first = Self::parse(text);
        let Some(Disambiguator::Place { file, row }) = &first.disambiguator else {
            return vec![first];
        };
        let earlier = first.event_id.rmatch_indices('@').filter(|(at, _)| *at > 0);
        let others: Vec<Self> = earlier
            .map(|(at, _)| {
                let file = format!("{}@{file}", &first.event_id[at + 1..]);
                let disambiguator = Some(Disambiguator::Place { file, row: *row });
                Self { event_id: first.event_id[..at].to_owned(), disambiguator }
            })
            .collect();
        std::iter::once(first).chain(others).collect()
    }
}

/// Marks repeated ids: sets [`Entry::id_is_repeated`]. `entries` must be all the entries of a bucket
/// that have one id; a single entry is not changed.
pub fn mark_repeated(entries: &mut [Entry]) {
    if entries.len() > 1 {
        for entry in entries {
            entry.id_is_repeated = true;
        }
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
