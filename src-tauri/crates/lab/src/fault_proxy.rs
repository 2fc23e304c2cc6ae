//! A proxy that breaks things on purpose: it stands between a client of an object store and a
//! server on the loopback, and does to each request what a rule says.
//!
//! ```
//! use lab::fault_proxy::{Fault, FaultProxy};
//!
//! # fn main() -> std::io::Result<()> {
//! # let server = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
//! let proxy = FaultProxy::start(server)?;
//! let mut puts = 0;
//! proxy.on(move |request| {
//!     puts += u32::from(request.method == "PUT");
//!     (request.method == "PUT" && puts == 1).then_some(Fault::LoseAnswer)
//! });
//! // The client is given `proxy.url()` as its endpoint.
//! # Ok(())
//! # }
//! ```
//!
//! A connection of a client has one thread and one connection to the server; requests of different
//! connections never wait for each other. What is passed on is passed byte for byte: the target,
//! the order and the spelling of headers, `host` too, which signatures cover. Only chunks may have
//! other sizes. The body of a request is read whole before the rule is asked; the body of an answer
//! is passed on as it comes, but for pages of listings and what a fault changes, which are read
//! whole and then have a `content-length`. When the server ends its connection early, the
//! connection of the client is closed too.
//!
//! Start reading at `FaultProxy`; `connection` is what happens to one request. `crate::http` reads and
//! writes messages.

mod connection;
mod fault;
mod request;
mod shared;

#[cfg(test)]
pub(crate) mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::connection::Connection;
use self::shared::{Admission, Shared, Socket};

pub use self::fault::Fault;
pub use self::request::Request;

/// How long the listener waits after the system refused to accept a connection.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);

/// A proxy on a port of its own on the loopback. Dropped, it cuts every connection and ends every
/// thread before it returns.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Listens on a free port of `127.0.0.1` and passes everything to the server at `upstream`.
    ///
    /// # Errors
    /// Fails if the system gives no port or no thread. Whether the server can be reached is only
    /// found at the first request.
    pub fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(upstream));
        let of_thread = Arc::clone(&shared);
        let listening = thread::Builder::new()
            .name("fault proxy".to_owned())
            .spawn(move || listen(&listener, &of_thread))?;
        Ok(Self { address, shared, listening: Some(listening) })
    }

    /// The endpoint for clients, `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on `rule` says what happens to each request: a fault, or none to pass it on. It
    /// replaces the rule before it.
    ///
    /// It is asked once for each request, for one at a time, in the order of the log, when the
    /// whole request has arrived. It must not wait, and must not call `on` or `clear`. A request
    /// whose rule panics is answered with 599 and the message of the panic.
    pub fn on(&self, rule: impl FnMut(&Request) -> Option<Fault> + Send + 'static) {
        self.shared.set_rule(Some(Box::new(rule)));
    }

    /// Passes every request on from now on: the opposite of `on`. The delay stays.
    pub fn clear(&self) {
        self.shared.set_rule(None);
    }

    /// Holds back each later request so long before it is forwarded, or answered by a rule.
    pub fn set_delay(&self, delay: Duration) {
        self.shared.set_delay(delay);
    }

    /// With `true`, the server seems unreachable: open connections are cut, and new ones are closed
    /// as soon as they are there, until it is called with `false`.
    pub fn refuse(&self, refuse: bool) {
        self.shared.refuse(refuse);
    }

    /// The log: every request whose body has arrived, oldest first. The status of an answer is in
    /// it before the client can read the answer.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests()
    }

    /// The log as `requests` gives it, which is then empty. `most_at_once` starts anew.
    pub fn take_requests(&self) -> Vec<Request> {
        self.shared.take_requests()
    }

    /// The most requests that were under way at one time since `take_requests` was last called. A
    /// request is under way from the end of its headers to the last byte of its answer.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_at_once()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.end();
        // The listener cannot be closed from here: a connection makes it look up.
        if TcpStream::connect(self.address).is_ok()
            && let Some(listening) = self.listening.take()
        {
            // A panic of the thread has been printed, and nothing more can be done about it here.
            let _ = listening.join();
        }
    }
}

/// Gives each connection a thread, until the proxy ends. Returns when all of them have ended.
fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    loop {
        let accepted = listener.accept().map(|(stream, _)| Socket::new(stream));
        threads.retain(|thread| !thread.is_finished());
        let Ok(client) = accepted else {
            if shared.wait_for_end(AFTER_REFUSAL) {
                break;
            }
            continue;
        };
        match shared.admit(&client) {
            Admission::Ended => break,
            Admission::Refused => client.cut(),
            Admission::Open(id) => {
                let of_thread = Arc::clone(shared);
                let thread = thread::Builder::new().name("fault proxy".to_owned());
                match thread.spawn(move || Connection::new(&of_thread, id, client).serve()) {
                    Ok(thread) => threads.push(thread),
                    Err(_) => shared.close(id),
                }
            }
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}
