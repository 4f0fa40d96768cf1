//! The decision record: what the operator's access log says of every decision.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::members::Members;
use super::reason::Reason;
use crate::plan::{Class, Issuer, Operation, Resource};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// Everything that is known of a decision. It never holds a token, a query or a header's value;
/// its length is bounded by the policy's names and [`crate::limits::IDENTITY_BYTES`].
#[derive(Debug, Clone)]
pub struct Record<'e> {
    pub(crate) reason: Reason,
    pub(crate) rule: Option<&'e str>,
    pub(crate) observed: Vec<&'e str>,
    pub(crate) policy: &'e str,
    pub(crate) version: &'e str,
    pub(crate) time: Option<UnixTime>,
    pub(crate) resource: Option<&'e Resource>,
    pub(crate) operation: Option<&'e Operation>,
    pub(crate) issuer: Option<&'e Issuer>,
    pub(crate) token: Option<Rc<VerifiedToken>>,
    /// The transaction token beside it.
    pub(crate) transaction: Option<Rc<VerifiedToken>>,
    /// Why that was refused.
    pub(crate) transaction_refused: Option<Reason>,
    /// The exception that lets it through.
    pub(crate) break_glass: Option<&'e str>,
    /// `jti` of the approval that a rule or limit asked for.
    pub(crate) approval: Option<String>,
    /// What its body says.
    pub(crate) content: Option<Box<ContentPart>>,
}

/// What a record says of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct ContentPart {
    /// The method of the message in it.
    method: Option<String>,
    /// What that calls.
    called: Option<String>,
    /// SHA-256 over the canonical form (RFC 8785) of the body, or of the arguments of the call.
    pub(crate) digest: Option<[u8; 32]>,
    /// Whether it has an integer that not every reader takes for the same number: no approval can name it.
    pub(crate) is_inexact: bool,
    /// Values that the policy has records carry.
    pub(crate) logged: Vec<(String, String)>,
}

/// Bytes of a name or value from a body that a record carries at most.
const CONTENT_BYTES: usize = 128;

impl ContentPart {
    /// A message with this method, which calls something of this name.
    pub(crate) fn message(method: &str, called: Option<&str>) -> Self {
        Self {
            method: Some(cut_off(method)),
            called: called.map(cut_off),
            ..Self::default()
        }
    }

    /// Carries a value.
    pub(crate) fn log(&mut self, name: &str, value: &str) {
        self.logged.push((name.to_owned(), cut_off(value)));
    }
}

fn cut_off(text: &str) -> String {
    let end = (0..=CONTENT_BYTES)
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let kept = text.get(..end.unwrap_or_default()).unwrap_or(text);
    if kept.len() == text.len() {
        return kept.to_owned();
    }
    [kept, "…"].concat()
}

impl<'e> Record<'e> {
    pub(crate) fn new(policy: &'e str, version: &'e str, time: Option<UnixTime>) -> Self {
        Self {
            reason: Reason::HostFailure,
            rule: None,
            observed: Vec::new(),
            policy,
            version,
            time,
            resource: None,
            operation: None,
            issuer: None,
            token: None,
            transaction: None,
            transaction_refused: None,
            break_glass: None,
            approval: None,
            content: None,
        }
    }

    /// Why the decision fell.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The rule that caused it, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<&'e str> {
        self.rule
    }

    /// Rules that only report and would have stopped the request.
    #[must_use]
    pub fn observed(&self) -> &[&'e str] {
        &self.observed
    }

    /// The operation, as `resource.operation`.
    #[must_use]
    pub fn operation(&self) -> Option<String> {
        let operation = self.operation?;
        Some(match self.resource {
            Some(resource) => format!("{}.{}", resource.name, operation.name),
            None => operation.name.clone(),
        })
    }

    /// The record as one line of JSON. It begins with `{"decision":"allow",` exactly if the
    /// request goes on; the gate behind the filter looks for that.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut line = String::new();
        self.write_json(&mut line);
        line
    }

    /// Writes the record as one line of JSON, into memory that may be used again.
    pub fn write_json(&self, line: &mut String) {
        let mut members = Members::begin(line);
        members.text("decision", self.reason.outcome().code());
        members.text("reason", self.reason.code());
        members.optional("rule", self.rule);
        members.optional("break_glass", self.break_glass);
        members.optional("approval", self.approval.as_deref());
        members.text("policy", self.policy);
        members.text("version", self.version);
        members.optional("resource", self.resource.map(|one| one.name.as_str()));
        members.optional("operation", self.operation.map(|one| one.name.as_str()));
        members.optional("class", self.operation.map(|one| class_code(one.class)));
        if let Some(content) = &self.content {
            members.optional("method", content.method.as_deref());
            members.optional("called", content.called.as_deref());
            let digest = content.digest.map(|digest| URL_SAFE_NO_PAD.encode(digest));
            members.optional("content", digest.as_deref());
            members.object("logged", &content.logged);
        }
        match &self.token {
            Some(token) => members.written(token.record_part(|token| part(token, self.issuer))),
            None => members.optional("issuer", self.issuer.map(|one| one.name.as_str())),
        }
        if let Some(transaction) = &self.transaction {
            members.optional("txn", transaction.id());
            members.text("txn_token", &transaction.fingerprint());
        }
        members.optional("txn_refused", self.transaction_refused.map(Reason::code));
        members.texts("observed", &self.observed);
        if let Some(time) = self.time {
            members.number("time", time.millis());
        }
        members.end();
    }
}

/// What records say of a token, in the form of members.
fn part(token: &VerifiedToken, issuer: Option<&Issuer>) -> Box<str> {
    let mut part = String::new();
    let mut members = Members::within(&mut part);
    members.optional("issuer", issuer.map(|issuer| issuer.name.as_str()));
    for (name, identity) in token.identity().named() {
        members.optional(name, identity);
    }
    let restrictions = token.restrictions();
    if let Some(restrictions) = restrictions {
        let delegators: Vec<&str> = restrictions.delegators().collect();
        members.texts("delegation", &delegators);
    }
    members.text("token", &token.fingerprint());
    part.into()
}

fn class_code(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Execute => "execute",
        Class::Delegate => "delegate",
    }
}
