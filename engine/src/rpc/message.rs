//! The envelope of a message (JSON-RPC 2.0), read strictly.

use super::alike::any_alike;
use crate::json::{Json, Object, canonical};
use crate::limits;

/// Members of the envelope.
const ENVELOPE: [&str; 6] = ["jsonrpc", "id", "method", "params", "result", "error"];

/// Members of `params` by which something is decided, in MCP or in A2A.
const PARAMS: [&str; 15] = [
    "name",
    "uri",
    "arguments",
    "argument",
    "ref",
    "cursor",
    "taskId",
    "task",
    "_meta",
    "requestState",
    "inputResponses",
    "protocolVersion",
    "id",
    "message",
    "tenant",
];

/// What a body holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Messages<'m> {
    /// A message.
    One(Message<'m>),
    /// A batch (section 6): 1 to [`limits::BATCH_MESSAGES`] messages.
    Batch(Vec<Message<'m>>),
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'m> {
    /// Its `id`: that of requests and responses, and only of them.
    pub id: Option<Id<'m>>,
    /// What it is.
    pub what: What<'m>,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What<'m> {
    /// It wants an answer.
    Request {
        /// What is called; at most [`limits::CALLED_BYTES`].
        method: &'m str,
        /// With what.
        params: Option<&'m Object<'m>>,
    },
    /// It wants none. Its method need not be one of a notification: some servers do whatever they
    /// are told.
    Notification {
        /// What is called; at most [`limits::CALLED_BYTES`].
        method: &'m str,
        /// With what.
        params: Option<&'m Object<'m>>,
    },
    /// The answer to a request of the server's: `result` or `error`.
    Response,
}

/// The `id` of a message: a string, or a whole number that every reader holds exactly
/// (RFC 7493 section 2.2), of at most [`limits::MESSAGE_ID_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Id<'m> {
    /// A string.
    Text(&'m str),
    /// A number.
    Int(i64),
}

/// It is no message, or none that everyone would read in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON-RPC message")]
pub struct Malformed;

impl<'m> Messages<'m> {
    /// Reads what a body holds.
    ///
    /// # Errors
    /// [`Malformed`], also where one message of a batch is.
    pub fn read(json: &'m Json<'m>) -> Result<Self, Malformed> {
        match json {
            Json::Array(all) if (1..=limits::BATCH_MESSAGES).contains(&all.len()) => {
                let all: Result<_, _> = all.iter().map(Message::read).collect();
                all.map(Self::Batch)
            }
            json => Message::read(json).map(Self::One),
        }
    }

    /// The messages, in their order.
    #[must_use]
    pub fn all(&self) -> &[Message<'m>] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Batch(all) => all,
        }
    }
}

impl<'m> Message<'m> {
    /// The method, of what is not a response.
    #[must_use]
    pub fn method(&self) -> Option<&'m str> {
        match self.what {
            What::Request { method, .. } | What::Notification { method, .. } => Some(method),
            What::Response => None,
        }
    }

    /// The parameters, where there are some.
    #[must_use]
    pub fn params(&self) -> Option<&'m Object<'m>> {
        match self.what {
            What::Request { params, .. } | What::Notification { params, .. } => params,
            What::Response => None,
        }
    }

    /// A parameter that is a string; `None` where it is not there or is something else.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'m str> {
        match self.params()?.member(name)? {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// A parameter that is an object; `None` where it is not there or is something else.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&'m Object<'m>> {
        match self.params()?.member(name)? {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    fn read(json: &'m Json<'m>) -> Result<Self, Malformed> {
        let Json::Object(envelope) = json else {
            return Err(Malformed);
        };
        let speaks = matches!(envelope.member("jsonrpc"), Some(Json::String(v)) if v == "2.0");
        if !speaks || any_alike(envelope, &ENVELOPE) {
            return Err(Malformed);
        }
        let id = envelope.member("id").map(Id::read).transpose()?;
        let [method, result, error] =
            ["method", "result", "error"].map(|name| envelope.member(name));
        let what = match (method, result, error, id) {
            (Some(Json::String(method)), None, None, id)
                if method.len() <= limits::CALLED_BYTES =>
            {
                let params = envelope.member("params").map(params).transpose()?;
                match id {
                    Some(_) => What::Request { method, params },
                    None => What::Notification { method, params },
                }
            }
            (None, Some(_), None, Some(_)) | (None, None, Some(_), Some(_))
                if envelope.member("params").is_none() =>
            {
                What::Response
            }
            _ => return Err(Malformed),
        };
        Ok(Self { id, what })
    }
}

fn params<'m>(json: &'m Json<'m>) -> Result<&'m Object<'m>, Malformed> {
    match json {
        // Servers that are made from Protocol Buffers take the second for the first.
        Json::Object(object) if object.member("task_id").is_some() => Err(Malformed),
        Json::Object(object) if !any_alike(object, &PARAMS) => Ok(object),
        _ => Err(Malformed),
    }
}

impl<'m> Id<'m> {
    /// It as JSON text.
    #[must_use]
    pub fn to_json(self) -> String {
        match self {
            Self::Int(int) => int.to_string(),
            Self::Text(text) => {
                let mut json = String::new();
                canonical::string(&mut json, text);
                json
            }
        }
    }

    fn read(json: &'m Json<'m>) -> Result<Self, Malformed> {
        let id = match json {
            Json::String(text) => Self::Text(text),
            Json::Int(int) if json.is_exact() => Self::Int(*int),
            _ => return Err(Malformed),
        };
        if id.to_json().len() > limits::MESSAGE_ID_BYTES {
            return Err(Malformed);
        }
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
