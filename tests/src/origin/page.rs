//! What a path answers with.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Interval, interval, sleep};

/// Between two pieces of what has no end.
const BEAT: Duration = Duration::from_millis(100);
/// Pieces after which it ends nevertheless, so that no test leaves it behind.
const BEATS: u32 = 600;

/// What a path answers with.
#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    fields: Vec<(&'static str, String)>,
    form: Form,
    delay: Duration,
}

#[derive(Debug, Clone)]
enum Form {
    Whole(Bytes),
    /// Server-sent events without end.
    Events,
    /// Another protocol, whose bytes come without end.
    Socket,
    /// The connection ends without an answer.
    Cut,
}

impl Page {
    /// A document.
    #[must_use]
    pub fn of(body: impl Into<String>) -> Self {
        Self::new(200, Form::Whole(Bytes::from(body.into())))
    }

    /// A status without a document.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::new(status, Form::Whole(Bytes::new()))
    }

    /// 302 to somewhere else.
    #[must_use]
    pub fn redirect(to: String) -> Self {
        Self::status(302).field("location", to)
    }

    /// Server-sent events without end.
    #[must_use]
    pub fn events() -> Self {
        let page = Self::new(200, Form::Events);
        page.field("content-type", String::from("text/event-stream"))
    }

    /// A change to the WebSocket protocol, and then bytes without end.
    #[must_use]
    pub fn socket() -> Self {
        let page = Self::new(101, Form::Socket);
        page.field("connection", String::from("upgrade"))
            .field("upgrade", String::from("websocket"))
    }

    /// No answer: the connection is cut.
    #[must_use]
    pub fn cut() -> Self {
        Self::new(200, Form::Cut)
    }

    fn new(status: u16, form: Form) -> Self {
        Self {
            status,
            fields: vec![],
            form,
            delay: Duration::ZERO,
        }
    }

    /// With another header field.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: String) -> Self {
        self.fields.push((name, value));
        self
    }

    /// The same, later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The answer; `None` where the connection is to be cut.
    pub(super) async fn answer(self, request: &mut Request<Incoming>) -> Option<Response<Content>> {
        sleep(self.delay).await;
        let content = match self.form {
            Form::Cut => return None,
            Form::Whole(bytes) => Content::Whole(Some(bytes)),
            Form::Events => Content::Events(interval(BEAT), BEATS),
            Form::Socket => {
                tokio::spawn(send_without_end(hyper::upgrade::on(request)));
                Content::default()
            }
        };
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.fields {
            response = response.header(name, value);
        }
        Some(response.body(content).expect("a response"))
    }
}

async fn send_without_end(upgrade: OnUpgrade) {
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    let mut upgraded = TokioIo::new(upgraded);
    for _ in 0..BEATS {
        // A text frame (RFC 6455 section 5.2): nobody on the way looks at it.
        if upgraded.write_all(b"\x81\x04tick").await.is_err() {
            return;
        }
        sleep(BEAT).await;
    }
}

/// The body of an answer.
pub(super) enum Content {
    Whole(Option<Bytes>),
    Events(Interval, u32),
}

impl Default for Content {
    fn default() -> Self {
        Self::Whole(None)
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Whole(bytes) => {
                let bytes = bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
            Self::Events(_, 0) => Poll::Ready(None),
            Self::Events(beat, left) => beat.poll_tick(context).map(|_| {
                *left -= 1;
                Some(Ok(Frame::data(Bytes::from_static(b"data: tick\n\n"))))
            }),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).expect("a length"))
            }
            Self::Events(..) => SizeHint::default(),
        }
    }
}
