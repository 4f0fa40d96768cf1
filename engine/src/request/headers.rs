//! One pass over a request's header fields.

use crate::decision::Reason;
use crate::limits;

/// A header field: name and value as the host gives them, pseudo-header fields included. Names
/// are in lower case, as HTTP/2 has them and Envoy makes them for HTTP/1.
pub type Field<'r> = (&'r [u8], &'r [u8]);

/// What stands before the rest of every identity header's name.
const IDENTITY_PREFIX: &[u8] = b"x-remit-";

/// Headers that tell the upstream who is calling, in the order in which
/// [`Allow::upstream_headers`](crate::decision::Allow::upstream_headers) gives them. Whatever a
/// client sends under `x-remit-` is taken off.
pub const IDENTITY_HEADERS: [&str; 8] = [
    "x-remit-agent",
    "x-remit-principal",
    "x-remit-task",
    "x-remit-task-id",
    "x-remit-session",
    "x-remit-instance",
    "x-remit-tenant",
    "x-remit-issuer",
];

/// Headers that carry the credential and its proof.
pub const CREDENTIAL_HEADERS: [&str; 2] = ["authorization", "dpop"];

/// Headers by which some servers let the sender replace method, path or host after they were
/// checked. A gateway in front that vouches for one of them has no word for that here.
const OVERRIDE_HEADERS: &[&[u8]] = &[
    b"forwarded",
    b"x-envoy-original-host",
    b"x-envoy-original-path",
    b"x-forwarded-host",
    b"x-forwarded-method",
    b"x-forwarded-path",
    b"x-forwarded-prefix",
    b"x-forwarded-server",
    b"x-forwarded-uri",
    b"x-host",
    b"x-http-host-override",
    b"x-http-method",
    b"x-http-method-override",
    b"x-method",
    b"x-method-override",
    b"x-original-host",
    b"x-original-http-method",
    b"x-original-method",
    b"x-original-uri",
    b"x-original-url",
    b"x-rewrite-url",
];

/// The head of a request.
#[derive(Debug)]
pub struct RequestHead<'r> {
    fields: &'r [Field<'r>],
    method: Once<'r>,
    path: Once<'r>,
    authority: Once<'r>,
    scheme: Once<'r>,
    host: Once<'r>,
    authorization: Once<'r>,
    proof: Once<'r>,
    transaction_token: Once<'r>,
    upgrade: Once<'r>,
    changes_protocol: bool,
}

/// A header that a rule asks for stands there more than once, or is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnreadableHeader;

/// A field that may stand there once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Once<'r> {
    Absent,
    Present(&'r [u8]),
    Repeated,
}

impl<'r> Once<'r> {
    /// The value of a field that carries a credential.
    fn at_most_once(self) -> Result<Option<&'r [u8]>, Reason> {
        match self {
            Self::Absent => Ok(None),
            Self::Present(value) => Ok(Some(value)),
            Self::Repeated => Err(Reason::MultipleCredentials),
        }
    }

    fn add(&mut self, value: &'r [u8]) {
        *self = match self {
            Self::Absent => Self::Present(value),
            Self::Present(_) | Self::Repeated => Self::Repeated,
        };
    }
}

impl<'r> RequestHead<'r> {
    /// Sorts the fields in one pass. What is wrong with them is told when they are asked for.
    #[must_use]
    pub fn new(fields: &'r [Field<'r>]) -> Self {
        let mut head = Self {
            fields,
            method: Once::Absent,
            path: Once::Absent,
            authority: Once::Absent,
            scheme: Once::Absent,
            host: Once::Absent,
            authorization: Once::Absent,
            proof: Once::Absent,
            transaction_token: Once::Absent,
            upgrade: Once::Absent,
            changes_protocol: false,
        };
        for &(name, value) in fields.iter().take(limits::HEADERS) {
            match name {
                b":method" => head.method.add(value),
                b":path" => head.path.add(value),
                b":authority" => head.authority.add(value),
                b":scheme" => head.scheme.add(value),
                b":protocol" => head.changes_protocol = true,
                // The letter spares most headers the comparisons.
                _ => match name.first() {
                    Some(b'a' | b'A') if name.eq_ignore_ascii_case(b"authorization") => {
                        head.authorization.add(value);
                    }
                    Some(b'h' | b'H') if name.eq_ignore_ascii_case(b"host") => head.host.add(value),
                    Some(b'u' | b'U') if name.eq_ignore_ascii_case(b"upgrade") => {
                        head.changes_protocol = true;
                        head.upgrade.add(value);
                    }
                    Some(b'd' | b'D') if name.eq_ignore_ascii_case(b"dpop") => {
                        head.proof.add(value);
                    }
                    Some(b't' | b'T') if name.eq_ignore_ascii_case(b"txn-token") => {
                        head.transaction_token.add(value);
                    }
                    _ => {}
                },
            }
        }
        head
    }

    /// Method, as sent.
    pub(crate) fn method(&self) -> Result<&'r str, Reason> {
        self.bounded()?;
        let method = text(self.method)?;
        let is_token =
            !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
        if is_token {
            Ok(method)
        } else {
            Err(Reason::RequestMalformed)
        }
    }

    /// Path with query, as sent.
    pub(crate) fn path(&self) -> Result<&'r str, Reason> {
        text(self.path)
    }

    /// Authority; a `Host` beside it must not say otherwise.
    pub(crate) fn authority(&self) -> Result<&'r [u8], Reason> {
        match (self.authority, self.host) {
            (Once::Present(authority), Once::Absent) => Ok(authority),
            (Once::Present(authority), Once::Present(host)) if authority == host => Ok(authority),
            (Once::Present(_), Once::Present(_) | Once::Repeated) => Err(Reason::HostAmbiguous),
            (Once::Absent | Once::Repeated, _) => Err(Reason::RequestMalformed),
        }
    }

    /// Scheme, empty if the host gives none.
    pub(crate) fn scheme(&self) -> &'r str {
        text(self.scheme).unwrap_or_default()
    }

    /// The value of `Authorization`.
    pub(crate) fn credential(&self) -> Result<Option<&'r [u8]>, Reason> {
        self.authorization.at_most_once()
    }

    /// The proof of possession (RFC 9449 section 4.1).
    pub(crate) fn proof(&self) -> Result<Option<&'r [u8]>, Reason> {
        self.proof.at_most_once()
    }

    /// The transaction token (draft-ietf-oauth-transaction-tokens-10 section 7).
    pub(crate) fn transaction_token(&self) -> Result<Option<&'r [u8]>, Reason> {
        self.transaction_token.at_most_once()
    }

    /// Whether it asks for this protocol and no other.
    pub(crate) fn upgrades_to(&self, protocol: &str) -> bool {
        let upgrade = self.upgrade.at_most_once().ok().flatten();
        upgrade.is_some_and(|value| value.eq_ignore_ascii_case(protocol.as_bytes()))
    }

    /// Whether it asks for another protocol: `Upgrade` (RFC 9110 section 7.8) or extended CONNECT
    /// (RFC 8441 section 4).
    pub(crate) fn changes_protocol(&self) -> bool {
        self.changes_protocol
    }

    /// A header for rules to read. One that is repeated or no text is an error and not absent:
    /// the upstream may well read the part of it that a rule would not see.
    pub(crate) fn header(&self, name: &str) -> Result<Option<&'r str>, UnreadableHeader> {
        let mut values = self
            .fields
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| *value);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => std::str::from_utf8(value)
                .map(Some)
                .map_err(|_| UnreadableHeader),
            (Some(_), Some(_)) => Err(UnreadableHeader),
        }
    }

    /// The session that a request of MCP names, in no other spelling than that of its header.
    ///
    /// # Errors
    /// [`UnreadableHeader`].
    pub(crate) fn session(&self) -> Result<Option<&'r str>, UnreadableHeader> {
        let mut names = self.fields.iter().map(|(name, _)| name);
        let is_other = |name: &[u8]| {
            folds_to(name, SESSION_HEADER) && !name.eq_ignore_ascii_case(SESSION_HEADER)
        };
        if names.any(|name| is_other(name)) {
            return Err(UnreadableHeader);
        }
        self.header("mcp-session-id")
    }

    /// Whether there is a field of this name, in lower case, in whatever spelling.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let mut names = self.fields.iter().map(|(name, _)| name);
        names.any(|other| other.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The fields, as they came.
    pub(crate) fn fields(&self) -> &'r [Field<'r>] {
        self.fields
    }

    /// How many fields there are: what reading a header costs.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Names of fields that must not reach the upstream: whatever looks like one of our identity
    /// headers to a server that folds case or underscores, the override headers, and the field that
    /// brings approvals ([`Plan::approval_header`](crate::plan::Plan::approval_header)).
    pub fn to_strip<'a>(
        &self,
        approval: Option<&'a str>,
    ) -> impl Iterator<Item = &'r [u8]> + use<'r, 'a> {
        self.fields
            .iter()
            .map(|(name, _)| *name)
            .filter(move |name| must_not_pass(name) || is_approval(name, approval))
    }

    /// Names of trailers that must not reach the upstream: those, and whatever carries a credential
    /// or names a session.
    pub fn to_strip_from_trailers<'a>(
        &self,
        approval: Option<&'a str>,
    ) -> impl Iterator<Item = &'r [u8]> + use<'r, 'a> {
        let names = self.fields.iter().map(|(name, _)| *name);
        names.filter(move |name| {
            let mut credentials = CREDENTIAL_HEADERS.iter();
            must_not_pass(name)
                || is_approval(name, approval)
                || folds_to(name, TRANSACTION_HEADER)
                || folds_to(name, SESSION_HEADER)
                || credentials.any(|one| folds_to(name, one.as_bytes()))
        })
    }

    fn bounded(&self) -> Result<(), Reason> {
        if self.fields.len() > limits::HEADERS {
            Err(Reason::RequestMalformed)
        } else {
            Ok(())
        }
    }
}

fn text(field: Once<'_>) -> Result<&str, Reason> {
    match field {
        Once::Present(bytes) => std::str::from_utf8(bytes).map_err(|_| Reason::RequestMalformed),
        Once::Absent | Once::Repeated => Err(Reason::RequestMalformed),
    }
}

/// The header of transaction tokens.
const TRANSACTION_HEADER: &[u8] = b"txn-token";
/// In which requests name a session (MCP 2025-03-26 to 2025-11-25).
const SESSION_HEADER: &[u8] = b"mcp-session-id";

fn must_not_pass(name: &[u8]) -> bool {
    // Nearly every header fails on its first letter.
    if !matches!(name.first(), Some(b'x' | b'X' | b'f' | b'F' | b't' | b'T')) {
        return false;
    }
    // What was verified under its own name must not come along under another.
    if folds_to(name, TRANSACTION_HEADER) {
        return !name.eq_ignore_ascii_case(TRANSACTION_HEADER);
    }
    let starts = name.get(..IDENTITY_PREFIX.len());
    starts.is_some_and(|start| folds_to(start, IDENTITY_PREFIX))
        || OVERRIDE_HEADERS.iter().any(|other| folds_to(name, other))
}

fn is_approval(name: &[u8], approval: Option<&str>) -> bool {
    approval.is_some_and(|approval| folds_to(name, approval.as_bytes()))
}

/// Whether a name reads as the other for a server that folds case and takes underscores, as CGI
/// does (RFC 3875 section 4.1.18), or dots, as some do, for hyphens.
fn folds_to(name: &[u8], other: &[u8]) -> bool {
    let fold = |byte: &u8| match byte {
        b'_' | b'.' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    name.len() == other.len() && name.iter().map(fold).eq(other.iter().copied())
}

#[cfg(test)]
mod tests;
