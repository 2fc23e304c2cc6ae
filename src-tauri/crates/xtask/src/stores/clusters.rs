//! Clusters for the tests, which speak Spark Connect and see the emulated S3.

use std::path::PathBuf;
use std::process::Command;

use super::server::{self, Server};
use super::{Stores, install, url};
use crate::error::CommandError;
use crate::folders::Folders;

/// Script that starts Sail on a port.
const START_SAIL: &str = "src-tauri/crates/xtask/src/stores/start_sail.py";

/// Class of Spark's server.
const SPARK_SERVER: &str = "org.apache.spark.sql.connect.service.SparkConnectServer";

/// Kind of cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sail, one program that is ready at once.
    Sail,
    /// Spark, which needs Java.
    Spark,
}

/// Running cluster. It ends when this is dropped.
pub struct Cluster {
    server: Server,
    /// The Python that has Sail, by which tests start another one.
    sail: PathBuf,
    kind: Kind,
}

impl Cluster {
    /// Installs a cluster that is missing, and starts it.
    ///
    /// # Errors
    /// [`CommandError::NoStore`] if it ends at its start, or takes no connection.
    pub fn start(folders: &Folders, kind: Kind, stores: &Stores) -> Result<Self, CommandError> {
        let sail = install::sail(folders)?;
        let s3 = url(stores.s3.port());
        let mut server = match kind {
            Kind::Sail => {
                let (python, script) = (sail.clone(), folders.root().join(START_SAIL));
                Server::start(folders, "sail", move |port| {
                    let mut command = server::command(python.as_os_str());
                    command.arg(&script).arg(port).envs(credentials());
                    command.env("AWS_ENDPOINT_URL", &s3).env("AWS_ALLOW_HTTP", "true");
                    command
                })?
            }
            Kind::Spark => {
                let submit = install::spark(folders)?;
                Server::start(folders, "spark", move |port| spark(&submit, port))?
            }
        };
        server.wait_until_listening()?;
        Ok(Self { server, sail, kind })
    }

    /// Variables of the environment that tell the tests where the cluster is, and how to start Sail.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("DAYBOOK_TEST_CLUSTER", format!("sc://127.0.0.1:{}", self.server.port())),
            ("DAYBOOK_TEST_SAIL", self.sail.display().to_string()),
        ];
        if self.kind == Kind::Sail {
            environment.push(("DAYBOOK_TEST_CLUSTER_READS_S3", "1".to_owned()));
        }
        environment
    }
}

/// What a client of the emulated S3 signs with.
fn credentials() -> [(&'static str, &'static str); 3] {
    [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-central-1"),
    ]
}

/// The command that starts Spark's server on a port. It reads folders only: what speaks S3 is no part of
/// its package.
fn spark(submit: &std::path::Path, port: &str) -> Command {
    let mut command = server::command(submit.as_os_str());
    for setting in [
        &format!("spark.connect.grpc.binding.port={port}"),
        "spark.ui.enabled=false",
        "spark.sql.shuffle.partitions=2",
        "spark.driver.memory=2g",
    ] {
        command.arg("--conf").arg(setting);
    }
    command.args(["--master", "local[2]", "--class", SPARK_SERVER, "spark-internal"]);
    command
}
