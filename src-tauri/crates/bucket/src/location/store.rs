//! Locations in object stores, from the URLs that people have for them.

use std::collections::HashSet;
use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::without_secrets;
use crate::OpenError;

/// Location of a bucket in an object store. It holds no secret: who opens it is found in the
/// environment and in the files of the store's own tools.
///
/// Displayed, it is the URL that parses to the same location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreLocation {
    pub(crate) service: Service,
    /// Bucket of the store; for Azure the container.
    pub(crate) container: String,
    /// Path of the journal's bucket within that, without `/` at its ends; empty for the whole.
    pub(crate) prefix: String,
    /// Address of the server, where it is not the service's own.
    pub(crate) endpoint: Option<String>,
    /// Whether requests are not signed.
    pub(crate) anonymous: bool,
}

/// Service that keeps the objects, with what only it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Service {
    /// S3, and whatever speaks it.
    S3 {
        /// Profile of the AWS configuration that opens it.
        profile: Option<String>,
        region: Option<String>,
        /// Whether whoever asks pays.
        requester_pays: bool,
    },
    /// Azure Blob Storage, with the account where the location names it.
    Azure { account: Option<String> },
    /// Google Cloud Storage.
    Gcs,
}

/// Characters of a prefix that a URL would take for its own.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'"');

/// Characters of a parameter's value that a URL would take for its own.
const ESCAPED_VALUE: &AsciiSet = &ESCAPED.add(b'&').add(b'+').add(b'=');

/// Hosts of Azure's accounts, below their names.
const AZURE_HOSTS: [&str; 2] = [".blob.core.windows.net", ".dfs.core.windows.net"];

/// What is wrong with a URL, as the rest of a sentence that begins with it.
type Problem = String;

impl StoreLocation {
    /// Parses the URL of a store.
    pub(super) fn parse(scheme: &str, rest: &str) -> Result<Self, OpenError> {
        let scheme = scheme.to_ascii_lowercase();
        parse(&scheme, rest).map_err(|problem| OpenError::Url {
            url: format!("{scheme}://{}", without_secrets(rest)),
            problem,
        })
    }

    /// Name of the bucket, for people: the last part of its path.
    pub(crate) fn name(&self) -> &str {
        let last = self.prefix.rsplit('/').next().unwrap_or_default();
        if last.is_empty() { &self.container } else { last }
    }

    /// Name of the store's own bucket; for Azure of the container.
    pub fn container(&self) -> &str {
        &self.container
    }

    /// Path of the journal's bucket within that, without `/` at its ends; empty for the whole.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Storage account of Azure that the location names; `None` for another service, and where the
    /// environment names it.
    pub fn account(&self) -> Option<&str> {
        match &self.service {
            Service::Azure { account } => account.as_deref(),
            Service::S3 { .. } | Service::Gcs => None,
        }
    }

    /// Region of S3 that the location names; `None` for another service, and where it is found out.
    pub fn region(&self) -> Option<&str> {
        match &self.service {
            Service::S3 { region, .. } => region.as_deref(),
            Service::Azure { .. } | Service::Gcs => None,
        }
    }

    /// The location as people tell two of one path apart: without how it is opened.
    pub(crate) fn place(&self) -> String {
        let endpoint = self.endpoint.as_ref().map(|it| ("endpoint", Some(it.as_str())));
        with_query(self.path(), endpoint.into_iter())
    }

    /// How it is opened, as the end of a phrase: `as profile audit`. Empty where nothing is said.
    pub fn opened_as(&self) -> String {
        let mut how = Vec::new();
        if let Service::S3 { profile, requester_pays, .. } = &self.service {
            how.extend(profile.as_ref().map(|profile| format!("as profile {profile}")));
            how.extend(requester_pays.then(|| "paid by whoever asks".to_owned()));
        }
        how.extend(self.anonymous.then(|| "anonymously".to_owned()));
        how.extend(self.endpoint.as_ref().map(|endpoint| format!("at {endpoint}")));
        how.join(", ")
    }

    /// URL without parameters.
    fn path(&self) -> String {
        let Self { container, .. } = self;
        let head = match &self.service {
            Service::S3 { .. } => format!("s3://{container}"),
            Service::Azure { account: None } => format!("az://{container}"),
            Service::Azure { account: Some(account) } => {
                format!("https://{account}{}/{container}", AZURE_HOSTS[0])
            }
            Service::Gcs => format!("gs://{container}"),
        };
        match self.prefix.as_str() {
            "" => head,
            prefix => format!("{head}/{}", utf8_percent_encode(prefix, ESCAPED)),
        }
    }
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = Vec::new();
        if let Service::S3 { profile, region, requester_pays } = &self.service {
            query.extend(profile.as_deref().map(|profile| ("profile", Some(profile))));
            query.extend(region.as_deref().map(|region| ("region", Some(region))));
            query.extend(requester_pays.then_some(("requester_pays", None)));
        }
        query.extend(self.endpoint.as_deref().map(|endpoint| ("endpoint", Some(endpoint))));
        query.extend(self.anonymous.then_some(("anonymous", None)));
        f.write_str(&with_query(self.path(), query.into_iter()))
    }
}

fn with_query<'a>(
    url: String,
    query: impl Iterator<Item = (&'static str, Option<&'a str>)>,
) -> String {
    query.zip(std::iter::once('?').chain(std::iter::repeat('&'))).fold(
        url,
        |url, ((name, value), sign)| match value {
            Some(value) => {
                format!("{url}{sign}{name}={}", utf8_percent_encode(value, ESCAPED_VALUE))
            }
            None => format!("{url}{sign}{name}"),
        },
    )
}

fn parse(scheme: &str, rest: &str) -> Result<StoreLocation, Problem> {
    if rest.contains('#') {
        return Err("has a part behind #, which no bucket has (write %23 for a # in a name)".into());
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let (user, host) = match host.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, host),
    };
    let is_azure_path = matches!(scheme, "abfs" | "abfss");
    let container = match user {
        Some(user) if is_azure_path && !user.contains(':') => Some(user),
        Some(_) => return Err(NO_SECRETS.into()),
        None => None,
    };
    let parameters = Parameters::parse(query)?;
    let path = decoded(path)?;
    let found = match scheme {
        "s3" | "s3a" => Named::new(s3(None), host, &path),
        "gs" => Named::new(Service::Gcs, host, &path),
        "az" | "azure" => Named::new(Service::Azure { account: None }, host, &path),
        "abfs" | "abfss" => match container {
            Some(container) => Named::new(azure_account(host)?, container, &path),
            None => Named::new(Service::Azure { account: None }, host, &path),
        },
        _ => of_web_address(scheme, host, &path)?,
    };
    parameters.complete(found)
}

const NO_SECRETS: &str = "has a user name or a password in it, which never belongs into a location: \
    credentials come from the environment, a profile, or the store's own tools (see Help)";

const NO_SIGNATURE: &str = "has a signature or a token in it, which never belongs into a location: \
    credentials come from the environment (AZURE_STORAGE_SAS_TOKEN for Azure), a profile, or the \
    store's own tools (see Help)";

/// Service, container and path, as a URL names them.
struct Named {
    service: Service,
    container: String,
    prefix: String,
}

impl Named {
    fn new(service: Service, container: &str, path: &str) -> Self {
        Self { service, container: container.to_owned(), prefix: path.to_owned() }
    }

    /// Where the container is the first part of the path.
    fn below(service: Service, path: &str) -> Self {
        let (container, prefix) = path.split_once('/').unwrap_or((path, ""));
        Self::new(service, container, prefix)
    }
}

fn s3(region: Option<&str>) -> Service {
    Service::S3 { profile: None, region: region.map(str::to_owned), requester_pays: false }
}

fn azure_account(host: &str) -> Result<Service, Problem> {
    let account = AZURE_HOSTS.iter().find_map(|end| host.strip_suffix(end));
    match account {
        Some(account) if !account.is_empty() && !account.contains('.') => {
            Ok(Service::Azure { account: Some(account.to_owned()) })
        }
        _ => Err("names no storage account, such as firm.blob.core.windows.net".into()),
    }
}

/// What an address of the web names that a store is known by.
fn of_web_address(scheme: &str, host: &str, path: &str) -> Result<Named, Problem> {
    if AZURE_HOSTS.iter().any(|end| host.ends_with(end)) {
        return Ok(Named::below(azure_account(host)?, path));
    }
    if host == "storage.googleapis.com" {
        return Ok(Named::below(Service::Gcs, path));
    }
    if let Some(container) = host.strip_suffix(".storage.googleapis.com") {
        return Ok(Named::new(Service::Gcs, container, path));
    }
    if let Some(name) = host.strip_suffix(".amazonaws.com") {
        // `BUCKET.s3.REGION`, `s3.REGION`, `BUCKET.s3-REGION`, and each without a region.
        let Some((container, region)) = name.rsplit_once("s3") else {
            return Err("is no address of S3".into());
        };
        let region = Some(region.trim_start_matches(['.', '-'])).filter(|it| !it.is_empty());
        return Ok(match container.strip_suffix('.') {
            Some(container) => Named::new(s3(region), container, path),
            None => Named::below(s3(region), path),
        });
    }
    Err(format!(
        "is no address of a store that is known; for a store that speaks S3 write \
         s3://BUCKET/PATH?endpoint={scheme}://{host}"
    ))
}

/// Parameters of a URL.
#[derive(Default)]
struct Parameters {
    profile: Option<String>,
    region: Option<String>,
    endpoint: Option<String>,
    anonymous: bool,
    requester_pays: bool,
}

impl Parameters {
    fn parse(query: &str) -> Result<Self, Problem> {
        let (mut found, mut names) = (Self::default(), HashSet::new());
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let (value, name) = (decoded(value)?, name.to_ascii_lowercase());
            if !names.insert(name.clone()) {
                return Err("has a parameter twice".into());
            }
            match name.as_str() {
                "profile" => found.profile = Some(text(&name, value)?),
                "region" => found.region = Some(text(&name, value)?),
                "endpoint" => found.endpoint = Some(server(&value)?),
                "anonymous" => found.anonymous = is_wanted(&name, &value)?,
                "requester_pays" => found.requester_pays = is_wanted(&name, &value)?,
                name if is_secret(name) => return Err(NO_SIGNATURE.into()),
                // Whatever it is may be a secret.
                _ => {
                    return Err("has a parameter that is not known; known are profile, region, \
                                endpoint, anonymous and requester_pays"
                        .into());
                }
            }
        }
        Ok(found)
    }

    /// The location that a URL with these parameters names.
    fn complete(self, named: Named) -> Result<StoreLocation, Problem> {
        let Named { mut service, container, prefix } = named;
        let Self { profile, region, endpoint, anonymous, requester_pays } = self;
        match &mut service {
            Service::S3 { profile: of, region: known, requester_pays: pays } => {
                (*of, *pays) = (profile, requester_pays);
                *known = region.or(known.take());
            }
            Service::Azure { .. } | Service::Gcs => {
                if profile.is_some() || region.is_some() || requester_pays {
                    return Err("has a parameter that only S3 knows: profile, region and \
                                requester_pays"
                        .into());
                }
            }
        }
        if container.is_empty() {
            let form = match service {
                Service::S3 { .. } => "s3://BUCKET/PATH",
                Service::Azure { .. } => "az://CONTAINER/PATH",
                Service::Gcs => "gs://BUCKET/PATH",
            };
            return Err(format!("names no bucket: write {form}"));
        }
        if !container.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.$".contains(&it)) {
            return Err("names a bucket by characters that no store has in such a name".into());
        }
        let prefix = prefix.trim_matches('/');
        // The folder of the journal may be named in place of the bucket.
        let prefix = prefix.strip_suffix(crate::JOURNAL_FOLDER).unwrap_or(prefix);
        let prefix = prefix.trim_end_matches('/').to_owned();
        let is_odd = |part: &str| {
            part.is_empty() || part == "." || part == ".." || part.contains(char::is_control)
        };
        if !prefix.is_empty() && prefix.split('/').any(is_odd) {
            return Err("has a part that is empty, a dot, two dots or no text".into());
        }
        Ok(StoreLocation { service, container, prefix, endpoint, anonymous })
    }
}

fn decoded(text: &str) -> Result<String, Problem> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| "is not UTF-8 where its % signs are decoded".into())
}

/// Value of a parameter that is a name.
fn text(name: &str, value: String) -> Result<String, Problem> {
    let is_text = !value.trim().is_empty() && !value.contains(char::is_control);
    if is_text { Ok(value) } else { Err(format!("says no {name}")) }
}

fn is_wanted(name: &str, value: &str) -> Result<bool, Problem> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("says neither true nor false of {name}")),
    }
}

/// Address of a server: a scheme, a host and perhaps a path.
fn server(value: &str) -> Result<String, Problem> {
    let (scheme, rest) = value.split_once("://").unwrap_or_default();
    let is_web = ["http", "https"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    let host = rest.split('/').next().unwrap_or_default();
    if rest.contains('@') {
        return Err(NO_SECRETS.into());
    }
    if !is_web || host.is_empty() || rest.contains(['?', '#', ' ']) {
        return Err("has an endpoint that is no address such as https://store.example:9000".into());
    }
    Ok(value.trim_end_matches('/').to_owned())
}

/// Whether a parameter of this name, in lower case, signs a request or says who asks.
fn is_secret(name: &str) -> bool {
    let parts = ["sig", "token", "secret", "password", "credential", "key", "signature"];
    ["sig", "se", "sp", "sv", "sr", "st", "spr"].contains(&name)
        || name.starts_with("x-amz-")
        || name.starts_with("x-goog-")
        || parts.iter().any(|part| name.contains(part))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use crate::Location;

    #[test]
    fn a_url_is_taken_in_each_of_its_forms() {
        let table = [
            ("s3://firm", "s3://firm", "firm"),
            ("S3://firm/", "s3://firm", "firm"),
            ("s3a://firm/a/b/", "s3://firm/a/b", "b"),
            ("s3://firm/journal", "s3://firm", "firm"),
            ("s3://firm/a/journal/", "s3://firm/a", "a"),
            ("s3://firm/a b", "s3://firm/a%20b", "a b"),
            ("s3://firm/a%20b%23c%25", "s3://firm/a%20b%23c%25", "a b#c%"),
            (
                "s3://firm/a?region=eu-west-1&profile=audit",
                "s3://firm/a?profile=audit&region=eu-west-1",
                "a",
            ),
            ("s3://firm?anonymous", "s3://firm?anonymous", "firm"),
            ("s3://firm?anonymous=false", "s3://firm", "firm"),
            ("s3://firm?requester_pays=true", "s3://firm?requester_pays", "firm"),
            (
                "s3://firm?endpoint=http://localhost:9000/",
                "s3://firm?endpoint=http://localhost:9000",
                "firm",
            ),
            ("s3://firm?profile=a%26b", "s3://firm?profile=a%26b", "firm"),
            ("https://firm.s3.eu-west-1.amazonaws.com/a", "s3://firm/a?region=eu-west-1", "a"),
            ("https://firm.s3.amazonaws.com/a", "s3://firm/a", "a"),
            ("https://s3.eu-west-1.amazonaws.com/firm/a", "s3://firm/a?region=eu-west-1", "a"),
            ("gs://firm/a", "gs://firm/a", "a"),
            ("https://storage.googleapis.com/firm/a", "gs://firm/a", "a"),
            ("https://firm.storage.googleapis.com/a", "gs://firm/a", "a"),
            ("az://firm/a", "az://firm/a", "a"),
            ("abfs://firm/a", "az://firm/a", "a"),
            (
                "abfss://box@firm.dfs.core.windows.net/a",
                "https://firm.blob.core.windows.net/box/a",
                "a",
            ),
            (
                "https://firm.blob.core.windows.net/box",
                "https://firm.blob.core.windows.net/box",
                "box",
            ),
        ];
        for (text, url, name) in table {
            let location: Location = text.parse().unwrap();
            assert_eq!(location.to_string(), url, "{text}");
            assert_eq!(url.parse::<Location>().unwrap(), location, "{text}");
            let Location::Store(store) = location else { panic!("{text}") };
            assert_eq!(store.name(), name, "{text}");
        }
    }

    #[test]
    fn what_is_no_location_is_refused_without_a_secret() {
        let table = [
            ("s3://", "s3:// cannot be opened: it names no bucket"),
            ("s3://?region=x", "it names no bucket"),
            ("s3://firm/a//b", "a part that is empty"),
            ("s3://firm/../b", "two dots"),
            ("s3://fi rm/b", "characters that no store has"),
            ("s3://firm/a#b", "write %23 for a #"),
            ("s3://user:s3cret@firm/a", "a user name or a password"),
            ("s3://s3cret@firm/a", "a user name or a password"),
            ("abfss://box:s3cret@firm.dfs.core.windows.net", "a user name or a password"),
            ("abfss://box@elsewhere.example/s", "names no storage account"),
            (
                "https://firm.blob.core.windows.net/box?sv=2024&sig=s3cret",
                "AZURE_STORAGE_SAS_TOKEN",
            ),
            ("https://firm.s3.amazonaws.com/a?X-Amz-Signature=s3cret", "a signature or a token"),
            ("s3://firm?access_key_id=s3cret", "a signature or a token"),
            ("s3://firm?s3cret", "a parameter that is not known"),
            ("s3://firm?region=", "says no region"),
            ("s3://firm?region=a&Region=b", "has a parameter twice"),
            ("s3://firm?anonymous=s3cret", "neither true nor false of anonymous"),
            ("s3://firm?endpoint=store.example", "no address such as"),
            ("s3://firm?endpoint=https://u:s3cret@store.example", "a user name or a password"),
            ("gs://firm?profile=s3cret", "only S3 knows"),
            ("https://store.example/firm", "s3://BUCKET/PATH?endpoint=https://store.example"),
            ("ftp://firm/a", "ftp://firm/a cannot be opened"),
        ];
        for (text, expected) in table {
            let refused = text.parse::<Location>().unwrap_err().to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
            assert!(!refused.contains("s3cret"), "{text}: {refused}");
        }
    }

    #[test]
    fn who_opens_it_is_said() {
        let table = [
            ("s3://firm", ""),
            ("s3://firm?profile=audit", "as profile audit"),
            (
                "s3://firm?anonymous&endpoint=https://store.example",
                "anonymously, at https://store.example",
            ),
        ];
        for (text, expected) in table {
            let Location::Store(store) = text.parse().unwrap() else { panic!("{text}") };
            assert_eq!(store.opened_as(), expected, "{text}");
        }
    }
}
