//! Canonical bytes of an event, and its digest.
//!
//! The encoding does not depend on the file, the engine or the column type that holds the event.
//! It must never change, because addresses rest on it. The test vectors for other implementations
//! are in `tests/fixtures/digests.json`.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{Cell, Event};

/// Domain separator: the hash input before the canonical bytes.
const DOMAIN: &[u8] = b"\x05daybook.event/1";

/// Digest of an event: the 32 bytes of SHA-256 over its [`EVENT_COLUMNS`](crate::EVENT_COLUMNS).
/// Its text form is 64 hexadecimal digits in lower case.
///
/// Two rows with one digest hold the same event. The digest does not hide the event: short values
/// can be guessed from it, so the digest of an event with withheld values must not be published.
///
/// ```
/// use event::{Event, EventDigest};
///
/// let event: Event = serde_json::from_str(
///     r#"{"event_id": "evt-1", "timestamp": 1709283600000000000, "entity_type": "candidate",
///         "entity_id": "CAND-00342", "field": "phone", "action": "update",
///         "new_value": "555-0100", "actor": "Sarah", "source": "api"}"#,
/// )?;
/// let digest = event.digest();
/// assert_eq!(digest.to_string().parse::<EventDigest>()?, digest);
/// assert!(digest.to_string().to_uppercase().parse::<EventDigest>().is_err());
///
/// // Every column counts, and null is not the empty text.
/// assert_ne!(Event { actor: "Tom".into(), ..event.clone() }.digest(), digest);
/// assert_ne!(Event { old_value: Some(String::new()), ..event }.digest(), digest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventDigest(pub [u8; 32]);

impl Event {
    /// Canonical bytes of the event: its values in the order of
    /// [`EVENT_COLUMNS`](crate::EVENT_COLUMNS). A value is its length, its kind and its bytes.
    ///
    /// The length is that of kind and bytes together, in 32 bits. The kind is 0x00 for null
    /// (without bytes), 0x01 for text (UTF-8), 0x03 for a number (64 bits), 0x04 for an instant
    /// (nanoseconds since 1970 in 64 signed bits). All integers are big-endian.
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

    /// Digest of the event: SHA-256 over 0x05, `daybook.event/1`, and [`Event::canonical_bytes`].
    pub fn digest(&self) -> EventDigest {
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(self.canonical_bytes());
        EventDigest(hash.finalize().into())
    }
}

/// Appends one value. No file holds a text whose length does not fit into 32 bits.
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

/// Error of a text that is not 64 hexadecimal digits in lower case; it holds that text.
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
