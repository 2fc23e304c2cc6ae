//! Questions in SQL beside `DuckDB`, which is installed for it.

use crate::command::{cargo, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::program::SAMPLE_VARIABLE;
use crate::{python, stores};

/// Version of `DuckDB`.
const DUCKDB: &str = "2.0.0";

/// Variable that tells the test which Python has `DuckDB`.
const PYTHON_VARIABLE: &str = "DAYBOOK_DUCKDB_PYTHON";

/// Runs the thirty questions whose answers are compared with those of `DuckDB`.
pub fn test(folders: &Folders) -> Result<(), CommandError> {
    let folder = folders.tools().join(format!("duckdb-{DUCKDB}"));
    let python = python::path(&folder);
    stores::once(&folder, || {
        python::make_environment(&folder)?;
        run(python::pip(&python).arg(format!("duckdb=={DUCKDB}")))
    })?;
    let mut test = cargo(folders);
    test.args(["test", "--workspace", "--test", "duckdb"]).env(PYTHON_VARIABLE, python);
    run(test.env(SAMPLE_VARIABLE, folders.sample()))
}
