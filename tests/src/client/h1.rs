//! HTTP/1.1 over a plain socket: the bytes that are given, and a lenient look at what comes back.

mod connection;

use std::net::SocketAddr;

use super::Response;

pub use connection::Connection;

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

    /// Like [`send`](Self::send), but nobody need listen there.
    #[must_use]
    pub fn try_send(&self, to: SocketAddr) -> Option<Response> {
        let mut connection = Connection::try_open(to)?;
        connection.send(&self.bytes());
        Some(connection.receive(self.is_head()))
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
