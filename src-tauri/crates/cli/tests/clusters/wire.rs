//! A wire to a cluster that can be cut: what goes over it is passed on as it comes.

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{io, thread};

/// A wire from a port of its own to a cluster.
pub struct Wire {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Where it leads.
    to: Mutex<Option<SocketAddr>>,
    open: Mutex<Vec<TcpStream>>,
    is_cut: AtomicBool,
    /// Bytes that the cluster may still send before the wire is cut by itself; 0 for any number.
    bytes_left: AtomicUsize,
}

impl Wire {
    /// A wire to what a URL names.
    pub fn to(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let wire = Self { address, state: Arc::clone(&state) };
        wire.lead_to(url);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                drop(connect(client, &state));
            }
        });
        wire
    }

    /// Leads the wire to another cluster from now on.
    pub fn lead_to(&self, url: &str) {
        *self.state.to.lock().unwrap() = Some(url.trim_start_matches("sc://").parse().unwrap());
    }

    pub fn url(&self) -> String {
        format!("sc://{}", self.address)
    }

    /// Cuts what is open, and takes nothing more until it is mended.
    pub fn cut(&self) {
        self.state.cut();
    }

    /// Cuts the wire once the cluster has sent so many bytes more.
    pub fn cut_after(&self, bytes: usize) {
        self.state.bytes_left.store(bytes, Ordering::SeqCst);
    }

    pub fn mend(&self) {
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    pub fn is_cut(&self) -> bool {
        self.state.is_cut.load(Ordering::SeqCst)
    }
}

impl State {
    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for stream in self.open.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Takes bytes off what may still be sent; returns whether the wire holds.
    fn spend(&self, bytes: usize) -> bool {
        let spent = self.bytes_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            (left > 0).then(|| left.saturating_sub(bytes))
        });
        if spent.is_ok_and(|left| left <= bytes) {
            self.cut();
            return false;
        }
        true
    }
}

fn connect(client: TcpStream, state: &Arc<State>) -> io::Result<()> {
    if state.is_cut.load(Ordering::SeqCst) {
        return client.shutdown(Shutdown::Both);
    }
    let Some(to) = *state.to.lock().unwrap() else { return Ok(()) };
    let server = TcpStream::connect(to)?;
    state.open.lock().unwrap().extend([client.try_clone()?, server.try_clone()?]);
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || drop(pass(from_client, to_server, |_| true)));
    let state = Arc::clone(state);
    thread::spawn(move || drop(pass(server, client, |bytes| state.spend(bytes))));
    Ok(())
}

fn pass(mut from: TcpStream, mut to: TcpStream, holds: impl Fn(usize) -> bool) -> io::Result<()> {
    use std::io::{Read, Write};
    let mut buffer = [0; 4096];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return to.shutdown(Shutdown::Both);
        }
        to.write_all(&buffer[..read])?;
        if !holds(read) {
            return Ok(());
        }
    }
}
