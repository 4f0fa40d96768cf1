//! The decision record: what the operator's access log says of every decision.

use std::rc::Rc;

use serde::Serialize;
use serde::ser::SerializeMap as _;

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
        serde_json::to_string(self).unwrap_or_else(|_| String::from("{}"))
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("decision", self.reason.outcome().code())?;
        map.serialize_entry("reason", self.reason.code())?;
        let mut text = |name: &str, value: Option<&str>| match value {
            Some(value) => map.serialize_entry(name, value),
            None => Ok(()),
        };
        let identity = self.token.as_ref().map(|token| token.identity());
        text("rule", self.rule)?;
        text("policy", Some(self.policy))?;
        text("version", Some(self.version))?;
        text(
            "resource",
            self.resource.map(|resource| resource.name.as_str()),
        )?;
        text(
            "operation",
            self.operation.map(|operation| operation.name.as_str()),
        )?;
        text(
            "class",
            self.operation.map(|operation| class_code(operation.class)),
        )?;
        text("issuer", self.issuer.map(|issuer| issuer.name.as_str()))?;
        text("agent", identity.map(|identity| identity.agent.as_str()))?;
        text(
            "principal",
            identity.and_then(|identity| identity.principal.as_deref()),
        )?;
        text(
            "task",
            identity.and_then(|identity| identity.task.as_deref()),
        )?;
        text(
            "task_id",
            identity.and_then(|identity| identity.task_id.as_deref()),
        )?;
        text(
            "session",
            identity.and_then(|identity| identity.session.as_deref()),
        )?;
        text(
            "instance",
            identity.and_then(|identity| identity.instance.as_deref()),
        )?;
        text(
            "tenant",
            identity.and_then(|identity| identity.tenant.as_deref()),
        )?;
        text(
            "token",
            self.token.as_ref().map(|token| token.fingerprint()),
        )?;
        if !self.observed.is_empty() {
            map.serialize_entry("observed", &self.observed)?;
        }
        if let Some(time) = self.time {
            map.serialize_entry("time", &time.millis())?;
        }
        map.end()
    }
}

fn class_code(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Execute => "execute",
        Class::Delegate => "delegate",
    }
}
