//! Check that the TypeScript types in `ui/` are those that the tests generate from the Rust types.
//!
//! Here the tests write to the target folder, so that checking changes nothing in the repository,
//! and a type that no longer exists is found as well.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::command::{cargo, run};
use crate::error::CommandError;
use crate::folders::Folders;

/// Names of files, with their contents.
type Texts = BTreeMap<String, Vec<u8>>;

/// Runs the tests of every crate, and compares the types that they write with those in `ui/`.
///
/// # Errors
/// [`CommandError::StaleTypes`] if they differ.
pub fn test(folders: &Folders) -> Result<(), CommandError> {
    let fresh = folders.target().join("types");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(CommandError::file("empty the folder", &fresh))?;
    }
    fs::create_dir_all(&fresh).map_err(CommandError::file("make the folder", &fresh))?;
    run(cargo(folders).args(["test", "--workspace"]).env("TS_RS_EXPORT_DIR", &fresh))?;
    let stale = differences(&texts(&fresh)?, &texts(&folders.generated_types())?);
    if stale.is_empty() {
        return Ok(());
    }
    Err(CommandError::StaleTypes { files: stale.join(", ") })
}

/// Files of a folder.
fn texts(folder: &Path) -> Result<Texts, CommandError> {
    let read = || -> io::Result<Texts> {
        let entries = fs::read_dir(folder)?;
        let files = entries.map(|entry| {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, fs::read(&path)?))
        });
        files.collect()
    };
    read().map_err(CommandError::file("read the types in", folder))
}

/// Names of the files that differ, each with how.
fn differences(fresh: &Texts, committed: &Texts) -> Vec<String> {
    let changed = fresh.iter().filter_map(|(name, text)| match committed.get(name) {
        None => Some(format!("{name} is missing")),
        Some(old) => (old != text).then(|| format!("{name} differs")),
    });
    let left = committed.keys().filter(|name| !fresh.contains_key(*name));
    changed.chain(left.map(|name| format!("{name} has no Rust type"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_difference_is_named() {
        let texts = |files: &[(&str, &str)]| {
            files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect()
        };
        let fresh = texts(&[("a.ts", "1"), ("b.ts", "2"), ("c.ts", "3")]);
        let committed = texts(&[("a.ts", "1"), ("b.ts", "old"), ("d.ts", "4")]);
        assert_eq!(
            differences(&fresh, &committed),
            ["b.ts differs", "c.ts is missing", "d.ts has no Rust type"]
        );
        assert!(differences(&fresh, &fresh).is_empty());
    }
}
