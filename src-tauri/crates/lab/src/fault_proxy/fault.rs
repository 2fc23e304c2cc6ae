//! What a rule can have done to a request.

use std::any::Any;
use std::time::Duration;

/// What happens to a request instead of being passed on.
///
/// Answers to `HEAD` and answers with status 204 or 304 have no body: on them `CutBody` only closes
/// the connection, and `Body` does nothing.
pub enum Fault {
    /// The request is not forwarded and has this answer. `content-length` is added; on the answer
    /// to a `HEAD` one among the headers is kept.
    Answer {
        /// The status, as 503.
        status: u16,
        /// Names and values of headers.
        headers: Vec<(String, String)>,
        /// The whole body.
        body: Vec<u8>,
    },
    /// The request is forwarded and takes effect, but the client has this answer instead of that
    /// of the server, which is read whole before.
    AnswerAfter {
        /// The status, as 500.
        status: u16,
        /// Names and values of headers.
        headers: Vec<(String, String)>,
        /// The whole body.
        body: Vec<u8>,
    },
    /// The request is forwarded and takes effect. The answer of the server is read whole, and then
    /// the connection is closed without an answer.
    LoseAnswer,
    /// The headers of the answer announce its whole body, of which only so many bytes follow. Then
    /// the connection is closed.
    CutBody(u64),
    /// The server gets the headers and only so many bytes of the body, which they announce whole.
    /// Then its connection is closed, and that of the client when the server has closed too, or
    /// has done nothing for two seconds. A request whose body is no longer than that takes effect.
    CutRequest(u64),
    /// The `content-length` of the answer is off by so many bytes, and no less than 0. If it is too
    /// small, the body is cut to it. Then the connection is closed.
    WrongLength(i64),
    /// The body of the answer is replaced by what this makes of it; `content-length` is right. If
    /// it panics, the answer is 599 and the message of the panic.
    Body(Box<dyn FnOnce(Vec<u8>) -> Vec<u8> + Send>),
    /// The request is not forwarded: it has the last answer that a request for a page of a listing
    /// had (`Request::is_list`), as its client saw it. If there was none, the request is passed on.
    /// Only answers with status 200 count that came from the server and were passed on whole.
    RepeatLast,
    /// The request is held back so long, then passed on, even if its client has left meanwhile.
    Delay(Duration),
    /// The request is passed on without this header, whose name is given in lower case.
    StripHeader(&'static str),
    /// The request is never answered. It ends when the client closes, or when the proxy is dropped
    /// or refuses.
    Hang,
}

impl Fault {
    /// An answer without forwarding that is nothing but a status.
    pub fn status(status: u16) -> Self {
        Self::Answer { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer that is nothing but a status, after the request has taken effect.
    pub fn status_after(status: u16) -> Self {
        Self::AnswerAfter { status, headers: Vec::new(), body: Vec::new() }
    }

    /// `Body` with this function.
    pub fn body(function: impl FnOnce(Vec<u8>) -> Vec<u8> + Send + 'static) -> Self {
        Self::Body(Box::new(function))
    }
}

/// The status of an answer that stands for a panic.
pub const PANICKED: u16 = 599;

/// The body of an answer that stands for a panic.
pub fn panic_text(panic: &(dyn Any + Send)) -> Vec<u8> {
    let message = panic
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    format!("the rule of the fault proxy panicked: {message}").into_bytes()
}
