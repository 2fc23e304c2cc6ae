//! A server of S3 over a folder, on the loopback. It answers faster than the emulators do, so that a
//! benchmark measures who asks, and its bucket can be a journal that lies in a folder already.
//!
//! Each folder in the folder is a bucket, addressed by path: `/BUCKET/KEY`. It has what a journal
//! needs, and no more:
//!
//! - GET and HEAD of an object, with `If-Match` and with a range of any of the three forms;
//! - PUT of an object, which `If-None-Match: *` makes create-only, and of a bucket;
//! - `ListObjectsV2` in pages, with `prefix`, `start-after`, `continuation-token` and `max-keys`, each
//!   key with its size, its time and the `ETag` that a GET has too.
//!
//! Whatever else is asked is answered with 501: deleting, delimiters, multipart uploads, bodies in
//! signed chunks. Signatures are not checked. An `ETag` is made of what the file system knows of the
//! file, so that no byte is read for it. Keys are paths of the file system, and a file that is no
//! key, such as a link, is not there. What is put is in the file system, and not synced: it
//! survives the end of any process, not of the machine.
//!
//! A connection has a thread, which waits out the latency, so that 64 requests at once wait for one
//! latency together.

mod answer;
mod objects;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::{self, BufReader};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::fault_proxy::Request;
use crate::http::head::Head;
use crate::http::message::Message;

use self::answer::answer;
use self::objects::Objects;

/// How many bytes are read from a socket at once.
const BUFFER: usize = 64 * 1024;

/// How long the listener waits after the system refused to accept a connection.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);

/// A server of S3. Dropped, it cuts every connection and ends every thread before it returns.
pub struct S3Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

/// What all threads share.
struct Shared {
    objects: Objects,
    /// How long each request waits before it is answered.
    latency: Duration,
    /// Open connections by their numbers; `None` once the server ends.
    open: Mutex<Option<HashMap<u64, TcpStream>>>,
}

impl S3Server {
    /// Listens on a free port of `127.0.0.1`. The folders in `folder` are its buckets.
    ///
    /// # Errors
    /// Fails if the folder cannot be written to, or the system gives no port or no thread.
    pub fn start(folder: &Path, latency: Duration) -> io::Result<Self> {
        let objects = Objects::open(folder)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let open = Mutex::new(Some(HashMap::new()));
        let shared = Arc::new(Shared { objects, latency, open });
        let of_thread = Arc::clone(&shared);
        let listening = thread::Builder::new()
            .name("S3 server".to_owned())
            .spawn(move || listen(&listener, &of_thread))?;
        Ok(Self { address, shared, listening: Some(listening) })
    }

    /// The endpoint for clients, `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is ended.
    pub fn wait(mut self) {
        if let Some(listening) = self.listening.take() {
            // A panic of the thread has been printed.
            let _ = listening.join();
        }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let open = self.shared.open().take();
        // It fails for a connection that has ended already.
        open.iter().flat_map(HashMap::values).for_each(|it| drop(it.shutdown(Shutdown::Both)));
        // The listener cannot be closed from here: a connection makes it look up.
        if TcpStream::connect(self.address).is_ok()
            && let Some(listening) = self.listening.take()
        {
            let _ = listening.join();
        }
    }
}

impl Shared {
    /// After a panic the connections are as they were: no panic leaves them half changed.
    fn open(&self) -> MutexGuard<'_, Option<HashMap<u64, TcpStream>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a connection known, which is cut when the server ends; false if it has ended.
    fn admit(&self, number: u64, stream: &TcpStream) -> io::Result<bool> {
        let stream = stream.try_clone()?;
        Ok(self.open().as_mut().map(|open| open.insert(number, stream)).is_some())
    }

    /// Forgets a connection.
    fn forget(&self, number: u64) {
        self.open().as_mut().map(|open| open.remove(&number));
    }
}

/// Gives each connection a thread, until the server ends. Returns when all of them have ended.
fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for number in 0.. {
        let accepted = listener.accept().and_then(|(stream, _)| {
            stream.set_nodelay(true)?;
            Ok((shared.admit(number, &stream)?, stream))
        });
        threads.retain(|thread| !thread.is_finished());
        let stream = match accepted {
            Ok((true, stream)) => stream,
            Ok((false, _)) => break,
            Err(_) => {
                thread::sleep(AFTER_REFUSAL);
                continue;
            }
        };
        let of_thread = Arc::clone(shared);
        let thread = thread::Builder::new().name("S3 server".to_owned()).spawn(move || {
            // How a connection ends makes no difference.
            let _ = serve(stream, &of_thread);
            of_thread.forget(number);
        });
        threads.extend(thread);
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// Answers the requests of a connection, one after the other, until it is closed.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(BUFFER, stream);
    while let Some(head) = Head::read(&mut stream)? {
        let keeps_open = head.keeps_open();
        let framing = head.framing_of_request()?;
        let message = Message::read(head, framing, &mut stream)?;
        let request = Request::new(&message.head, message.body.len());
        thread::sleep(shared.latency);
        answer(&shared.objects, &request, &message.body).write(u64::MAX, stream.get_mut())?;
        if !keeps_open {
            break;
        }
    }
    Ok(())
}
