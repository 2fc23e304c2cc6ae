//! Something that takes a cluster's place: it speaks enough of gRPC to refuse, to fail, or to say nothing.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What it does with each request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// This status of gRPC, and a message.
    Status(u32, String),
    /// Nothing, ever.
    Silence,
}

/// A fake cluster on a port of its own.
pub struct Fake {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Fake {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, counted) = (answer.clone(), Arc::clone(&counted));
                thread::spawn(move || drop(serve(stream, &answer, &counted)));
            }
        });
        Self { address, requests }
    }

    pub fn url(&self) -> String {
        format!("sc://{}", self.address)
    }

    /// Number of requests so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// Length of what a client of HTTP/2 sends first.
const PREFACE: usize = 24;

/// Kinds of frames.
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;

/// Flags: the answer to settings or a ping; the end of a stream and of its headers.
const ACK: u8 = 1;
const END: u8 = 5;

fn serve(mut stream: TcpStream, answer: &Answer, requests: &AtomicUsize) -> io::Result<()> {
    stream.read_exact(&mut [0; PREFACE])?;
    frame(&mut stream, SETTINGS, 0, 0, &[])?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload)?;
        let of_stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match (head[3], head[4]) {
            (SETTINGS, 0) => frame(&mut stream, SETTINGS, ACK, 0, &[])?,
            (PING, 0) => frame(&mut stream, PING, ACK, 0, &payload)?,
            (HEADERS, _) => {
                requests.fetch_add(1, Ordering::Relaxed);
                if let Answer::Status(status, message) = answer {
                    frame(&mut stream, HEADERS, END, of_stream, &headers(*status, message))?;
                }
            }
            _ => {}
        }
    }
}

fn frame(to: &mut TcpStream, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    to.write_all(&[length[1], length[2], length[3], kind, flags])?;
    to.write_all(&stream.to_be_bytes())?;
    to.write_all(payload)
}

/// Headers of an answer that is nothing but a status.
fn headers(status: u32, message: &str) -> Vec<u8> {
    // Status 200 of HTTP, by its index.
    let mut block = vec![0x88];
    let escaped = message.replace('%', "%25").replace('\n', "%0A");
    let pairs = [
        ("content-type", "application/grpc"),
        ("grpc-status", &status.to_string()),
        ("grpc-message", &escaped),
    ];
    for (name, value) in pairs {
        block.push(0);
        literal(&mut block, name);
        literal(&mut block, value);
    }
    block
}

/// A text with its length, which seven bits begin.
fn literal(block: &mut Vec<u8>, text: &str) {
    let mut length = text.len();
    if length < 0x7f {
        block.push(u8::try_from(length).unwrap());
    } else {
        block.push(0x7f);
        length -= 0x7f;
        while length >= 0x80 {
            block.push(u8::try_from(length % 0x80).unwrap() | 0x80);
            length /= 0x80;
        }
        block.push(u8::try_from(length).unwrap());
    }
    block.extend(text.as_bytes());
}
