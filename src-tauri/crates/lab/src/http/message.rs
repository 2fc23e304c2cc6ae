//! Messages of HTTP/1.1 with their bodies: read whole, or passed on as they come.

use std::io::{self, BufRead, Read, Write};

use super::head::{Framing, Head, invalid, read_line};

/// The most bytes of a body that are passed on at once.
const PIECE: usize = 64 * 1024;

/// A message whose body was read whole.
#[derive(Debug, Clone)]
pub struct Message {
    /// The first line and the headers.
    pub head: Head,
    /// How the end of the body is found.
    pub framing: Framing,
    /// The body without the framing of chunks.
    pub body: Vec<u8>,
    /// The lines of headers that follow the last chunk.
    trailers: Vec<u8>,
}

impl Message {
    /// Reads the body that belongs to a head.
    ///
    /// # Errors
    /// Fails if the connection fails or ends within the body, and with `InvalidData` if chunks are
    /// not framed as they should be.
    pub fn read(head: Head, framing: Framing, input: &mut impl BufRead) -> io::Result<Self> {
        let mut incoming = Incoming::new(framing, input);
        let mut body = Vec::new();
        incoming.read_to_end(&mut body)?;
        let trailers = incoming.trailers;
        Ok(Self { head, framing, body, trailers })
    }

    /// An answer of the proxy to a request of this method. It has a body if such an answer may.
    pub fn answer(status: u16, headers: &[(String, String)], body: Vec<u8>, method: &str) -> Self {
        let head = Head::answer(status, headers);
        let whole = Self { head, framing: Framing::Nothing, body, trailers: Vec::new() };
        if matches!(status, 100..200 | 204 | 304) {
            return Self { body: Vec::new(), ..whole };
        }
        let announced = whole.head.length().ok().flatten();
        let mut answer = Self { framing: Framing::UntilClose, ..whole }.with_length();
        if method == "HEAD" {
            answer.head.set_length(announced.unwrap_or(answer.body.len() as u64));
            answer.framing = Framing::Nothing;
            answer.body.clear();
        }
        answer
    }

    /// The same, with the true length of the body in its headers. A message without a body is left
    /// as it is.
    pub fn with_length(mut self) -> Self {
        if self.framing != Framing::Nothing {
            let length = self.body.len() as u64;
            self.head.set_length(length);
            self.framing = Framing::Length(length);
            self.trailers.clear();
        }
        self
    }

    /// Writes the headers and as much of the body as `most` allows, in bytes. A body in chunks
    /// becomes a single one, which announces the whole.
    ///
    /// # Errors
    /// Fails if the connection does.
    pub fn write(&self, most: u64, output: &mut impl Write) -> io::Result<()> {
        let cut = usize::try_from(most).unwrap_or(usize::MAX).min(self.body.len());
        let mut bytes = self.head.bytes();
        if self.framing == Framing::Chunked && !self.body.is_empty() {
            write!(bytes, "{:x}\r\n", self.body.len())?;
        }
        if cut <= PIECE {
            bytes.extend_from_slice(&self.body[..cut]);
        } else {
            output.write_all(&bytes)?;
            output.write_all(&self.body[..cut])?;
            bytes.clear();
        }
        if self.framing == Framing::Chunked && cut == self.body.len() {
            let after: &[u8] = if cut > 0 { b"\r\n" } else { b"" };
            bytes.extend_from_slice(after);
            bytes.extend_from_slice(&end_of_chunks(&self.trailers));
        }
        output.write_all(&bytes)
    }
}

/// A body that has not been read yet. Read, it gives the bytes without the framing of chunks.
pub struct Incoming<'a, R> {
    input: &'a mut R,
    left: Left,
    chunked: bool,
    trailers: Vec<u8>,
}

/// What is still to come of a body.
enum Left {
    Nothing,
    Bytes(u64),
    UntilClose,
    /// The line with the size of the next chunk.
    ChunkSize,
    /// So many bytes of a chunk, at least one, and the end of its line.
    Chunk(u64),
}

impl<'a, R: BufRead> Incoming<'a, R> {
    /// The body that comes next from `input`.
    pub fn new(framing: Framing, input: &'a mut R) -> Self {
        let left = match framing {
            Framing::Nothing | Framing::Length(0) => Left::Nothing,
            Framing::Length(length) => Left::Bytes(length),
            Framing::UntilClose => Left::UntilClose,
            Framing::Chunked => Left::ChunkSize,
        };
        Self { input, left, chunked: framing == Framing::Chunked, trailers: Vec::new() }
    }

    /// Writes a head and this body after it, as it comes. `before_last` is called before the last
    /// bytes are written.
    ///
    /// # Errors
    /// Fails if one of the connections does.
    pub fn pass(
        mut self,
        head: &Head,
        output: &mut impl Write,
        before_last: impl FnOnce(),
    ) -> io::Result<()> {
        let mut piece = vec![0; PIECE];
        let mut bytes = head.bytes();
        while !matches!(self.left, Left::Nothing) {
            let count = self.read(&mut piece)?;
            if self.chunked && count > 0 {
                write!(bytes, "{count:x}\r\n")?;
            }
            bytes.extend_from_slice(&piece[..count]);
            if self.chunked && count > 0 {
                bytes.extend_from_slice(b"\r\n");
            }
            if !matches!(self.left, Left::Nothing) {
                output.write_all(&bytes)?;
                bytes.clear();
            }
        }
        if self.chunked {
            bytes.extend_from_slice(&end_of_chunks(&self.trailers));
        }
        before_last();
        output.write_all(&bytes)
    }

    /// Reads the size of the next chunk, and what follows the last one.
    fn next_chunk(&mut self) -> io::Result<Left> {
        let line = read_line(self.input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = str::from_utf8(digits).ok();
        let size = size.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());
        match size.ok_or_else(|| invalid("a chunk has no size"))? {
            0 => self.read_trailers(),
            size => Ok(Left::Chunk(size)),
        }
    }

    fn read_trailers(&mut self) -> io::Result<Left> {
        loop {
            let line = read_line(self.input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line.is_empty() {
                return Ok(Left::Nothing);
            }
            self.trailers.extend_from_slice(&line);
            self.trailers.extend_from_slice(b"\r\n");
        }
    }

    /// Reads at least one and at most `most` bytes.
    fn read_some(&mut self, most: u64, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(into.len());
        match self.input.read(&mut into[..most])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }
}

impl<R: BufRead> Read for Incoming<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if matches!(self.left, Left::ChunkSize) {
            self.left = self.next_chunk()?;
        }
        let count = match self.left {
            Left::Nothing | Left::ChunkSize => 0,
            Left::UntilClose => self.input.read(into)?,
            Left::Bytes(left) | Left::Chunk(left) => self.read_some(left, into)?,
        };
        self.left = match self.left {
            Left::UntilClose if count > 0 => Left::UntilClose,
            Left::Bytes(left) if left > count as u64 => Left::Bytes(left - count as u64),
            Left::Chunk(left) if left > count as u64 => Left::Chunk(left - count as u64),
            Left::Chunk(_) => match read_line(self.input)? {
                Some(end) if end.is_empty() => Left::ChunkSize,
                Some(_) => return Err(invalid("a chunk is longer than its size")),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            },
            _ => Left::Nothing,
        };
        Ok(count)
    }
}

/// The last chunk, which is empty, and the lines of headers that follow it.
fn end_of_chunks(trailers: &[u8]) -> Vec<u8> {
    [b"0\r\n", trailers, b"\r\n"].concat()
}
