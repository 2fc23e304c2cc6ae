//! Any bytes as a file of a journal.

use bytes::Bytes;
use decode::{Partitions, decode};

use super::rows::as_decoded;

/// The file is decoded to rows that hold, or refused with a reason.
pub fn check(bytes: &[u8]) {
    match decode(&Bytes::copy_from_slice(bytes), &Partitions::default()) {
        Ok(rows) => as_decoded(&rows),
        Err(problem) => assert!(!problem.is_empty()),
    }
}
