//! Arguments of every verb that reads: which engine answers.

use clap::Args;
use session::ClusterOptions;

use crate::error::CliError;

/// Help of the address.
const ENGINE: &str = "Ask a cluster in place of this machine, such as sc://HOST:PORT or \
                      sc://HOST:PORT/;use_ssl=true; DAYBOOK_ENGINE_TOKEN has its token";

/// Help of the root.
const ROOT: &str = "How the cluster names the bucket, such as s3a://BUCKET/PATH, where it does not name it \
                    as this machine does";

#[derive(Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineArgs {
    #[arg(long, value_name = "URL", help = ENGINE)]
    engine: Option<String>,
    #[arg(long, value_name = "URL", requires = "engine", help = ROOT)]
    engine_root: Option<String>,
    /// Where the cluster fails, print all that it says.
    #[arg(long, requires = "engine")]
    pub engine_details: bool,
}

impl EngineArgs {
    /// The cluster to ask; `None` for this machine.
    ///
    /// # Errors
    /// The address is none.
    pub fn cluster(&self) -> Result<Option<ClusterOptions>, CliError> {
        let root = self.engine_root.as_deref();
        let cluster = self.engine.as_deref().map(|url| ClusterOptions::parse(url, root));
        Ok(cluster.transpose()?)
    }
}
