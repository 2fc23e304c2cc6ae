//! Where things lie in this repository and in its target folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::stop::Stop;

pub struct Folders {
    root: PathBuf,
    target: PathBuf,
}

impl Folders {
    pub fn find() -> Result<Self, Stop> {
        // As cargo says now: in a target folder that two checkouts share, this program may be the
        // one that the other has built.
        let here = env::var_os("CARGO_MANIFEST_DIR");
        let here = here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let here = Path::new(&here).join("../../..");
        let root = here.canonicalize().map_err(Stop::file("find the repository at", &here))?;
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            None => root.join("target"),
            Some(named) => std::path::absolute(&named)
                .map_err(Stop::file("find the target folder", Path::new(&named)))?,
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

    /// The command line as `cargo build` leaves it.
    pub fn command_line(&self) -> PathBuf {
        self.target.join("debug").join(format!("daybook{}", env::consts::EXE_SUFFIX))
    }

    /// The program as `cargo build` leaves it.
    pub fn program(&self) -> PathBuf {
        self.target.join("debug").join(format!("daybook-desktop{}", env::consts::EXE_SUFFIX))
    }
}
