//! Where things lie in this repository and in its target folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// With what settings cargo builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    /// As it is shipped.
    Release,
}

impl Profile {
    /// What cargo is told to use it.
    pub fn argument(self) -> Option<&'static str> {
        match self {
            Self::Dev => None,
            Self::Release => Some("--release"),
        }
    }

    /// Its folder in the target folder.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

pub struct Folders {
    root: PathBuf,
    target: PathBuf,
}

impl Folders {
    pub fn find() -> Result<Self, CommandError> {
        // As cargo says now: in a target folder that two checkouts share, this program may be the
        // one that the other has built.
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

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn target(&self) -> &Path {
        &self.target
    }

    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The TypeScript types that the Rust types are the source of.
    pub fn generated_types(&self) -> PathBuf {
        self.root.join("ui/src/ipc/gen")
    }

    pub fn sample(&self) -> PathBuf {
        self.target.join("sample")
    }

    /// Screenshots that the window tests take.
    pub fn shots(&self) -> PathBuf {
        self.target.join("shots")
    }

    /// Tools that the checks need and that are not the program's.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Where the benchmarks write, on the disk that the target folder lies on.
    pub fn bench(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// Where processes are killed.
    pub fn soak(&self) -> PathBuf {
        self.target.join("soak")
    }

    /// The fuzz targets as they are built, and what they find on their way.
    pub fn fuzz(&self) -> PathBuf {
        self.target.join("fuzz")
    }

    /// An executable of the workspace as `cargo build` leaves it.
    pub fn executable(&self, profile: Profile, name: &str) -> PathBuf {
        let folder = self.target.join(profile.folder());
        folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}
