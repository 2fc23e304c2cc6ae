//! Names of the files that a person saves.

use std::path::{Path, PathBuf};

/// What a file name cannot have on one platform or another.
const NOT_IN_NAMES: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// A text as a part of a name, with a `-` for each character that a name cannot have.
pub(crate) fn in_a_name(text: &str) -> String {
    let fits = |one: char| !one.is_control() && !NOT_IN_NAMES.contains(&one);
    text.chars().map(|one| if fits(one) { one } else { '-' }).collect()
}

/// The path with an ending, which begins with a point, behind its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// The last name of a path.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
