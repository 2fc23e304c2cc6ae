//! Where a cluster is, and how it names the bucket.

use std::fmt;
use std::str::FromStr;

use bucket::{Location, LocationKind};
use spark_connect_core::ChannelBuilder;

use crate::Error;

/// Variable of the environment that has the token of a cluster.
pub const TOKEN_VARIABLE: &str = "DAYBOOK_ENGINE_TOKEN";

/// Scheme of a cluster's address.
const SCHEME: &str = "sc://";

/// Address of a cluster: `sc://host:port/;use_ssl=true`, and a token for it, which is shown nowhere.
///
/// ```
/// use spark::ClusterAddress;
///
/// let address: ClusterAddress = "sc://cluster:15002/;token=secret;use_ssl=true".parse().unwrap();
/// assert_eq!(address.to_string(), "sc://cluster:15002");
/// assert!(!format!("{address:?}").contains("secret"));
///
/// let wrong = "http://cluster;token=secret".parse::<ClusterAddress>().unwrap_err().to_string();
/// assert!(wrong.contains("sc://HOST:PORT") && !wrong.contains("secret"), "{wrong}");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterAddress {
    /// The whole URL, the token among its parameters.
    url: String,
    /// Host and port.
    name: String,
    has_token: bool,
}

impl ClusterAddress {
    /// The address with a token, unless its URL has one.
    #[must_use]
    pub fn with_token(self, token: Option<String>) -> Self {
        let Some(token) = token.filter(|token| !token.is_empty() && !self.has_token) else {
            return self;
        };
        let token =
            percent_encoding::utf8_percent_encode(&token, percent_encoding::NON_ALPHANUMERIC);
        let separator = if self.url[SCHEME.len()..].contains('/') { "" } else { "/" };
        Self { url: format!("{}{separator};token={token}", self.url), has_token: true, ..self }
    }

    /// What builds the connection.
    pub(crate) fn channel(&self) -> Result<ChannelBuilder, Error> {
        let mut channel = ChannelBuilder::parse(&self.url).map_err(|_| Error::address())?;
        if channel.user_id().is_none() {
            channel.set("user_id", USER);
        }
        Ok(channel)
    }

    /// Whether it goes over the network unencrypted with a token.
    pub(crate) fn exposes_token(&self) -> bool {
        let exposed = |channel: ChannelBuilder| {
            channel.token().is_some() && !channel.use_ssl() && !channel.is_loopback()
        };
        ChannelBuilder::parse(&self.url).is_ok_and(exposed)
    }
}

/// Name under which the cluster sees who asks, if the address names none.
const USER: &str = "daybook";

impl FromStr for ClusterAddress {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        let channel = ChannelBuilder::parse(url).map_err(|_| Error::address())?;
        if channel.host().is_empty() {
            return Err(Error::address());
        }
        let has_token = channel.get("token").is_some();
        let name = format!("{}:{}", channel.host(), channel.port());
        Ok(Self { url: url.trim_end_matches(';').to_owned(), name, has_token })
    }
}

impl fmt::Display for ClusterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.name)
    }
}

impl fmt::Debug for ClusterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClusterAddress").field(&self.name).finish_non_exhaustive()
    }
}

/// Root of the bucket as the cluster names it, such as `s3a://bucket/prefix`.
///
/// ```
/// use spark::EngineRoot;
///
/// let of = |location: &str| EngineRoot::of(&location.parse().unwrap()).unwrap().to_string();
/// assert_eq!(of("/srv/firm"), "file:///srv/firm");
/// assert_eq!(of("s3://firm/hr?profile=audit"), "s3a://firm/hr");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineRoot(String);

impl EngineRoot {
    /// Root that a person names.
    pub fn named(root: &str) -> Self {
        Self(root.trim_end_matches('/').to_owned())
    }

    /// Root of a location, by the names that clusters commonly have for it.
    ///
    /// # Errors
    /// An archive, which no cluster reads, and a place that clusters name by more than the location has.
    pub fn of(location: &Location) -> Result<Self, Error> {
        let text = location.to_string();
        let without_options = text.split('?').next().unwrap_or_default();
        match location.kind() {
            LocationKind::Archive => Err(Error::archive()),
            LocationKind::Folder => {
                let slash = if without_options.starts_with('/') { "" } else { "/" };
                Ok(Self::named(&format!("file://{slash}{text}")))
            }
            LocationKind::S3 => {
                let rest = without_options.split_once("://").map_or("", |(_, rest)| rest);
                Ok(Self::named(&format!("s3a://{rest}")))
            }
            LocationKind::Azure if !text.starts_with("abfs") => Err(Error::no_root()),
            LocationKind::Azure | LocationKind::Gcs => Ok(Self::named(without_options)),
        }
    }

    /// Path of a file of the bucket by its key.
    pub(crate) fn path(&self, key: &str) -> String {
        format!("{}/{key}", self.0)
    }
}

impl fmt::Display for EngineRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
