//! Messages of HTTP/1.1, read and written as bytes.

pub mod head;
pub mod message;
