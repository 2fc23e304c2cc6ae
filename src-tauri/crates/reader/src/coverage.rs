//! Which files an answer rests on.

use serde::Serialize;

/// The files an answer rests on. Every answer carries one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// Journal files in the bucket.
    pub files: usize,
    /// Those of them that were read, in whole or in part.
    pub read: usize,
    /// Rows in the files read, before anything said twice is counted once.
    pub rows: usize,
    /// What could not be read: whole files, and rows of files.
    pub unreadable: Vec<Unreadable>,
    /// Nothing of the bucket is missing from the answer.
    pub complete: bool,
}

/// Something in the bucket that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    pub file: String,
    pub problem: String,
}

/// An answer and the files it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    pub value: T,
    pub coverage: Coverage,
}
