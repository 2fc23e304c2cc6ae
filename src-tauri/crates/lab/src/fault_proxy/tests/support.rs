//! A server and a client that read and write bytes, and know no more of HTTP than the tests need.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::super::FaultProxy;

/// How long a client waits before its test has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a server read.
#[derive(Debug, Clone)]
pub struct Received {
    /// Up to the empty line, with it.
    pub head: String,
    /// As it came, with the framing of chunks.
    pub body: Vec<u8>,
    /// Whether the body came whole.
    pub whole: bool,
    /// Which connection it came on, counted from 0.
    pub connection: usize,
}

/// A server on the loopback. Its threads end when their connections do, the listener with the test
/// program.
pub struct Server {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    closed: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    /// `answer` makes the bytes of each answer. After one that says `close`, and instead of an
    /// empty one, the connection is closed.
    pub fn start(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, received: Arc::clone(&received), closed: Arc::clone(&closed) };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&received));
                let closed = Arc::clone(&closed);
                thread::spawn(move || {
                    serve(stream.unwrap(), number, &*answer, &log);
                    closed.lock().unwrap().push(number);
                });
            }
        });
        server
    }

    /// Answers everything with 200 and the first line of the request.
    pub fn echo() -> Self {
        Self::start(|request| answer(request.head.lines().next().unwrap()))
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Whether the connection of this number has been closed.
    pub fn has_closed(&self, connection: usize) -> bool {
        self.closed.lock().unwrap().contains(&connection)
    }
}

fn serve(
    stream: TcpStream,
    connection: usize,
    answer: &(dyn Fn(&Received) -> Vec<u8> + Send + Sync),
    log: &Mutex<Vec<Received>>,
) {
    let mut input = BufReader::new(stream);
    while let Some(head) = read_head(&mut input) {
        let (body, whole) = read_body(&head, &mut input);
        let request = Received { head, body, whole, connection };
        log.lock().unwrap().push(request.clone());
        if !whole {
            return;
        }
        let bytes = answer(&request);
        let closes = bytes.is_empty() || String::from_utf8_lossy(&bytes).contains("close\r\n");
        if input.get_mut().write_all(&bytes).is_err() || closes {
            return;
        }
    }
}

fn read_head(input: &mut impl BufRead) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if input.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

/// Gives the bytes of the body, and whether it came whole.
fn read_body(head: &str, input: &mut impl BufRead) -> (Vec<u8>, bool) {
    let head = head.to_ascii_lowercase();
    let mut body = Vec::new();
    if head.contains("transfer-encoding: chunked") {
        while !body.ends_with(b"\r\n\r\n") {
            if input.read_until(b'\n', &mut body).unwrap_or(0) == 0 {
                return (body, false);
            }
        }
        return (body, true);
    }
    let length = head.split("content-length: ").nth(1).map(|rest| rest.lines().next().unwrap());
    let length = length.map_or(0, |length| length.parse().unwrap());
    let read = input.take(length).read_to_end(&mut body);
    (body, read.is_ok_and(|read| read as u64 == length))
}

/// An answer with status 200 and this body.
pub fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A connection to a proxy.
pub struct Client(BufReader<TcpStream>);

impl Client {
    pub fn new(proxy: &FaultProxy) -> Self {
        let address = proxy.url();
        let stream = TcpStream::connect(address.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// The head of an answer, with the empty line.
    pub fn head(&mut self) -> String {
        read_head(&mut self.0).unwrap()
    }

    /// The head of an answer and its body as it came.
    pub fn answer(&mut self) -> (String, String) {
        let head = self.head();
        let (body, whole) = read_body(&head, &mut self.0);
        assert!(whole, "the body was cut: {head}");
        (head, String::from_utf8(body).unwrap())
    }

    /// Sends a request without a body, and gives the status and the body of its answer.
    pub fn ask(&mut self, method: &str, target: &str) -> (u16, String) {
        self.send(request(method, target));
        let (head, body) = self.answer();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }

    pub fn shutdown(&self, how: Shutdown) {
        self.0.get_ref().shutdown(how).unwrap();
    }

    /// All that comes until the connection is closed.
    pub fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => {
                panic!("the connection is not closed: {error}")
            }
            _ => String::from_utf8(rest).unwrap(),
        }
    }
}

/// A request without a body.
pub fn request(method: &str, target: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: store\r\n\r\n")
}

/// A request to put this body.
pub fn put(target: &str, body: &str) -> String {
    let length = body.len();
    format!("PUT {target} HTTP/1.1\r\nHost: store\r\nContent-Length: {length}\r\n\r\n{body}")
}
