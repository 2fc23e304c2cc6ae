//! Connects to a bucket's object store, with the credentials that people have for it already.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, Checksum, resolve_bucket_region};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::list::PaginatedListStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, Result, RetryConfig};

use super::aws::AwsCredentials;
use super::patience::{HeldBack, Patience};
use crate::StoreLocation;
use crate::location::Service;

/// Time after which an attempt to connect has failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Time that one request may take, with its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(2);

/// Region of S3 that is asked where none is known. It leads to the others.
const ANY_REGION: &str = "us-east-1";

/// Nothing names the account of Azure.
#[derive(Debug, thiserror::Error)]
#[error(
    "the storage account is not named: set AZURE_STORAGE_ACCOUNT_NAME, or write \
     https://ACCOUNT.blob.core.windows.net/CONTAINER"
)]
pub(super) struct NoAccount;

/// Connection to a store, and its location with what was found out.
pub(super) struct Connection {
    pub objects: Arc<dyn ObjectStore>,
    pub pages: Arc<dyn PaginatedListStore>,
    pub location: StoreLocation,
    pub held_back: HeldBack,
}

impl Connection {
    fn new<S: ObjectStore + PaginatedListStore>(
        store: S,
        location: StoreLocation,
        held_back: HeldBack,
    ) -> Self {
        let store = Arc::new(store);
        Self { objects: store.clone(), pages: store, location, held_back }
    }
}

/// Connects to the store of a bucket. It sends no request but the one that finds the region of a bucket
/// in S3.
pub(super) async fn connect(location: &StoreLocation) -> Result<Connection> {
    match &location.service {
        Service::S3 { .. } => connect_s3(location).await,
        Service::Azure { .. } => connect_azure(location),
        Service::Gcs => connect_gcs(location),
    }
}

async fn connect_s3(location: &StoreLocation) -> Result<Connection> {
    let Service::S3 { profile, region, requester_pays } = &location.service else {
        unreachable!("the location is one of S3");
    };
    let (refused, held_back) = (Arc::new(AtomicBool::new(false)), HeldBack::default());
    let credentials = AwsCredentials::load(profile.as_deref(), Arc::clone(&refused)).await;
    let region = match region.clone().or_else(|| credentials.region()) {
        Some(region) => region,
        None if location.endpoint.is_some() => ANY_REGION.to_owned(),
        // Without a network it is found out by what the store answers.
        None => resolve_bucket_region(&location.container, &options(location))
            .await
            .unwrap_or_else(|_| ANY_REGION.to_owned()),
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&location.container)
        .with_region(region)
        .with_skip_signature(location.anonymous)
        .with_request_payer(*requester_pays)
        .with_credentials(Arc::new(credentials))
        // A bucket whose objects are retained from the start (object lock) takes none without it.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_client_options(options(location))
        .with_retry(retries())
        .with_http_connector(Patience { refused, held_back: held_back.clone() });
    if let Some(endpoint) = &location.endpoint {
        builder = builder.with_endpoint(endpoint);
    } else {
        // A name with dots is in no certificate as the part of a host.
        let is_host = !location.container.contains('.');
        builder = builder.with_virtual_hosted_style_request(is_host);
    }
    Ok(Connection::new(builder.build()?, location.clone(), held_back))
}

fn connect_azure(location: &StoreLocation) -> Result<Connection> {
    let held_back = HeldBack::default();
    let mut builder = MicrosoftAzureBuilder::from_env()
        .with_container_name(&location.container)
        .with_client_options(options(location))
        .with_retry(retries())
        .with_http_connector(Patience { held_back: held_back.clone(), ..Patience::default() });
    if let Service::Azure { account: Some(account) } = &location.service {
        builder = builder.with_account(account);
    }
    if let Some(endpoint) = &location.endpoint {
        builder = builder.with_endpoint(endpoint.clone());
    }
    if location.anonymous {
        builder = builder.with_skip_signature(true);
    } else if !has_azure_credentials(&builder) {
        builder = builder.with_use_azure_cli(true);
    }
    let mut location = location.clone();
    if location.endpoint.is_none() {
        let account = builder.get_config_value(&AzureConfigKey::AccountName);
        location.service = Service::Azure { account };
    }
    if builder.get_config_value(&AzureConfigKey::AccountName).is_none() {
        let source = Box::new(NoAccount);
        return Err(object_store::Error::Generic { store: "MicrosoftAzure", source });
    }
    Ok(Connection::new(builder.build()?, location, held_back))
}

/// Whether the environment says how to open the store, so that `az login` is not asked.
fn has_azure_credentials(builder: &MicrosoftAzureBuilder) -> bool {
    let keys = [
        AzureConfigKey::AccessKey,
        AzureConfigKey::SasKey,
        AzureConfigKey::Token,
        AzureConfigKey::ClientSecret,
        AzureConfigKey::FederatedTokenFile,
        AzureConfigKey::MsiEndpoint,
    ];
    keys.iter().any(|key| builder.get_config_value(key).is_some())
}

fn connect_gcs(location: &StoreLocation) -> Result<Connection> {
    let held_back = HeldBack::default();
    let mut builder = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(&location.container)
        .with_skip_signature(location.anonymous)
        .with_client_options(options(location))
        .with_retry(retries())
        .with_http_connector(Patience { held_back: held_back.clone(), ..Patience::default() });
    if let Some(endpoint) = &location.endpoint {
        builder = builder.with_base_url(endpoint);
    }
    Ok(Connection::new(builder.build()?, location.clone(), held_back))
}

fn options(location: &StoreLocation) -> ClientOptions {
    let is_plain = location.endpoint.as_ref().is_some_and(|it| !it.starts_with("https:"));
    ClientOptions::new()
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_timeout(REQUEST_TIMEOUT)
        .with_allow_http(is_plain)
}

/// Few attempts in quick succession: whoever waits is told within three seconds that there is no network,
/// and what failed is tried again by the next look or flush. A store that asks to wait is waited for
/// below, in [`Patience`].
fn retries() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_millis(500),
        base: 2.,
    };
    RetryConfig { backoff, max_retries: 5, retry_timeout: Duration::from_secs(20) }
}
