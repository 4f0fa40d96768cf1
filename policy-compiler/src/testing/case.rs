//! A policy test as it is run: what is sent, when, with what token, and what must come of it.

use std::collections::{BTreeMap, BTreeSet};

use remit_engine::decision::{Outcome, Reason};
use remit_engine::plan::IssuerId;
use remit_engine::time::UnixTime;
use serde_json::{Map, Value};

use super::Approval;
use crate::source::{Span, Spanned};

/// One test.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows; no other of its file has this name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// What is tried.
    pub attempt: Attempt,
    /// What must come of it.
    pub expected: Expected,
}

/// A request with what shows who sends it, at a time.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When it is sent.
    pub now: UnixTime,
    /// What it shows for a token.
    pub credential: Credential,
    /// The transaction token beside it.
    pub transaction: Option<Recipe>,
    /// The approval beside it.
    pub approval: Option<Approval>,
    /// What is sent.
    pub request: Request,
    /// The cluster that the gateway has chosen; without it, the one that the policy asks for.
    pub cluster: Option<String>,
    /// What the upstream answers if the request goes on, as JSON, where that is looked at.
    pub answer: Option<String>,
    /// How often it is sent; each time the same must come of it.
    pub times: u32,
    /// What was sent before, by whoever shares a history with it.
    pub before: Vec<Attempt>,
}

impl Attempt {
    /// When requests are sent whose file does not say: 2026-01-01T12:00:00Z. Fixed, so that no test
    /// passes on one day and fails on another.
    #[must_use]
    pub fn usual_time() -> UnixTime {
        UnixTime::from_seconds(1_767_268_800)
    }
}

/// What a request shows for a token.
#[derive(Debug, Clone)]
pub enum Credential {
    /// None.
    None,
    /// One that is made for it.
    Minted(Box<Recipe>),
    /// One that was made elsewhere, as it stands.
    Verbatim(String),
}

/// How a token is made.
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    /// The file with the private key, relative to the one that names it. Without it, a throw-away
    /// key takes the place of the issuer's keys.
    pub key: Option<Spanned<String>>,
    /// Whose token it is. Without it, the issuer that `iss` names.
    pub issuer: Option<IssuerId>,
    /// `typ` in its header. Without it, what the issuer's profile asks for.
    pub typ: Option<String>,
    /// `exp - iat`.
    pub lifetime: Option<i64>,
    /// How long before the request it was issued.
    pub issued_ago: Option<i64>,
    /// How long before the request its principal was authenticated (`auth_time`), if it says so.
    pub authenticated_ago: Option<i64>,
    /// Whether it is bound to a key, of which a proof is sent with it (RFC 9449).
    pub dpop: bool,
    /// SHA-256 of the client certificate that it is bound to and that is shown (RFC 8705).
    pub certificate: Option<[u8; 32]>,
    /// Its claims, over those that every token has; `null` stands for one that is to be absent.
    pub claims: Map<String, Value>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The host.
    pub host: String,
    /// Path and query. [`Request::PLACE`] in it, or in a header, stands for the token.
    pub target: String,
    /// Header fields beside `Host`.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

/// What must come of a request. A rule that is not named must not be the cause, and one that is
/// not named as observed must not report; what else is `None` is not looked at.
#[derive(Debug, Clone)]
pub struct Expected {
    /// What the decision comes down to.
    pub decision: Outcome,
    /// Why.
    pub reason: Reason,
    /// The rule that caused it.
    pub rule: Option<String>,
    /// The rules that only report and would have stopped it.
    pub observed: Vec<String>,
    /// `WWW-Authenticate`.
    pub challenge: Option<Challenge>,
    /// Names of sent header fields that the upstream does not get, in lower case.
    pub stripped: Option<BTreeSet<String>>,
    /// Identity headers that the upstream gets, without `x-remit-`.
    pub identity: Option<BTreeMap<String, String>>,
    /// Members of the decision record; `null` for one that is not there.
    pub record: Map<String, Value>,
    /// The names that remain in a list of the upstream's.
    pub listed: Option<Vec<String>>,
    /// Those of them that are marked: they can be called with some arguments and not with others.
    pub marked: Option<Vec<String>>,
}

/// What `WWW-Authenticate` must say, and must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Parts of it.
    pub contains: Vec<String>,
    /// What is no part of it.
    pub lacks: Vec<String>,
}

impl Request {
    /// Stands for the token in a path or header.
    pub const PLACE: &str = "<token>";

    /// Reads `METHOD http://host/path` or the same with `https`.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let (method, url) = line.split_once(' ')?;
        let (scheme, rest) = url.split_once("://")?;
        let (host, target) = rest.split_at_checked(rest.find('/')?)?;
        let one_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
        let good =
            matches!(scheme, "http" | "https") && [method, host, target].map(one_word) == [true; 3];
        good.then(|| Self {
            method: method.to_owned(),
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        })
    }

    /// Reads `name: value`.
    #[must_use]
    pub fn header(line: &str) -> Option<(String, String)> {
        let (name, value) = line.split_once(':')?;
        let value = value.strip_prefix(' ').unwrap_or(value);
        (!name.is_empty() && !name.contains(char::is_whitespace))
            .then(|| (name.to_owned(), value.to_owned()))
    }

    /// Adds a header, unless it says itself what that is.
    pub fn add_header(&mut self, name: &str, value: &str) {
        let mut said = self.headers.iter();
        if !said.any(|(said, _)| said.eq_ignore_ascii_case(name)) {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Whether it says itself where its token goes.
    #[must_use]
    pub fn names_token(&self) -> bool {
        self.target.contains(Self::PLACE)
            || self
                .headers
                .iter()
                .any(|(_, value)| value.contains(Self::PLACE))
    }

    /// Method and URL, as they are written.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "{} {}://{}{}",
            self.method, self.scheme, self.host, self.target
        )
    }
}
