//! From names to indices: the plan but for its conditions.
//!
//! What is wrong is said and left out; the plan that comes of it is used only if nothing was
//! wrong.

mod a2a;
mod approvals;
mod break_glass;
mod calls;
mod endpoints;
pub(crate) mod history;
pub(crate) mod issuers;
mod jwks;
mod labels;
mod limits;
mod metadata;
mod operations;
mod overlap;
mod public;
mod ruling;
mod selection;
pub(crate) mod sequence;
mod sources;
mod tasks;
mod uris;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;

use remit_engine::plan::{
    Capability, Claim, ClaimId, Effect, History, IssuerId, LimitId, MemoryId, NameId, OperationId,
    Per, Plan, Profile, Type,
};

use crate::diagnostic::{Code, Diagnostics};
use crate::document::{DEFAULT_KEEP, DEFAULT_ROOM, Document, Issuer, LabelDeclaration, Selection};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::Text;

use history::Remembered;
use issuers::warn_outside;
pub(crate) use limits::fits;
pub(crate) use operations::OperationFacts;
use sequence::Sequence;

/// A plan without conditions, and what conditions are checked against.
pub(crate) struct Resolved<'d> {
    /// The plan; the rules stand in it without their conditions.
    pub(crate) plan: Plan,
    /// For each rule of the plan, what is left to do.
    pub(crate) rules: Vec<OpenRule<'d>>,
    /// What calls are told apart by.
    pub(crate) targets: Vec<OpenTargets<'d>>,
    /// For each issuer of the plan, the claims that it declares, by path.
    pub(crate) claims: Vec<HashMap<Vec<String>, DeclaredClaim>>,
    /// What conditions can ask of calls before.
    pub(crate) past: Past<'d>,
    /// Files that the policy names.
    pub(crate) assets: Vec<PathBuf>,
}

/// What conditions can ask of calls before: by which names, and what is remembered so far.
pub(crate) struct Past<'d> {
    pub(crate) facts: Vec<OperationFacts<'d>>,
    pub(crate) labels: &'d [LabelDeclaration],
    pub(crate) remembered: RefCell<Remembered>,
    /// How many histories have room, and for how many seconds each is kept.
    pub(crate) room: u32,
    pub(crate) keep: u32,
}

/// A rule whose condition is not compiled yet.
pub(crate) struct OpenRule<'d> {
    pub(crate) effect: Effect,
    pub(crate) selection: &'d Selection,
    pub(crate) issuers: Vec<IssuerId>,
    pub(crate) operations: Vec<OperationId>,
    pub(crate) when: Option<&'d Spanned<Text>>,
    /// What it asks of calls before, with `when`.
    pub(crate) sequence: Sequence<'d>,
    /// Where it stands: its id, or the operation that it allows.
    pub(crate) span: Span,
}

/// Expressions that are not compiled yet, whose values together are a target.
#[derive(Debug)]
pub(crate) struct OpenTargets<'d> {
    pub(crate) of: TargetsOf,
    /// Whose history they belong to.
    pub(crate) per: Per,
    pub(crate) issuers: Vec<IssuerId>,
    pub(crate) operations: Vec<OperationId>,
    pub(crate) by: &'d [Spanned<Text>],
}

/// Whose targets they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetsOf {
    Limit(LimitId),
    /// What calls before were about.
    Memories(Vec<MemoryId>),
}

/// A claim as an issuer declares it.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredClaim {
    pub(crate) id: ClaimId,
    pub(crate) ty: Type,
    pub(crate) presence: remit_engine::plan::Presence,
}

/// Relates the parts of a policy to each other.
pub(crate) fn resolve<'d>(
    document: &'d Document,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Resolved<'d> {
    let mut resolver = Resolver::new(document);
    let vocabulary = labels::Vocabulary::new(&document.labels);
    resolver.issuers(document, sources, diagnostics);
    let facts = resolver.operations(document, &vocabulary, diagnostics);
    overlap::check(&resolver.plan, &facts, diagnostics);
    endpoints::check(document, &resolver.plan, &facts, diagnostics);
    uris::check(document, diagnostics);
    resolver.needs_bodies();
    resolver.approvals(document, sources, diagnostics);
    let mut rules = resolver.tasks(document, &facts, &vocabulary, diagnostics);
    let mut targets = resolver.limits(document, &facts, &vocabulary, diagnostics);
    targets.extend(
        rules
            .iter_mut()
            .filter_map(|rule| rule.sequence.same.take()),
    );
    resolver.observe(document, &rules, diagnostics);
    resolver.exceptions(document, &facts, &vocabulary, &rules, diagnostics);
    resolver.served_metadata(document, diagnostics);
    resolver.fleet(document);
    // What could not be read may be what would have used it.
    if !diagnostics.has_errors() {
        unused_issuers(document, diagnostics);
    }
    rules.shrink_to_fit();
    Resolved {
        plan: resolver.plan,
        rules,
        targets,
        claims: resolver.claims,
        past: Past {
            facts,
            labels: &document.labels,
            remembered: RefCell::new(resolver.remembered),
            room: document
                .history
                .as_ref()
                .map_or(DEFAULT_ROOM, |one| one.room),
            keep: document
                .history
                .as_ref()
                .map_or(DEFAULT_KEEP, |one| one.keep),
        },
        assets: resolver.assets,
    }
}

/// The plan under construction.
struct Resolver {
    plan: Plan,
    names: HashMap<String, NameId>,
    claim_ids: HashMap<(Vec<String>, Type), ClaimId>,
    claims: Vec<HashMap<Vec<String>, DeclaredClaim>>,
    remembered: Remembered,
    assets: Vec<PathBuf>,
}

/// A position in an arena as an index. Sources are bounded, so it always fits; if it did not,
/// the index would be out of range and the plan be refused.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

impl Resolver {
    fn new(document: &Document) -> Self {
        let policy = document.policy.as_ref().map(|name| name.value.clone());
        Self {
            plan: Plan {
                policy: policy.unwrap_or_default(),
                requires: vec![Capability::RequestHeaders],
                audiences: Vec::new(),
                claims: Vec::new(),
                names: Vec::new(),
                issuers: Vec::new(),
                sources: Vec::new(),
                deny_feed: None,
                history: History::default(),
                fleet: None,
                approvals: None,
                resources: Vec::new(),
                operations: Vec::new(),
                tasks: Vec::new(),
                rules: Vec::new(),
                break_glass: Vec::new(),
                slots: Vec::new(),
                programs: Vec::new(),
                automata: Vec::new(),
                zones: Vec::new(),
            },
            names: HashMap::new(),
            claim_ids: HashMap::new(),
            claims: Vec::new(),
            remembered: Remembered::default(),
            assets: Vec::new(),
        }
    }

    /// The index of a capture's or parameter's name.
    fn name(&mut self, name: &str) -> NameId {
        if let Some(id) = self.names.get(name) {
            return *id;
        }
        let id = NameId(index(self.plan.names.len()));
        self.plan.names.push(name.to_owned());
        self.names.insert(name.to_owned(), id);
        id
    }

    /// The index of a claim: the same path with the same type is one claim, whoever sends it.
    fn claim(&mut self, path: &[String], ty: &Type) -> ClaimId {
        let key = (path.to_vec(), ty.clone());
        if let Some(id) = self.claim_ids.get(&key) {
            return *id;
        }
        let id = ClaimId(index(self.plan.claims.len()));
        self.plan.claims.push(Claim {
            path: path.to_vec(),
            ty: ty.clone(),
        });
        self.claim_ids.insert(key, id);
        id
    }
}

fn unused_issuers(document: &Document, diagnostics: &mut Diagnostics) {
    let used = |issuer: &Issuer| {
        let of_tasks = document.tasks.iter().flat_map(|task| &task.issuers);
        let exceptions = document.break_glass.iter();
        let of_exceptions = exceptions.filter_map(|one| one.issuers.as_ref()).flatten();
        let mut names = of_tasks.chain(of_exceptions);
        names.any(|name| name.value == issuer.name.value)
    };
    // A transaction token stands beside whichever token a task accepts.
    let authenticates = |issuer: &&Issuer| issuer.profile != Profile::TxnToken;
    let issuers = document.issuers.iter().filter(authenticates);
    for issuer in issuers.filter(|issuer| !used(issuer)) {
        diagnostics.push(
            issuer
                .name
                .diagnostic(
                    Code::UnusedIssuer,
                    format!("no task accepts tokens of `{}`", issuer.name.value),
                )
                .help("name it under `issuers` of a task, or take it out"),
        );
    }
}
