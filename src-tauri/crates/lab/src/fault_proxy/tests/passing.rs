//! What is passed on when there is no rule.

use std::net::TcpListener;

use super::super::FaultProxy;
use super::support::{Client, Server, answer, put, request};

#[test]
fn a_request_and_its_answer_are_passed_on_byte_for_byte() {
    let answer = "HTTP/1.1 206 Partial  Content\r\nx-Odd:  a b \r\nETag: \"\u{e9}\"\r\nX-ODD: c\r\n\
                  Content-Length: 3\r\n\r\n\0\r\n";
    let server = Server::start(move |_| answer.as_bytes().to_vec());
    let proxy = FaultProxy::start(server.address).unwrap();
    let sent = "GET /b/%7Ea+b//../%2F?x=%20&&y&z=a=b HTTP/1.1\r\nhOST: store.example:1234\r\n\
                X-Two:1\r\nx-two:   2  \r\nAccept: */*\r\n\r\n";
    let mut client = Client::new(&proxy);
    client.send(sent);
    let (head, body) = client.answer();
    assert_eq!(head + &body, answer);
    assert_eq!(server.received()[0].head, sent);

    let logged = &proxy.requests()[0];
    assert_eq!(logged.method, "GET");
    assert_eq!(logged.target, "/b/%7Ea+b//../%2F?x=%20&&y&z=a=b");
    assert_eq!(logged.path(), "/b/%7Ea+b//../%2F");
    assert_eq!(
        ["x", "y", "z", "no"].map(|name| logged.parameter(name)),
        [Some("%20"), Some(""), Some("a=b"), None]
    );
    assert_eq!(logged.header("host"), Some("store.example:1234"));
    assert_eq!(logged.headers[1..3], [("x-two", "1"), ("x-two", "2")].map(owned));
    assert_eq!((logged.server_status, logged.status), (Some(206), Some(206)));
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn connections_are_kept_on_both_sides() {
    let server = Server::echo();
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    for index in 0..5 {
        let target = format!("/{index}");
        assert_eq!(client.ask("GET", &target), (200, format!("GET {target} HTTP/1.1")));
    }
    assert_eq!(Client::new(&proxy).ask("GET", "/").0, 200);
    let connections: Vec<_> = server.received().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 0, 0, 0, 1]);
}

#[test]
fn a_connection_that_the_server_closed_is_replaced() {
    // The server closes without a word in the headers, as it does to an idle connection.
    let server = Server::start(|request| match request.connection {
        0 => b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nclose\r\n".to_vec(),
        _ => answer("again"),
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    assert_eq!(client.ask("GET", "/"), (200, "close\r\n".to_owned()));
    while !server.has_closed(0) {
        std::thread::yield_now();
    }
    assert_eq!(client.ask("GET", "/"), (200, "again".to_owned()));
}

#[test]
fn a_connection_ends_where_its_ends_say_so() {
    let server = Server::start(|request| {
        if request.head.contains("/closing") {
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok".to_vec()
        } else if request.head.contains("/endless") {
            b"HTTP/1.1 200 OK\r\nX: close\r\n\r\nuntil it ends".to_vec()
        } else {
            answer("ok")
        }
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    let cases = [
        ("GET /closing HTTP/1.1\r\n\r\n", "ok"),
        ("GET /endless HTTP/1.1\r\n\r\n", "until it ends"),
        ("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", "ok"),
        ("GET / HTTP/1.0\r\n\r\n", "ok"),
    ];
    for (sent, body) in cases {
        let mut client = Client::new(&proxy);
        client.send(sent);
        let all = client.rest();
        assert!(all.starts_with("HTTP/1.1 200 OK\r\n") && all.ends_with(body), "{sent}: {all}");
    }
}

#[test]
fn chunks_are_passed_on_with_what_follows_them() {
    let server = Server::start(|_| {
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
          3;name=value\r\nabc\r\n0002\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
            .to_vec()
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    client.send(
        "PUT /key HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n\
         A\r\n0123456789\r\n1\r\nx\r\n0\r\nx-sum: 1\r\n\r\n",
    );
    let (head, body) = client.answer();
    assert_eq!(head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(joined(&body), ("abcde".to_owned(), "X-Sum: 5\r\n".to_owned()));
    let received = server.received().remove(0);
    assert!(received.head.contains("Trailer: x-sum\r\n"));
    assert_eq!(received.body, b"b\r\n0123456789x\r\n0\r\nx-sum: 1\r\n\r\n");
    assert_eq!(proxy.requests()[0].body_len, 11);

    client.send("PUT /empty HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    client.answer();
    assert_eq!(server.received()[1].body, b"0\r\n\r\n");
}

/// What chunks hold together, and the headers after them.
fn joined(chunks: &str) -> (String, String) {
    let mut whole = String::new();
    let mut rest = chunks;
    loop {
        let (size, after) = rest.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (whole, after.strip_suffix("\r\n").unwrap().to_owned());
        }
        whole += &after[..size];
        rest = after[size..].strip_prefix("\r\n").unwrap();
    }
}

#[test]
fn answers_without_a_body_do_not_hold_up_the_next() {
    let server = Server::start(|request| {
        let status = request.head.split('/').nth(1).unwrap().split(' ').next().unwrap();
        format!("HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n").into_bytes()
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 404)] {
        client.send(request(method, &format!("/{status}")));
        assert_eq!(client.head(), format!("HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n"));
    }
}

#[test]
fn a_client_that_waits_before_its_body_is_told_to_go_on() {
    let server = Server::start(|request| {
        let before: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
        [before, &answer(&String::from_utf8_lossy(&request.body))].concat()
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    let head = "PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n";
    client.send(head);
    assert_eq!(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    assert_eq!(client.answer().1, "body");
    assert_eq!(server.received()[0].head, head);
}

#[test]
fn large_bodies_are_passed_on_whole() {
    let server = Server::start(|request| answer(&String::from_utf8_lossy(&request.body)));
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::new(&proxy);
    for length in [64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 5_000_000] {
        let body: String = ('a'..='z').cycle().take(length).collect();
        client.send(put("/large", &body));
        assert!(client.answer().1 == body, "{length} bytes came otherwise");
    }
}

#[test]
fn an_answer_that_the_server_cuts_is_cut() {
    let server = Server::start(|request| {
        let framing = if request.head.contains("/chunks") {
            "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"
        } else {
            "Content-Length: 9\r\n\r\nhalf"
        };
        format!("HTTP/1.1 200 OK\r\nX: close\r\n{framing}").into_bytes()
    });
    let proxy = FaultProxy::start(server.address).unwrap();
    for (target, end) in [("/", "half"), ("/chunks", "4\r\nhalf\r\n")] {
        let mut client = Client::new(&proxy);
        client.send(request("GET", target));
        let all = client.rest();
        assert!(all.ends_with(end), "{all}");
    }
}

#[test]
fn without_a_server_or_its_answer_the_connection_is_closed() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = Server::start(|_| Vec::new());
    let nonsense = Server::start(|_| b"this is close\r\n\r\n".to_vec());
    for address in [nobody, silent.address, nonsense.address] {
        let proxy = FaultProxy::start(address).unwrap();
        let mut client = Client::new(&proxy);
        client.send(request("GET", "/"));
        assert_eq!(client.rest(), "");
        assert_eq!(proxy.requests()[0].status, None);
    }
}

#[test]
fn what_is_no_request_is_answered_with_400() {
    let proxy = FaultProxy::start(Server::echo().address).unwrap();
    for nonsense in [
        "hello\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: much\r\n\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ] {
        let mut client = Client::new(&proxy);
        client.send(nonsense);
        assert!(client.rest().starts_with("HTTP/1.1 400 "), "{nonsense}");
    }
    assert_eq!(proxy.requests(), []);
}
