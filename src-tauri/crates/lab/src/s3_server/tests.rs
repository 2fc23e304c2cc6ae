#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::thread;
use std::time::Duration;

use super::S3Server;
use crate::fault_proxy::FaultProxy;
use crate::fault_proxy::tests::support::{Client, put};

/// A server with the bucket `firm`, and a proxy before it to which clients can connect.
struct Place {
    folder: tempfile::TempDir,
    proxy: FaultProxy,
    _server: S3Server,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = S3Server::start(folder.path(), Duration::ZERO).unwrap();
        let proxy = FaultProxy::start(server.address()).unwrap();
        let place = Self { folder, proxy, _server: server };
        assert_eq!(place.client().ask("PUT", "/firm").0, 200);
        place
    }

    fn client(&self) -> Client {
        Client::new(&self.proxy)
    }

    fn put(&self, key: &str, body: &str) {
        let mut client = self.client();
        client.send(put(&format!("/firm/{key}"), body));
        assert!(client.answer().0.starts_with("HTTP/1.1 200"));
    }

    /// Status, headers and body of the answer to a request with these headers.
    fn ask(&self, method: &str, target: &str, headers: &str) -> (String, String) {
        let mut client = self.client();
        client.send(format!("{method} {target} HTTP/1.1\r\nHost: store\r\n{headers}\r\n"));
        if method == "HEAD" { (client.head(), String::new()) } else { client.answer() }
    }

    /// Keys of the pages of a listing.
    fn pages(&self, query: &str) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut after = String::new();
        while pages.len() < 100 {
            let (_, xml) = self.ask("GET", &format!("/firm?list-type=2{query}{after}"), "");
            pages.push(texts(&xml, "Key"));
            match texts(&xml, "NextContinuationToken").as_slice() {
                [token] => {
                    let token = token.replace(' ', "+").replace("&amp;", "%26");
                    after = format!("&continuation-token={token}");
                }
                _ => return pages,
            }
        }
        panic!("the listing does not end: {:?}", pages[0]);
    }
}

/// Texts of the elements of this name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&start).skip(1);
    parts.map(|part| part.split(&end).next().unwrap().to_owned()).collect()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn an_object_is_read_whole_and_by_ranges() {
    let place = Place::new();
    place.put("journal/a%20b%25.parquet", "0123456789");
    assert!(place.folder.path().join("firm/journal/a b%.parquet").is_file());
    let target = "/firm/journal/a%20b%25.parquet";
    let (head, _) = place.ask("HEAD", target, "");
    let etag = header(&head, "ETag").unwrap().to_owned();
    let matching = format!("If-Match: {etag}\r\nRange: bytes=8-\r\n");
    let table = [
        ("", 200, None, "0123456789"),
        ("Range: bytes=2-4\r\n", 206, Some("bytes 2-4/10"), "234"),
        ("Range: bytes=7-99\r\n", 206, Some("bytes 7-9/10"), "789"),
        ("Range: bytes=-3\r\n", 206, Some("bytes 7-9/10"), "789"),
        ("Range: bytes=-99\r\n", 206, Some("bytes 0-9/10"), "0123456789"),
        ("Range: bytes=10-\r\n", 416, None, "InvalidRange"),
        ("Range: bytes=4-3\r\n", 416, None, "InvalidRange"),
        ("Range: lines=1-2\r\n", 400, None, "InvalidRequest"),
        ("If-Match: \"another\"\r\n", 412, None, "PreconditionFailed"),
        ("If-Match: *\r\n", 200, None, "0123456789"),
        (&matching, 206, Some("bytes 8-9/10"), "89"),
    ];
    for (headers, status, range, body) in table {
        let (head, answered) = place.ask("GET", target, headers);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{headers}: {head}");
        assert_eq!(header(&head, "Content-Range"), range, "{headers}");
        assert!(answered.contains(body), "{headers}: {answered}");
        assert_eq!(header(&head, "ETag").is_some(), status < 300, "{headers}");
    }
}

#[test]
fn what_is_there_is_replaced_only_by_whoever_does_not_ask_to_create() {
    let place = Place::new();
    let create = |body: &str| {
        let request = put("/firm/a", body).replace("\r\n\r\n", "\r\nIf-None-Match: *\r\n\r\n");
        let mut client = place.client();
        client.send(request);
        client.answer().0.split(' ').nth(1).unwrap().to_owned()
    };
    let etag = || header(&place.ask("HEAD", "/firm/a", "").0, "ETag").unwrap().to_owned();
    // Of several at once, one creates it.
    let created: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| create("one"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(created.iter().filter(|status| *status == "200").count(), 1, "{created:?}");
    assert_eq!(created.iter().filter(|status| *status == "412").count(), 7, "{created:?}");
    let before = etag();
    place.put("a", "two");
    assert_ne!(etag(), before, "it has as many bytes");
    assert_eq!(place.ask("GET", "/firm/a", "").1, "two");
}

#[test]
fn a_listing_has_every_key_once_in_order_however_long_its_pages_are() {
    let place = Place::new();
    let keys = ["a/b.c", "a/b/ c", "a/b/&d", "a0", "journal/x.parquet"];
    for key in keys {
        place.put(&key.replace(' ', "%20"), "1");
    }
    let escaped: Vec<String> = keys.iter().map(|key| key.replace('&', "&amp;")).collect();
    for size in [1, 2, 5, 1000] {
        let pages = place.pages(&format!("&max-keys={size}")).concat();
        assert_eq!(pages, escaped, "{size}");
    }
    let table: [(&str, &[usize]); 7] = [
        ("&prefix=a", &[0, 1, 2, 3]),
        ("&prefix=a%2Fb%2F", &[1, 2]),
        ("&prefix=a/b/+", &[1]),
        ("&prefix=no/where", &[]),
        ("&start-after=a%2Fb%2F+c", &[2, 3, 4]),
        ("&start-after=a/b/+d", &[2, 3, 4]),
        ("&start-after=z", &[]),
    ];
    for (query, expected) in table {
        let expected: Vec<String> = expected.iter().map(|at| escaped[*at].clone()).collect();
        assert_eq!(place.pages(query).concat(), expected, "{query}");
    }
    let (_, xml) = place.ask("GET", "/firm?list-type=2&prefix=a0", "");
    let (head, _) = place.ask("GET", "/firm/a0", "");
    assert_eq!(texts(&xml, "ETag"), [header(&head, "ETag").unwrap()]);
    assert_eq!(texts(&xml, "Size"), ["1"]);
}

#[test]
fn what_it_does_not_do_is_refused() {
    let place = Place::new();
    place.put("a", "1");
    let table = [
        ("GET", "/firm/b", "404", "NoSuchKey"),
        ("GET", "/firm/a/b", "404", "NoSuchKey"),
        ("GET", "/else/a", "404", "NoSuchBucket"),
        ("GET", "/else?list-type=2", "404", "NoSuchBucket"),
        ("GET", "/firm/%2e%2e/firm/a", "400", "InvalidURI"),
        ("GET", "/.incoming/a", "400", "InvalidURI"),
        ("PUT", "/firm", "409", "BucketAlreadyOwnedByYou"),
        ("PUT", "/firm/a?uploadId=1", "501", "NotImplemented"),
        ("DELETE", "/firm/a", "501", "NotImplemented"),
        ("GET", "/firm?list-type=2&delimiter=/", "501", "NotImplemented"),
        ("GET", "/", "501", "NotImplemented"),
    ];
    for (method, target, status, code) in table {
        let (head, body) = place.ask(method, target, "");
        assert_eq!(head.split(' ').nth(1).unwrap(), status, "{method} {target}");
        assert!(body.contains(code), "{method} {target}: {body}");
    }
}
