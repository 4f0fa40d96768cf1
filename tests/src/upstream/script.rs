//! Answers that a test writes piece by piece, for the requests of one case.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Between two pieces, so that they are read one by one.
const APART: Duration = Duration::from_millis(2);

/// An answer: a head, and a body that comes in pieces.
#[derive(Debug, Clone, Default)]
pub struct Script {
    status: u16,
    pub(super) headers: HeaderMap,
    pieces: Vec<Piece>,
    trailers: Option<HeaderMap>,
}

#[derive(Debug, Clone)]
enum Piece {
    Bytes(Bytes),
    Pause(Duration),
}

impl Script {
    /// An answer without a body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// A JSON document with its length.
    #[must_use]
    pub fn json(status: u16, document: &str) -> Self {
        Self::new(status)
            .field("content-type", "application/json")
            .field("content-length", &document.len().to_string())
            .piece(document.as_bytes())
    }

    /// Server-sent events, cut into pieces of so many bytes.
    #[must_use]
    pub fn events(text: &str, bytes: usize) -> Self {
        let events = Self::new(200).field("content-type", "text/event-stream");
        let pieces = text.as_bytes().chunks(bytes);
        pieces.fold(events, Self::piece)
    }

    /// Adds a header.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: &str) -> Self {
        append(&mut self.headers, name, value);
        self
    }

    /// Adds a piece of the body.
    #[must_use]
    pub fn piece(mut self, bytes: &[u8]) -> Self {
        self.pieces
            .push(Piece::Bytes(Bytes::copy_from_slice(bytes)));
        self
    }

    /// Says nothing for a time.
    #[must_use]
    pub fn pause(mut self, time: Duration) -> Self {
        self.pieces.push(Piece::Pause(time));
        self
    }

    /// Adds a trailer.
    #[must_use]
    pub fn trailer(mut self, name: &'static str, value: &str) -> Self {
        append(self.trailers.get_or_insert_default(), name, value);
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Says it, as far as somebody listens.
    pub(super) fn spoken(self) -> Spoken {
        let (sender, frames) = mpsc::channel(1);
        tokio::spawn(async move {
            for piece in self.pieces {
                match piece {
                    Piece::Bytes(bytes) => {
                        if sender.send(Frame::data(bytes)).await.is_err() {
                            return;
                        }
                        sleep(APART).await;
                    }
                    Piece::Pause(time) => sleep(time).await,
                }
            }
            if let Some(trailers) = self.trailers {
                let _ = sender.send(Frame::trailers(trailers)).await;
            }
        });
        Spoken(frames)
    }
}

fn append(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("a header value");
    headers.append(HeaderName::from_static(name), value);
}

/// A body as it is said.
#[derive(Debug)]
pub(super) struct Spoken(mpsc::Receiver<Frame<Bytes>>);

impl Body for Spoken {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}
