//! The canonical bytes of an event, and its digest.
//!
//! One encoding of what an event says, whatever file, engine or type of column it lies in. What is
//! built on it must not change: other implementations go by the vectors in
//! `tests/fixtures/digests.json`.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{Cell, Event};

/// What the digest of an event begins with, before its canonical bytes.
const DOMAIN: &[u8] = b"\x05daybook.event/1";

/// SHA-256 over what an event says. Two rows with one digest are one event said twice. As text,
/// 64 hexadecimal digits in lower case.
///
/// It hides nothing: short values can be guessed from it, so the digest of an event whose values
/// are withheld must not be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventDigest(pub [u8; 32]);

impl Event {
    /// For each column of [`crate::EVENT_COLUMNS`], absent and null alike: the length of what
    /// follows as 32 bits, big-endian; then 0x00 for null, 0x01 and UTF-8 for text, 0x03 and 64
    /// bits, big-endian, for a number, or 0x04 and the nanoseconds since 1970 as 64 signed bits,
    /// big-endian, for an instant.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let cells = self.cells();
        let mut bytes = Vec::with_capacity(cells.iter().map(|c| 13 + c.text_len()).sum());
        for cell in cells {
            match cell {
                Cell::Null => put(0x00, &[], &mut bytes),
                Cell::Text(text) => put(0x01, text.as_bytes(), &mut bytes),
                Cell::Number(number) => put(0x03, &number.to_be_bytes(), &mut bytes),
                Cell::Instant(nanos) => put(0x04, &nanos.to_be_bytes(), &mut bytes),
            }
        }
        bytes
    }

    /// SHA-256 over 0x05, `daybook.event/1`, and [`Event::canonical_bytes`].
    pub fn digest(&self) -> EventDigest {
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(self.canonical_bytes());
        EventDigest(hash.finalize().into())
    }
}

/// Writes one value. No file holds a text whose length does not fit into 32 bits.
fn put(kind: u8, value: &[u8], into: &mut Vec<u8>) {
    let length = u32::try_from(value.len() + 1).unwrap_or(u32::MAX);
    into.extend(length.to_be_bytes());
    into.push(kind);
    into.extend(value);
}

impl fmt::Display for EventDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the digest of an event")]
pub struct DigestError(String);

impl FromStr for EventDigest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        parse(text.as_bytes()).map(Self).ok_or_else(|| DigestError(text.to_owned()))
    }
}

fn parse(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |at: usize| match text[at] {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = digit(2 * index)? << 4 | digit(2 * index + 1)?;
    }
    Some(bytes)
}
