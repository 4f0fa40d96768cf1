//! One connection: a request out, a response in.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

/// The longest responses of this load are lists.
const BUFFER: usize = 512 * 1024;
const FIELDS: usize = 64;

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Got {
    /// The status.
    pub status: u16,
    /// Bytes of the body.
    pub length: usize,
}

/// A connection that is kept open.
#[derive(Debug)]
pub(super) struct Connection {
    to: SocketAddr,
    stream: TcpStream,
    buffer: Box<[u8]>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub(super) async fn open(to: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self {
            to,
            stream: connect(to).await?,
            buffer: vec![0; BUFFER].into(),
        })
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// The connection breaks, or what comes is no HTTP.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Got> {
        let exchange = timeout(PATIENCE, self.try_exchange(request));
        let answer = exchange.await.context("no answer in time")??;
        if answer.closes {
            self.stream = connect(self.to).await?;
        }
        Ok(answer.got)
    }

    async fn try_exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            let free = self.buffer.get_mut(filled..).unwrap_or_default();
            let read = self.stream.read(free).await?;
            if read == 0 {
                bail!("the connection ended in a response");
            }
            filled += read;
            let so_far = self.buffer.get(..filled).unwrap_or_default();
            if let Some(answer) = Answer::read(so_far)? {
                return Ok(answer);
            }
        }
    }
}

async fn connect(to: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(to).await.context("nobody listens")?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

struct Answer {
    got: Got,
    closes: bool,
}

impl Answer {
    /// The response, once it is all there.
    fn read(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let httparse::Status::Complete(head) = response.parse(bytes)? else {
            return Ok(None);
        };
        let value = |name: &str| {
            let mut fields = response.headers.iter();
            let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(field.value).ok()
        };
        let body: usize = match value("content-length") {
            Some(length) => length.parse()?,
            None => 0,
        };
        if value("transfer-encoding").is_some() {
            bail!("a response of this load has its length");
        }
        let answer = Self {
            got: Got {
                status: response.code.unwrap_or(0),
                length: body,
            },
            closes: value("connection") == Some("close"),
        };
        Ok((bytes.len() >= head + body).then_some(answer))
    }
}
