//! Deciding by a body: what an operation's own body says, and what the messages for an endpoint do.

mod a2a;
mod desk;
mod http_binding;
mod mcp;

use super::body::{Body, Unread};
use super::case::Case;
use super::opening::{Opening, Subject, What};
use super::reason::Reason;
use super::stop::Stop;
use crate::cel::Trace;
use crate::content::{Content, Members, Values};
use crate::host::Host;
use crate::json::{Json, Object, canonical};
use crate::plan::{BodyShape, Datum};
use crate::request::RequestHead;
use desk::Desk;

impl<'e> Case<'e> {
    /// Decides by the head and the body.
    pub(super) fn run_whole(
        &mut self,
        head: &RequestHead<'_>,
        body: &Body<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let proven = self.again.proven.clone();
        let opened = match self.open(head, proven.as_deref(), host)? {
            Opening::Done(reason) => return Ok(reason),
            Opening::Judge(opened) => opened,
        };
        match opened.what {
            What::Operation(subject) => {
                let json = body.content.map_err(Unread::reason);
                let values = json.and_then(|json| match json {
                    Json::Object(object) => self.members(object, subject),
                    _ => Err(Reason::ArgumentsRefused),
                });
                let content = values.as_ref().map(|values| Content {
                    members: Members::Read(values),
                    ..Content::NONE
                });
                let content = Some(content.map_err(|reason| *reason));
                self.judge(&opened, head, subject, content, host, trace)
            }
            What::Endpoint(place) => {
                let mut desk = Desk {
                    case: self,
                    opened: &opened,
                    place,
                    head,
                    host,
                    may_call: None,
                };
                desk.decide(body, trace)
            }
        }
    }

    /// The members of a body, or the arguments of a call, as the operation declares them.
    fn members(&mut self, object: &Object<'_>, subject: Subject<'e>) -> Result<Values, Reason> {
        let part = self.record.content.get_or_insert_default();
        part.digest = Some(canonical::digest_of_members(object));
        part.is_inexact = !object.members().all(|(_, value)| value.is_exact());
        let BodyShape::Json(members) = &subject.operation.body else {
            return Ok(Values::default());
        };
        let names = &self.engine.plan().names;
        let values = Values::read(object, members, names).map_err(|_| Reason::ArgumentsRefused)?;
        for name in &members.logged {
            let value = values.value(*name).and_then(loggable);
            if let (Some(name), Some(value)) = (names.get(name.index()), value) {
                part.log(name, &value);
            }
        }
        Ok(values)
    }
}

/// A scalar as a record carries it.
fn loggable(value: &Datum) -> Option<String> {
    match value {
        Datum::String(text) => Some(text.clone()),
        Datum::Bool(value) => Some(value.to_string()),
        Datum::Int(value) => Some(value.to_string()),
        Datum::Uint(value) => Some(value.to_string()),
        Datum::Double(value) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
