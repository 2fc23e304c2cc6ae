//! The window's packages and its build, each only when something changed since the last time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::command::{npm, read, run};
use crate::folders::Folders;
use crate::stop::Stop;

/// The oldest Node.js that the window's tools run on, as in `ui/package.json`.
const NODE: (u32, u32) = (20, 19);

/// What the build is made from, beside its configuration files.
const SOURCES: [&str; 3] = ["src", "public", "index.html"];

/// Folders of `ui/` that the build or npm writes.
const WRITTEN: [&str; 2] = ["dist", "node_modules"];

pub fn prepare(folders: &Folders) -> Result<(), Stop> {
    check_node()?;
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

fn check_node() -> Result<(), Stop> {
    let found = read(Command::new("node").arg("--version"))?;
    let mut numbers = found.trim_start_matches('v').split('.').map_while(|n| n.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= NODE => Ok(()),
        _ => Err(Stop::TooOld { program: "Node.js", found, wanted: "20.19 or later" }),
    }
}

/// Whether what was made from a source is missing or older than the source.
fn is_newer(source: Option<SystemTime>, made: Option<SystemTime>) -> bool {
    made.is_none_or(|made| source.is_none_or(|source| source > made))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the latest of the window's sources changed: `src`, `index.html` and every file at the top of
/// `ui/`, which are the configurations. Tests count too: telling them apart is not worth it.
fn newest_source(ui: &Path) -> Result<Option<SystemTime>, Stop> {
    let mut newest = None;
    let mut waiting: Vec<PathBuf> = SOURCES.iter().map(|name| ui.join(name)).collect();
    waiting.extend(entries(ui)?.into_iter().filter(|path| path.is_file()));
    while let Some(path) = waiting.pop() {
        newest = newest.max(modified(&path));
        if path.is_dir() && !WRITTEN.iter().any(|name| path.ends_with(name)) {
            waiting.extend(entries(&path)?);
        }
    }
    Ok(newest)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let list = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    list().map_err(Stop::file("list the folder", folder))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use std::time::Duration;

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
