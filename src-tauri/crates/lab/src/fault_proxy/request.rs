//! What a rule and the log know of a request.

use crate::http::head::Head;

/// A request, and in the log what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, as `GET`.
    pub method: String,
    /// The path and the query as they were sent, percent signs and all.
    pub target: String,
    /// The headers in their order. Names are in lower case.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body, without the framing of chunks.
    pub body_len: u64,
    /// The status that the server answered with. None as long as it has not, and for a request
    /// that was not forwarded.
    pub server_status: Option<u16>,
    /// The status that the client was answered with. None as long as it was not, and if its
    /// connection was closed without an answer.
    pub status: Option<u16>,
}

impl Request {
    /// A request that has not been answered.
    pub(crate) fn new(head: &Head, body_len: usize) -> Self {
        Self {
            method: head.method(),
            target: head.target(),
            headers: head.values(),
            body_len: body_len as u64,
            server_status: None,
            status: None,
        }
    }

    /// The first value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The target before its query, not decoded.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The first value of a parameter of the query, not decoded; empty if it has no value.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Whether it asks for a page of a listing: of S3 or of Google's XML interface
    /// (`list-type=2`), of Azure (`comp=list`), or of Google's JSON interface
    /// (`/storage/v1/b/BUCKET/o`).
    pub fn is_list(&self) -> bool {
        self.method == "GET"
            && (self.parameter("list-type") == Some("2")
                || self.parameter("comp") == Some("list")
                || lists_by_json(self.path()))
    }
}

/// Whether the path is that of all objects of a bucket in Google's JSON interface.
fn lists_by_json(path: &str) -> bool {
    path.strip_prefix("/storage/v1/b/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(bucket, rest)| !bucket.is_empty() && matches!(rest, "o" | "o/"))
}
