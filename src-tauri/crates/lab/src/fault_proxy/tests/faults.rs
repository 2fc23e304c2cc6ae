//! Each fault, as the client and the server see it.

use std::net::Shutdown;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::{Fault, FaultProxy, Request};
use super::support::{Client, Server, answer, put, request};

/// A proxy that does this once to the first request, and passes on what follows.
fn once(server: &Server, fault: Fault) -> FaultProxy {
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut fault = Some(fault);
    proxy.on(move |_| fault.take());
    proxy
}

fn headers() -> Vec<(String, String)> {
    vec![("Retry-After".to_owned(), "1".to_owned())]
}

#[test]
fn an_answer_without_forwarding() {
    let server = Server::echo();
    let fault = Fault::Answer { status: 503, headers: headers(), body: b"slow down".to_vec() };
    let proxy = once(&server, fault);
    let mut client = Client::new(&proxy);
    client.send(put("/key", "body"));
    let (head, body) = client.answer();
    assert_eq!(head, "HTTP/1.1 503 \r\nRetry-After: 1\r\nContent-Length: 9\r\n\r\n");
    assert_eq!(body, "slow down");
    assert!(server.received().is_empty());
    assert_eq!(client.ask("GET", "/"), (200, "GET / HTTP/1.1".to_owned()));
    let log: Vec<_> = proxy.requests().iter().map(|r| (r.server_status, r.status)).collect();
    assert_eq!(log, [(None, Some(503)), (Some(200), Some(200))]);
}

#[test]
fn an_answer_that_has_no_body() {
    let long = vec![("content-length".to_owned(), "1000".to_owned())];
    let cases = [
        ("HEAD", 200, Vec::new(), "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\n"),
        ("HEAD", 200, long, "HTTP/1.1 200 \r\nContent-Length: 1000\r\n\r\n"),
        ("GET", 304, headers(), "HTTP/1.1 304 \r\nRetry-After: 1\r\n\r\n"),
    ];
    for (method, status, headers, expected) in cases {
        let server = Server::echo();
        let fault = Fault::Answer { status, headers, body: b"body".to_vec() };
        let proxy = once(&server, fault);
        let mut client = Client::new(&proxy);
        client.send(request(method, "/"));
        assert_eq!(client.head(), expected);
        assert_eq!(client.ask("GET", "/").0, 200);
    }
}

#[test]
fn an_answer_after_the_request_took_effect() {
    let server = Server::echo();
    let fault = Fault::AnswerAfter { status: 500, headers: headers(), body: b"sorry".to_vec() };
    let proxy = once(&server, fault);
    let mut client = Client::new(&proxy);
    client.send(put("/key", "body"));
    let (head, body) = client.answer();
    assert_eq!(head, "HTTP/1.1 500 \r\nRetry-After: 1\r\nContent-Length: 5\r\n\r\n");
    assert_eq!(body, "sorry");
    assert_eq!(server.received()[0].body, b"body");
    let logged = &proxy.requests()[0];
    assert_eq!((logged.server_status, logged.status), (Some(200), Some(500)));
    assert_eq!(client.ask("GET", "/").0, 200);
}

#[test]
fn short_forms_are_nothing_but_a_status() {
    for (fault, forwarded) in [(Fault::status(503), 0), (Fault::status_after(503), 1)] {
        let server = Server::echo();
        let proxy = once(&server, fault);
        assert_eq!(Client::new(&proxy).ask("GET", "/"), (503, String::new()));
        assert_eq!(server.received().len(), forwarded);
    }
}

#[test]
fn a_lost_answer() {
    let server = Server::echo();
    let proxy = once(&server, Fault::LoseAnswer);
    let mut client = Client::new(&proxy);
    client.send(put("/key", "body"));
    assert_eq!(client.rest(), "");
    assert_eq!(server.received()[0].body, b"body");
    let logged = &proxy.requests()[0];
    assert_eq!((logged.server_status, logged.status), (Some(200), None));
    assert_eq!(Client::new(&proxy).ask("GET", "/").0, 200);
}

/// A server whose answers come in chunks if the path says so.
fn ten_bytes() -> Server {
    Server::start(|request| {
        if request.head.contains("/chunks") {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
              4\r\n0123\r\n6\r\n456789\r\n0\r\nX-Sum: 1\r\n\r\n"
                .to_vec()
        } else {
            answer("0123456789")
        }
    })
}

/// Checks that the fault makes this of ten bytes, and then closes the connection.
fn check_ten_bytes(fault: impl Fn() -> Fault, length: &str, body: &str) {
    for target in ["/length", "/chunks"] {
        let proxy = once(&ten_bytes(), fault());
        let mut client = Client::new(&proxy);
        client.send(request("GET", target));
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        assert_eq!(client.rest(), head + body, "{target}");
        assert_eq!(proxy.requests()[0].status, Some(200));
        assert_eq!(Client::new(&proxy).ask("GET", "/length").1, "0123456789");
    }
}

#[test]
fn a_body_that_is_cut() {
    for (most, body) in [(0, ""), (3, "012"), (10, "0123456789"), (u64::MAX, "0123456789")] {
        check_ten_bytes(|| Fault::CutBody(most), "10", body);
    }
}

#[test]
fn a_length_that_is_wrong() {
    let cases =
        [(2, "12", "0123456789"), (-3, "7", "0123456"), (-10, "0", ""), (i64::MIN, "0", "")];
    for (off, length, body) in cases {
        check_ten_bytes(|| Fault::WrongLength(off), length, body);
    }
}

#[test]
fn the_length_in_the_answer_to_a_head_can_be_wrong_too() {
    let server = Server::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".to_vec());
    let proxy = once(&server, Fault::WrongLength(-4));
    let mut client = Client::new(&proxy);
    client.send(request("HEAD", "/"));
    assert_eq!(client.rest(), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
}

#[test]
fn a_request_that_is_cut() {
    let long = "x".repeat(100_000);
    for (body, cut) in [("0123456789", 0), ("0123456789", 4), (long.as_str(), 70_000)] {
        let server = Server::echo();
        let proxy = once(&server, Fault::CutRequest(cut as u64));
        let mut client = Client::new(&proxy);
        client.send(put("/key", body));
        assert_eq!(client.rest(), "");
        let received = server.received().remove(0);
        assert!(received.head.contains(&format!("Content-Length: {}\r\n", body.len())));
        assert_eq!((received.body.as_slice(), received.whole), (&body.as_bytes()[..cut], false));
    }
}

#[test]
fn a_request_in_chunks_that_is_cut() {
    let server = Server::echo();
    let proxy = once(&server, Fault::CutRequest(2));
    let mut client = Client::new(&proxy);
    client.send("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
    assert_eq!(client.rest(), "");
    let received = server.received().remove(0);
    assert_eq!((received.body.as_slice(), received.whole), (b"4\r\nbo".as_slice(), false));
}

#[test]
fn a_body_that_is_replaced() {
    for target in ["/length", "/chunks"] {
        let proxy = once(&ten_bytes(), Fault::body(|body| [&body[5..], b" and more"].concat()));
        let mut client = Client::new(&proxy);
        client.send(request("GET", target));
        let (head, body) = client.answer();
        assert_eq!(head, "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n");
        assert_eq!(body, "56789 and more");
        assert_eq!(client.ask("GET", "/length").1, "0123456789");
    }
}

#[test]
fn a_page_that_is_repeated() {
    let server = Server::echo();
    let proxy = FaultProxy::start(server.address).unwrap();
    proxy.on(|request| match request.parameter("page") {
        Some("altered") => Some(Fault::body(|_| b"altered".to_vec())),
        Some("failed") => Some(Fault::status_after(500)),
        Some("again") => Some(Fault::RepeatLast),
        _ => None,
    });
    let mut client = Client::new(&proxy);
    let mut page = |name: &str| client.ask("GET", &format!("/b?list-type=2&page={name}")).1;
    // There is nothing to repeat yet.
    assert_eq!(page("again"), "GET /b?list-type=2&page=again HTTP/1.1");
    let first = page("1");
    assert_eq!(page("again"), first);
    assert_eq!(page("altered"), "altered");
    assert_eq!(page("failed"), "");
    assert_eq!(page("again"), "altered");
    assert_eq!(page("again"), "altered");
    assert_eq!(server.received().len(), 4);
    client.ask("GET", "/b/object");
    assert_eq!(client.ask("GET", "/b?list-type=2&page=again").1, "altered");
}

#[test]
fn a_header_that_is_stripped() {
    let server = Server::echo();
    let proxy = once(&server, Fault::StripHeader("if-none-match"));
    let mut client = Client::new(&proxy);
    let request = "PUT / HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\nContent-Length: 0\r\n\r\n";
    for _ in 0..2 {
        client.send(request);
        client.answer();
    }
    let heads: Vec<_> = server.received().into_iter().map(|request| request.head).collect();
    assert_eq!(heads, [&request.replace("If-None-Match: *\r\n", ""), request]);
    assert_eq!(proxy.requests()[0].header("if-none-match"), Some("*"));
}

#[test]
fn a_request_that_is_delayed_takes_effect_after_its_client_has_left() {
    let (sender, arrived) = std::sync::mpsc::channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |request| {
        sender.lock().unwrap().send(request.clone()).unwrap();
        answer("")
    });
    let proxy = once(&server, Fault::Delay(Duration::from_millis(100)));
    let mut client = Client::new(&proxy);
    client.send(put("/key", "body"));
    drop(client);
    assert_eq!(arrived.recv().unwrap().body, b"body");
}

#[test]
fn a_request_that_hangs_ends_with_its_client_only() {
    let server = Server::echo();
    let proxy = once(&server, Fault::Hang);
    let mut hanging = Client::new(&proxy);
    hanging.send(request("GET", "/hanging"));
    while proxy.requests().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(Client::new(&proxy).ask("GET", "/other").0, 200);
    assert_eq!(proxy.requests()[0].status, None);
    assert_eq!(server.received().len(), 1);
    hanging.shutdown(Shutdown::Write);
    assert_eq!(hanging.rest(), "");
}

#[test]
fn a_panic_is_an_answer() {
    let server = Server::echo();
    let proxy = FaultProxy::start(server.address).unwrap();
    let rules: [fn(&Request) -> Option<Fault>; 2] = [
        |request| panic!("no such {}", request.method),
        |_| Some(Fault::body(|_| panic!("no such body"))),
    ];
    for (rule, message) in rules.into_iter().zip(["no such GET", "no such body"]) {
        proxy.on(rule);
        let mut client = Client::new(&proxy);
        let (status, body) = client.ask("GET", "/?list-type=2");
        assert_eq!(status, 599);
        assert!(body.ends_with(message), "{body}");
        assert_eq!(proxy.take_requests()[0].status, Some(599));
        proxy.clear();
        assert_eq!(client.ask("GET", "/").0, 200);
        proxy.take_requests();
    }
}

#[test]
fn rules_see_requests_whole_and_in_the_order_of_the_log() {
    let proxy = FaultProxy::start(Server::echo().address).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let of_rule = Arc::clone(&seen);
    proxy.on(move |request| {
        of_rule.lock().unwrap().push((request.target.clone(), request.body_len));
        None
    });
    let mut client = Client::new(&proxy);
    for (target, body) in [("/a", "1"), ("/b", ""), ("/c", "333")] {
        client.send(put(target, body));
        client.answer();
    }
    let expected = [("/a", 1), ("/b", 0), ("/c", 3)].map(|(a, n)| (a.to_owned(), n));
    assert_eq!(*seen.lock().unwrap(), expected);
    let logged: Vec<_> = proxy
        .take_requests()
        .into_iter()
        .map(|request| (request.target, request.body_len))
        .collect();
    assert_eq!(logged, expected);
    assert_eq!(proxy.requests(), []);
}
