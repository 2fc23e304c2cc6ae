//! Atomic creation of a folder: it appears complete or not at all.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::LabError;

/// Makes the folder `out`, which must not exist, with what `fill` writes into the folder it is
/// given. That one lies beside `out` and is renamed at the end; what an interrupted run left of it
/// is removed first.
///
/// # Errors
/// Fails if `fill` does, or if the system refuses to make or rename the folder.
pub fn make(out: &Path, fill: impl FnOnce(&Path) -> Result<(), LabError>) -> Result<(), LabError> {
    let unfinished = unfinished(out);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(LabError::file("remove", &unfinished))?;
    }
    fs::create_dir_all(&unfinished).map_err(LabError::file("make the folder", &unfinished))?;
    fill(&unfinished)?;
    fs::rename(&unfinished, out).map_err(LabError::file("make the folder", out))
}

/// The name of a folder until it is complete.
fn unfinished(out: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(out.file_name().unwrap_or_default());
    name.push(".unfinished");
    out.with_file_name(name)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_there_before_it_is_whole_and_what_was_left_is_not_in_it() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("sample");
        let failed = make(&out, |folder| {
            fs::write(folder.join("half"), "").unwrap();
            Err(LabError::Unsound("no more".to_owned()))
        });
        assert!(failed.is_err() && !out.exists());
        make(&out, |folder| {
            fs::write(folder.join("whole"), "").map_err(LabError::file("", folder))
        })
        .unwrap();
        let files: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(files, ["whole"]);
    }
}
