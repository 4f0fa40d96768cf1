//! What a plan says: the compiled policy as plain data.
//!
//! Everything is in arenas and refers to each other by index, so that a plan has no cycles, is
//! written and read in one pass and can be checked in one pass ([`super::validate`]). A loaded
//! plan has every index in range; code that follows one still goes through `get`, because a
//! mistake there must deny, not trap.

use serde::{Deserialize, Serialize};

use super::break_glass::BreakGlass;
use super::call::{BodyShape, Call, Endpoint};
use super::condition::{Automaton, Program, Slot, Zone};
use super::datum::Type;
use super::demand::{Approvals, Binding, Demand};
use super::history::{Fleet, History};
use super::source::Source;

/// Declares an index into one of the plan's arenas.
macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the arena.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Index into [`Plan::audiences`].
    AudienceId;
    /// Index into [`Plan::claims`].
    ClaimId;
    /// Index into [`Plan::issuers`].
    IssuerId;
    /// Index into [`Plan::names`]: a capture or query parameter.
    NameId;
    /// Index into [`Plan::operations`].
    OperationId;
    /// Index into [`Plan::resources`].
    ResourceId;
    /// Index into [`Plan::rules`].
    RuleId;
    /// Index into [`Plan::programs`].
    ProgramId;
    /// Index into [`History::limits`].
    LimitId;
    /// Index into [`History::memories`].
    MemoryId;
    /// Index into [`History::terms`].
    TermId;
    /// Index into [`Plan::sources`].
    SourceId;
    /// Index into [`Plan::tasks`].
    TaskId;
    /// Index into [`Program::nodes`].
    NodeId;
    /// Index into [`Plan::slots`].
    SlotId;
    /// Index into [`Plan::automata`].
    AutomatonId;
    /// A local variable's place, below [`Program::locals`].
    LocalId;
}

/// A compiled policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The policy's name, as its author wrote it.
    pub policy: String,
    /// What the module that loads the plan must be able to do.
    pub requires: Vec<Capability>,
    /// Every audience that a resource has.
    pub audiences: Vec<String>,
    /// Every claim that rules may read, each once, whichever issuers send it.
    pub claims: Vec<Claim>,
    /// Names of captures and query parameters.
    pub names: Vec<String>,
    /// Who may issue tokens, with keys.
    pub issuers: Vec<Issuer>,
    /// Documents that are fetched: keys, status lists, the deny feed.
    pub sources: Vec<Source>,
    /// Which of them says what no longer stands.
    pub deny_feed: Option<SourceId>,
    /// What stands behind the gateway.
    pub resources: Vec<Resource>,
    /// What can be done there.
    pub operations: Vec<Operation>,
    /// Kinds of job, each with what it may do.
    pub tasks: Vec<Task>,
    /// The rules of all tasks.
    pub rules: Vec<Rule>,
    /// What is allowed in an emergency.
    pub break_glass: Vec<BreakGlass>,
    /// What is remembered and counted.
    pub history: History,
    /// Who counts for all gateways of a fleet.
    pub fleet: Option<Fleet>,
    /// Who approves single calls.
    pub approvals: Option<Approvals>,
    /// What conditions read.
    pub slots: Vec<Slot>,
    /// The conditions, and what they share.
    pub programs: Vec<Program>,
    /// The patterns that conditions look for.
    pub automata: Vec<Automaton>,
    /// The time zones that conditions name.
    pub zones: Vec<Zone>,
}

/// Something that a plan asks of the module that loads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Capability {
    /// Request headers, which every module has.
    RequestHeaders,
    /// Bodies and trailers of requests, and responses.
    Bodies,
}

/// A claim that rules may read: where it stands in the token and what type it must have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Member names from the token's top level down. A name may contain dots (`https://…`).
    pub path: Vec<String>,
    /// Its type. A value of another type refuses the token.
    pub ty: Type,
}

/// Whether a value must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Presence {
    /// A token or request without it is refused.
    Mandatory,
    /// It may be absent.
    Optional,
}

/// The kind of token that an issuer sends (`profile` in the policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// JWT access token, RFC 9068: `typ` is `at+jwt`, seven claims are required.
    AccessToken,
    /// JWT-SVID of a SPIFFE trust domain: `sub` is a SPIFFE ID, and its trust domain says which
    /// keys it is held against. `iss` is not looked at.
    JwtSvid,
    /// Transaction token (draft-ietf-oauth-transaction-tokens-10): stands in `Txn-Token` beside a
    /// credential, can only narrow what that one may do, and never authenticates.
    TxnToken,
    /// Any other JWT: `typ` absent or `JWT`.
    Plain,
}

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// Ed25519, spelt `EdDSA` or `Ed25519` in a token.
    EdDsa,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// ECDSA over P-384 with SHA-384.
    Es384,
    /// ECDSA over P-521 with SHA-512.
    Es512,
    /// RSASSA-PSS with SHA-256, a salt as long as the hash and MGF1 with the same hash.
    Ps256,
    /// The same with SHA-384.
    Ps384,
    /// The same with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// The same with SHA-384.
    Rs384,
    /// The same with SHA-512.
    Rs512,
}

/// What a public key is of (`kty` and `crv` of a JWK).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyKind {
    /// A point of edwards25519.
    Ed25519,
    /// A point of P-256.
    P256,
    /// A point of P-384.
    P384,
    /// A point of P-521.
    P521,
    /// RSA.
    Rsa,
}

/// Who issues tokens, what they must look like and whom they can speak for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issuer {
    /// Its name in the policy.
    pub name: String,
    /// The `iss` claim, compared byte by byte. Of a trust domain's tokens `iss` is not looked at:
    /// this is the domain's own SPIFFE ID. Of transaction tokens it is held against `iss` where both
    /// are there; empty where the policy names none.
    pub issuer: String,
    /// Of JWT-SVIDs the trust domain of `sub`; of transaction tokens what `aud` must be.
    pub trust_domain: Option<String>,
    /// The kind of its tokens.
    pub profile: Profile,
    /// What its tokens may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// Its public keys; those of [`Issuer::key_source`] stand in their place once they are there.
    pub keys: Vec<Key>,
    /// Where its keys are fetched from.
    pub key_source: Option<SourceId>,
    /// The status lists that its tokens may refer to, each signed by the issuer itself.
    pub status_lists: Vec<SourceId>,
    /// What must bind its tokens to their sender. A `cnf` in a token is enforced in any case.
    pub binding: Binding,
    /// Whether its tokens go on to the upstream.
    pub forwarding: Forwarding,
    /// How often one of its tokens may be used.
    pub uses: Uses,
    /// Types of `authorization_details` (RFC 9396) with common fields that its tokens may carry,
    /// beside `mission_resource_access`.
    pub detail_types: Vec<String>,
    /// Agents that it can speak for. Nothing else.
    pub may_assert: Vec<Pattern>,
    /// Longest `exp - iat`, in seconds.
    pub max_lifetime: u32,
    /// Clock difference allowed in `exp`, `nbf` and `iat`, in seconds.
    pub leeway: u32,
    /// Which claims name agent, task and the rest.
    pub names: ClaimNames,
    /// Claims that rules may read.
    pub claims: Vec<(ClaimId, Presence)>,
}

/// Whether the upstream gets to see the token that a request was allowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forwarding {
    /// It is taken off, with its proof: the upstream reads the identity headers.
    Strip,
    /// It goes on as it came.
    Keep,
}

/// How often a token may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Uses {
    /// While it lasts.
    #[default]
    Many,
    /// For one request that is let through.
    One,
}

/// Where an issuer puts the identities. Each is a path of member names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimNames {
    /// The agent. Without it: `act.sub` if `act` is there, else `client_id` (access token) or `sub`.
    pub agent: Option<Vec<String>>,
    /// The task's name.
    pub task: Vec<String>,
    /// One run of the task.
    pub task_id: Option<Vec<String>>,
    /// The conversation.
    pub session: Option<Vec<String>>,
    /// The running copy of the agent.
    pub instance: Option<Vec<String>>,
    /// The tenant.
    pub tenant: Option<Vec<String>>,
    /// Approvals of single calls that the token itself carries: a list of objects with `action`,
    /// `jti` and perhaps `exp`.
    pub approvals: Option<Vec<String>>,
}

/// A public key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// `kid`; compared byte by byte.
    pub kid: Option<String>,
    /// What it is.
    pub kind: KeyKind,
    /// The one algorithm that it is used with, if it names one (`alg` of a JWK); without, any for
    /// its kind.
    pub algorithm: Option<Algorithm>,
    /// SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7), as the host's crypto wants it.
    pub spki: Vec<u8>,
}

/// A pattern over identities: `*` stands for one segment, a final `**` for one or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// What stands before `://`, with it; empty for names that are not URIs.
    pub scheme: String,
    /// The parts between slashes after the scheme.
    pub segments: Vec<Segment>,
}

/// One part of a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Segment {
    /// Exactly this.
    Literal(String),
    /// `*`: any one, not empty.
    Any,
    /// `**`: one or more, each not empty; only at the end.
    Rest,
}

/// Operations behind one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name in the policy.
    pub name: String,
    /// The authority that requests for it carry, in lower case, with port if not the default.
    pub host: String,
    /// What a token's `aud` must contain. `None` only where every operation is public.
    pub audience: Option<AudienceId>,
    /// The Envoy cluster that requests must be going to.
    pub cluster: Option<String>,
    /// What stands before the path in the URLs that clients use: scheme and authority, as
    /// proofs of possession name them (RFC 9449 section 4.3).
    pub origin: String,
    /// Where its protected-resource metadata is (RFC 9728 section 3.1).
    pub metadata: Option<String>,
    /// That metadata, where the filter serves it itself.
    pub served_metadata: Option<ServedDocument>,
    /// Where it takes messages, if it does.
    pub endpoint: Option<Endpoint>,
}

/// A document that the filter answers with, whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedDocument {
    /// The path at the resource's host, exactly.
    pub path: String,
    /// JSON.
    pub body: String,
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Looks.
    Read,
    /// Changes.
    Write,
    /// Runs something.
    Execute,
    /// Hands authority on.
    Delegate,
}

/// One thing that a resource offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The resource it belongs to. `None` for a public operation on any host.
    pub resource: Option<ResourceId>,
    /// Its name in the policy, without the resource's.
    pub name: String,
    /// What it does.
    pub class: Class,
    /// Whether a token is needed.
    pub access: Access,
    /// The HTTP method, exactly.
    pub method: String,
    /// The path, segment by segment.
    pub template: Vec<TemplateSegment>,
    /// Its query.
    pub query: QueryShape,
    /// Scopes (RFC 6749 section 3.3) that a token needs, all of them.
    pub scopes: Vec<String>,
    /// What the policy labels it with as `classification`: a token's `data_classification` must
    /// have all of it.
    pub classification: Vec<String>,
    /// The protocol that a request for it changes to (`websocket`), in lower case. `None`: none.
    pub upgrade: Option<String>,
    /// Its body, or the arguments that it is called with.
    pub body: BodyShape,
    /// How it is called, where its requests are messages. Then method and template are the
    /// endpoint's.
    pub call: Option<Call>,
}

/// Whether an operation needs a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Anyone may.
    Public,
    /// Only within a task.
    Task,
}

/// One segment of a path template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateSegment {
    /// Exactly this, after percent-decoding.
    Literal(String),
    /// Any one segment, read as `path.<name>`.
    Capture(NameId),
}

/// What query an operation takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueryShape {
    /// Whatever it is, rules cannot read it.
    Any,
    /// These parameters and no others.
    Declared(Vec<Parameter>),
}

/// A query parameter or a member of a body that an operation takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name, after decoding.
    pub name: NameId,
    /// Its type. Of a query: a scalar once, a list as often as it stands there.
    pub ty: Type,
    /// Whether it may be left out.
    pub presence: Presence,
}

/// A kind of job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its name: the value of the token's task claim.
    pub name: String,
    /// Whose tokens may name it.
    pub issuers: Vec<IssuerId>,
    /// Which agents may have it.
    pub agents: Vec<Pattern>,
    /// Its rules by operation, in the order of [`OperationId`].
    pub rules: Vec<(OperationId, RuleSet)>,
    /// To whom an agent may hand it on. `None`: to nobody.
    pub delegation: Option<Delegation>,
    /// Operations that complete a task id, ascending: from then on it is denied.
    pub ends_with: Vec<OperationId>,
    /// Limits that its calls are held against, ascending.
    pub limits: Vec<LimitId>,
}

/// To whom a task may be handed on (`act` in `act`, RFC 8693 section 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// How often at most.
    pub depth: u32,
    /// Agents that may have it from another.
    pub to: Vec<Pattern>,
}

/// The rules that a task has for one operation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// Rules that are always looked at, ascending.
    pub always: Vec<RuleId>,
    /// Rules that are looked at only where a key has the value that they ask for.
    pub indexed: Option<RuleIndex>,
}

/// Rules that hold only where one expression equals a constant, found by its value instead of
/// one by one.
///
/// INVARIANT: a rule stands here only if its condition is `false` (an allow or deny that does not
/// apply) whenever the key's value is another than those it stands under. Where the key cannot be
/// evaluated, all of them are looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleIndex {
    /// The expression: a string or int.
    pub key: ProgramId,
    /// By value, ascending (ints before strings), the rules that may hold for it, ascending.
    pub by: Vec<(IndexKey, Vec<RuleId>)>,
}

/// What a [`RuleIndex`] is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IndexKey {
    /// An integer.
    Int(i64),
    /// A string.
    String(String),
}

/// What a rule does when its condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// Lets through, if nothing else stops it.
    Allow,
    /// Stops, whatever allows.
    Deny,
    /// Stops unless its condition holds, whatever allows.
    Require,
}

/// Whether a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// It counts.
    Enforce,
    /// It only reports. Never an allow.
    Observe,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id in the policy.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// Whether it counts.
    pub mode: Mode,
    /// When it applies; `None` is always. A `Require` has a condition or a demand.
    pub condition: Option<ProgramId>,
    /// What a `Require` asks of the token instead of a condition.
    pub demand: Option<Demand>,
}
