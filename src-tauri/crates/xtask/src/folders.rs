//! Folders of this repository and of its target folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// Profile of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The default of cargo.
    Dev,
    /// As the program is shipped.
    Release,
}

impl Profile {
    /// The argument of cargo for it, if it needs one.
    pub fn argument(self) -> Option<&'static str> {
        match self {
            Self::Dev => None,
            Self::Release => Some("--release"),
        }
    }

    /// Name of its folder in the target folder.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Folders that tasks use. All paths are absolute.
pub struct Folders {
    root: PathBuf,
    /// The target folder of cargo.
    target: PathBuf,
}

impl Folders {
    /// Finds the repository and its target folder (`CARGO_TARGET_DIR`, else `target`).
    ///
    /// # Errors
    /// [`CommandError::File`] if the repository is not there.
    pub fn find() -> Result<Self, CommandError> {
        // The variable at run time wins over the one at build time: where two checkouts share a
        // target folder, the other one may have built this program.
        let here = env::var_os("CARGO_MANIFEST_DIR");
        let here = here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let here = Path::new(&here).join("../../..");
        let root =
            here.canonicalize().map_err(CommandError::file("find the repository at", &here))?;
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            None => root.join("target"),
            Some(named) => std::path::absolute(&named)
                .map_err(CommandError::file("find the target folder", Path::new(&named)))?,
        };
        Ok(Self { root, target })
    }

    /// Root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The target folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Sources of the window.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// TypeScript types that are generated from the Rust types.
    pub fn generated_types(&self) -> PathBuf {
        self.root.join("ui/src/ipc/gen")
    }

    /// The sample journal.
    pub fn sample(&self) -> PathBuf {
        self.target.join("sample")
    }

    /// Screenshots that the tests of the window take.
    pub fn shots(&self) -> PathBuf {
        self.target.join("shots")
    }

    /// Tools that the checks need, where they are not on PATH.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Data of the benchmarks, on the disk of the target folder.
    pub fn bench(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// Data of the soak test.
    pub fn soak(&self) -> PathBuf {
        self.target.join("soak")
    }

    /// Builds of the fuzz targets, and the inputs that they find.
    pub fn fuzz(&self) -> PathBuf {
        self.target.join("fuzz")
    }

    /// Path of an executable that `cargo build` makes.
    pub fn executable(&self, profile: Profile, name: &str) -> PathBuf {
        let folder = self.target.join(profile.folder());
        folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}
