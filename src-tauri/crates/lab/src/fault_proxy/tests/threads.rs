//! Connections beside each other, and how they end.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use super::super::{Fault, FaultProxy};
use super::support::{Client, Server, answer, put, request};

const LONG: Duration = Duration::from_hours(1);

#[test]
fn requests_of_different_connections_do_not_wait_for_each_other() {
    const CLIENTS: usize = 16;
    // No request is answered before all of them have come.
    let all = Arc::new(Barrier::new(CLIENTS));
    let server = Server::start(move |request| {
        if request.head.contains("/meet") {
            all.wait();
        }
        answer("ok")
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    proxy.set_delay(Duration::from_millis(1));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| assert_eq!(Client::new(&proxy).ask("GET", "/meet").0, 200));
        }
    });
    assert_eq!(proxy.most_at_once(), CLIENTS);
    assert_eq!(proxy.take_requests().len(), CLIENTS);
    assert_eq!(proxy.most_at_once(), 0);
    for _ in 0..100 {
        assert_eq!(Client::new(&proxy).ask("GET", "/alone").0, 200);
    }
    assert_eq!(proxy.most_at_once(), 1);
}

/// Starts a request, and gives its client when the request is in the log.
fn started(proxy: &FaultProxy) -> Client {
    let before = proxy.requests().len();
    let mut client = Client::new(proxy);
    client.send(put("/key", "body"));
    while proxy.requests().len() == before {
        thread::yield_now();
    }
    client
}

/// A proxy in each state that a request can be held in, and a server that does not answer.
fn holding() -> Vec<(FaultProxy, Server)> {
    let rules: [fn(&FaultProxy); 4] = [
        |proxy| proxy.on(|_| Some(Fault::Hang)),
        |proxy| proxy.on(|_| Some(Fault::Delay(LONG))),
        |proxy| proxy.set_delay(LONG),
        |_| {},
    ];
    let start = |rule: fn(&FaultProxy)| {
        let server = Server::start(|_| {
            thread::park_timeout(LONG);
            Vec::new()
        });
        let proxy = FaultProxy::start(server.address).unwrap();
        rule(&proxy);
        (proxy, server)
    };
    rules.into_iter().map(start).collect()
}

#[test]
fn dropping_a_proxy_ends_all_requests() {
    for (proxy, _server) in holding() {
        let mut waiting: Vec<_> = (0..3).map(|_| started(&proxy)).collect();
        let mut idle = Client::new(&proxy);
        drop(proxy);
        for client in &mut waiting {
            assert_eq!(client.rest(), "");
        }
        assert_eq!(idle.rest(), "");
    }
}

#[test]
fn refusing_cuts_what_is_open_and_what_comes() {
    for (proxy, server) in holding() {
        let mut waiting = started(&proxy);
        proxy.refuse(true);
        assert_eq!(waiting.rest(), "");
        assert_eq!(Client::new(&proxy).rest(), "");
        assert_eq!(proxy.take_requests().len(), 1);

        proxy.refuse(false);
        proxy.set_delay(Duration::ZERO);
        proxy.on(|_| Some(Fault::status(200)));
        assert_eq!(Client::new(&proxy).ask("GET", "/").0, 200);
        assert!(server.received().len() <= 1);
    }
}

#[test]
fn clients_that_leave_early_harm_nobody() {
    let server = Server::start(|_| answer(&"x".repeat(3_000_000)));
    let proxy = FaultProxy::start(server.address).unwrap();
    for sent in ["", "GET", "GET / HTTP/1.1\r\n", "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"] {
        Client::new(&proxy).send(sent);
    }
    for _ in 0..20 {
        // It leaves with nearly all of the answer still to come.
        let mut client = Client::new(&proxy);
        client.send(request("GET", "/"));
        client.head();
    }
    assert_eq!(Client::new(&proxy).ask("GET", "/").1.len(), 3_000_000);
}
