//! What a plan says: conditions, lowered to typed nodes over slots.

use serde::{Deserialize, Serialize};

use super::datum::Datum;
use super::function::Function;
use super::history::Per;
use super::model::{
    AutomatonId, ClaimId, LocalId, MemoryId, NameId, NodeId, ProgramId, SlotId, TermId,
};

/// Where a condition finds an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// `request.method`: string.
    RequestMethod,
    /// `request.path`: string, with the query.
    RequestPath,
    /// `request.url_path`: string, without the query.
    RequestUrlPath,
    /// `request.query`: string, without `?`, empty if there is none.
    RequestQuery,
    /// `request.host`: string.
    RequestHost,
    /// `request.scheme`: string.
    RequestScheme,
    /// `request.headers[…]`: optional string. Its name in lower case. Repeated, or no text: an error.
    RequestHeader(String),
    /// `path.<name>`: string.
    Capture(NameId),
    /// `query.<name>`: as declared by the operation.
    Query(NameId),
    /// `body.<name>`: as declared by the operation.
    Body(NameId),
    /// `params.arguments.<name>`: as declared by the operation.
    Argument(NameId),
    /// `params.name`: string, what is called.
    CalledName,
    /// `params.uri`: string, the URI of an MCP resource.
    CalledUri,
    /// `token.<path>`: as declared by the issuer.
    Claim(ClaimId),
    /// `token.iss`: string.
    TokenIssuer,
    /// `token.sub`: optional string.
    TokenSubject,
    /// `token.jti`: optional string.
    TokenId,
    /// `token.iat`: optional int, seconds since the epoch.
    TokenIssuedAt,
    /// `token.exp`: int, seconds since the epoch.
    TokenExpires,
    /// `agent`: string.
    Agent,
    /// `principal`: optional string.
    Principal,
    /// `task`: string.
    Task,
    /// `task_id`: optional string.
    TaskId,
    /// `session`: optional string.
    Session,
    /// `instance`: optional string.
    Instance,
    /// `tenant`: optional string.
    Tenant,
    /// `delegation`: the agents that handed the task on, the last of them first: list of strings.
    Delegation,
    /// `txn.<path>`: optional, as declared by the issuer of the transaction token.
    TransactionClaim(ClaimId),
    /// `txn.txn`: optional string, the transaction's identifier.
    TransactionId,
    /// `txn.sub`: optional string.
    TransactionSubject,
    /// `txn.req_wl`: optional string, the workload that asked for the transaction token.
    TransactionWorkload,
    /// `resource`: string, its name in the policy.
    Resource,
    /// `operation`: string, its name in the policy.
    Operation,
    /// `issuer`: string, the issuer's name in the policy.
    Issuer,
    /// `now`, `request.time`: timestamp, when the request is decided.
    Now,
    /// `history.….calls`: int, how many calls there were before.
    HistoryCalls(TermId),
    /// `history.….first`: optional timestamp, when the first of them was.
    HistoryFirst(TermId),
    /// `history.….last`: optional timestamp, when the last of them was.
    HistoryLast(TermId),
    /// `history.denials`: int, how many requests were refused before.
    HistoryDenials(Per),
    /// Whether a call about the same target is remembered: bool.
    HistoryTarget(MemoryId),
}

/// A condition, lowered: nodes in an order in which operands stand before what uses them; the
/// last is the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// The nodes; never empty.
    pub nodes: Vec<Node>,
    /// How many places its local variables take.
    pub locals: u32,
}

/// One step of a [`Program`]. Operand types were checked by the compiler; the evaluator checks
/// them again and a mismatch is an error, so a denial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Node {
    /// A constant.
    Constant(Datum),
    /// An input that must be there: an error where it is not.
    Read(SlotId),
    /// An input as an optional.
    ReadOptional(SlotId),
    /// Whether an input is there.
    Present(SlotId),
    /// An input, or the value of another node where it is not there.
    ReadOr(SlotId, NodeId),
    /// A local variable. An error where what it was bound to is one.
    Local(LocalId),
    /// The bool that another program comes to. It reads nothing but the token, so that its
    /// result, an error too, is kept with the token.
    Once(ProgramId),
    /// `!a`.
    Not(NodeId),
    /// `a && b`; an error on one side is absorbed by `false` on the other.
    And(NodeId, NodeId),
    /// `a || b`; an error on one side is absorbed by `true` on the other.
    Or(NodeId, NodeId),
    /// `c ? a : b`.
    Choose(NodeId, NodeId, NodeId),
    /// `a == b`: numbers on one line, other types never equal to each other.
    Equal(NodeId, NodeId),
    /// `a != b`.
    NotEqual(NodeId, NodeId),
    /// A function of one operand.
    Unary(Function, NodeId),
    /// A function of two operands.
    Binary(Function, NodeId, NodeId),
    /// A function of any number of operands.
    Call(Function, Vec<NodeId>),
    /// Whether an automaton finds its pattern in a string.
    Matches(AutomatonId, NodeId),
    /// `a.or(b)`: `b` is looked at only where `a` is empty.
    OptionalOr(NodeId, NodeId),
    /// `a.orValue(b)`: `b` is looked at only where `a` is empty.
    OptionalOrValue(NodeId, NodeId),
    /// `a.field`; a field of an optional is an optional.
    Field(NodeId, String),
    /// `has(a.field)`.
    HasField(NodeId, String),
    /// `a.?field`.
    OptionalField(NodeId, String),
    /// `[a, ?b]`.
    List(Vec<(NodeId, ElementKind)>),
    /// `{a: b, ?c: d}`.
    Map(Vec<(NodeId, NodeId, ElementKind)>),
    /// `body`, with a local variable bound to a value: `cel.bind` and `cel.block`. An error of
    /// the value is one of the body only where it is read.
    Bind {
        /// The variable.
        local: LocalId,
        /// Its value.
        value: NodeId,
        /// Where it can be read.
        body: NodeId,
    },
    /// `a.optMap(x, body)` and `a.optFlatMap(x, body)`: empty where `a` is empty.
    OptionalMap {
        /// The optional.
        optional: NodeId,
        /// The variable.
        local: LocalId,
        /// What comes of the value.
        body: NodeId,
        /// Whether that is an optional already.
        result: OptionalMapResult,
    },
    /// A comprehension over a list or map.
    Fold(Box<Fold>),
}

/// How an element stands in a list or map literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ElementKind {
    /// Always there.
    Plain,
    /// `?a`: an optional, there if it has a value.
    Optional,
}

/// What the body of a [`Node::OptionalMap`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionalMapResult {
    /// `optMap`: a value, which becomes an optional.
    Value,
    /// `optFlatMap`: an optional.
    Optional,
}

/// A comprehension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// What it makes.
    pub kind: FoldKind,
    /// The list or map.
    pub range: NodeId,
    /// The first of two variables: a list's index, a map's key. With one variable alone there is
    /// none, and that one is [`Fold::element`].
    pub key: Option<LocalId>,
    /// A list's element; a map's value, or its key where there is one variable.
    pub element: LocalId,
    /// Which elements count, where not all do (`map(x, p, t)` and the `transform` macros).
    pub filter: Option<NodeId>,
    /// The predicate or the transformation. A [`FoldKind::TransformMapEntry`]'s is a map.
    pub body: NodeId,
}

/// What a comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoldKind {
    /// `all`: folds with `&&`.
    All,
    /// `exists`: folds with `||`.
    Exists,
    /// `exists_one`, `existsOne`: errors are not absorbed.
    ExistsOne,
    /// `filter`: the elements (a map's keys) for which the predicate holds.
    Filter,
    /// `map`, `transformList`: a list of results.
    Map,
    /// `transformMap`: a map with the same keys.
    TransformMap,
    /// `transformMapEntry`: the entries of all results; a key that comes twice is an error.
    TransformMapEntry,
    /// `sortBy`: the elements in the order of their results.
    SortBy,
}

/// A compiled pattern of `matches`: finds in linear time whether it stands anywhere in a string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automaton {
    /// The pattern, in RE2's syntax, for whoever reads the plan.
    pub pattern: String,
    /// A sparse deterministic automaton as `regex-automata` writes it, little endian.
    pub bytes: Vec<u8>,
}

/// A named time zone, cut to what a policy can come to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name in the IANA time zone database.
    pub name: String,
    /// Offset from UTC in seconds before the first transition.
    pub first: i32,
    /// When the offset changes, in seconds since the epoch, ascending, and to what.
    pub transitions: Vec<(i64, i32)>,
}

impl Node {
    /// Calls `each` with every node that it uses.
    pub fn for_each_operand(&self, mut each: impl FnMut(NodeId)) {
        match self {
            Self::Constant(_)
            | Self::Read(_)
            | Self::ReadOptional(_)
            | Self::Present(_)
            | Self::Local(_)
            | Self::Once(_) => {}
            Self::ReadOr(_, a)
            | Self::Not(a)
            | Self::Unary(_, a)
            | Self::Matches(_, a)
            | Self::Field(a, _)
            | Self::HasField(a, _)
            | Self::OptionalField(a, _) => each(*a),
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Equal(a, b)
            | Self::NotEqual(a, b)
            | Self::Binary(_, a, b)
            | Self::OptionalOr(a, b)
            | Self::OptionalOrValue(a, b) => [*a, *b].into_iter().for_each(each),
            Self::Choose(c, a, b) => [*c, *a, *b].into_iter().for_each(each),
            Self::Call(_, operands) => operands.iter().copied().for_each(each),
            Self::List(elements) => elements.iter().for_each(|(element, _)| each(*element)),
            Self::Map(entries) => entries.iter().for_each(|(key, value, _)| {
                each(*key);
                each(*value);
            }),
            Self::Bind { value, body, .. } => [*value, *body].into_iter().for_each(each),
            Self::OptionalMap { optional, body, .. } => {
                [*optional, *body].into_iter().for_each(each);
            }
            Self::Fold(fold) => {
                let operands = [Some(fold.range), fold.filter, Some(fold.body)];
                operands.into_iter().flatten().for_each(each);
            }
        }
    }

    /// Calls `each` with every local variable that it reads or binds.
    pub fn for_each_local(&self, mut each: impl FnMut(LocalId)) {
        match self {
            Self::Local(local) | Self::Bind { local, .. } | Self::OptionalMap { local, .. } => {
                each(*local);
            }
            Self::Fold(fold) => [fold.key, Some(fold.element)]
                .into_iter()
                .flatten()
                .for_each(each),
            _ => {}
        }
    }
}
