//! What a plan says: conditions, lowered to typed nodes over slots.

use serde::{Deserialize, Serialize};

use super::model::{ClaimId, NameId, NodeId, SlotId};

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
    /// `resource`: string, its name in the policy.
    Resource,
    /// `operation`: string, its name in the policy.
    Operation,
    /// `issuer`: string, the issuer's name in the policy.
    Issuer,
}

/// A condition, lowered: nodes in an order in which operands stand before what uses them; the
/// last is the result, a bool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// The nodes; never empty.
    pub nodes: Vec<Node>,
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// A string.
    String(String),
}

/// A constant, or the value of a claim or query parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Datum {
    /// One value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Scalar>),
}

/// One step of a [`Program`]. Operand types were checked by the compiler; the evaluator checks
/// them again and a mismatch is an error, so a denial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Node {
    /// A constant.
    Constant(Datum),
    /// An input. Absent optional inputs read as an empty optional, others as an error.
    Read(SlotId),
    /// `!a`.
    Not(NodeId),
    /// `-a`.
    Negate(NodeId),
    /// `a && b`; an error on one side is absorbed by `false` on the other.
    And(NodeId, NodeId),
    /// `a || b`; an error on one side is absorbed by `true` on the other.
    Or(NodeId, NodeId),
    /// `c ? a : b`.
    Choose(NodeId, NodeId, NodeId),
    /// `a == b`, across numeric types.
    Equal(NodeId, NodeId),
    /// `a < b` and the like.
    Compare(Ordering, NodeId, NodeId),
    /// `a + b` and the like.
    Arithmetic(Operator, NodeId, NodeId),
    /// `a in b`, where `b` is a list.
    In(NodeId, NodeId),
    /// `a[b]`, where `a` is a list.
    Index(NodeId, NodeId),
    /// `a.startsWith(b)` and the like.
    Text(TextTest, NodeId, NodeId),
    /// `size(a)`: code points of a string, elements of a list.
    Size(NodeId),
    /// `a.hasValue()` or `has(a)`.
    HasValue(NodeId),
    /// `a.value()`.
    Value(NodeId),
    /// `a.orValue(b)`.
    OrValue(NodeId, NodeId),
}

/// An ordering comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ordering {
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// An arithmetic operator. `Add` also joins strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Remainder,
}

/// A test of one string against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextTest {
    /// `startsWith`.
    StartsWith,
    /// `endsWith`.
    EndsWith,
    /// `contains`.
    Contains,
}

impl Node {
    /// The nodes that it uses.
    #[must_use]
    pub fn operands(&self) -> [Option<NodeId>; 3] {
        match *self {
            Self::Constant(_) | Self::Read(_) => [None; 3],
            Self::Not(a) | Self::Negate(a) | Self::Size(a) | Self::HasValue(a) | Self::Value(a) => {
                [Some(a), None, None]
            }
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Equal(a, b)
            | Self::Compare(_, a, b)
            | Self::Arithmetic(_, a, b)
            | Self::In(a, b)
            | Self::Index(a, b)
            | Self::Text(_, a, b)
            | Self::OrValue(a, b) => [Some(a), Some(b), None],
            Self::Choose(c, a, b) => [Some(c), Some(a), Some(b)],
        }
    }
}
