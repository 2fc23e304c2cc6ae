//! The first line and the headers of a message of HTTP/1.1, as the bytes that came.

use std::io::{self, BufRead, Read};

/// The longest line of headers, in bytes.
const LONGEST_LINE: u64 = 256 * 1024;

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    Nothing,
    /// It has so many bytes.
    Length(u64),
    /// It comes in chunks.
    Chunked,
    /// It ends with the connection.
    UntilClose,
}

/// The first line and the headers.
#[derive(Debug, Clone)]
pub struct Head {
    first: Vec<u8>,
    fields: Vec<Field>,
}

/// A header: its name in lower case, and its line without the end.
#[derive(Debug, Clone)]
struct Field {
    name: String,
    line: Vec<u8>,
}

impl Field {
    fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_ascii_lowercase(), line: format!("{name}: {value}").into_bytes() }
    }

    fn parse(line: Vec<u8>) -> io::Result<Self> {
        let colon = line.iter().position(|byte| *byte == b':').filter(|at| *at > 0);
        let colon = colon.ok_or_else(|| invalid("a header has no name"))?;
        Ok(Self { name: String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase(), line })
    }

    fn value(&self) -> String {
        let value = self.line.iter().position(|byte| *byte == b':').map(|at| &self.line[at + 1..]);
        String::from_utf8_lossy(value.unwrap_or_default()).trim().to_owned()
    }
}

impl Head {
    /// Reads one; none if the connection ended before it.
    ///
    /// # Errors
    /// Fails if the connection fails or ends within it, and with `InvalidData` if it is not HTTP.
    pub fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut first = Vec::new();
        while first.is_empty() {
            match read_line(input)? {
                Some(line) => first = line,
                None => return Ok(None),
            }
        }
        let mut fields = Vec::new();
        loop {
            let line = read_line(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line.is_empty() {
                return Ok(Some(Self { first, fields }));
            }
            fields.push(Field::parse(line)?);
        }
    }

    /// The head of an answer of the proxy.
    pub fn answer(status: u16, headers: &[(String, String)]) -> Self {
        let fields = headers.iter().map(|(name, value)| Field::new(name, value)).collect();
        Self { first: format!("HTTP/1.1 {status} ").into_bytes(), fields }
    }

    /// A word of the first line, counted from 0; empty if there are not so many.
    fn word(&self, index: usize) -> String {
        let word = self.first.split(|byte| *byte == b' ').nth(index);
        String::from_utf8_lossy(word.unwrap_or_default()).into_owned()
    }

    /// The method of a request.
    pub fn method(&self) -> String {
        self.word(0)
    }

    /// The target of a request.
    pub fn target(&self) -> String {
        self.word(1)
    }

    /// The status of an answer.
    ///
    /// # Errors
    /// Fails with `InvalidData` if the first line has none.
    pub fn status(&self) -> io::Result<u16> {
        self.word(1).parse().map_err(|_| invalid("an answer has no status"))
    }

    /// Names in lower case and values of all headers.
    pub fn values(&self) -> Vec<(String, String)> {
        self.fields.iter().map(|field| (field.name.clone(), field.value())).collect()
    }

    fn value(&self, name: &str) -> Option<String> {
        self.fields.iter().find(|field| field.name == name).map(Field::value)
    }

    /// Whether one of the values of a header, which commas separate, is this, in lower case.
    pub fn names(&self, header: &str, value: &str) -> bool {
        self.fields
            .iter()
            .filter(|field| field.name == header)
            .any(|field| field.value().split(',').any(|one| one.trim().eq_ignore_ascii_case(value)))
    }

    /// Removes every header of this name, which is in lower case.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|field| field.name != name);
    }

    /// The length that the headers announce, if they do, in bytes.
    ///
    /// # Errors
    /// Fails with `InvalidData` if it is no number.
    pub fn length(&self) -> io::Result<Option<u64>> {
        let parse = |value: String| value.parse().map_err(|_| invalid("a length is no number"));
        self.value("content-length").map(parse).transpose()
    }

    /// Announces a body of so many bytes that does not come in chunks.
    pub fn set_length(&mut self, length: u64) {
        self.remove("transfer-encoding");
        self.remove("trailer");
        let field = Field::new("Content-Length", &length.to_string());
        match self.fields.iter().position(|field| field.name == "content-length") {
            Some(at) => self.fields[at] = field,
            None => self.fields.push(field),
        }
    }

    /// How the body of a request ends.
    ///
    /// # Errors
    /// Fails with `InvalidData` if the first line is none of a request, or the length no number.
    pub fn framing_of_request(&self) -> io::Result<Framing> {
        if !self.word(2).starts_with("HTTP/1.") {
            return Err(invalid("this is no request of HTTP/1.1"));
        }
        Ok(self.framing()?.unwrap_or(Framing::Nothing))
    }

    /// How the body of an answer to this method ends.
    ///
    /// # Errors
    /// Fails with `InvalidData` if there is no status, or the length is no number.
    pub fn framing_of_answer(&self, method: &str) -> io::Result<Framing> {
        match self.status()? {
            100..200 | 204 | 304 => Ok(Framing::Nothing),
            _ if method == "HEAD" => Ok(Framing::Nothing),
            _ => Ok(self.framing()?.unwrap_or(Framing::UntilClose)),
        }
    }

    fn framing(&self) -> io::Result<Option<Framing>> {
        if self.names("transfer-encoding", "chunked") {
            return Ok(Some(Framing::Chunked));
        }
        Ok(self.length()?.map(Framing::Length))
    }

    /// Whether the connection stays open after this message, as far as its sender says.
    pub fn keeps_open(&self) -> bool {
        let version = self.first.starts_with(b"HTTP/1.1 ") || self.first.ends_with(b" HTTP/1.1");
        version && !self.names("connection", "close")
    }

    /// The bytes, with the empty line at the end.
    pub fn bytes(&self) -> Vec<u8> {
        let lines = std::iter::once(&self.first).chain(self.fields.iter().map(|field| &field.line));
        let mut bytes = Vec::new();
        for line in lines {
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

/// Reads a line, without its end; none if the connection ended before it.
///
/// # Errors
/// Fails if the connection fails or ends within it, and with `InvalidData` if it is too long.
pub fn read_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        let too_long = line.len() as u64 + 1 >= LONGEST_LINE;
        let ended = io::ErrorKind::UnexpectedEof.into();
        return Err(if too_long { invalid("a line is too long") } else { ended });
    }
    line.pop_if(|last| *last == b'\r');
    Ok(Some(line))
}

/// The error that what came is no HTTP.
pub fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
