//! What all threads of a proxy share: the rule, the log, and the sockets, which whoever ends a
//! thread closes.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::fault::{Fault, PANICKED, panic_text};
use super::request::Request;
use crate::http::message::Message;

/// What says what happens to a request.
pub type Rule = Box<dyn FnMut(&Request) -> Option<Fault> + Send>;

/// A socket that one thread uses and any thread can cut.
#[derive(Clone)]
pub struct Socket(Arc<TcpStream>);

impl Socket {
    /// A socket that sends at once what is written.
    pub fn new(stream: TcpStream) -> Self {
        // Without it the socket is slower, and no less right.
        let _ = stream.set_nodelay(true);
        Self(Arc::new(stream))
    }

    /// Ends the connection: who reads or writes it returns at once.
    pub fn cut(&self) {
        // It fails if the connection has ended already.
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// Tells the other end that nothing follows, and reads until it closes too or does nothing for
    /// so long.
    pub fn close_and_drain(&mut self, patience: Duration) {
        let half_closed = self.0.shutdown(Shutdown::Write);
        if half_closed.and_then(|()| self.0.set_read_timeout(Some(patience))).is_ok() {
            // How it ends makes no difference.
            let _ = io::copy(self, &mut io::sink());
        }
        self.cut();
    }

    /// Whether nothing has come from the other end, neither bytes nor the end of the connection.
    pub fn is_silent(&self) -> bool {
        let peeked = self.0.set_nonblocking(true).and_then(|()| self.0.peek(&mut [0]));
        let silent = peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        silent && self.0.set_nonblocking(false).is_ok()
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(into)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

/// What becomes of a new connection.
pub enum Admission {
    /// It is served, and known by this number.
    Open(u64),
    /// The server is to seem unreachable.
    Refused,
    /// The proxy ends.
    Ended,
}

/// What all threads share.
pub struct Shared {
    /// The server.
    pub upstream: SocketAddr,
    connections: Mutex<Connections>,
    /// Tells those who wait that a connection was cut.
    cut: Condvar,
    rule: Mutex<Option<Rule>>,
    log: Mutex<Log>,
    last_list: Mutex<Option<Message>>,
}

#[derive(Default)]
struct Connections {
    ended: bool,
    refusing: bool,
    delay: Duration,
    admitted: u64,
    /// By the number of the connection: its own socket, then that of its connection to the server.
    /// Once cut, it is not here.
    open: HashMap<u64, (Socket, Option<Socket>)>,
}

impl Connections {
    fn cut_all(&mut self) {
        for (client, server) in self.open.drain().map(|(_, sockets)| sockets) {
            client.cut();
            server.iter().for_each(Socket::cut);
        }
    }
}

#[derive(Default)]
struct Log {
    /// With their numbers, which count all that there ever were.
    requests: Vec<(u64, Request)>,
    count: u64,
    under_way: usize,
    most_at_once: usize,
}

impl Shared {
    /// Without a rule and without connections.
    pub fn new(upstream: SocketAddr) -> Self {
        Self {
            upstream,
            connections: Mutex::default(),
            cut: Condvar::new(),
            rule: Mutex::default(),
            log: Mutex::default(),
            last_list: Mutex::default(),
        }
    }

    /// Takes a new connection in, if it is to be served.
    pub fn admit(&self, client: &Socket) -> Admission {
        let mut connections = lock(&self.connections);
        if connections.ended {
            return Admission::Ended;
        }
        if connections.refusing {
            return Admission::Refused;
        }
        connections.admitted += 1;
        let id = connections.admitted;
        connections.open.insert(id, (client.clone(), None));
        Admission::Open(id)
    }

    /// Makes the connection to the server known, which is cut with that of the client.
    ///
    /// # Errors
    /// Fails if that has been cut.
    pub fn add_server(&self, id: u64, server: &Socket) -> io::Result<()> {
        match lock(&self.connections).open.get_mut(&id) {
            Some((_, known)) => *known = Some(server.clone()),
            None => return Err(io::ErrorKind::ConnectionAborted.into()),
        }
        Ok(())
    }

    /// Cuts a connection and what belongs to it.
    pub fn close(&self, id: u64) {
        if let Some((client, server)) = lock(&self.connections).open.remove(&id) {
            client.cut();
            server.iter().for_each(Socket::cut);
        }
    }

    /// Cuts all connections; with `true`, new ones are refused.
    pub fn refuse(&self, refuse: bool) {
        let mut connections = lock(&self.connections);
        connections.refusing = refuse;
        if refuse {
            connections.cut_all();
        }
        drop(connections);
        self.cut.notify_all();
    }

    /// Cuts all connections, for good.
    pub fn end(&self) {
        let mut connections = lock(&self.connections);
        connections.ended = true;
        connections.cut_all();
        drop(connections);
        self.cut.notify_all();
    }

    /// Waits so long, or until the proxy ends: then it is true.
    pub fn wait_for_end(&self, duration: Duration) -> bool {
        self.wait_while(duration, |connections| !connections.ended)
    }

    /// Waits so long, for a connection.
    ///
    /// # Errors
    /// Fails as soon as the connection is cut.
    pub fn wait(&self, id: u64, duration: Duration) -> io::Result<()> {
        if duration.is_zero() {
            return Ok(());
        }
        let over = self.wait_while(duration, |connections| connections.open.contains_key(&id));
        if over { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// Waits so long, or until the condition does not hold: then it is true.
    fn wait_while(&self, duration: Duration, condition: impl Fn(&Connections) -> bool) -> bool {
        let connections = lock(&self.connections);
        let waited = self.cut.wait_timeout_while(connections, duration, |now| condition(now));
        let (connections, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !condition(&connections)
    }

    /// How long each request is held back from now on.
    pub fn set_delay(&self, delay: Duration) {
        lock(&self.connections).delay = delay;
    }

    /// How long each request is held back.
    pub fn delay(&self) -> Duration {
        lock(&self.connections).delay
    }

    /// Replaces the rule.
    pub fn set_rule(&self, rule: Option<Rule>) {
        let before = std::mem::replace(&mut *lock(&self.rule), rule);
        // What the rule holds is dropped when the rule is not locked any more.
        drop(before);
    }

    /// Logs a request and asks the rule about it. Gives the number of the request too.
    pub fn ask(&self, request: &Request) -> (u64, Option<Fault>) {
        let mut rule = lock(&self.rule);
        let number = lock(&self.log).add(request.clone());
        let fault = rule.as_mut().and_then(|rule| {
            panic::catch_unwind(AssertUnwindSafe(|| rule(request))).unwrap_or_else(|panic| {
                let body = panic_text(&*panic);
                Some(Fault::Answer { status: PANICKED, headers: Vec::new(), body })
            })
        });
        (number, fault)
    }

    /// Changes a request in the log, if it is still there.
    pub fn note(&self, number: u64, change: impl FnOnce(&mut Request)) {
        let mut log = lock(&self.log);
        if let Some((_, request)) = log.requests.iter_mut().rev().find(|(of, _)| *of == number) {
            change(request);
        }
    }

    /// The log.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.log).requests.iter().map(|(_, request)| request.clone()).collect()
    }

    /// The log, which is then empty.
    pub fn take_requests(&self) -> Vec<Request> {
        let mut log = lock(&self.log);
        log.most_at_once = log.under_way;
        std::mem::take(&mut log.requests).into_iter().map(|(_, request)| request).collect()
    }

    /// The most requests under way at one time.
    pub fn most_at_once(&self) -> usize {
        lock(&self.log).most_at_once
    }

    /// Counts a request as under way until what it gives is dropped.
    pub fn start_request(&self) -> UnderWay<'_> {
        let mut log = lock(&self.log);
        log.under_way += 1;
        log.most_at_once = log.most_at_once.max(log.under_way);
        UnderWay(self)
    }

    /// Keeps the answer to a request for a page of a listing, if it has one.
    pub fn keep_list(&self, answer: &Message) {
        if answer.head.status().is_ok_and(|status| status == 200) {
            *lock(&self.last_list) = Some(answer.clone());
        }
    }

    /// The answer that was kept last.
    pub fn last_list(&self) -> Option<Message> {
        lock(&self.last_list).clone()
    }
}

impl Log {
    fn add(&mut self, request: Request) -> u64 {
        self.count += 1;
        self.requests.push((self.count, request));
        self.count
    }
}

/// A request that is under way until this is dropped.
pub struct UnderWay<'a>(&'a Shared);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.0.log).under_way -= 1;
    }
}

/// Locks. After a panic the value is used as it is: no panic leaves one half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
