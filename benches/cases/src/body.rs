//! A decision by a body, and a list as its caller may see it: the engine alone.
//!
//! A runner of their own has these cases, as a module of its own does such work. One that could
//! decide by bodies as well takes other instructions for deciding by heads: what has two callers is
//! compiled otherwise.

use std::hint::black_box;

use remit_engine::Engine;
use remit_engine::answers::{Head, Plan, Watch};
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Body, Decision, Eyes, Grounds, Permit, Progress, Reason, Unread};
use remit_engine::json::reader::Reader;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Unfit, Work};
use crate::decision::{NOW, engine};
use crate::prepared::{Once, Prepared, expect};

/// A message to an MCP endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// The plan.
    pub plan: Vec<u8>,
    /// The host.
    pub host: String,
    /// The path.
    pub path: String,
    /// The value of `authorization`.
    pub authorization: String,
    /// The body.
    pub body: String,
}

/// A message whose head was decided, ready to be decided by its body over and over.
#[derive(Debug)]
pub struct Ready {
    message: Message,
    engine: Box<Engine>,
    progress: Progress,
}

impl Message {
    fn with_head<R>(&self, take: impl FnOnce(&RequestHead<'_>) -> R) -> R {
        let fields: [Field<'_>; 7] = [
            (b":authority", self.host.as_bytes()),
            (b":method", b"POST"),
            (b":path", self.path.as_bytes()),
            (b":scheme", b"https"),
            (b"accept", b"application/json, text/event-stream"),
            (b"authorization", self.authorization.as_bytes()),
            (b"content-type", b"application/json"),
        ];
        take(&RequestHead::new(&fields))
    }
}

impl Case {
    /// Makes it ready, if it is one with a body, and looks whether it comes to what it should.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn prepare_body(self) -> Result<Prepared, Unfit> {
        match self.work {
            Work::DecideBody { message, reason } => {
                let ready = Ready::new(message)?;
                expect(&reason, ready.reason().code())?;
                Ok(Prepared::other(ready))
            }
            Work::FilterList {
                asked,
                answer,
                shown,
            } => {
                let list = List::new(Ready::new(asked)?, answer)?;
                expect(&shown, &String::from_utf8_lossy(&list.filtered()?))?;
                Ok(Prepared::other(list))
            }
            _ => Err(Unfit::Runner),
        }
    }
}

impl Once for Ready {
    fn once(&self) {
        black_box(self.reason());
    }
}

impl Once for List {
    fn once(&self) {
        let _ = black_box(self.filtered());
    }
}

impl Ready {
    /// Decides the head, which has to leave the rest to the body.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn new(message: Message) -> Result<Self, Unfit> {
        let engine = Box::new(engine(&message.plan)?);
        let progress =
            message.with_head(|head| match engine.decide(head, now(), &NoHostCrypto) {
                Decision::Read(reading) => Ok(reading.progress()),
                _ => Err(Unfit::Outcome {
                    found: String::from("a decision by the head"),
                    expected: String::from("a body to be read"),
                }),
            })?;
        Ok(Self {
            message,
            engine,
            progress,
        })
    }

    /// Reads the body, decides by it, and hands over what came of it.
    pub fn decide<R>(&self, take: impl FnOnce(Result<&Permit<'_>, Reason>) -> R) -> R {
        self.message.with_head(|head| {
            let mut reader = Reader::new(self.progress.most());
            let read = reader.push(self.message.body.as_bytes());
            let read = read.and_then(|()| reader.finish());
            let body = Body {
                content: read.as_ref().map_err(|_| Unread::Malformed),
                progress: &self.progress,
            };
            let decision = self.engine.decide_whole(head, &body, now(), &NoHostCrypto);
            let confirmed = match decision.settled() {
                Ok(allow) => allow.confirm(None, &NoHostCrypto),
                Err(refusal) => Err(refusal),
            };
            match confirmed {
                Ok(permit) => take(Ok(&permit)),
                Err(refusal) => take(Err(refusal.record().reason())),
            }
        })
    }

    /// Why the decision falls as it does.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.decide(|decided| match decided {
            Ok(permit) => permit.record().reason(),
            Err(reason) => reason,
        })
    }
}

/// An answer with a list, to a message that was allowed.
#[derive(Debug)]
pub struct List {
    asked: Ready,
    answer: String,
    watch: Watch,
    grounds: Grounds,
}

impl List {
    /// Of a message, which is decided here.
    ///
    /// # Errors
    /// [`Unfit`], also where it is not allowed.
    pub fn new(asked: Ready, answer: String) -> Result<Self, Unfit> {
        let found = asked.decide(|decided| {
            let permit = decided.map_err(Reason::code)?;
            let watch = permit.watch().answers.ok_or("nothing to look for")?;
            Ok((watch, permit.grounds().ok_or("no token")?))
        });
        let (watch, grounds) = found.map_err(refused)?;
        Ok(Self {
            asked,
            answer,
            watch,
            grounds,
        })
    }

    /// Goes through the list with the eyes of the caller: what goes on instead of it.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn filtered(&self) -> Result<Vec<u8>, Unfit> {
        let head = Head {
            status: 200,
            content_type: Some(b"application/json"),
            content_encoding: None,
        };
        let Ok(Plan::Read(mut answer)) = Plan::of(self.watch, &head) else {
            return Err(refused("an answer that is not read"));
        };
        self.asked.message.with_head(|head| {
            let viewer = self.asked.engine.viewer(head, &self.grounds, now());
            let viewer = viewer.ok_or_else(|| refused("no endpoint"))?;
            let mut eyes = Eyes::new(&viewer, &NoHostCrypto);
            let shown = answer.push(self.answer.as_bytes(), true, &mut eyes);
            shown.map_err(|_| refused("an answer that is refused"))
        })
    }
}

fn refused(found: &str) -> Unfit {
    Unfit::Outcome {
        found: found.to_owned(),
        expected: String::from("a list that goes on"),
    }
}

fn now() -> UnixTime {
    UnixTime::from_seconds(NOW)
}
