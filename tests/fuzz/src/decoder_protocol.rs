//! Any bytes as rows that come from the decoder.

use decode::DecodedRows;

use super::rows::even_and_the_same_again;

pub fn check(bytes: &[u8]) {
    if let Some(rows) = DecodedRows::from_bytes(bytes) {
        even_and_the_same_again(&rows);
    }
}
