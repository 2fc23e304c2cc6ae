//! What a store's error means, in one sentence without anything that a store or a library put into it:
//! an answer may hold the request, with its token.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use object_store::client::{HttpError, HttpErrorKind};

use super::answer::NotTheStore;
use super::connect::NoAccount;
use crate::StoreLocation;
use crate::location::Service;

/// What is said of a store that puts everything off.
const BUSY: &str = "the store has too much to do and asks to wait; try again later";

/// What was asked of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    List,
    Get,
    Put,
}

/// Error of a store. Displayed, it is the rest of a sentence that says what was tried.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{sentence}")]
pub(crate) struct StoreError {
    sentence: String,
    pub is_unreachable: bool,
}

/// Explains an error of the store at a location.
pub(crate) fn explain(
    error: &object_store::Error,
    asked: Asked,
    location: &StoreLocation,
) -> StoreError {
    let known = |sentence: String| StoreError { sentence, is_unreachable: false };
    if let Some(source) = source::<CredentialsError>(error) {
        return known(no_credentials(source, location));
    }
    if let Some(no_account) = source::<NoAccount>(error) {
        return known(no_account.to_string());
    }
    let text = error.to_string();
    // What a server has said stands behind, and is not to be taken for words of the client.
    let (ours, theirs) = text.split_once("Server returned").unwrap_or((&text, ""));
    let is_of_token =
        ["token request", "token response", "az account", "azure cli", "service account"];
    let is_generic = matches!(error, object_store::Error::Generic { .. });
    if is_generic && is_of_token.iter().any(|part| ours.contains(part)) {
        return known(no_token(theirs, location));
    }
    if let Some(http) = source::<HttpError>(error) {
        return unreachable(http);
    }
    match code(theirs).and_then(|code| of_code(code, theirs, asked, location)) {
        Some(sentence) => StoreError { is_unreachable: sentence == BUSY, sentence },
        None => of_status(error, &text, asked, location),
    }
}

/// The first cause of an error that is of a type.
fn source<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn no_credentials(error: &CredentialsError, location: &StoreLocation) -> String {
    let Service::S3 { profile, .. } = &location.service else {
        return "no credentials were found".to_owned();
    };
    match (error, profile) {
        (CredentialsError::InvalidConfiguration(_), _) => {
            "the AWS configuration cannot be used: see its files config and credentials".to_owned()
        }
        (CredentialsError::CredentialsNotLoaded(_), Some(profile)) => format!(
            "there are no credentials for profile {profile}: see the AWS files config and credentials"
        ),
        (_, Some(profile)) => format!(
            "no credentials could be got for profile {profile}; try `aws sso login --profile {profile}`"
        ),
        // Nothing was named that could have failed.
        (_, None) => "no credentials were found: set up a profile and add ?profile=NAME, set \
            AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or, for a bucket that anybody may read, add \
            ?anonymous"
            .to_owned(),
    }
}

/// What is missing where the store's own tools found no credentials, or theirs were not accepted.
fn no_token(answer: &str, location: &StoreLocation) -> String {
    match (&location.service, answer.contains("invalid_grant")) {
        (Service::Azure { .. }, _) => "no credentials were found: run `az login`, or set \
             AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN",
        (_, true) => "the credentials are not accepted: run `gcloud auth application-default login` again",
        (_, false) => "no credentials were found: run `gcloud auth application-default login`, set \
             GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, or, for a bucket that anybody may \
             read, add ?anonymous",
    }
    .to_owned()
}

fn unreachable(error: &HttpError) -> StoreError {
    let mut causes = error.to_string();
    let mut kind = error.kind();
    let mut cause = error.source();
    while let Some(source) = cause {
        causes = format!("{causes} {source}");
        kind = source.downcast_ref::<HttpError>().map_or(kind, HttpError::kind);
        cause = source.source();
    }
    let causes = causes.to_ascii_lowercase();
    let sentence = if source::<NotTheStore>(error).is_some() {
        "the answer is not the store's: see whether this network asks to sign in, and the address"
    } else if causes.contains("certificate") {
        "the certificate of the store is not trusted by this device: see the address, or have its \
         authority trusted by the system"
    } else if causes.contains("invalidcontenttype") {
        "the store does not speak TLS at this address: write http:// for one on this network"
    } else if causes.contains("dns") || causes.contains("lookup") {
        "no address is known of the store: see the address, and whether there is a network"
    } else {
        match kind {
            HttpErrorKind::Timeout => "the store does not answer in time",
            HttpErrorKind::Connect => {
                "the store cannot be reached: see the address, and whether there is a network"
            }
            _ => "the connection to the store was cut",
        }
    };
    StoreError { sentence: sentence.to_owned(), is_unreachable: true }
}

/// The code in an answer of a store, which all of them put in one element.
fn code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    Some(code.trim())
}

fn of_code(code: &str, answer: &str, asked: Asked, location: &StoreLocation) -> Option<String> {
    let container = &location.container;
    Some(match code {
        // Azure says so of all that it does not accept, and why in a sentence.
        "AuthenticationFailed" if answer.contains("date header") => skewed(),
        "AuthenticationFailed" if answer.contains("time frame") => expired(),
        "NoSuchBucket" | "ContainerNotFound" => format!("there is no bucket {container}"),
        "AccessDenied"
        | "AuthorizationPermissionMismatch"
        | "AllAccessDisabled"
        | "InsufficientAccountPermissions" => lacks_right(asked, location),
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "AuthenticationFailed"
        | "InvalidToken"
        | "NoAuthenticationInformation"
        | "InvalidAuthenticationInfo" => not_accepted(location),
        "ExpiredToken" | "TokenRefreshRequired" | "RequestExpired" => expired(),
        "RequestTimeTooSkewed" => skewed(),
        "PermanentRedirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException"
        | "TemporaryRedirect" => wrong_region(),
        "SlowDown" | "ServerBusy" | "ServiceUnavailable" | "TooManyRequests" => BUSY.to_owned(),
        _ => return None,
    })
}

fn of_status(
    error: &object_store::Error,
    text: &str,
    asked: Asked,
    location: &StoreLocation,
) -> StoreError {
    let status = status(text);
    let sentence = match (error, status) {
        (object_store::Error::InvalidPath { source }, _) => no_path(source),
        (
            object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. },
            _,
        ) => "the store says that there is an object of this name".to_owned(),
        (_, Some(403)) => lacks_right(asked, location),
        (_, Some(401)) => not_accepted(location),
        (_, Some(404)) if asked == Asked::List => {
            format!("there is no bucket {}", location.container)
        }
        (object_store::Error::NotFound { .. }, _) => "it is no longer there".to_owned(),
        (_, Some(301)) => wrong_region(),
        (_, None) if text.contains("redirect without LOCATION") => wrong_region(),
        (_, Some(429)) => BUSY.to_owned(),
        (_, Some(500..)) => {
            return StoreError {
                sentence: "the store failed to answer; try again".to_owned(),
                is_unreachable: true,
            };
        }
        _ => "the store gave an answer that is not understood".to_owned(),
    };
    StoreError { is_unreachable: sentence == BUSY, sentence }
}

/// Status of the answer of a store that an error is about.
fn status(text: &str) -> Option<u16> {
    let (_, behind) = text.split_once("Server returned non-2xx status code: ")?;
    behind.get(..3)?.parse().ok()
}

/// An object whose key is no path, in a store whose listing cannot go on behind it.
fn no_path(error: &object_store::path::Error) -> String {
    match error {
        object_store::path::Error::EmptySegment { path }
        | object_store::path::Error::BadSegment { path, .. } => format!(
            "a part of the name {path:?} is empty, a dot, or has signs that no name here has; move such \
             an object away"
        ),
        _ => "an object has a name that is no path; move it away".to_owned(),
    }
}

fn lacks_right(asked: Asked, location: &StoreLocation) -> String {
    let (what, names) = match asked {
        Asked::List => ("list", ["s3:ListBucket", "Blob list", "storage.objects.list"]),
        Asked::Get => ("get", ["s3:GetObject", "Blob read", "storage.objects.get"]),
        Asked::Put => ("put", ["s3:PutObject", "Blob create", "storage.objects.create"]),
    };
    let name = match location.service {
        Service::S3 { .. } => names[0],
        Service::Azure { .. } => names[1],
        Service::Gcs => names[2],
    };
    format!("{} no right to {what} objects ({name})", who(location, "have", "has"))
}

fn not_accepted(location: &StoreLocation) -> String {
    format!("{} not accepted by the store", who(location, "are", "is"))
}

/// Who asks, with the verb for one or for several.
fn who(location: &StoreLocation, several: &str, one: &str) -> String {
    match &location.service {
        _ if location.anonymous => format!("whoever asks anonymously {one}"),
        Service::S3 { profile: Some(profile), .. } => {
            format!("the credentials of profile {profile} {several}")
        }
        _ => format!("the credentials {several}"),
    }
}

fn expired() -> String {
    "the credentials have expired; renew them, and it goes on by itself".to_owned()
}

fn skewed() -> String {
    "the clock of this device is too far from the store's; set the clock".to_owned()
}

fn wrong_region() -> String {
    "the bucket is in another region: add ?region= and its region".to_owned()
}
