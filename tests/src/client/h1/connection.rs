//! A connection: bytes out, and a lenient look at the responses that come back.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::client::Response;
use crate::runtime::PATIENCE;

/// A connection.
pub struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    /// Connects.
    #[must_use]
    pub fn open(to: SocketAddr) -> Self {
        Self::try_open(to).expect("the gateway listens")
    }

    pub(super) fn try_open(to: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect_timeout(&to, PATIENCE).ok()?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        stream
            .set_nodelay(true)
            .expect("a socket option can be set");
        Some(Self {
            stream,
            unread: vec![],
        })
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
