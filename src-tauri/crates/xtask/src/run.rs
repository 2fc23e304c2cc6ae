//! `cargo xtask run`: builds everything, then opens the window, draws it, or prints the newest
//! events.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::CommandError;
use crate::folders::Folders;
use crate::steps::{Step, run_all};
use crate::window::{self, Drive};
use crate::{lab, program, setup, ui};

/// Variable that tells the test that takes the picture which bucket to open.
const PICTURE_VARIABLE: &str = "DAYBOOK_PICTURE_BUCKET";

/// Name of that test.
const PICTURE_TEST: &str = "picture::picture";
/// Name of the file that it writes.
const PICTURE: &str = "picture.png";

/// Printed where no window can be opened.
const NO_DISPLAY: &str = "\
No window can be opened here, since neither DISPLAY nor WAYLAND_DISPLAY is set: start this on a
desktop, or connect with `ssh -X`; `cargo xtask run --picture FILE` draws the window into a PNG.";

/// Builds everything and opens the window on `bucket`, or on the sample. Without a display it
/// prints the newest events there, and how to open the window.
pub fn show(folders: &Folders, bucket: Option<&OsStr>) -> Result<ExitCode, CommandError> {
    run_all(building(folders, setup::For::Building))?;
    let sample = folders.sample();
    let bucket = bucket.unwrap_or(sample.as_os_str());
    if has_display() {
        return program::open(folders, bucket);
    }
    println!("The newest events of {}:\n", bucket.display());
    let ended = program::print_recent(folders, bucket)?;
    println!("\n{NO_DISPLAY}");
    Ok(ended)
}

/// Builds everything and writes what the window shows of `bucket`, or of the sample, to `file`.
pub fn draw(folders: &Folders, bucket: Option<&OsStr>, file: &Path) -> Result<(), CommandError> {
    if !cfg!(target_os = "linux") {
        return Err(CommandError::NoPictureHere);
    }
    let bucket = match bucket {
        Some(bucket) => absolute(bucket)?,
        None => folders.sample().into(),
    };
    let parent = std::path::absolute(file).ok().and_then(|file| Some(file.parent()?.to_owned()));
    if !parent.is_some_and(|parent| parent.is_dir()) {
        return Err(CommandError::NoFolderFor(file.to_owned()));
    }
    let mut steps = building(folders, setup::For::Testing);
    steps.push(Step::new("picture of the window", || draw_only(folders, &bucket, file)));
    run_all(steps)?;
    println!("The window is drawn in {}", file.display());
    Ok(())
}

/// Steps that build everything and make the sample.
fn building(folders: &Folders, purpose: setup::For) -> Vec<Step<'_>> {
    vec![
        Step::new("tools and system packages", move || {
            ui::check_tools()?;
            setup::packages(purpose)
        }),
        Step::new("the window's packages and build", || ui::prepare(folders)),
        Step::new("build", || program::build(folders)),
        Step::new("sample journal", || lab::ensure_sample(folders)),
    ]
}

/// Takes a picture of the window, when it shows the bucket, and copies it to `file`.
fn draw_only(folders: &Folders, bucket: &OsStr, file: &Path) -> Result<(), CommandError> {
    let variables = vec![(PICTURE_VARIABLE, bucket.to_owned())];
    window::drive(folders, &Drive { only: PICTURE_TEST, variables, ..Drive::default() })?;
    let picture = folders.shots().join(PICTURE);
    fs::copy(&picture, file).map_err(CommandError::file("write the picture to", file))?;
    Ok(())
}

/// The absolute path of a bucket, which must exist; a URL as it is.
fn absolute(bucket: &OsStr) -> Result<OsString, CommandError> {
    let path = Path::new(bucket);
    if bucket.to_string_lossy().contains("://") {
        return Ok(bucket.to_owned());
    }
    if !path.exists() {
        return Err(CommandError::NoBucket(path.to_owned()));
    }
    let absolute = std::path::absolute(path).map(PathBuf::into_os_string);
    absolute.map_err(CommandError::file("find the folder", path))
}

/// Whether there is a display. Elsewhere than on Linux there always is.
fn has_display() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_anywhere_and_a_url_stays_as_it_is() {
        assert_eq!(absolute("file:///no/journal".as_ref()).unwrap(), "file:///no/journal");
        let missing = absolute("no/journal".as_ref()).unwrap_err().to_string();
        assert!(missing.starts_with("there is no folder no/journal"), "{missing}");
        let folder = absolute("src".as_ref()).unwrap();
        assert_eq!(Path::new(&folder), env::current_dir().unwrap().join("src"));
    }
}
