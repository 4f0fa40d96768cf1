//! One call, as whoever approves it and the gateway both write it down.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::json::canonical::{order, string};
use crate::order::sorted;

/// What stands before the digest, so that there can be others one day.
const PREFIX: &str = "sha-256:";

/// Everything that tells one call from another.
#[derive(Debug, Clone, Default)]
pub struct Call<'c> {
    /// `resource.operation`, as the policy names it.
    pub operation: &'c str,
    /// What stands in the path, or in the URI of an MCP resource, where its template has captures:
    /// name and value, decoded.
    pub path: Vec<(&'c str, &'c str)>,
    /// The parameters of the query, decoded, in their order.
    pub query: Vec<(&'c str, &'c str)>,
    /// The path as it was sent, of a request of A2A's HTTP binding: it says which task is meant.
    pub url_path: Option<&'c str>,
    /// SHA-256 over the canonical form (RFC 8785) of the body or of the arguments, where the
    /// operation reads them.
    pub content: Option<[u8; 32]>,
}

/// The digest of a [`Call`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action([u8; 32]);

impl Call<'_> {
    /// The call as JSON in canonical form (RFC 8785): an object with `operation`, and with
    /// `content`, `path`, `query` and `url_path` where there is something to say.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::from("{");
        if let Some(content) = self.content {
            text.push_str("\"content\":\"");
            text.push_str(&Action(content).to_text());
            text.push_str("\",");
        }
        text.push_str("\"operation\":");
        string(&mut text, self.operation);
        pairs(&mut text, ",\"path\":", &self.path, ["", ""]);
        pairs(&mut text, ",\"query\":", &self.query, ["[", "]"]);
        if let Some(path) = self.url_path {
            text.push_str(",\"url_path\":");
            string(&mut text, path);
        }
        text.push('}');
        text
    }

    /// What an approval of the call names.
    #[must_use]
    pub fn action(&self) -> Action {
        Action(Sha256::digest(self.canonical()).into())
    }
}

/// A member that is an object, left out where it would be empty. Where values stand in brackets,
/// those of one name are one list.
fn pairs(text: &mut String, member: &str, pairs: &[(&str, &str)], [open, close]: [&str; 2]) {
    if pairs.is_empty() {
        return;
    }
    text.push_str(member);
    let mut before = None;
    for (name, value) in sorted(pairs.to_vec(), |(a, _), (b, _)| order(a, b)) {
        if before == Some(name) {
            text.push(',');
        } else {
            text.push_str(match before {
                None => "{",
                Some(_) if close.is_empty() => ",",
                Some(_) => "],",
            });
            string(text, name);
            text.push(':');
            text.push_str(open);
        }
        string(text, value);
        before = Some(name);
    }
    text.push_str(close);
    text.push('}');
}

impl Action {
    /// As approvals, answers and documentation write it: `sha-256:` and base64url without padding.
    #[must_use]
    pub fn to_text(self) -> String {
        [PREFIX, &URL_SAFE_NO_PAD.encode(self.0)].concat()
    }

    /// Reads what [`Action::to_text`] writes, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digest = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        digest.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests;
