//! Tests of imports, as tables of what is in a file and what that means.
//!
//! - `values`: how cells are read, and what is refused.
//! - `files`: how files are read, and what is refused.
//! - `plans`: what is recorded of a table, held against the state that the journal has then.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod files;
mod mappings;
mod plans;
mod values;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::{Error, Mapping, Table};

/// A snapshot of candidates by number, with these fields.
fn snapshot(head: &str, fields: &str) -> Mapping {
    let head =
        format!("kind = \"snapshot\"\ntype = \"candidate\"\nid = {{ column = \"No\" }}\n{head}\n");
    Mapping::parse(&format!("{head}[fields]\n{fields}")).unwrap()
}

/// A file with these bytes.
fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(bytes: &[u8], mapping: &Mapping) -> Result<Table, Error> {
    let (_folder, path) = file(bytes);
    Table::read(&path, mapping)
}

/// Why a file is refused, behind its name.
fn refused(bytes: &[u8], mapping: &Mapping) -> String {
    match read(bytes, mapping) {
        Err(Error::Table { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}
