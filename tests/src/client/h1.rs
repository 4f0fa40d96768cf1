//! HTTP/1.1 over a plain socket: the bytes that are given, and a lenient look at what comes back.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use super::Response;
use crate::runtime::PATIENCE;

/// A request, written without any check.
#[derive(Debug, Clone)]
pub struct Request {
    /// The request line and the fields, each without line end.
    lines: Vec<Vec<u8>>,
    body: Vec<u8>,
}

impl Request {
    /// A request line of any form and a `Host`.
    #[must_use]
    pub fn new(method: &str, target: &str, host: &str) -> Self {
        let line = format!("{method} {target} HTTP/1.1").into_bytes();
        Self {
            lines: vec![line, format!("Host: {host}").into_bytes()],
            body: vec![],
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.lines
            .push([name.as_bytes(), b": ", value.as_ref()].concat());
        self
    }

    /// Adds a line that need not be a field.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push(line.as_bytes().to_vec());
        self
    }

    /// Adds bytes behind the head, as they are: the lengths are the caller's.
    #[must_use]
    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self
            .lines
            .iter()
            .flat_map(|line| [line.as_slice(), b"\r\n"].concat())
            .collect();
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it on a connection of its own and waits for the whole response.
    #[must_use]
    pub fn send(&self, to: SocketAddr) -> Response {
        exchange(to, &self.bytes(), self.is_head())
    }

    fn is_head(&self) -> bool {
        self.lines
            .first()
            .is_some_and(|line| line.starts_with(b"HEAD "))
    }
}

/// One connection for many requests, one after the other; opened anew where it was closed.
pub struct Session {
    to: SocketAddr,
    connection: Option<Connection>,
}

impl Session {
    /// A session that connects when it is needed.
    #[must_use]
    pub fn new(to: SocketAddr) -> Self {
        Self {
            to,
            connection: None,
        }
    }

    /// Sends a request and waits for the whole response.
    pub fn send(&mut self, request: &Request) -> Response {
        if let Some(connection) = &mut self.connection {
            connection.send(&request.bytes());
            let response = connection.receive(request.is_head());
            if response.status != 0 {
                return self.after(response);
            }
            // It was closed meanwhile: nothing of the request was looked at.
        }
        let mut connection = Connection::open(self.to);
        connection.send(&request.bytes());
        let response = connection.receive(request.is_head());
        self.connection = Some(connection);
        self.after(response)
    }

    fn after(&mut self, response: Response) -> Response {
        if response.status == 0 || response.value("connection") == Some("close") {
            self.connection = None;
        }
        response
    }
}

/// Sends bytes on a new connection and reads one response.
#[must_use]
pub fn exchange(to: SocketAddr, bytes: &[u8], bodiless: bool) -> Response {
    let mut connection = Connection::open(to);
    connection.send(bytes);
    connection.receive(bodiless)
}

/// A connection.
pub struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    /// Connects.
    #[must_use]
    pub fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&to, PATIENCE).expect("the gateway listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        stream
            .set_nodelay(true)
            .expect("a socket option can be set");
        Self {
            stream,
            unread: vec![],
        }
    }

    /// Sends bytes. A gateway that has already answered and closed is no error here.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Ends the sending half.
    pub fn finish(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Whether nothing arrives within a time: for what must not be answered yet.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        self.stream
            .set_read_timeout(Some(time))
            .expect("a timeout can be set");
        let silent = !self.read_more_or_wait();
        self.stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        silent
    }

    /// Reads one response with what 1xx responses stand before it. Status 0 if the connection ends
    /// without one.
    pub fn receive(&mut self, bodiless: bool) -> Response {
        let mut interim = vec![];
        loop {
            let Some((status, headers)) = self.head() else {
                return Response {
                    interim,
                    ..Response::default()
                };
            };
            if (100..200).contains(&status) && status != 101 {
                interim.push(status);
                continue;
            }
            let mut response = Response {
                status,
                interim,
                headers,
                body: vec![],
            };
            let has_body = !bodiless && !matches!(status, 101 | 204 | 304);
            if has_body {
                response.body = self.body(&response);
            }
            return response;
        }
    }

    fn head(&mut self) -> Option<(u16, Vec<(String, String)>)> {
        let end = loop {
            match find(&self.unread, b"\r\n\r\n") {
                Some(end) => break end,
                None if self.read_more() => {}
                None => return None,
            }
        };
        let head: Vec<u8> = self.unread.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let fields = lines.filter_map(|line| line.split_once(':'));
        let fields = fields.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Some((status, fields.collect()))
    }

    fn body(&mut self, response: &Response) -> Vec<u8> {
        if response.value("transfer-encoding") == Some("chunked") {
            return self.chunks();
        }
        match response
            .value("content-length")
            .and_then(|length| length.parse().ok())
        {
            Some(length) => self.take(length),
            None => {
                while self.read_more() {}
                std::mem::take(&mut self.unread)
            }
        }
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = vec![];
        loop {
            while find(&self.unread, b"\r\n").is_none() && self.read_more() {}
            let Some(end) = find(&self.unread, b"\r\n") else {
                return body;
            };
            let line: Vec<u8> = self.unread.drain(..end + 2).collect();
            let length = String::from_utf8_lossy(&line);
            let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
            let mut chunk = self.take(length + 2);
            chunk.truncate(length);
            if chunk.is_empty() {
                return body;
            }
            body.extend(chunk);
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length && self.read_more() {}
        self.unread.drain(..length.min(self.unread.len())).collect()
    }

    /// Reads what there is; `false` at the end of the connection.
    fn read_more(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(length) => {
                self.unread.extend(buffer.iter().take(length));
                true
            }
            Err(error) if is_timeout(error.kind()) => panic!("no answer within {PATIENCE:?}"),
            Err(_) => false,
        }
    }

    /// Like [`read_more`](Self::read_more), but `false` as well if the time runs out.
    fn read_more_or_wait(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(length) => {
                self.unread.extend(buffer.iter().take(length));
                true
            }
            Err(error) => !is_timeout(error.kind()),
        }
    }
}

fn is_timeout(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
