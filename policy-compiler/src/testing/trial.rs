//! Putting a request to the engine.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};

use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Answer, Outcome, Reason, Record};
use remit_engine::plan::{self, IssuerId, PlanError};
use remit_engine::request::{Field, RequestHead};
use remit_engine::{Engine, EngineError};
use serde_json::{Value, json};

use super::claims::claims;
use super::keys::{StandIn, stand_in};
use super::mint::{self, MintError};
use super::trace::{Recorder, Recording};
use super::{Attempt, Credential, Recipe, Request};
use crate::Compiled;
use crate::signing_key::KeyPair;
use crate::source::Sources;

/// A policy, ready to be tried.
pub struct Trial<'c> {
    compiled: &'c Compiled,
    /// The plan as it was compiled.
    engine: Engine,
    /// For each issuer, the plan with a throw-away key in the place of its keys.
    stand_ins: Vec<OnceCell<Stage>>,
    /// How many tokens were made.
    minted: Cell<u64>,
}

struct Stage {
    engine: Engine,
    key: KeyPair,
}

/// Why something cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The plan is not one.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A key in it is not one.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// There is no token for it.
    #[error(transparent)]
    Mint(#[from] MintError),
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What the decision comes down to.
    pub decision: Outcome,
    /// Why.
    pub reason: Reason,
    /// The rule that caused it.
    pub rule: Option<String>,
    /// The rules that only report and would have stopped it.
    pub observed: Vec<String>,
    /// The decision record, as a gateway would write it.
    pub record: Value,
    /// `WWW-Authenticate`, if the caller is told that.
    pub challenge: Option<String>,
    /// Identity headers that the upstream gets, without `x-remit-`.
    pub identity: BTreeMap<String, String>,
    /// Names of sent header fields that the upstream does not get.
    pub stripped: BTreeSet<String>,
    /// What was looked at.
    pub recording: Recording,
    /// What the token that was shown says, verified or not, by claim; secrets masked.
    pub claims: Vec<(String, String)>,
}

impl<'c> Trial<'c> {
    /// Loads a policy.
    ///
    /// # Errors
    /// [`TrialError`] if the engine does not take the plan.
    pub fn new(compiled: &'c Compiled) -> Result<Self, TrialError> {
        let issuers = compiled.plan.issuers.iter();
        Ok(Self {
            engine: Engine::new(plan::decode(&compiled.bytes)?)?,
            stand_ins: issuers.map(|_| OnceCell::new()).collect(),
            minted: Cell::new(0),
            compiled,
        })
    }

    /// A `jti` that no other token has: what the engine keeps with a token would not be evaluated
    /// again for a second one that is the same, and so not be seen.
    fn next_id(&self) -> String {
        self.minted.set(self.minted.get().saturating_add(1));
        format!("remit-test-{}", self.minted.get())
    }

    /// Has the engine decide. `sources` are those that name the key of the token, if one does: it
    /// lies relative to them.
    ///
    /// # Errors
    /// [`TrialError`] if its token cannot be made.
    pub fn decide(&self, attempt: &Attempt, sources: &Sources) -> Result<Decided, TrialError> {
        match &attempt.credential {
            Credential::None => Ok(self.ask(&self.engine, attempt, None)),
            Credential::Verbatim(token) => {
                // For the same reason.
                let engine = Engine::new(plan::decode(&self.compiled.bytes)?)?;
                Ok(self.ask(&engine, attempt, Some(token)))
            }
            Credential::Minted(recipe) => self.minted(recipe, attempt, sources),
        }
    }

    fn minted(
        &self,
        recipe: &Recipe,
        attempt: &Attempt,
        sources: &Sources,
    ) -> Result<Decided, TrialError> {
        let plan = &self.compiled.plan;
        let signer = recipe.signer(plan);
        let issuer = signer.and_then(|id| plan.issuers.get(id.index()));
        let claims = mint::claims(recipe, attempt, issuer, plan, &self.next_id());
        let typ = mint::typ(recipe, issuer);
        if let Some(file) = &recipe.key {
            let unreadable = |source| MintError::Key {
                file: file.value.clone(),
                source,
            };
            let key = sources
                .asset(file.span.file, &file.value)
                .map_err(unreadable)?;
            let key = KeyPair::from_jwk(&String::from_utf8_lossy(&key)).map_err(MintError::Sign)?;
            let token = key.sign(claims, typ).map_err(MintError::Sign)?;
            return Ok(self.ask(&self.engine, attempt, Some(&token)));
        }
        let stage = self.stage(signer.ok_or(MintError::NoIssuer)?)?;
        let token = stage.key.sign(claims, typ).map_err(MintError::Sign)?;
        Ok(self.ask(&stage.engine, attempt, Some(&token)))
    }

    /// The engine that takes an issuer's throw-away key for its own.
    fn stage(&self, issuer: IssuerId) -> Result<&Stage, TrialError> {
        let cell = self.stand_ins.get(issuer.index());
        let cell = cell.ok_or(MintError::NoIssuer)?;
        if let Some(stage) = cell.get() {
            return Ok(stage);
        }
        let mut plan = self.compiled.plan.clone();
        let place = plan.issuers.get_mut(issuer.index());
        let place = place.ok_or(MintError::NoIssuer)?;
        let StandIn { private, public } = stand_in(place)?;
        place.keys = vec![public];
        let (bytes, _) = plan::encode(&plan)?;
        let engine = Engine::new(plan::decode(&bytes)?)?;
        Ok(cell.get_or_init(|| Stage {
            engine,
            key: private,
        }))
    }

    /// Hands the engine what a gateway would.
    fn ask(&self, engine: &Engine, attempt: &Attempt, token: Option<&str>) -> Decided {
        let (target, headers) = with_token(&attempt.request, token);
        let mut fields: Vec<Field<'_>> = vec![
            (b":authority", attempt.request.host.as_bytes()),
            (b":method", attempt.request.method.as_bytes()),
            (b":path", target.as_bytes()),
            (b":scheme", attempt.request.scheme.as_bytes()),
        ];
        fields.extend(
            headers
                .iter()
                .map(|(name, value)| (name.as_bytes(), value.as_bytes())),
        );
        let head = RequestHead::new(&fields);
        let stripped: BTreeSet<String> = head
            .to_strip()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        let mut recorder = Recorder::default();
        let decision = engine
            .decide_traced(&head, attempt.now, &NoHostCrypto, &mut recorder)
            .settled();
        let recorder = Cell::new(recorder);
        let decided = |record: &Record<'_>, answer: Option<&Answer>, identity| {
            let reason = record.reason();
            let observed = record.observed().iter();
            Decided {
                decision: reason.outcome(),
                reason,
                rule: record.rule().map(str::to_owned),
                observed: observed.map(|&id| id.to_owned()).collect(),
                record: self.record(record),
                challenge: answer.and_then(challenge),
                identity,
                stripped: stripped.clone(),
                recording: recorder.take().finish(engine.plan(), reason),
                claims: shown_token(token, &headers).map(claims).unwrap_or_default(),
            }
        };
        match decision {
            Err(refusal) => decided(refusal.record(), Some(&refusal.answer()), BTreeMap::new()),
            Ok(allow) => {
                let identity = allow.upstream_headers();
                let identity = identity.map(|(name, value)| {
                    let name = name.strip_prefix("x-remit-").unwrap_or(name);
                    (name.to_owned(), value.to_owned())
                });
                let identity = identity.collect();
                let chosen = attempt.cluster.as_deref().or(allow.cluster());
                match allow.confirm(chosen.map(str::as_bytes), &NoHostCrypto) {
                    Ok(permit) => decided(permit.record(), None, identity),
                    Err(refusal) => {
                        decided(refusal.record(), Some(&refusal.answer()), BTreeMap::new())
                    }
                }
            }
        }
    }

    /// The record, under the digest of the plan that a gateway would load.
    fn record(&self, record: &Record<'_>) -> Value {
        let mut record: Value = serde_json::from_str(&record.to_json()).unwrap_or_default();
        if let Value::Object(members) = &mut record
            && let Some(version) = members.get_mut("version")
        {
            *version = json!(self.compiled.digest.short());
        }
        record
    }
}

/// Path and header fields as they are sent: names in lower case, as Envoy makes them, and the
/// token where the request says, else as a bearer token.
fn with_token(request: &Request, token: Option<&str>) -> (String, Vec<(String, String)>) {
    let fill = |text: &str| match token {
        Some(token) => text.replace(Request::PLACE, token),
        None => text.to_owned(),
    };
    let headers = request.headers.iter();
    let mut headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), fill(value)))
        .collect();
    if let Some(token) = token.filter(|_| !request.names_token()) {
        headers.push(("authorization".to_owned(), format!("Bearer {token}")));
    }
    (fill(&request.target), headers)
}

/// The token that is shown: the one that was made, else the one in the request's header.
fn shown_token<'t>(made: Option<&'t str>, headers: &'t [(String, String)]) -> Option<&'t str> {
    let sent = headers.iter().find(|(name, _)| name == "authorization");
    let sent = sent.and_then(|(_, value)| value.split_once(' '));
    made.or(sent.map(|(_, token)| token))
}

fn challenge(answer: &Answer) -> Option<String> {
    let mut headers = answer.headers.iter();
    let found = headers.find(|(name, _)| *name == "www-authenticate");
    found.map(|(_, value)| value.clone())
}
