//! Packages and build of the window, each done only when something changed since the last time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::command::{npm, read, run};
use crate::error::CommandError;
use crate::folders::Folders;

/// Node.js, from the oldest version that the window's tools run on: as in `ui/package.json`.
const NODE: Tool = Tool { name: "Node.js", program: "node", oldest: (20, 19) };

/// npm, from the oldest version that reads the window's `package-lock.json`.
const NPM: Tool =
    Tool { name: "npm", program: if cfg!(windows) { "npm.cmd" } else { "npm" }, oldest: (7, 0) };

/// Tool that the window is built with.
struct Tool {
    name: &'static str,
    program: &'static str,
    /// The oldest version that will do: major and minor.
    oldest: (u32, u32),
}

/// Sources of the build, beside its configuration files.
const SOURCES: [&str; 3] = ["src", "public", "index.html"];

/// Folders of `ui/` that the build or npm writes: they are no sources.
const WRITTEN: [&str; 2] = ["dist", "node_modules"];

/// Installs the packages and builds the window, where that is out of date.
pub fn prepare(folders: &Folders) -> Result<(), CommandError> {
    let ui = folders.ui();
    let installed = ui.join("node_modules/.package-lock.json");
    if is_newer(modified(&ui.join("package-lock.json")), modified(&installed)) {
        run(npm(folders).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    if is_newer(newest_source(&ui)?, modified(&ui.join("dist/index.html"))) {
        run(npm(folders).args(["run", "build"]))?;
    }
    Ok(())
}

/// Checks that Node.js and npm are installed and new enough. Called before anything is compiled,
/// because the program embeds the window.
///
/// # Errors
/// [`CommandError::NotInstalled`] or [`CommandError::TooOld`].
pub fn check_tools() -> Result<(), CommandError> {
    [NODE, NPM].iter().try_for_each(Tool::check)
}

impl Tool {
    /// Checks that the tool is installed and new enough.
    fn check(&self) -> Result<(), CommandError> {
        let (name, program) = (self.name, self.program);
        let wanted = format!("{}.{}", self.oldest.0, self.oldest.1);
        match read(Command::new(program).arg("--version")) {
            Ok(found) if self.is_recent(&found) => Ok(()),
            Ok(found) => Err(CommandError::TooOld { name, found, wanted }),
            Err(_) => Err(CommandError::NotInstalled { name, program, wanted }),
        }
    }

    /// Whether a version such as `v22.1.0` is new enough.
    fn is_recent(&self, version: &str) -> bool {
        let mut numbers = version.trim_start_matches('v').split('.').map_while(|n| n.parse().ok());
        numbers.next().zip(numbers.next()).is_some_and(|found| found >= self.oldest)
    }
}

/// Whether what is made from a source is missing, or older than the source.
fn is_newer(source: Option<SystemTime>, made: Option<SystemTime>) -> bool {
    made.is_none_or(|made| source.is_none_or(|source| source > made))
}

/// When a file was last modified; `None` if it is missing.
fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the newest of the window's sources was modified: [`SOURCES`], and every file at the top of
/// `ui/`, which are the configurations. Tests count too: to tell them apart is not worth it.
fn newest_source(ui: &Path) -> Result<Option<SystemTime>, CommandError> {
    let mut newest = None;
    let mut remaining: Vec<PathBuf> = SOURCES.iter().map(|name| ui.join(name)).collect();
    remaining.extend(entries(ui)?.into_iter().filter(|path| path.is_file()));
    while let Some(path) = remaining.pop() {
        newest = newest.max(modified(&path));
        if path.is_dir() && !WRITTEN.iter().any(|name| path.ends_with(name)) {
            remaining.extend(entries(&path)?);
        }
    }
    Ok(newest)
}

/// Paths of the entries of a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let list = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    list().map_err(CommandError::file("list the folder", folder))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_older_or_no_version_at_all_is_refused() {
        for (version, is_recent) in [
            ("v20.19.0", true),
            ("v22.1.0", true),
            ("v20.18.3", false),
            ("v18.20.1", false),
            ("20", false),
            ("", false),
        ] {
            assert_eq!(NODE.is_recent(version), is_recent, "{version}");
        }
    }

    #[test]
    fn what_is_not_installed_is_named_with_what_to_do() {
        let tool = Tool { name: "Node.js", program: "no-such-node", oldest: (20, 19) };
        let error = tool.check().unwrap_err().to_string();
        assert!(error.contains("Node.js 20.19") && error.contains("`no-such-node`"), "{error}");
        assert!(error.contains("install"), "{error}");
    }

    #[test]
    fn what_is_missing_or_older_is_made_again() {
        let old = SystemTime::UNIX_EPOCH;
        let new = old + Duration::from_secs(1);
        assert!(is_newer(Some(new), Some(old)));
        assert!(is_newer(Some(old), None));
        assert!(is_newer(None, Some(old)));
        assert!(!is_newer(Some(old), Some(new)));
        assert!(!is_newer(Some(old), Some(old)));
    }

    #[test]
    fn a_change_deep_in_the_sources_counts_and_one_in_the_build_does_not() {
        let ui = tempfile::tempdir().unwrap();
        let write = |name: &str, seconds: u64| {
            let path = ui.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            set_modified(&path, seconds);
        };
        for (name, seconds) in [("index.html", 10), ("src/a/b.ts", 30), ("dist/index.html", 90)] {
            write(name, seconds);
        }
        for folder in ["src/a", "src"] {
            set_modified(&ui.path().join(folder), 20);
        }
        let newest = newest_source(ui.path()).unwrap();
        assert_eq!(newest, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(30)));
    }

    fn set_modified(path: &Path, seconds: u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        fs::File::open(path).unwrap().set_modified(time).unwrap();
    }
}
