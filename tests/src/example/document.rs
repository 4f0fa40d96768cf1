//! `requests.test.yaml`: what is sent and what must come of it.
//!
//! The types that are read stand below; each is taken apart whole on its way to what is run, so
//! that a new member cannot be forgotten. Unknown and repeated keys are errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use remit_engine::decision::{Outcome, Reason};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::token::{Identity, Token};
use super::{ExampleError, prepare};
use crate::places;

/// A folder with a policy and requests.
#[derive(Debug, Clone)]
pub struct Example {
    folder: PathBuf,
    requests: Vec<Request>,
}

/// What is sent, and what must come of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it shows; no other request of the example has this name.
    pub name: String,
    /// The method.
    pub method: String,
    /// The host.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// Header fields beside `Host`, names as they are sent.
    pub headers: Vec<(String, String)>,
    /// How its token is made.
    pub token: Option<Token>,
    /// What must come of it.
    pub expected: Expected,
}

/// What must come of a request. What is `None` or empty must be absent.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Status of the answer.
    pub status: u16,
    /// The decision.
    pub decision: Outcome,
    /// Its reason.
    pub reason: Reason,
    /// The rule that the record names.
    pub rule: Option<String>,
    /// The rules that only report.
    pub observed: Vec<String>,
    /// `WWW-Authenticate`.
    pub challenge: Option<Challenge>,
    /// What the upstream is told, if the request reaches it.
    pub upstream: Option<Told>,
}

/// What an upstream is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who is calling.
    pub identity: Identity,
    /// Names of sent header fields that it does not get, in lower case.
    pub stripped: BTreeSet<String>,
}

/// What `WWW-Authenticate` must say, and must not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Parts of it.
    pub contains: Vec<String>,
    /// What is no part of it.
    #[serde(default)]
    pub lacks: Vec<String>,
}

/// The folders in `examples/`, by name. Each is to be an example.
///
/// # Errors
/// [`ExampleError`] if they cannot be listed.
pub fn folders() -> Result<Vec<PathBuf>, ExampleError> {
    let all = places::workspace().join("examples");
    let unreadable = |source| ExampleError::Read {
        path: all.clone(),
        source,
    };
    let mut folders = vec![];
    for entry in fs::read_dir(&all).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

impl Example {
    /// The file that makes a folder an example. By its name the compiler, which takes every other
    /// YAML file of the folder for a part of the policy, leaves it alone.
    pub const FILE: &'static str = "requests.test.yaml";

    /// Reads the requests of a folder.
    ///
    /// # Errors
    /// [`ExampleError`]: there are none, or they are not in order.
    pub fn load(folder: &Path) -> Result<Self, ExampleError> {
        let path = folder.join(Self::FILE);
        let text = fs::read_to_string(&path).map_err(|source| ExampleError::Read {
            path: path.clone(),
            source,
        })?;
        let document: Document =
            serde_saphyr::from_str(&text).map_err(|source| ExampleError::Format {
                path: path.clone(),
                source: Box::new(source),
            })?;
        let Document { tokens, requests } = document;
        if requests.is_empty() {
            return Err(ExampleError::NoRequests { path });
        }
        let mut names = BTreeSet::new();
        let requests = requests.into_iter().map(|entry| {
            let request = entry.resolve(folder, &tokens)?;
            if names.insert(request.name.clone()) {
                Ok(request)
            } else {
                Err(ExampleError::SameName { name: request.name })
            }
        });
        Ok(Self {
            folder: folder.to_owned(),
            requests: requests.collect::<Result<_, _>>()?,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The requests, in the order of the file.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
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
        if token.is_none() && prepare::names_token(&target, &headers) {
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
            (Outcome::Deny | Outcome::Challenge, _) => None,
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
