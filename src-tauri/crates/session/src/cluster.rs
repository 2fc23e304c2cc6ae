//! A cluster that answers in place of this machine.

use std::env;
use std::sync::{Arc, PoisonError};

use bucket::Location;
use query::{CancellationToken, Engine, Overlay};
use spark::{ClusterAddress, ClusterEngine, EngineRoot, Limits, TOKEN_VARIABLE};

use crate::{Error, JournalSession};

/// Cluster to ask: where it is, and how it names the bucket. Its token, from the environment or the URL, is
/// in no `Debug` form and no error.
///
/// ```
/// use session::ClusterOptions;
///
/// let cluster = ClusterOptions::parse("sc://cluster:15002/;token=secret;use_ssl=true", None).unwrap();
/// assert!(!format!("{cluster:?}").contains("secret"));
/// assert!(ClusterOptions::parse("http://cluster", None).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterOptions {
    address: ClusterAddress,
    root: Option<EngineRoot>,
    /// Limits of time.
    pub limits: Limits,
}

impl ClusterOptions {
    /// Parses the address of a cluster, and the root of the bucket as it names it; `None` for the name
    /// that clusters commonly have for it. If the address has no token, that of the environment is used.
    ///
    /// # Errors
    /// [`Error::Cluster`] if that is no address.
    pub fn parse(address: &str, root: Option<&str>) -> Result<Self, Error> {
        let address: ClusterAddress = address.parse()?;
        let address = address.with_token(env::var(TOKEN_VARIABLE).ok());
        Ok(Self { address, root: root.map(EngineRoot::named), limits: Limits::default() })
    }
}

impl JournalSession {
    /// Engine of a cluster over what is in the bucket and pending on this device now. The catalog is
    /// neither read nor written.
    ///
    /// # Errors
    /// [`Error::Cluster`] if the bucket cannot be listed, or the cluster not be asked. A file that cannot be
    /// read is no error: the coverage names it.
    #[tracing::instrument(skip_all)]
    pub async fn ask_cluster(&self, cluster: &ClusterOptions) -> Result<Arc<dyn Engine>, Error> {
        let root = match &cluster.root {
            Some(root) => root.clone(),
            None => EngineRoot::of(&self.location().parse::<Location>()?)?,
        };
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (bucket, address) = (self.bucket().clone(), cluster.address.clone());
        let (limits, decoder) = (cluster.limits, self.decoder.clone());
        let opened =
            ClusterEngine::open_with(bucket, root, address, limits, decoder, names.clone());
        let engine: Arc<dyn Engine> = Arc::new(opened.await?);
        let (_, pending) = self.recorded_and_pending().await;
        if pending.as_ref().is_ok_and(Vec::is_empty) {
            return Ok(engine);
        }
        let token = CancellationToken::new();
        Ok(Arc::new(Overlay::new(engine, pending, names, &token).await?))
    }
}
