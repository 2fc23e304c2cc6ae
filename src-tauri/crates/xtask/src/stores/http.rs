//! The little of HTTP/1 that the emulators need: one request and one response a connection, each
//! as a whole in memory.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// How long a peer may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// Most bytes of a body.
const LARGEST: u64 = 1 << 30;

/// Headers: names and values.
type Headers = Vec<(String, String)>;

/// Request.
pub struct Request {
    pub method: String,
    /// Path and query, as they are sent.
    pub target: String,
    headers: Headers,
    pub body: Vec<u8>,
}

/// Response.
pub struct Response {
    pub status: u16,
    headers: Headers,
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.into(), target: target.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Sets a header, in place of any with its name.
    pub fn set(&mut self, name: &str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// Reads a request. `None` if the connection ends before one.
    pub fn read(stream: &TcpStream) -> io::Result<Option<Self>> {
        stream.set_read_timeout(Some(SILENCE))?;
        let mut input = BufReader::new(stream);
        let line = line(&mut input)?;
        let mut words = line.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
        let mut request = Self::new(method, target);
        request.headers = headers(&mut input)?;
        if request.header("Transfer-Encoding").is_some() {
            return Err(io::Error::other("a request in chunks is not read"));
        }
        if let Some(length) = length(&request.headers)? {
            request.body = body(input, Some(length))?;
        }
        Ok(Some(request))
    }
}

impl Response {
    /// A response without headers and body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Sets a header, in place of any with its name.
    pub fn set(&mut self, name: &str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// Writes it as the only response of a connection. That to `HEAD` has the length of the body
    /// that it does not have.
    pub fn write(mut self, mut stream: &TcpStream, method: &str) -> io::Result<()> {
        if method != "HEAD" || self.header("Content-Length").is_none() {
            let length = self.body.len().to_string();
            self.set("Content-Length", &length);
        }
        self.set("Connection", "close");
        let mut bytes = format!("HTTP/1.1 {} -\r\n", self.status).into_bytes();
        write_headers(&mut bytes, &self.headers)?;
        bytes.extend(self.body);
        stream.write_all(&bytes)
    }
}

/// Sends a request to a port of the loopback.
pub fn send(port: u16, request: &Request) -> io::Result<Response> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(SILENCE))?;
    let mut headers = request.headers.clone();
    set(&mut headers, "Host", &format!("127.0.0.1:{port}"));
    set(&mut headers, "Connection", "close");
    set(&mut headers, "Content-Length", &request.body.len().to_string());
    // To a client of HTTP/1.0 nothing is sent in chunks.
    let mut bytes = format!("{} {} HTTP/1.0\r\n", request.method, request.target).into_bytes();
    write_headers(&mut bytes, &headers)?;
    bytes.extend(&request.body);
    stream.write_all(&bytes)?;
    let mut input = BufReader::new(&stream);
    let line = line(&mut input)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no HTTP: {line}")))?;
    let headers = self::headers(&mut input)?;
    let length = if request.method == "HEAD" { Some(0) } else { length(&headers)? };
    Ok(Response { status, body: body(input, length)?, headers })
}

/// Reads a line, without its end.
fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.take(1 << 16).read_line(&mut line)?;
    line.truncate(line.trim_end().len());
    Ok(line)
}

/// Reads headers, up to the empty line.
fn headers(input: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::new();
    loop {
        let line = line(input)?;
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
            None => return Ok(headers),
        }
    }
}

/// The length of a body, if the headers say it.
fn length(headers: &Headers) -> io::Result<Option<u64>> {
    find(headers, "Content-Length").map(str::parse).transpose().map_err(io::Error::other)
}

/// Reads a body of a length, or all that comes.
fn body(input: impl Read, length: Option<u64>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let most = length.unwrap_or(u64::MAX).min(LARGEST);
    let read = input.take(most).read_to_end(&mut body)? as u64;
    if length.is_some_and(|length| length != read) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(body)
}

fn write_headers(bytes: &mut Vec<u8>, headers: &Headers) -> io::Result<()> {
    headers.iter().try_for_each(|(name, value)| write!(bytes, "{name}: {value}\r\n"))?;
    bytes.write_all(b"\r\n")
}

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let (_, value) = headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value)
}

fn set(headers: &mut Headers, name: &str, value: &str) {
    headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value.to_owned()));
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn a_body_that_is_cut_short_is_an_error() {
        assert_eq!(body(b"12345".as_slice(), Some(3)).unwrap(), b"123");
        assert_eq!(body(b"12345".as_slice(), None).unwrap(), b"12345");
        assert!(body(b"12345".as_slice(), Some(6)).is_err());
    }

    #[test]
    fn a_request_and_its_response_arrive_as_they_were_sent() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let request = Request::read(&stream).unwrap().unwrap();
            let mut response = Response::new(201);
            response.set("ETag", "\"1\"");
            response.body.clone_from(&request.body);
            response.write(&stream, &request.method).unwrap();
            request
        });
        let mut sent = Request::new("PUT", "/a%2Fb?c=d");
        sent.set("X-Name", "old");
        sent.set("x-name", "a: b");
        sent.body = b"line\r\n\r\nline".to_vec();
        let response = send(port, &sent).unwrap();
        let read = server.join().unwrap();
        assert_eq!((read.method.as_str(), read.target.as_str()), ("PUT", "/a%2Fb?c=d"));
        assert_eq!((read.header("X-NAME"), &read.body), (Some("a: b"), &sent.body));
        assert_eq!((response.status, response.header("etag")), (201, Some("\"1\"")));
        assert_eq!(response.body, sent.body);
    }
}
