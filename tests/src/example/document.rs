//! `requests.test.yaml` as it is read.
//!
//! Each type is taken apart whole on its way to the model, so that a new member cannot be
//! forgotten. Unknown and repeated keys are errors.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use remit_engine::decision::{Outcome, Reason};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::prepare::names_token;
use super::{Challenge, ExampleError, Expected, Identity, Request, Token, Told};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    tokens: BTreeMap<String, TokenEntry>,
    requests: Vec<RequestEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    key: PathBuf,
    #[serde(rename = "type")]
    typ: String,
    lifetime_seconds: i64,
    claims: Map<String, Value>,
    identity: Identity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestEntry {
    name: String,
    token: Option<Variation>,
    send: String,
    #[serde(default)]
    headers: Vec<String>,
    expect: Expectation,
}

/// A token of the list with something changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variation {
    like: String,
    key: Option<PathBuf>,
    #[serde(rename = "type")]
    typ: Option<String>,
    lifetime_seconds: Option<i64>,
    #[serde(default)]
    issued_seconds_ago: i64,
    #[serde(default)]
    claims: Map<String, Value>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    status: u16,
    #[serde(deserialize_with = "outcome")]
    decision: Outcome,
    #[serde(deserialize_with = "reason")]
    reason: Reason,
    rule: Option<String>,
    #[serde(default)]
    observed: Vec<String>,
    www_authenticate: Option<Challenge>,
    #[serde(default)]
    stripped: BTreeSet<String>,
}

impl Document {
    /// The requests, each with its token, names distinct.
    pub(super) fn resolve(self, folder: &Path) -> Result<Vec<Request>, ExampleError> {
        let Self { tokens, requests } = self;
        let mut names = BTreeSet::new();
        let requests = requests.into_iter().map(|entry| {
            let request = entry.resolve(folder, &tokens)?;
            if names.insert(request.name.clone()) {
                Ok(request)
            } else {
                Err(ExampleError::SameName { name: request.name })
            }
        });
        requests.collect()
    }
}

impl RequestEntry {
    fn resolve(
        self,
        folder: &Path,
        tokens: &BTreeMap<String, TokenEntry>,
    ) -> Result<Request, ExampleError> {
        let Self {
            name,
            token,
            send,
            headers,
            expect,
        } = self;
        let (token, identity) = match token {
            None => (None, Identity::default()),
            Some(variation) => {
                let (token, identity) = variation.resolve(&name, folder, tokens)?;
                (Some(token), identity)
            }
        };
        let (method, host, target) = parse_line(&send).ok_or_else(|| ExampleError::Line {
            request: name.clone(),
            line: send.clone(),
        })?;
        let headers = headers.into_iter().map(|header| {
            parse_header(&header).ok_or_else(|| ExampleError::Header {
                request: name.clone(),
                header,
            })
        });
        let headers: Vec<_> = headers.collect::<Result<_, _>>()?;
        if token.is_none() && names_token(&target, &headers) {
            return Err(ExampleError::NoToken { request: name });
        }
        Ok(Request {
            expected: expect.resolve(identity),
            name,
            method,
            host,
            target,
            headers,
            token,
        })
    }
}

impl Variation {
    fn resolve(
        self,
        request: &str,
        folder: &Path,
        tokens: &BTreeMap<String, TokenEntry>,
    ) -> Result<(Token, Identity), ExampleError> {
        let Self {
            like,
            key,
            typ,
            lifetime_seconds,
            issued_seconds_ago,
            claims: changed,
            without,
        } = self;
        let base = tokens
            .get(&like)
            .ok_or_else(|| ExampleError::UnknownToken {
                request: request.to_owned(),
                token: like,
            })?;
        let mut claims = base.claims.clone();
        claims.extend(changed);
        claims.retain(|name, _| !without.contains(name));
        let token = Token {
            key: folder.join(key.as_ref().unwrap_or(&base.key)),
            typ: typ.unwrap_or_else(|| base.typ.clone()),
            lifetime_seconds: lifetime_seconds.unwrap_or(base.lifetime_seconds),
            issued_seconds_ago,
            claims,
        };
        Ok((token, base.identity.clone()))
    }
}

impl Expectation {
    /// An allowed request is to reach the upstream with the identity of its token, or with none if
    /// it is public; no other is to reach it.
    fn resolve(self, identity: Identity) -> Expected {
        let Self {
            status,
            decision,
            reason,
            rule,
            observed,
            www_authenticate,
            stripped,
        } = self;
        let identity = match (decision, reason) {
            (Outcome::Allow, Reason::Public) => Some(Identity::default()),
            (Outcome::Allow, _) => Some(identity),
            (Outcome::Deny | Outcome::Challenge | Outcome::Answer, _) => None,
        };
        let upstream = identity.map(|identity| Told { identity, stripped });
        Expected {
            status,
            decision,
            reason,
            rule,
            observed,
            challenge: www_authenticate,
            upstream,
        }
    }
}

fn parse_line(line: &str) -> Option<(String, String, String)> {
    let (method, url) = line.split_once(' ')?;
    let rest = url.strip_prefix("http://")?;
    let path = rest.find('/')?;
    let (host, target) = rest.split_at_checked(path)?;
    let one_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    (one_word(method) && one_word(host) && one_word(target))
        .then(|| (method.to_owned(), host.to_owned(), target.to_owned()))
}

fn parse_header(header: &str) -> Option<(String, String)> {
    let (name, value) = header.split_once(": ")?;
    (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

fn outcome<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Outcome, D::Error> {
    let all = [Outcome::Allow, Outcome::Deny, Outcome::Challenge];
    let code = String::deserialize(deserializer)?;
    let found = all.into_iter().find(|outcome| outcome.code() == code);
    found.ok_or_else(|| de::Error::custom(format!("no decision is called `{code}`")))
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reason, D::Error> {
    let code = String::deserialize(deserializer)?;
    let found = Reason::ALL
        .iter()
        .copied()
        .find(|reason| reason.code() == code);
    found.ok_or_else(|| de::Error::custom(format!("no reason is called `{code}`")))
}

#[cfg(test)]
mod tests;
