//! Places in emulated object stores, and what somebody else may do to them.

use std::env;
use std::net::SocketAddr;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bucket::{Bucket, Location};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::TryStreamExt;
use lab::fault_proxy::FaultProxy;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Key;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt};

/// Bucket that each emulator has; in Azure it is a container.
pub const CONTAINER: &str = "daybook-tests";

/// Kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    S3,
    Azure,
    Gcs,
}

/// Every kind.
pub const KINDS: [Kind; 3] = [Kind::S3, Kind::Azure, Kind::Gcs];

impl Kind {
    /// Address of the emulator.
    pub fn endpoint(self) -> String {
        let variable = match self {
            Self::S3 => "DAYBOOK_TEST_S3",
            Self::Azure => "DAYBOOK_TEST_AZURE",
            Self::Gcs => "DAYBOOK_TEST_GCS",
        };
        env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run `cargo xtask stores`, and export what it prints")
        })
    }

    /// The same address by way of a proxy.
    pub fn endpoint_behind(self, proxy: &FaultProxy) -> String {
        let endpoint = self.endpoint();
        let path = endpoint.splitn(4, '/').nth(3).map(|path| format!("/{path}"));
        format!("{}{}", proxy.url(), path.unwrap_or_default())
    }

    /// A proxy in front of the emulator, which passes everything on until it is told otherwise.
    pub fn proxy(self) -> FaultProxy {
        let endpoint = self.endpoint();
        let server: SocketAddr = endpoint.split('/').nth(2).unwrap().parse().unwrap();
        FaultProxy::start(server).unwrap()
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Azure => "az",
            Self::Gcs => "gs",
        }
    }

    /// Client of the emulator that knows no rules.
    fn client(self) -> Arc<dyn ObjectStore> {
        let options = ClientOptions::new().with_allow_http(true);
        match self {
            Self::S3 => {
                let builder = AmazonS3Builder::from_env().with_endpoint(self.endpoint());
                let builder = builder.with_bucket_name(CONTAINER).with_client_options(options);
                Arc::new(builder.build().unwrap())
            }
            Self::Azure => {
                let builder = MicrosoftAzureBuilder::from_env().with_endpoint(self.endpoint());
                let builder = builder.with_container_name(CONTAINER).with_client_options(options);
                Arc::new(builder.build().unwrap())
            }
            Self::Gcs => {
                let builder = GoogleCloudStorageBuilder::from_env().with_base_url(&self.endpoint());
                let builder = builder.with_bucket_name(CONTAINER).with_client_options(options);
                Arc::new(builder.build().unwrap())
            }
        }
    }
}

/// A place below a prefix that no other has.
pub struct Place {
    kind: Kind,
    /// URL of the bucket.
    pub url: String,
    /// What is before every key.
    prefix: String,
    client: Arc<dyn ObjectStore>,
}

#[allow(dead_code, reason = "each target needs another part")]
impl Place {
    /// More files than a page of a listing has.
    pub const MANY: usize = 1_100;

    pub fn new(kind: Kind) -> Self {
        Self::at(kind, &kind.endpoint(), "")
    }

    /// A place whose buckets are opened by way of a proxy.
    pub fn behind(proxy: &FaultProxy, kind: Kind) -> Self {
        Self::at(kind, &kind.endpoint_behind(proxy), "")
    }

    /// A place whose prefix ends in `name`.
    pub fn at(kind: Kind, endpoint: &str, name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{}/{}/{number}{name}", env!("CARGO_PKG_NAME"), process::id());
        let in_url = prefix.replace('%', "%25").replace('#', "%23").replace('?', "%3F");
        let url = format!("{}://{CONTAINER}/{in_url}?endpoint={endpoint}", kind.scheme());
        Self { kind, url, prefix, client: kind.client() }
    }

    /// The same place, whose buckets are opened by way of a proxy.
    pub fn by_way_of(&self, proxy: &FaultProxy) -> Self {
        let (path, _) = self.url.split_once('?').unwrap();
        let url = format!("{path}?endpoint={}", self.kind.endpoint_behind(proxy));
        Self { url, prefix: self.prefix.clone(), client: Arc::clone(&self.client), ..*self }
    }

    /// The bucket, opened anew.
    pub fn bucket(&self) -> Bucket {
        self.bucket_with("")
    }

    /// The bucket, opened anew with more parameters.
    pub fn bucket_with(&self, parameters: &str) -> Bucket {
        let location: Location = format!("{}{parameters}", self.url).parse().unwrap();
        blocking(|| Bucket::open(&location).unwrap())
    }

    fn key(&self, key: &str) -> Key {
        Key::parse(format!("{}/{key}", self.prefix)).unwrap()
    }

    /// Whether a name is kept as it is: Azure makes `/` of `\`.
    pub fn keeps(&self, name: &str) -> bool {
        self.kind != Kind::Azure || !name.contains('\\')
    }

    /// Puts an object there, or another in its place, as a program does that knows no rules.
    pub async fn put(&self, key: &str, bytes: &[u8]) {
        self.client.put(&self.key(key), bytes.to_vec().into()).await.unwrap();
    }

    /// Takes an object away.
    pub async fn remove(&self, key: &str) {
        self.client.delete(&self.key(key)).await.unwrap();
    }

    /// Bytes of an object; `None` if there is none.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        match self.client.get(&self.key(key)).await {
            Ok(found) => Some(found.bytes().await.unwrap().to_vec()),
            Err(object_store::Error::NotFound { .. }) => None,
            Err(error) => panic!("{key}: {error}"),
        }
    }

    /// Every key there is, in order.
    pub async fn keys(&self) -> Vec<String> {
        let objects = self.client.list(Some(&Key::parse(&self.prefix).unwrap()));
        let keys = objects.map_ok(|object| object.location.to_string());
        let keys: Vec<_> = keys.try_collect().await.unwrap();
        let below = |key: String| key.strip_prefix(&format!("{}/", self.prefix)).map(str::to_owned);
        let mut keys: Vec<_> = keys.into_iter().filter_map(below).collect();
        keys.sort();
        keys
    }
}

/// Runs tests at once: most of their time they wait.
pub fn all<F: Future<Output = ()> + Send + 'static>(
    tests: impl IntoIterator<Item = F>,
) -> BoxFuture<'static, ()> {
    let tests: Vec<_> = tests.into_iter().map(tokio::spawn).collect();
    async {
        for test in tests {
            if let Err(stopped) = test.await {
                std::panic::resume_unwind(stopped.into_panic());
            }
        }
    }
    .boxed()
}

/// Does what blocks, on a thread of the runtime.
pub fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}
