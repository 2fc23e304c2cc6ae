//! What fake-gcs-server lacks of the XML API of Google Cloud Storage, which clients speak: creating
//! an object by `PUT`, with a precondition; pages of a listing; reading under a condition.
//!
//! A [`Front`] listens on a port of its own, answers in the XML API, and asks the server: in the
//! JSON API where the server's XML API cannot do it. The server checks the preconditions;
//! [`listing`] makes pages. Copies, uploads in parts and conditions on time are answered with 501.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::http::{self, Request, Response};
use super::listing;

/// Headers of requests that are refused.
const REFUSED_HEADERS: [&str; 3] =
    ["x-goog-copy-source", "If-Modified-Since", "If-Unmodified-Since"];

/// The precondition on the generation of the object that is replaced; 0 if there must be none.
const GENERATION_MATCH: &str = "x-goog-if-generation-match";

/// What separates the parts of an upload: no object that is uploaded contains it.
const BOUNDARY: &str = "part-of-an-upload-5d1f0c9e7b3a48620b1d";

/// Listens until it is dropped.
pub struct Front {
    port: u16,
    is_closed: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Front {
    /// Listens on a free port, for the server on the port `server`.
    pub fn open(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let is_closed = Arc::new(AtomicBool::new(false));
        let closed = Arc::clone(&is_closed);
        let mapping = Arc::new(Mapping { server, writing: Mutex::new(()) });
        let listening = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if closed.load(Ordering::Relaxed) {
                    return;
                }
                let mapping = Arc::clone(&mapping);
                // A client that goes away has no use for the error.
                thread::spawn(move || drop(mapping.serve(&stream)));
            }
        });
        Ok(Self { port, is_closed, listening: Some(listening) })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        // One more connection wakes the thread that listens.
        let woken = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
        if let Some(listening) = self.listening.take().filter(|_| woken) {
            drop(listening.join());
        }
    }
}

/// Maps requests in the XML API to those that the server answers.
struct Mapping {
    server: u16,
    /// Held while objects change, until the generation of what was uploaded is known.
    writing: Mutex<()>,
}

impl Mapping {
    /// Reads the request of a connection, and answers it.
    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        let Some(request) = Request::read(stream)? else { return Ok(()) };
        let answer = self.answer(&request).unwrap_or_else(|error| {
            let mut response = Response::new(502);
            response.body = error.to_string().into_bytes();
            response
        });
        answer.write(stream, &request.method)
    }

    fn answer(&self, request: &Request) -> io::Result<Response> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let name = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let name = name.filter(|(_, object)| !object.is_empty());
        match (request.method.as_str(), name) {
            _ if REFUSED_HEADERS.iter().any(|name| request.header(name).is_some()) => {
                Ok(Response::new(501))
            }
            ("PUT", Some((bucket, object))) if query.is_empty() => {
                self.upload(request, bucket, object)
            }
            ("GET", None) => self.list(request, query),
            ("GET" | "HEAD", Some(_)) => {
                let response = http::send(self.server, request)?;
                Ok(on_condition(request, response))
            }
            ("DELETE", Some(_)) if query.is_empty() => {
                let _writing = self.write();
                http::send(self.server, request)
            }
            // Uploads in parts, and all that has to do with buckets.
            _ => Ok(Response::new(501)),
        }
    }

    /// Lists one page of a bucket.
    fn list(&self, request: &Request, query: &str) -> io::Result<Response> {
        let mut response = http::send(self.server, request)?;
        let listed = String::from_utf8_lossy(&response.body);
        match response.status {
            200 => response.body = listing::page(&listed, query).into_bytes(),
            500 if listed.contains("no bucket named") => return Ok(Response::new(404)),
            _ => {}
        }
        Ok(response)
    }

    fn write(&self) -> MutexGuard<'_, ()> {
        // Poisoned or not: it holds no data.
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Uploads an object, without metadata. The answer has its tag and its generation.
    fn upload(&self, request: &Request, bucket: &str, object: &str) -> io::Result<Response> {
        let name = in_query(object);
        // Of the ways to upload, the server checks the precondition in this one.
        let path = format!("/upload/storage/v1/b/{bucket}/o?uploadType=multipart&name={name}");
        let condition = request.header(GENERATION_MATCH).map(in_query);
        let condition = condition.map(|it| format!("&ifGenerationMatch={it}")).unwrap_or_default();
        let mut upload = Request::new("POST", &format!("{path}{condition}"));
        upload.set("Content-Type", &format!("multipart/related; boundary={BOUNDARY}"));
        let kind = request.header("Content-Type").unwrap_or("application/octet-stream");
        let (start, end) = (format!("--{BOUNDARY}\r\nContent-Type"), format!("--{BOUNDARY}--\r\n"));
        let head = format!("{start}: application/json\r\n\r\n{{}}\r\n{start}: {kind}\r\n\r\n");
        upload.body = [head.as_bytes(), &request.body, b"\r\n", end.as_bytes()].concat();
        let writing = self.write();
        let uploaded = http::send(self.server, &upload)?;
        if uploaded.status != 200 {
            return Ok(uploaded);
        }
        let found = http::send(self.server, &Request::new("HEAD", &request.target))?;
        drop(writing);
        let mut response = Response::new(found.status);
        for name in ["ETag", "x-goog-generation"] {
            if let Some(value) = found.header(name) {
                response.set(name, value);
            }
        }
        Ok(response)
    }
}

/// The answer to a request that may have conditions on the tag of the object.
fn on_condition(request: &Request, response: Response) -> Response {
    let tag = response.header("ETag").unwrap_or_default();
    let has = |tags: &str| tags == "*" || tags.split(',').any(|it| it.trim() == tag);
    if !matches!(response.status, 200 | 206 | 416) {
        response
    } else if request.header("If-Match").is_some_and(|tags| !has(tags)) {
        Response::new(412)
    } else if request.header("If-None-Match").is_some_and(has) {
        let mut unchanged = Response::new(304);
        unchanged.set("ETag", tag);
        unchanged
    } else {
        response
    }
}

/// Part of a path as part of a query: there some signs mean something else.
fn in_query(path: &str) -> String {
    path.replace('+', "%2B").replace('&', "%26").replace('=', "%3D")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn an_upload_has_its_precondition_and_its_answer_the_generation() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let front = Front::open(server.local_addr().unwrap().port()).unwrap();
        let served = thread::spawn(move || {
            let requests = server.incoming().take(2).map(|stream| {
                let stream = stream.unwrap();
                let request = Request::read(&stream).unwrap().unwrap();
                let mut response = Response::new(200);
                response.set("x-goog-generation", "7");
                response.write(&stream, &request.method).unwrap();
                request
            });
            requests.collect::<Vec<_>>()
        });
        let mut create = Request::new("PUT", "/daybook-tests/a%2Fb+&c");
        create.set(GENERATION_MATCH, "0");
        create.body = b"bytes".to_vec();
        let answer = http::send(front.port(), &create).unwrap();
        assert_eq!((answer.status, answer.header("x-goog-generation")), (200, Some("7")));
        let served = served.join().unwrap();
        assert!(served[0].target.ends_with("&name=a%2Fb%2B%26c&ifGenerationMatch=0"));
        assert!(String::from_utf8_lossy(&served[0].body).contains("\r\n\r\nbytes\r\n--"));
        assert_eq!((&*served[1].method, &*served[1].target), ("HEAD", "/daybook-tests/a%2Fb+&c"));
        let copy = Request::new("POST", "/daybook-tests/a%2Fb?uploads=");
        assert_eq!(http::send(front.port(), &copy).unwrap().status, 501);
    }

    #[test]
    fn a_condition_on_the_tag_holds_or_the_answer_says_so() {
        let status = |name: &str, tags: &str, status| {
            let mut request = Request::new("GET", "/daybook-tests/a");
            request.set(name, tags);
            let mut response = Response::new(status);
            response.set("ETag", "\"1\"");
            on_condition(&request, response).status
        };
        assert_eq!(status("If-Match", "\"1\"", 206), 206);
        assert_eq!(status("If-Match", "\"2\", \"1\"", 200), 200);
        assert_eq!(status("If-Match", "\"2\"", 200), 412);
        assert_eq!(status("If-Match", "\"2\"", 404), 404);
        assert_eq!(status("If-None-Match", "*", 200), 304);
        assert_eq!(status("If-None-Match", "\"2\"", 200), 200);
    }
}
