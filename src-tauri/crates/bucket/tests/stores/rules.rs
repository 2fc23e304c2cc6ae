//! Rules for the proxy: which requests have a fault, and how often.

use lab::fault_proxy::{Fault, Request};

/// The first so many requests for which a condition holds have a fault.
pub fn first(
    times: usize,
    is_it: impl Fn(&Request) -> bool + Send + 'static,
    fault: impl Fn() -> Fault + Send + 'static,
) -> impl FnMut(&Request) -> Option<Fault> + Send + 'static {
    let mut left = times;
    move |request| {
        let is_hit = left > 0 && is_it(request);
        left -= usize::from(is_hit);
        is_hit.then(&fault)
    }
}

/// Every request for which a condition holds has a fault.
pub fn each(
    is_it: impl Fn(&Request) -> bool + Send + 'static,
    fault: impl Fn() -> Fault + Send + 'static,
) -> impl FnMut(&Request) -> Option<Fault> + Send + 'static {
    first(usize::MAX, is_it, fault)
}

/// Path of a request. Google's client escapes every sign of it.
pub fn path(request: &Request) -> String {
    request.path().replace("%2F", "/").replace("%2E", ".").replace("%2D", "-").replace("%5F", "_")
}

/// Whether a journal file is put.
pub fn puts_file(request: &Request) -> bool {
    request.method == "PUT" && path(request).ends_with(".parquet")
}

/// Whether the object with the id is put.
pub fn puts_id(request: &Request) -> bool {
    request.method == "PUT" && path(request).ends_with("/.daybook")
}

/// Whether a journal file is got.
pub fn gets_file(request: &Request) -> bool {
    request.method == "GET" && path(request).ends_with(".parquet")
}

/// Whether a page of a listing is asked for.
pub fn lists(request: &Request) -> bool {
    request.is_list()
}

/// An answer of a status with a code, as all stores write them. Nothing is forwarded.
pub fn refusal(status: u16, code: &str) -> Fault {
    refusal_because(status, code, "")
}

/// The same with a reason for people, as Azure has it.
pub fn refusal_because(status: u16, code: &str, reason: &str) -> Fault {
    let detail = format!("<AuthenticationErrorDetail>{reason}</AuthenticationErrorDetail>");
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code>{detail}</Error>");
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    Fault::Answer { status, headers, body: body.into_bytes() }
}

/// The page that a network shows in place of everything until somebody has signed in. It is XML too.
pub fn portal() -> Fault {
    let body = b"<html><head><title>Sign in</title></head><body><p>Welcome</p></body></html>";
    let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    Fault::Answer { status: 200, headers, body: body.to_vec() }
}
