//! A connection of a client: its requests one after the other, and the faults done to them.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use super::fault::{Fault, PANICKED, panic_text};
use super::request::Request;
use super::shared::{Shared, Socket, UnderWay};
use crate::http::head::{Framing, Head};
use crate::http::message::{Incoming, Message};

/// How many bytes are read from a socket at once.
const BUFFER: usize = 64 * 1024;

/// How long a server whose request was cut may do nothing before its connection is cut too.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the connection of the client stays open after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Open,
    Closed,
}

/// The connection of a client, and its own to the server. Both are closed when it is dropped.
pub struct Connection<'a> {
    shared: &'a Shared,
    id: u64,
    client: BufReader<Socket>,
    /// None before the first request, and after one that could not leave it open.
    server: Option<BufReader<Socket>>,
}

impl Drop for Connection<'_> {
    /// Closes both connections, after a panic too.
    fn drop(&mut self) {
        self.shared.close(self.id);
    }
}

/// A request that is being answered.
struct Exchange<'a> {
    shared: &'a Shared,
    request: Message,
    method: String,
    is_list: bool,
    /// Its number in the log.
    number: u64,
    under_way: Option<UnderWay<'a>>,
}

impl Exchange<'_> {
    /// Notes the status that the client is about to have.
    fn answered(&self, head: &Head) -> io::Result<()> {
        let status = head.status()?;
        self.shared.note(self.number, |request| request.status = Some(status));
        Ok(())
    }

    /// Whether the client and who answers leave the connection open.
    fn next(&self, head: &Head, framing: Framing) -> Next {
        let open = self.request.head.keeps_open() && head.keeps_open();
        if open && framing != Framing::UntilClose { Next::Open } else { Next::Closed }
    }
}

impl<'a> Connection<'a> {
    /// The connection that was admitted with this number.
    pub fn new(shared: &'a Shared, id: u64, client: Socket) -> Self {
        Self { shared, id, client: BufReader::with_capacity(BUFFER, client), server: None }
    }

    /// Answers requests until one of the ends closes.
    pub fn serve(mut self) {
        loop {
            match self.receive() {
                Ok(Some((message, under_way))) => {
                    let next = self.answer(message, under_way);
                    if !matches!(next, Ok(Next::Open)) {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let answer = Message::answer(400, &[], error.to_string().into_bytes(), "");
                    // A client that has left needs no answer.
                    let _ = answer.write(u64::MAX, self.client.get_mut());
                    break;
                }
                Ok(None) | Err(_) => break,
            }
        }
    }

    /// Reads a request; none if the client has closed.
    fn receive(&mut self) -> io::Result<Option<(Message, UnderWay<'a>)>> {
        let Some(head) = Head::read(&mut self.client)? else {
            return Ok(None);
        };
        let under_way = self.shared.start_request();
        let framing = head.framing_of_request()?;
        if framing != Framing::Nothing && head.names("expect", "100-continue") {
            self.client.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let message = Message::read(head, framing, &mut self.client)?;
        Ok(Some((message, under_way)))
    }

    /// Asks the rule about a request, and does what it says.
    fn answer(&mut self, message: Message, under_way: UnderWay<'a>) -> io::Result<Next> {
        let request = Request::new(&message.head, message.body.len());
        let (number, fault) = self.shared.ask(&request);
        self.shared.wait(self.id, self.shared.delay())?;
        let exchange = Exchange {
            shared: self.shared,
            is_list: request.is_list(),
            method: request.method,
            request: message,
            number,
            under_way: Some(under_way),
        };
        self.perform(exchange, fault)
    }

    fn perform(&mut self, mut exchange: Exchange<'_>, fault: Option<Fault>) -> io::Result<Next> {
        match fault {
            None => self.pass(exchange),
            Some(Fault::Delay(duration)) => {
                self.shared.wait(self.id, duration)?;
                self.pass(exchange)
            }
            Some(Fault::StripHeader(name)) => {
                exchange.request.head.remove(name);
                self.pass(exchange)
            }
            Some(Fault::RepeatLast) => match self.shared.last_list() {
                Some(answer) => self.reply(exchange, &answer),
                None => self.pass(exchange),
            },
            Some(Fault::Answer { status, headers, body }) => {
                let answer = Message::answer(status, &headers, body, &exchange.method);
                self.reply(exchange, &answer)
            }
            Some(Fault::AnswerAfter { status, headers, body }) => {
                self.fetch(&exchange)?;
                let answer = Message::answer(status, &headers, body, &exchange.method);
                self.reply(exchange, &answer)
            }
            Some(Fault::LoseAnswer) => {
                self.fetch(&exchange)?;
                Ok(Next::Closed)
            }
            Some(Fault::CutBody(most)) => {
                let answer = self.fetch(&exchange)?.with_length();
                self.reply_partly(exchange, &answer, most)
            }
            Some(Fault::CutRequest(most)) => self.cut_request(&exchange, most),
            Some(Fault::WrongLength(off)) => self.reply_with_wrong_length(exchange, off),
            Some(Fault::Body(function)) => self.reply_with_body(exchange, function),
            Some(Fault::Hang) => {
                // It ends when the client closes, or is cut: how makes no difference.
                let _ = io::copy(&mut self.client, &mut io::sink());
                Ok(Next::Closed)
            }
        }
    }

    /// Passes the request on, and its answer as it comes.
    fn pass(&mut self, mut exchange: Exchange<'_>) -> io::Result<Next> {
        if exchange.is_list {
            let answer = self.fetch(&exchange)?.with_length();
            self.shared.keep_list(&answer);
            return self.reply(exchange, &answer);
        }
        let (mut server, head, framing) = self.forward(&exchange)?;
        exchange.answered(&head)?;
        let under_way = exchange.under_way.take();
        let body = Incoming::new(framing, &mut server);
        body.pass(&head, self.client.get_mut(), || drop(under_way))?;
        self.keep_server(server, &head, framing);
        Ok(exchange.next(&head, framing))
    }

    /// Passes the request on and reads its answer whole.
    fn fetch(&mut self, exchange: &Exchange<'_>) -> io::Result<Message> {
        let (mut server, head, framing) = self.forward(exchange)?;
        let answer = Message::read(head, framing, &mut server)?;
        self.keep_server(server, &answer.head, framing);
        Ok(answer)
    }

    /// Sends the request to the server, and reads the head of its answer.
    fn forward(
        &mut self,
        exchange: &Exchange<'_>,
    ) -> io::Result<(BufReader<Socket>, Head, Framing)> {
        let mut server = self.connect()?;
        let sent = exchange.request.write(u64::MAX, server.get_mut());
        loop {
            // A server may answer and close before it has read everything: then its answer counts.
            let head = Head::read(&mut server)?;
            let Some(head) = head else {
                return Err(sent.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()));
            };
            let status = head.status()?;
            if (100..200).contains(&status) {
                continue;
            }
            self.shared.note(exchange.number, |request| request.server_status = Some(status));
            let framing = head.framing_of_answer(&exchange.method)?;
            return Ok((server, head, framing));
        }
    }

    /// The connection to the server that an earlier request left, or a new one.
    fn connect(&mut self) -> io::Result<BufReader<Socket>> {
        if let Some(server) = self.server.take() {
            if server.buffer().is_empty() && server.get_ref().is_silent() {
                return Ok(server);
            }
            server.get_ref().cut();
        }
        let server = Socket::new(TcpStream::connect(self.shared.upstream)?);
        self.shared.add_server(self.id, &server)?;
        Ok(BufReader::with_capacity(BUFFER, server))
    }

    /// Keeps the connection to the server for the next request, if the answer leaves it open.
    fn keep_server(&mut self, server: BufReader<Socket>, head: &Head, framing: Framing) {
        if head.keeps_open() && framing != Framing::UntilClose {
            self.server = Some(server);
        } else {
            server.get_ref().cut();
        }
    }

    /// Answers with a message as it is.
    fn reply(&mut self, mut exchange: Exchange<'_>, answer: &Message) -> io::Result<Next> {
        exchange.answered(&answer.head)?;
        exchange.under_way = None;
        answer.write(u64::MAX, self.client.get_mut())?;
        Ok(exchange.next(&answer.head, answer.framing))
    }

    /// Answers with the headers of a message and so many bytes of its body, and closes.
    fn reply_partly(
        &mut self,
        mut exchange: Exchange<'_>,
        answer: &Message,
        most: u64,
    ) -> io::Result<Next> {
        exchange.answered(&answer.head)?;
        exchange.under_way = None;
        answer.write(most, self.client.get_mut())?;
        Ok(Next::Closed)
    }

    /// Announces a body that is longer or shorter than it is.
    fn reply_with_wrong_length(&mut self, exchange: Exchange<'_>, off: i64) -> io::Result<Next> {
        let mut answer = self.fetch(&exchange)?.with_length();
        let Some(length) = answer.head.length()? else {
            return self.reply(exchange, &answer);
        };
        let announced = length.saturating_add_signed(off);
        answer.head.set_length(announced);
        self.reply_partly(exchange, &answer, announced)
    }

    /// Answers with what a function makes of the body.
    fn reply_with_body(
        &mut self,
        exchange: Exchange<'_>,
        function: Box<dyn FnOnce(Vec<u8>) -> Vec<u8> + Send>,
    ) -> io::Result<Next> {
        let mut answer = self.fetch(&exchange)?;
        if answer.framing == Framing::Nothing {
            return self.reply(exchange, &answer);
        }
        let body = std::mem::take(&mut answer.body);
        answer = match panic::catch_unwind(AssertUnwindSafe(|| function(body))) {
            Ok(body) => {
                answer.body = body;
                answer.with_length()
            }
            Err(panic) => Message::answer(PANICKED, &[], panic_text(&*panic), &exchange.method),
        };
        if exchange.is_list {
            self.shared.keep_list(&answer);
        }
        self.reply(exchange, &answer)
    }

    /// Sends the server so many bytes of the body, and closes.
    fn cut_request(&mut self, exchange: &Exchange<'_>, most: u64) -> io::Result<Next> {
        let mut server = self.connect()?;
        exchange.request.write(most, server.get_mut())?;
        server.get_mut().close_and_drain(PATIENCE);
        Ok(Next::Closed)
    }
}
