#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod passing;
pub(crate) mod support;
mod threads;

use super::Request;

#[test]
fn a_page_of_a_listing_is_told_from_an_object() {
    let is_list = |method: &str, target: &str| {
        let method = method.to_owned();
        let target = target.to_owned();
        let (headers, body_len, server_status, status) = (Vec::new(), 0, None, None);
        Request { method, target, headers, body_len, server_status, status }.is_list()
    };
    let cases = [
        ("GET", "/bucket?list-type=2&prefix=a%2F", true),
        ("GET", "/bucket/?prefix=&list-type=2", true),
        ("GET", "/account/container?restype=container&comp=list", true),
        ("GET", "/storage/v1/b/bucket/o?prefix=a", true),
        ("GET", "/storage/v1/b/bucket/o/", true),
        ("GET", "/storage/v1/b/bucket/o/key?alt=media", false),
        ("GET", "/storage/v1/b/bucket", false),
        ("GET", "/bucket/o", false),
        ("GET", "/bucket/list-type=2", false),
        ("GET", "/bucket?list-type=20", false),
        ("GET", "/account/container/blob?comp=blocklist", false),
        ("PUT", "/account/container?restype=container&comp=list", false),
    ];
    for (method, target, expected) in cases {
        assert_eq!(is_list(method, target), expected, "{method} {target}");
    }
}
