//! Answers that take their time: what a request asks for with the header [`ANSWER`].

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::{Interval, interval};

/// The header by which a request says how it wants to be answered: `events:<count>` is so many
/// events, ten a second; `late:<count>` is the usual answer after as many tenths of a second.
pub const ANSWER: &str = "x-answer";

const TENTH: Duration = Duration::from_millis(100);
/// Nothing takes longer than this.
const MOST: u32 = 200;

/// How a request wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    AtOnce,
    Late(Duration),
    Events(u32),
}

impl Manner {
    pub(super) fn read(value: Option<&str>) -> Self {
        let Some((manner, count)) = value.and_then(|value| value.split_once(':')) else {
            return Self::AtOnce;
        };
        let count: u32 = count.parse().expect("a count");
        match manner {
            "events" => Self::Events(count.min(MOST)),
            "late" => Self::Late(TENTH * count.min(MOST)),
            other => panic!("`{other}` is no manner to answer"),
        }
    }
}

/// A stream of server-sent events.
#[derive(Debug)]
pub(super) struct Events {
    left: u32,
    interval: Interval,
}

impl Events {
    pub(super) fn new(count: u32) -> Self {
        Self {
            left: count,
            interval: interval(TENTH),
        }
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.interval.poll_tick(context).map(|_| {
            self.left -= 1;
            Some(Ok(Frame::data(Bytes::from_static(b"data: tick\n\n"))))
        })
    }
}
