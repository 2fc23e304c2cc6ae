//! Check that no file of a bucket ever changes or vanishes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::LabError;

/// Hashes of all files below `folder`: by path, the SHA-256 of the bytes.
pub fn hashes(folder: &Path) -> Result<BTreeMap<PathBuf, [u8; 32]>, LabError> {
    let mut hashes = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let listed = fs::read_dir(&folder).map_err(LabError::file("list the folder", &folder))?;
        for entry in listed {
            let path = entry.map_err(LabError::file("list the folder", &folder))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).map_err(LabError::file("read", &path))?;
            hashes.insert(path, Sha256::digest(&bytes).into());
        }
    }
    Ok(hashes)
}

/// Checks that all files of `before` are in `after`, with the same bytes.
///
/// # Errors
/// [`LabError::Unsound`] names one that is not.
pub fn check_unchanged(
    before: &BTreeMap<PathBuf, [u8; 32]>,
    after: &BTreeMap<PathBuf, [u8; 32]>,
) -> Result<(), LabError> {
    for (path, hash) in before {
        let found = match after.get(path) {
            None => "vanished",
            Some(now) if now != hash => "changed",
            Some(_) => continue,
        };
        return Err(LabError::Unsound(format!(
            "a file of the bucket has {found}: {}",
            path.display()
        )));
    }
    Ok(())
}
