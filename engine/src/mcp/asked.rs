//! What an MCP message asks for.

use super::methods::{self, Kind};
use crate::answers::ListKind;
use crate::json::{Json, Object};
use crate::limits;
use crate::plan::CallKind;
use crate::rpc::{Malformed, Message};

/// What a message asks for. Whether it wants an answer makes no difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked<'m> {
    /// To call, get or read one thing.
    Call {
        /// What kind of thing.
        kind: CallKind,
        /// Its name or URI: not empty, at most [`limits::CALLED_BYTES`].
        name: &'m str,
        /// With what, where it takes arguments and there are some.
        arguments: Option<&'m Object<'m>>,
    },
    /// To list things.
    List(ListKind),
    /// Something of a task: its id, not empty, at most [`limits::CALLED_BYTES`].
    Task(&'m str),
    /// Something that belongs to the session.
    Session,
    /// Another method of the protocol.
    Other(&'m str),
    /// A method that the protocol does not have.
    Unknown(&'m str),
    /// Nothing: it answers a request of the server's.
    Response,
}

impl<'m> Asked<'m> {
    /// Reads what a message asks for.
    ///
    /// # Errors
    /// [`Malformed`] where what is asked for is not named by a string within bounds, or arguments
    /// are no object.
    pub fn read(message: &Message<'m>) -> Result<Self, Malformed> {
        let Some(method) = message.method() else {
            return Ok(Self::Response);
        };
        Ok(match methods::kind(method) {
            Some(Kind::Call(kind, member)) => Self::Call {
                kind,
                name: named(message, member)?,
                arguments: arguments(message)?,
            },
            Some(Kind::List(list)) => Self::List(list),
            Some(Kind::Task) => Self::Task(named(message, "taskId")?),
            Some(Kind::Session) => Self::Session,
            Some(Kind::Other) => Self::Other(method),
            None => Self::Unknown(method),
        })
    }
}

fn named<'m>(message: &Message<'m>, member: &str) -> Result<&'m str, Malformed> {
    let name = message.text(member).ok_or(Malformed)?;
    if name.is_empty() || name.len() > limits::CALLED_BYTES {
        return Err(Malformed);
    }
    Ok(name)
}

fn arguments<'m>(message: &Message<'m>) -> Result<Option<&'m Object<'m>>, Malformed> {
    match message
        .params()
        .and_then(|params| params.member("arguments"))
    {
        None => Ok(None),
        Some(Json::Object(arguments)) => Ok(Some(arguments)),
        Some(_) => Err(Malformed),
    }
}

#[cfg(test)]
mod tests;
