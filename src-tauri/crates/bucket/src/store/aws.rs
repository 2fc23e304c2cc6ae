//! Credentials of AWS, from wherever its own tools find them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use object_store::aws::AwsCredential;
use object_store::{CredentialProvider, Result};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Time before their end at which credentials are renewed.
const AHEAD: Duration = Duration::from_mins(1);

/// Time in which refused credentials are looked for no more than once.
const PAUSE: Duration = Duration::from_secs(2);

/// Credentials by the chain of AWS: the environment, the profile, single sign-on, web identity, the
/// container, the instance. They are looked for again before they end, and once the store refuses them:
/// somebody may have renewed them.
pub(super) struct AwsCredentials {
    profile: Option<String>,
    config: SdkConfig,
    known: Mutex<Option<Known>>,
    refused: Arc<AtomicBool>,
}

/// Credentials that were found.
struct Known {
    credential: Arc<AwsCredential>,
    /// When they end; `None` if they do not.
    end: Option<SystemTime>,
    found: Instant,
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsCredentials").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl AwsCredentials {
    /// Loads the configuration. `refused` is set by whoever learns that the store refuses them.
    pub async fn load(profile: Option<&str>, refused: Arc<AtomicBool>) -> Self {
        let config = load(profile).await;
        Self { profile: profile.map(str::to_owned), config, known: Mutex::default(), refused }
    }

    /// Region that the configuration names.
    pub fn region(&self) -> Option<String> {
        self.config.region().map(|region| region.as_ref().to_owned())
    }
}

async fn load(profile: Option<&str>) -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(client.clone());
    let Some(profile) = profile else { return loader.load().await };
    // A profile that is named comes before what the environment has, as with AWS's own tools.
    let of_profile = ProfileFileCredentialsProvider::builder()
        .configure(&ProviderConfig::without_region().with_http_client(client))
        .profile_name(profile)
        .build();
    let region = ProfileFileRegionProvider::builder().profile_name(profile).build();
    loader.profile_name(profile).region(region).credentials_provider(of_profile).load().await
}

#[async_trait]
impl CredentialProvider for AwsCredentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> Result<Arc<AwsCredential>> {
        let mut known = self.known.lock().await;
        if let Some(Known { credential, end, found }) = &*known {
            let is_refused = self.refused.load(Ordering::Relaxed) && found.elapsed() > PAUSE;
            if !is_refused && end.is_none_or(|end| !is_near(end)) {
                return Ok(Arc::clone(credential));
            }
        }
        self.refused.store(false, Ordering::Relaxed);
        let found = find(self.profile.as_deref()).await.map_err(|source| {
            object_store::Error::Unauthenticated { path: String::new(), source: Box::new(source) }
        })?;
        let credential = Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            token: found.session_token().map(str::to_owned),
        });
        let new =
            Known { credential: credential.clone(), end: found.expiry(), found: Instant::now() };
        *known = Some(new);
        Ok(credential)
    }
}

/// Finds credentials by a chain that was made for it: one that was used before remembers the files that
/// it has read.
async fn find(profile: Option<&str>) -> Result<Credentials, CredentialsError> {
    let config = load(profile).await;
    match config.credentials_provider() {
        Some(provider) => provider.provide_credentials().await,
        None => Err(CredentialsError::not_loaded_no_source()),
    }
}

#[expect(clippy::disallowed_methods, reason = "credentials end by the clock of the system")]
fn is_near(end: SystemTime) -> bool {
    end < SystemTime::now() + AHEAD
}
