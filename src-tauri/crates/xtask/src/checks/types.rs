//! The TypeScript types of the window: the tests write them from the Rust types, and a copy in
//! `ui/` that says something else is stale.
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

/// Names of files, with what they hold.
type Texts = BTreeMap<String, Vec<u8>>;

/// Runs the tests of every crate and compares the types they wrote with those in `ui/`.
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

/// The files that are not the same, with what is the matter with each.
fn differences(fresh: &Texts, kept: &Texts) -> Vec<String> {
    let changed = fresh.iter().filter_map(|(name, text)| match kept.get(name) {
        None => Some(format!("{name} is missing")),
        Some(kept) => (kept != text).then(|| format!("{name} differs")),
    });
    let left = kept.keys().filter(|name| !fresh.contains_key(*name));
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
        let kept = texts(&[("a.ts", "1"), ("b.ts", "old"), ("d.ts", "4")]);
        assert_eq!(
            differences(&fresh, &kept),
            ["b.ts differs", "c.ts is missing", "d.ts has no Rust type"]
        );
        assert!(differences(&fresh, &fresh).is_empty());
    }
}
