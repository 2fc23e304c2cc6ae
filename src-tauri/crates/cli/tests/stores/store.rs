//! Stores to record in and to read from, each with a bucket that is there already.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lab::fault_proxy::FaultProxy;
use lab::s3_server::S3Server;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::place::files;

/// Bucket of each store; for Azure it is a container.
const BUCKET: &str = "daybook-tests";

/// A store.
pub struct Store {
    pub name: &'static str,
    scheme: &'static str,
    /// Address of the server, without a slash at its end.
    server: String,
    /// What follows the address.
    path: &'static str,
    /// The lab's own server and the folder that it serves, which end with this.
    _own: Option<(S3Server, TempDir)>,
}

impl Store {
    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![Self::moto(), Self::azurite(), Self::gcs(), Self::lab()]
    }

    /// An emulator of S3.
    pub fn moto() -> Self {
        Self::emulator("moto", "s3", "DAYBOOK_TEST_S3")
    }

    /// An emulator of Azure Blob Storage.
    pub fn azurite() -> Self {
        Self::emulator("Azurite", "az", "DAYBOOK_TEST_AZURE")
    }

    /// An emulator of Google Cloud Storage.
    pub fn gcs() -> Self {
        Self::emulator("fake-gcs-server", "gs", "DAYBOOK_TEST_GCS")
    }

    /// The lab's own S3.
    pub fn lab() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let server = S3Server::start(folder.path(), Duration::ZERO).unwrap();
        let (url, own) = (server.url(), Some((server, folder)));
        Self { name: "the lab", scheme: "s3", server: url, path: "", _own: own }
    }

    fn emulator(name: &'static str, scheme: &'static str, variable: &str) -> Self {
        let url = env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: export what `cargo xtask stores` prints")
        });
        let path = if scheme == "az" { "/devstoreaccount1" } else { "" };
        let server = url.strip_suffix(path).unwrap().to_owned();
        Self { name, scheme, server, path, _own: None }
    }

    /// A place in it where nothing is yet.
    pub fn new_prefix() -> String {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        format!("cli/{}", name.trim_start_matches('.'))
    }

    /// URL of a bucket in it.
    pub fn url(&self, prefix: &str) -> String {
        self.url_at(&self.server, prefix)
    }

    /// URL of a bucket in it, for whoever reaches it at another address.
    fn url_at(&self, server: &str, prefix: &str) -> String {
        let Self { scheme, path, .. } = self;
        format!("{scheme}://{BUCKET}/{prefix}?endpoint={server}{path}")
    }

    /// A new bucket in it behind a proxy that can break things, and its URL.
    pub fn behind_proxy(&self) -> (FaultProxy, String) {
        let server: SocketAddr = self.server.strip_prefix("http://").unwrap().parse().unwrap();
        let proxy = FaultProxy::start(server).unwrap();
        let url = self.url_at(&proxy.url(), &Self::new_prefix());
        (proxy, url)
    }

    /// Puts every file below a folder into a bucket.
    pub fn upload(&self, prefix: &str, folder: &Path) {
        let store = self.objects();
        let puts = files(folder).into_iter().map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            let key = Key::parse(format!("{prefix}/{name}")).unwrap();
            (key, fs::read(path).unwrap())
        });
        let puts: Vec<_> = puts.collect();
        Runtime::new().unwrap().block_on(async {
            for (key, bytes) in puts {
                store.put(&key, bytes.into()).await.unwrap();
            }
        });
    }

    /// Every object of a bucket, by its key below that.
    pub fn download(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        use futures::TryStreamExt;
        let store = self.objects();
        Runtime::new().unwrap().block_on(async {
            let listed: Vec<_> = store.list(Some(&Key::from(prefix))).try_collect().await.unwrap();
            let mut found = BTreeMap::new();
            for object in listed {
                let bytes = store.get(&object.location).await.unwrap().bytes().await.unwrap();
                let name = object.location.as_ref().strip_prefix(prefix).unwrap();
                found.insert(name.trim_start_matches('/').to_owned(), bytes.to_vec());
            }
            found
        })
    }

    /// A client, which takes its credentials from the environment as the program does.
    fn objects(&self) -> Arc<dyn ObjectStore> {
        let endpoint = format!("{}{}", self.server, self.path);
        match self.scheme {
            "s3" => Arc::new(
                AmazonS3Builder::from_env()
                    .with_bucket_name(BUCKET)
                    .with_endpoint(endpoint)
                    .with_allow_http(true)
                    .build()
                    .unwrap(),
            ),
            "az" => Arc::new(
                MicrosoftAzureBuilder::from_env()
                    .with_container_name(BUCKET)
                    .with_endpoint(endpoint)
                    .with_allow_http(true)
                    .build()
                    .unwrap(),
            ),
            _ => Arc::new(
                GoogleCloudStorageBuilder::from_env()
                    .with_bucket_name(BUCKET)
                    .with_base_url(&endpoint)
                    .with_client_options(object_store::ClientOptions::new().with_allow_http(true))
                    .build()
                    .unwrap(),
            ),
        }
    }
}
