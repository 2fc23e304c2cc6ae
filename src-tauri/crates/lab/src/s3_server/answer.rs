//! Answers of S3 to requests.

use std::fmt::Write;
use std::io;
use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::objects::{Meta, Object, Objects, Page, is_absent};
use crate::fault_proxy::Request;
use crate::http::message::Message;

/// Most keys in a page of a listing.
const PAGE: usize = 1000;

/// What is encoded of a key in a listing that should be.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// What S3 says in place of an answer: the status and the code.
#[derive(Debug, Clone, Copy)]
struct Refusal(u16, &'static str);

const BAD_REQUEST: Refusal = Refusal(400, "InvalidRequest");
const BAD_KEY: Refusal = Refusal(400, "InvalidURI");
const BAD_RANGE: Refusal = Refusal(416, "InvalidRange");
const BUCKET_EXISTS: Refusal = Refusal(409, "BucketAlreadyOwnedByYou");
const CHANGED: Refusal = Refusal(412, "PreconditionFailed");
const NO_BUCKET: Refusal = Refusal(404, "NoSuchBucket");
const NO_KEY: Refusal = Refusal(404, "NoSuchKey");
const NOT_IMPLEMENTED: Refusal = Refusal(501, "NotImplemented");

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => CHANGED,
            io::ErrorKind::InvalidInput => BAD_KEY,
            _ if is_absent(&error) => NO_KEY,
            _ => Self(500, "InternalError"),
        }
    }
}

/// What is answered with: the status, the headers and the body.
type Parts = (u16, Vec<(String, String)>, Vec<u8>);

/// Answers a request with this body.
pub fn answer(objects: &Objects, request: &Request, body: &[u8]) -> Message {
    let (status, headers, body) = perform(objects, request, body).unwrap_or_else(refuse);
    Message::answer(status, &headers, body, &request.method)
}

fn perform(objects: &Objects, request: &Request, body: &[u8]) -> Result<Parts, Refusal> {
    let path = decoded(request.path())?;
    let path = path.strip_prefix('/').ok_or(BAD_REQUEST)?;
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    match (request.method.as_str(), key) {
        ("PUT", "") => make_bucket(objects, bucket),
        ("GET", "") if request.is_list() => list(objects, request, bucket),
        ("GET" | "HEAD", key) if !key.is_empty() => get(objects, request, bucket, key),
        ("PUT", key) => put(objects, request, bucket, key, body),
        _ => Err(NOT_IMPLEMENTED),
    }
}

fn make_bucket(objects: &Objects, bucket: &str) -> Result<Parts, Refusal> {
    match objects.make_bucket(bucket) {
        Ok(()) => Ok((200, Vec::new(), Vec::new())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(BUCKET_EXISTS),
        Err(error) => Err(error.into()),
    }
}

fn get(objects: &Objects, request: &Request, bucket: &str, key: &str) -> Result<Parts, Refusal> {
    if request.target.contains('?') {
        return Err(NOT_IMPLEMENTED);
    }
    let object = open(objects, bucket, key)?;
    if request.header("if-match").is_some_and(|it| it != "*" && it != object.meta.etag) {
        return Err(CHANGED);
    }
    let size = object.meta.size;
    let mut headers = headers(&object.meta);
    headers.push(header("Accept-Ranges", "bytes"));
    let (status, range) = match request.header("range").map(|text| range(text, size)).transpose()? {
        Some(range) => {
            let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            headers.push(header("Content-Range", &text));
            (206, range)
        }
        None => (200, 0..size),
    };
    headers.push(header("Content-Length", &(range.end - range.start).to_string()));
    let is_head = request.method == "HEAD";
    let body = if is_head { Vec::new() } else { object.read(range)? };
    Ok((status, headers, body))
}

/// Opens an object. Says whether the bucket is missing or the object.
fn open(objects: &Objects, bucket: &str, key: &str) -> Result<Object, Refusal> {
    objects.get(bucket, key).map_err(|error| match error.into() {
        Refusal(404, _) if !objects.has_bucket(bucket) => NO_BUCKET,
        refusal => refusal,
    })
}

fn put(
    objects: &Objects,
    request: &Request,
    bucket: &str,
    key: &str,
    body: &[u8],
) -> Result<Parts, Refusal> {
    let is_in_chunks =
        request.header("x-amz-content-sha256").is_some_and(|it| it.starts_with("STREAMING-"));
    if is_in_chunks || request.target.contains('?') || request.header("if-match").is_some() {
        return Err(NOT_IMPLEMENTED);
    }
    if !objects.has_bucket(bucket) {
        return Err(NO_BUCKET);
    }
    let create_only = match request.header("if-none-match") {
        None => false,
        Some("*") => true,
        Some(_) => return Err(NOT_IMPLEMENTED),
    };
    let meta = objects.put(bucket, key, body, create_only)?;
    Ok((200, vec![header("ETag", &meta.etag)], Vec::new()))
}

fn list(objects: &Objects, request: &Request, bucket: &str) -> Result<Parts, Refusal> {
    let parameter = |name| request.parameter(name).map(decoded_parameter).transpose();
    if request.parameter("delimiter").is_some() {
        return Err(NOT_IMPLEMENTED);
    }
    let is_encoded = match request.parameter("encoding-type") {
        None => false,
        Some("url") => true,
        Some(_) => return Err(NOT_IMPLEMENTED),
    };
    if !objects.has_bucket(bucket) {
        return Err(NO_BUCKET);
    }
    let most = match parameter("max-keys")? {
        Some(most) => most.parse().map_err(|_| BAD_REQUEST)?,
        None => PAGE,
    };
    let prefix = parameter("prefix")?.unwrap_or_default();
    // A token is the last key of the page before, and what is behind it is behind where that began.
    let after = match parameter("continuation-token")? {
        Some(token) => token,
        None => parameter("start-after")?.unwrap_or_default(),
    };
    let page = objects.list(bucket, &prefix, &after, most.min(PAGE))?;
    let headers = vec![header("Content-Type", "application/xml")];
    Ok((200, headers, listing(bucket, &prefix, &page, is_encoded).into_bytes()))
}

/// A page of a listing as XML, with keys as they are or as parts of a URL.
fn listing(bucket: &str, prefix: &str, page: &Page, is_encoded: bool) -> String {
    let text = |key: &str| {
        if is_encoded { utf8_percent_encode(key, ENCODED).to_string() } else { key.to_owned() }
    };
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>");
    element(&mut xml, "Name", bucket);
    element(&mut xml, "Prefix", &text(prefix));
    element(&mut xml, "KeyCount", &page.objects.len().to_string());
    element(&mut xml, "IsTruncated", if page.is_truncated { "true" } else { "false" });
    if let Some((last, _)) = page.objects.last().filter(|_| page.is_truncated) {
        element(&mut xml, "NextContinuationToken", last);
    }
    for (key, meta) in &page.objects {
        xml.push_str("<Contents>");
        element(&mut xml, "Key", &text(key));
        let modified = meta.modified.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        element(&mut xml, "LastModified", &modified);
        element(&mut xml, "ETag", &meta.etag);
        element(&mut xml, "Size", &meta.size.to_string());
        xml.push_str("</Contents>");
    }
    xml.push_str("</ListBucketResult>");
    xml
}

/// Adds an element with a text.
fn element(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>");
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\r' => xml.push_str("&#13;"),
            other => xml.push(other),
        }
    }
    let _ = write!(xml, "</{name}>");
}

fn refuse(Refusal(status, code): Refusal) -> Parts {
    let xml = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code></Error>");
    (status, vec![header("Content-Type", "application/xml")], xml.into_bytes())
}

fn headers(meta: &Meta) -> Vec<(String, String)> {
    let modified = meta.modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    vec![header("ETag", &meta.etag), header("Last-Modified", &modified)]
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The bytes that a header names: `bytes=2-5`, `bytes=2-` or `bytes=-4`.
fn range(text: &str, size: u64) -> Result<Range<u64>, Refusal> {
    let (first, last) =
        text.strip_prefix("bytes=").and_then(|it| it.split_once('-')).ok_or(BAD_REQUEST)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| BAD_REQUEST);
    let range = match (first, last) {
        ("", last) => size.saturating_sub(number(last)?)..size,
        (first, "") => number(first)?..size,
        (first, last) => number(first)?..number(last)?.saturating_add(1).min(size),
    };
    if range.is_empty() { Err(BAD_RANGE) } else { Ok(range) }
}

fn decoded(text: &str) -> Result<String, Refusal> {
    percent_decode_str(text).decode_utf8().map(Into::into).map_err(|_| BAD_KEY)
}

/// Value of a parameter, in which a blank is a plus sign.
fn decoded_parameter(text: &str) -> Result<String, Refusal> {
    decoded(&text.replace('+', " "))
}
