//! Headers that repeat what stands in an MCP message (2026-07-28, SEP-2243).
//!
//! Something in front of the server may act on them, so they must agree with the body. They do so
//! whatever revision a request claims: older ones do not know these headers, and a server that does
//! not either loses nothing. What a revision adds is only which of them have to be there.

mod value;

use crate::json::{Json, Object};
use crate::mcp::methods;
use crate::plan::NameId;
use crate::request::RequestHead;
use crate::rpc::alike::any_alike;
use crate::rpc::{Message, What};

/// Where a message says which revision it is of.
const VERSION_IN_META: &str = "io.modelcontextprotocol/protocolVersion";
const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";
const ARGUMENT: &str = "mcp-param-";

/// Revisions that do not ask for any of these headers. Every other one, known or not, is held to
/// the rules of the newest: whether it is served is the server's to say.
const WITHOUT: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// The only revision with batches.
const WITH_BATCHES: &str = "2025-03-26";

/// A header does not say what the message says, is not there though it has to be, stands there
/// twice, or is no text. Its code is -32020 (MCP 2026-07-28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("headers and message do not agree")]
pub struct HeaderMismatch;

/// Arguments that headers repeat.
#[derive(Debug, Clone, Copy)]
pub struct Mirrored<'p> {
    /// What stands behind `mcp-param-`, in lower case, and the argument.
    pub headers: &'p [(String, NameId)],
    /// The plan's names.
    pub names: &'p [String],
}

impl Mirrored<'_> {
    /// Nothing is declared.
    pub const NONE: Mirrored<'static> = Mirrored {
        headers: &[],
        names: &[],
    };
}

/// Whether a request may hold several messages: that of 2025-03-26, which a request without
/// version is of.
#[must_use]
pub fn may_be_batch(head: &RequestHead<'_>) -> bool {
    head.header(VERSION)
        .is_ok_and(|version| version.is_none_or(|version| version.trim() == WITH_BATCHES))
        && are_spelt_right(head)
}

/// Whether the headers agree with a message. For each argument that is declared as mirrored the
/// header is compared with it; where nothing is declared, a header is compared with the argument
/// of its own name, and one that fits none is refused.
///
/// # Errors
/// [`HeaderMismatch`].
pub fn check(
    head: &RequestHead<'_>,
    message: &Message<'_>,
    mirrored: Mirrored<'_>,
) -> Result<(), HeaderMismatch> {
    if !are_spelt_right(head) {
        return Err(HeaderMismatch);
    }
    let duty = duty(head, message)?;
    let method = message.method();
    let header = head.header(METHOD).map_err(|_| HeaderMismatch)?;
    agrees(header.map(value::plain).transpose()?, method, duty)?;
    let named_by = method.and_then(methods::named_by);
    let name = named_by.and_then(|member| message.text(member));
    let duty_of_name = if named_by.is_some() {
        duty
    } else {
        Duty::MayBe
    };
    let header = head.header(NAME).map_err(|_| HeaderMismatch)?;
    let header = header.map(value::decoded).transpose()?;
    agrees(header.as_deref(), name, duty_of_name)?;
    arguments(head, message.object("arguments"), mirrored, duty)
}

/// Whether headers have to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    MayBe,
    MustBe,
}

/// By the revisions that header and body claim, which must not differ.
fn duty(head: &RequestHead<'_>, message: &Message<'_>) -> Result<Duty, HeaderMismatch> {
    let header = head.header(VERSION).map_err(|_| HeaderMismatch)?;
    let header = header.map(value::plain).transpose()?;
    let meta = message.params().and_then(|params| params.member("_meta"));
    let body = match meta {
        None => None,
        Some(Json::Object(meta)) if !any_alike(meta, &[VERSION_IN_META]) => {
            match meta.member(VERSION_IN_META) {
                None => None,
                Some(Json::String(version)) => Some(version.as_ref()),
                Some(_) => return Err(HeaderMismatch),
            }
        }
        Some(_) => return Err(HeaderMismatch),
    };
    let claimed = match (header, body) {
        (Some(header), Some(body)) if header != body => return Err(HeaderMismatch),
        (header, body) => header.or(body),
    };
    Ok(match (claimed, message.what) {
        // Which headers notifications have is not said.
        (_, What::Notification { method, .. }) if methods::is_notification(method) => Duty::MayBe,
        (_, What::Response) | (None, _) => Duty::MayBe,
        (Some(version), _) if WITHOUT.contains(&version) => Duty::MayBe,
        (Some(_), _) => Duty::MustBe,
    })
}

fn agrees(header: Option<&str>, body: Option<&str>, duty: Duty) -> Result<(), HeaderMismatch> {
    match (header, body, duty) {
        (Some(header), Some(body), _) if header == body => Ok(()),
        (None, _, Duty::MayBe) => Ok(()),
        _ => Err(HeaderMismatch),
    }
}

fn arguments(
    head: &RequestHead<'_>,
    arguments: Option<&Object<'_>>,
    mirrored: Mirrored<'_>,
    duty: Duty,
) -> Result<(), HeaderMismatch> {
    let argument = |name: &str| arguments.and_then(|all| all.member(name));
    for (name, _) in head.fields() {
        let Some(suffix) = after_prefix(name) else {
            continue;
        };
        let argument = match declared(suffix, mirrored)? {
            Some(name) => argument(name),
            None if mirrored.headers.is_empty() => by_its_own_name(suffix, arguments),
            None => None,
        };
        let text = std::str::from_utf8(name).map_err(|_| HeaderMismatch)?;
        let header = head.header(text).map_err(|_| HeaderMismatch)?;
        let header = value::decoded(header.ok_or(HeaderMismatch)?)?;
        if !argument.is_some_and(|argument| value::says(&header, argument)) {
            return Err(HeaderMismatch);
        }
    }
    if duty == Duty::MayBe {
        return Ok(());
    }
    for (suffix, name) in mirrored.headers {
        let name = mirrored.names.get(name.0 as usize).ok_or(HeaderMismatch)?;
        let is_sent = !matches!(argument(name), None | Some(Json::Null));
        let mut fields = head.fields().iter();
        let is_mirrored = fields.any(|(name, _)| {
            after_prefix(name).is_some_and(|other| other.eq_ignore_ascii_case(suffix.as_bytes()))
        });
        if is_sent && !is_mirrored {
            return Err(HeaderMismatch);
        }
    }
    Ok(())
}

/// The argument that a header is declared to repeat.
fn declared<'p>(suffix: &[u8], mirrored: Mirrored<'p>) -> Result<Option<&'p str>, HeaderMismatch> {
    let mut headers = mirrored.headers.iter();
    let Some((_, name)) = headers.find(|(other, _)| other.as_bytes().eq_ignore_ascii_case(suffix))
    else {
        return Ok(None);
    };
    let name = mirrored.names.get(name.0 as usize);
    name.map(|name| Some(name.as_str())).ok_or(HeaderMismatch)
}

/// The one argument that is called like a header.
fn by_its_own_name<'a>(suffix: &[u8], arguments: Option<&'a Object<'a>>) -> Option<&'a Json<'a>> {
    let mut called = arguments?
        .members()
        .filter(|(name, _)| name.as_bytes().eq_ignore_ascii_case(suffix));
    match (called.next(), called.next()) {
        (Some((_, argument)), None) => Some(argument),
        _ => None,
    }
}

fn after_prefix(name: &[u8]) -> Option<&[u8]> {
    let (prefix, suffix) = name.split_at_checked(ARGUMENT.len())?;
    prefix
        .eq_ignore_ascii_case(ARGUMENT.as_bytes())
        .then_some(suffix)
}

/// Whether no header is one of these only to a server that takes underscores or dots for hyphens.
fn are_spelt_right(head: &RequestHead<'_>) -> bool {
    head.fields().iter().all(|(name, _)| {
        [VERSION, METHOD, NAME, ARGUMENT].iter().all(|known| {
            let start = match name.get(..known.len()) {
                Some(start) if *known == ARGUMENT || name.len() == known.len() => start,
                _ => return true,
            };
            let hyphens = start.iter().map(|byte| match byte {
                b'_' | b'.' => b'-',
                byte => byte.to_ascii_lowercase(),
            });
            !hyphens.eq(known.bytes()) || start.eq_ignore_ascii_case(known.as_bytes())
        })
    })
}

#[cfg(test)]
mod tests;
