//! `cargo xtask test`: runs every check and every test, up to the first that fails.
//! [`dependencies`] runs cargo-deny; [`duckdb`] compares SQL with `DuckDB`; [`types`] runs the tests of every crate and compares the
//! TypeScript that they generate.

mod dependencies;
mod duckdb;
mod types;

use crate::command::{cargo, npm, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::steps::{Step, run_all};
use crate::stores::{Cluster, Kind, Stores};
use crate::window::{self, Drive};
use crate::{lab, setup, ui};

/// Runs all checks and tests; those of clusters on Sail, and on Spark too if that is wanted.
///
/// # Errors
/// The error of the first that fails.
pub fn check_all(folders: &Folders, with_spark: bool) -> Result<(), CommandError> {
    let mut steps = vec![
        Step::new("tools and system packages", || {
            ui::check_tools()?;
            setup::packages(setup::For::Testing)
        }),
        // The window's build comes first: the program embeds it, so nothing compiles without it.
        Step::new("the window's packages and build", || ui::prepare(folders)),
        Step::new("build", || run(cargo(folders).args(["build", "--workspace", "--all-targets"]))),
        Step::new("sample journal", || lab::ensure_sample(folders)),
        Step::new("formatting", || run(cargo(folders).args(["fmt", "--all", "--check"]))),
        Step::new("clippy", || clippy(folders)),
        Step::new("dependencies", || dependencies::check(folders)),
        Step::new("checks and tests of ui/", || run(npm(folders).args(["run", "check"]))),
        Step::new("tests of every crate", || types::test(folders)),
        Step::new("object stores", || test_stores(folders)),
        Step::new("SQL beside DuckDB", || duckdb::test(folders)),
        Step::new("a cluster: Sail", || test_cluster(folders, Kind::Sail)),
    ];
    if with_spark {
        steps.push(Step::new("a cluster: Spark", || test_cluster(folders, Kind::Spark)));
    }
    if cfg!(target_os = "linux") {
        steps.push(Step::new("the real window", || window::drive(folders, &Drive::default())));
    }
    run_all(steps)?;
    if !cfg!(target_os = "linux") {
        println!("The real window is tested on Linux only: elsewhere nothing can drive it.");
    }
    println!("Everything holds.");
    Ok(())
}

/// Runs the tests that need object stores, against emulators that it starts and ends.
fn test_stores(folders: &Folders) -> Result<(), CommandError> {
    let stores = Stores::start(folders)?;
    let test = ["test", "--workspace", "--test", "stores"];
    run(cargo(folders).args(test).envs(stores.environment()))
}

/// Runs the tests that need a cluster, against one that it starts and ends.
fn test_cluster(folders: &Folders, kind: Kind) -> Result<(), CommandError> {
    let stores = Stores::start(folders)?;
    let cluster = Cluster::start(folders, kind, &stores)?;
    let environment = stores.environment().into_iter().chain(cluster.environment());
    run(cargo(folders).args(["test", "--workspace", "--test", "clusters"]).envs(environment))
}

/// Runs clippy, and again for the tests of stores, of clusters, of SQL and of the window: these are off by
/// default, and so not among all targets.
fn clippy(folders: &Folders) -> Result<(), CommandError> {
    let deny = ["--", "-D", "warnings"];
    run(cargo(folders).args(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    let off = ["stores", "clusters", "duckdb"].into_iter().flat_map(|name| ["--test", name]);
    run(cargo(folders).args(["clippy", "--workspace"]).args(off).args(deny))?;
    run(cargo(folders).arg("clippy").args(window::TESTS).args(deny))
}
