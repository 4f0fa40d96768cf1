//! Putting a request to the engine.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use remit_engine::approval::Action;
use remit_engine::decision::{Again, Answer, Body, Decision, Outcome, Reason, Record, Refusal};
use remit_engine::fleet::Said;
use remit_engine::plan::{self, IssuerId, Plan, PlanError, WhenStale};
use remit_engine::request::{Field, RequestHead};
use remit_engine::{Engine, EngineError};
use serde_json::{Value, json};

use super::claims::claims;
use super::host::TrialHost;
use super::keys::{StandIn, stand_in};
use super::lists::{self, Listed};
use super::mint::{self, MintError};
use super::proof::Proof;
use super::reading::read_body;
use super::sent::{Sent, Shown};
use super::trace::{Recorder, Recording};
use super::{Approval, Attempt, Credential, Recipe, Which, approval};
use crate::Compiled;
use crate::signing_key::KeyPair;
use crate::source::{Sources, Spanned};

/// A policy, ready to be tried.
pub struct Trial<'c> {
    compiled: &'c Compiled,
    /// For some issuers, and perhaps for those who approve, the plan with throw-away keys in the
    /// place of theirs; for none, the plan as it was compiled.
    stages: RefCell<BTreeMap<StandIns, Rc<Stage>>>,
    /// How many tokens were made.
    minted: Cell<u64>,
    /// In the place of the keys of those who approve, once one is needed.
    approver: OnceCell<StandIn>,
}

struct Stage {
    engine: Engine,
    keys: BTreeMap<IssuerId, KeyPair>,
}

/// Whose keys throw-away keys stand in for.
type StandIns = (BTreeSet<IssuerId>, bool);

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
    /// The call that an approval would have to name, if the caller is asked for one.
    pub action: Option<Action>,
    /// `WWW-Authenticate`, if the caller is told that.
    pub challenge: Option<String>,
    /// Identity headers that the upstream gets, without `x-remit-`.
    pub identity: BTreeMap<String, String>,
    /// Names of sent header fields that the upstream does not get.
    pub stripped: BTreeSet<String>,
    /// What the caller sees of the list in the upstream's answer.
    pub listed: Option<Listed>,
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
        let trial = Self {
            stages: RefCell::default(),
            minted: Cell::new(0),
            approver: OnceCell::new(),
            compiled,
        };
        trial.stage([None, None], false)?;
        Ok(trial)
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
        let mut run = Run::default();
        for before in &attempt.before {
            let (_, approval) = self.send(before, sources, &mut run)?;
            run.approvals.push(approval);
        }
        let (decided, _) = self.send(attempt, sources, &mut run)?;
        Ok(decided)
    }

    /// Sends it as often as it says: what came of the last time, or of the first that came out
    /// otherwise than the one before it; and the approval that it showed.
    fn send(
        &self,
        attempt: &Attempt,
        sources: &Sources,
        run: &mut Run,
    ) -> Result<(Decided, Option<String>), TrialError> {
        let (mut decided, mut approval) = self.send_once(attempt, sources, run)?;
        for _ in 1..attempt.times {
            let (next, shown) = self.send_once(attempt, sources, run)?;
            let is_other = (next.reason, &next.rule) != (decided.reason, &decided.rule);
            (decided, approval) = (next, shown);
            if is_other {
                break;
            }
        }
        Ok((decided, approval))
    }

    fn send_once(
        &self,
        attempt: &Attempt,
        sources: &Sources,
        run: &mut Run,
    ) -> Result<(Decided, Option<String>), TrialError> {
        let stage = self.staged(attempt)?;
        let sent = self.show(attempt, &stage, sources, &run.approvals)?;
        run.host.shows(sent.certificate);
        let decided = self.ask(&stage.engine, attempt, &sent, &run.host);
        Ok((decided, sent.approval))
    }

    /// The engine that takes what a request shows, where that names no private key.
    fn staged(&self, attempt: &Attempt) -> Result<Rc<Stage>, TrialError> {
        let plan = &self.compiled.plan;
        let transaction = match &attempt.transaction {
            Some(recipe) if recipe.key.is_none() => {
                Some(recipe.transaction_signer(plan).ok_or(MintError::NoIssuer)?)
            }
            Some(_) | None => None,
        };
        let signer = match &attempt.credential {
            Credential::Minted(recipe) if recipe.key.is_none() => {
                Some(recipe.signer(plan).ok_or(MintError::NoIssuer)?)
            }
            Credential::Minted(_) | Credential::None | Credential::Verbatim(_) => None,
        };
        let approval = attempt.approval.as_ref();
        let by_any = approval.is_some_and(|approval| approval.key.is_none());
        self.stage([signer, transaction], by_any)
    }

    /// What would be sent to a gateway that has loaded the plan as it is: every token is made with
    /// the key that it names. `sources` as of [`decide`](Self::decide); `earlier` are the approvals
    /// that the steps before it showed.
    ///
    /// # Errors
    /// [`TrialError`] if a token names no key, or cannot be made.
    pub fn sent(
        &self,
        attempt: &Attempt,
        sources: &Sources,
        earlier: &[Option<String>],
    ) -> Result<Sent, TrialError> {
        let stage = self.stage([None, None], false)?;
        self.show(attempt, &stage, sources, earlier)
    }

    /// Makes what a request shows.
    fn show(
        &self,
        attempt: &Attempt,
        stage: &Stage,
        sources: &Sources,
        earlier: &[Option<String>],
    ) -> Result<Sent, TrialError> {
        let plan = &self.compiled.plan;
        let mut shown = Shown::default();
        if let Some(approval) = &attempt.approval {
            let header = plan.approval_header().ok_or(MintError::NoApprovals)?;
            let approval = self.approval(approval, attempt, sources, earlier)?;
            shown.approval = Some((header.to_owned(), approval));
        }
        if let Some(recipe) = &attempt.transaction {
            let issuer = recipe.transaction_signer(plan);
            let minted = self.mint(recipe, attempt, issuer, stage, sources, None)?;
            shown.transaction = Some(minted);
        }
        match &attempt.credential {
            Credential::None => {}
            Credential::Verbatim(token) => {
                // For the same reason as a name of its own.
                stage.engine.forget_tokens();
                shown.token = Some(token.clone());
            }
            Credential::Minted(recipe) => {
                let proof = match recipe.dpop {
                    true => Some(Proof::generate()?),
                    false => None,
                };
                let bound = mint::confirmation(recipe, proof.as_ref());
                let signer = recipe.signer(plan);
                let token = self.mint(recipe, attempt, signer, stage, sources, bound)?;
                shown.proof =
                    proof.map(|proof| proof.shown(attempt, plan, &token, &self.next_id()));
                shown.certificate = recipe.certificate;
                shown.token = Some(token);
            }
        }
        Ok(Sent::new(&attempt.request, shown))
    }

    /// Makes a token, with the key that the recipe names, else with the stage's.
    fn mint(
        &self,
        recipe: &Recipe,
        attempt: &Attempt,
        signer: Option<IssuerId>,
        stage: &Stage,
        sources: &Sources,
        bound: Option<Value>,
    ) -> Result<String, TrialError> {
        let plan = &self.compiled.plan;
        let issuer = signer.and_then(|id| plan.issuers.get(id.index()));
        let claims = mint::claims(recipe, attempt, issuer, plan, &self.next_id(), bound);
        let typ = mint::typ(recipe, issuer);
        let Some(file) = &recipe.key else {
            let key = signer.and_then(|id| stage.keys.get(&id));
            let key = key.ok_or(MintError::NoKey)?;
            return Ok(key.sign(claims, typ).map_err(MintError::Sign)?);
        };
        let key = private_key(file, sources)?;
        Ok(key.sign(claims, typ).map_err(MintError::Sign)?)
    }

    /// Makes an approval, or finds the one that was shown before.
    fn approval(
        &self,
        approval: &Approval,
        attempt: &Attempt,
        sources: &Sources,
        earlier: &[Option<String>],
    ) -> Result<String, TrialError> {
        let (of, lifetime, issued_ago) = match &approval.which {
            Which::Again(step) => {
                let shown = earlier.get(*step).and_then(Clone::clone);
                return Ok(shown.ok_or(MintError::NotShown)?);
            }
            Which::Made {
                of,
                lifetime,
                issued_ago,
            } => (of.as_deref(), lifetime, issued_ago),
        };
        let call = of.unwrap_or(attempt).by_itself(attempt);
        let stage = self.staged(&call)?;
        let sent = self.show(&call, &stage, sources, &[])?;
        let host = TrialHost::showing(sent.certificate);
        let asked = self.ask(&stage.engine, &call, &sent, &host);
        let own;
        let key = match &approval.key {
            Some(file) => {
                own = private_key(file, sources)?;
                &own
            }
            None => &self.approver()?.private,
        };
        let (plan, id) = (&self.compiled.plan, self.next_id());
        Ok(approval::signed(
            plan,
            &asked,
            attempt,
            (*lifetime, *issued_ago),
            id,
            key,
        )?)
    }

    /// The key that stands in for those of all who approve.
    fn approver(&self) -> Result<&StandIn, TrialError> {
        match self.approver.get() {
            Some(approver) => Ok(approver),
            None => {
                let made = approval::approver()?;
                Ok(self.approver.get_or_init(|| made))
            }
        }
    }

    /// The engine that takes throw-away keys for those of some issuers, and for those of all who
    /// approve.
    fn stage(
        &self,
        issuers: [Option<IssuerId>; 2],
        approvers: bool,
    ) -> Result<Rc<Stage>, TrialError> {
        let issuers: BTreeSet<IssuerId> = issuers.into_iter().flatten().collect();
        let wanted = (issuers, approvers);
        if let Some(stage) = self.stages.borrow().get(&wanted) {
            return Ok(Rc::clone(stage));
        }
        let (issuers, _) = &wanted;
        let mut plan = tried(&self.compiled.plan);
        let mut keys = BTreeMap::new();
        if let Some(approvals) = plan.approvals.as_mut().filter(|_| approvers) {
            approvals.keys = vec![self.approver()?.public.clone()];
        }
        for issuer in issuers {
            let place = plan.issuers.get_mut(issuer.index());
            let place = place.ok_or(MintError::NoIssuer)?;
            let StandIn { private, public } = stand_in(place)?;
            place.keys = vec![public];
            place.key_source = None;
            keys.insert(*issuer, private);
        }
        let (bytes, _) = plan::encode(&plan)?;
        let engine = Engine::new(plan::decode(&bytes)?)?;
        let stage = Rc::new(Stage { engine, keys });
        self.stages.borrow_mut().insert(wanted, Rc::clone(&stage));
        Ok(stage)
    }

    /// Hands the engine what a gateway would.
    fn ask(&self, engine: &Engine, attempt: &Attempt, sent: &Sent, host: &TrialHost) -> Decided {
        // Names in lower case, as Envoy makes them.
        let headers = sent.headers.iter();
        let headers: Vec<(String, &str)> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
            .collect();
        let mut fields: Vec<Field<'_>> = vec![
            (b":authority", attempt.request.host.as_bytes()),
            (b":method", attempt.request.method.as_bytes()),
            (b":path", sent.target.as_bytes()),
            (b":scheme", attempt.request.scheme.as_bytes()),
        ];
        fields.extend(
            headers
                .iter()
                .map(|(name, value)| (name.as_bytes(), value.as_bytes())),
        );
        let head = RequestHead::new(&fields);
        let stripped: BTreeSet<String> = head
            .to_strip(engine.plan().approval_header())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        let mut recorder = Recorder::default();
        let first = Again::default();
        let mut decide = |again: Option<&Again>| {
            // What was heard of a decision that is made anew says nothing of the one that counts.
            recorder = Recorder::default();
            let (now, recorder) = (attempt.now, &mut recorder);
            let anew = again.unwrap_or(&first);
            let decision = engine.decide_again_traced(&head, anew, now, host, recorder);
            let Decision::Read(reading) = &decision else {
                return decision;
            };
            // Limits that are looked at with the head are looked at again with the body.
            *recorder = Recorder::default();
            let progress = reading.progress();
            let progress = match again {
                Some(again) => progress.with(again.clone()),
                None => progress,
            };
            let content = read_body(attempt.request.body.as_deref(), progress.most());
            let body = Body {
                content: content.as_ref().map_err(|why| *why),
                progress: &progress,
            };
            engine.decide_whole_traced(&head, &body, now, host, recorder)
        };
        let mut decision = decide(None);
        // Nothing is asked: the service that counts for a fleet has room.
        if let Decision::Allow(allow) = &decision
            && !allow.quotas().is_empty()
        {
            let again = allow.again(Said::Granted);
            decision = decide(Some(&again));
        }
        let decision = decision.settled();
        let recorder = Cell::new(recorder);
        let decided = |record: &Record<'_>, answer: Option<&Answer>, identity, listed| {
            let reason = record.reason();
            let observed = record.observed().iter();
            Decided {
                decision: reason.outcome(),
                reason,
                rule: record.rule().map(str::to_owned),
                observed: observed.map(|&id| id.to_owned()).collect(),
                record: self.record(record),
                action: None,
                challenge: answer.and_then(challenge),
                identity,
                stripped: stripped.clone(),
                listed,
                recording: recorder.take().finish(engine.plan(), reason),
                claims: sent.token().map(claims).unwrap_or_default(),
            }
        };
        let refused = |refusal: &Refusal<'_>| {
            refusal.count(host);
            let answer = refusal.answer();
            Decided {
                action: refusal.action(),
                ..decided(refusal.record(), Some(&answer), BTreeMap::new(), None)
            }
        };
        match decision {
            Err(refusal) => refused(&refusal),
            Ok(allow) => {
                let identity = allow.upstream_headers();
                let identity = identity.map(|(name, value)| {
                    let name = name.strip_prefix("x-remit-").unwrap_or(name);
                    (name.to_owned(), value.to_owned())
                });
                let identity = identity.collect();
                let chosen = attempt.cluster.as_deref().or(allow.cluster());
                match allow.confirm(chosen.map(str::as_bytes), host) {
                    Ok(permit) => {
                        let answer = attempt.answer.as_ref();
                        let listed = answer.and_then(|answer| {
                            let answer = answer.as_bytes();
                            lists::listed_in(engine, &head, &permit, answer, attempt.now, host)
                        });
                        decided(permit.record(), None, identity, listed)
                    }
                    Err(refusal) => refused(&refusal),
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

/// What requests of one run share.
#[derive(Default)]
struct Run {
    host: TrialHost,
    /// The approvals that the steps before showed.
    approvals: Vec<Option<String>>,
}

/// Reads a private key.
fn private_key(file: &Spanned<String>, sources: &Sources) -> Result<KeyPair, MintError> {
    let unreadable = |source| MintError::Key {
        file: file.value.clone(),
        source,
    };
    let key = sources.asset(file.span.file, &file.value);
    let key = key.map_err(unreadable)?;
    Ok(KeyPair::from_jwk(&String::from_utf8_lossy(&key))?)
}

/// The plan as it is tried: nothing is fetched, so no token is held against what was revoked.
fn tried(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    plan.deny_feed = None;
    for source in &mut plan.sources {
        source.when_stale = WhenStale::Ignore;
    }
    plan
}

fn challenge(answer: &Answer) -> Option<String> {
    let mut headers = answer.headers.iter();
    let found = headers.find(|(name, _)| *name == "www-authenticate");
    found.map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests;
