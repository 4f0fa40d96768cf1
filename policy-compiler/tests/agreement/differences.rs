//! Where `cel` 0.15 is known to differ, each with the sentence of the CEL specification that says
//! how it should be, and the smallest expression that shows it. A test holds each expression: as
//! soon as `cel` does it right the row has to go.

use remit_policy_compiler::cel::Ty;

use crate::tree::Tree;

/// A difference that is `cel`'s.
pub(crate) struct Difference {
    /// The smallest expression that shows it.
    pub(crate) expression: &'static str,
    /// What the specification says.
    pub(crate) specification: &'static str,
    /// What `cel` comes to instead.
    pub(crate) instead: Instead,
    /// Whether an expression has the construct that it comes with.
    pub(crate) concerns: fn(&Tree) -> bool,
}

/// What `cel` comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    /// A value, where there should be another, or an error.
    Value,
    /// An error that says so.
    Error(&'static str),
    /// One or the other: what is around it decides.
    Either,
}

impl Difference {
    /// Whether this may be why the two differ.
    pub(crate) fn explains<V>(&self, tree: &Tree, theirs: &Result<V, String>) -> bool {
        let outcome = match (self.instead, theirs) {
            (Instead::Value, Ok(_)) => true,
            (Instead::Either, _) => true,
            (Instead::Error(part), Err(error)) => error.contains(part),
            _ => false,
        };
        outcome && (self.concerns)(tree)
    }
}

/// All of them.
pub(crate) const DIFFERENCES: &[Difference] = &[
    Difference {
        expression: "optional.none()[[0][1]]",
        specification: "Evaluation: \"all argument sub-expressions are evaluated and if any results in an \
                        error, then this expression results in an error\"",
        instead: Instead::Value,
        concerns: |tree| tree.any(&of_optional),
    },
    Difference {
        expression: "double('NaN') < 1.0",
        specification: "Equality and Ordering: \"Ordering operators are defined for `int`, `uint`, `double`\", \
                        of which NaN is one",
        instead: Instead::Error("found no matching overload for '_"),
        concerns: |tree| tree.any(&orders_doubles),
    },
    Difference {
        expression: "optional.of(1).orValue([0][1])",
        specification: "Proposal 246 (optional values): the alternative of `orValue` is there for when the \
                        optional has no value; it is not evaluated otherwise",
        instead: Instead::Error(""),
        concerns: |tree| tree.any(&alternative),
    },
    Difference {
        expression: "dyn(1).?a",
        specification: "Field Selection: a map or a message has fields; \"In all other cases, `e.f` evaluates \
                        to an error\"",
        instead: Instead::Value,
        concerns: |tree| tree.any(&|node| chooses(node) && node.has(&["dyn"])),
    },
    Difference {
        expression: "duration('1.321s').getMilliseconds()",
        specification: "List of Standard Definitions: \"milliseconds from a duration; does not include the \
                        seconds\"",
        instead: Instead::Either,
        concerns: |tree| tree.has(&["getMilliseconds"]),
    },
    Difference {
        expression: "string(double('-Infinity'))",
        specification: "it has no text for infinities; here they are written as the extension strings has \
                        `%s` write them: \"Infinity\", \"-Infinity\"",
        instead: Instead::Value,
        concerns: |tree| {
            tree.any(&|node| node.name == "string" && node.operands.iter().any(is_double))
        },
    },
    Difference {
        expression: "{1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0}.map(k, k)",
        specification: "Aggregate Values: maps have no order; here a comprehension goes through keys in their \
                        own order, the same every time",
        instead: Instead::Either,
        concerns: |tree| tree.any(&lists_keys),
    },
    Difference {
        expression: "base64.decode('YWJ')",
        specification: "Extension encoders: \"an error if the string input is not base64-encoded\"; RFC 4648 \
                        section 3.5 lets a decoder refuse pad bits that are not zero, and one text for one value \
                        is the safer",
        instead: Instead::Value,
        concerns: |tree| tree.has(&["base64.decode"]),
    },
    Difference {
        expression: "math.greatest([double('NaN')])",
        specification: "Extension math: the greatest of numbers, and NaN has no order; here it is refused in a \
                        list of one as in a longer one",
        instead: Instead::Value,
        concerns: |tree| tree.any(&|node| orders_doubles(node) && node.name.starts_with("math.")),
    },
    Difference {
        expression: "[0] + dyn({'a': 1})",
        specification: "Functions: \"If no overload matches, the runtime error `no_matching_overload` is raised\"; \
                        lists are added to lists",
        instead: Instead::Value,
        concerns: |tree| tree.any(&adds_dynamic),
    },
    // This one is ours, on purpose: a plan carries a zone from 1900 to 2099, with the offsets of
    // these ends before and after.
    Difference {
        expression: "timestamp('0001-01-01T00:00:00Z').getMinutes('Asia/Kolkata')",
        specification: "Timezones: which zones there are is said, what they were before there were any is not",
        instead: Instead::Either,
        concerns: |tree| tree.any(&in_named_zone),
    },
];

/// `map.map(…)` and `map.filter(…)`.
fn lists_keys(node: &Tree) -> bool {
    let lists = ["map", "filter"].contains(&node.name.as_str());
    let over = node.operands.first().map(|operand| &operand.ty);
    lists && matches!(over, Some(Ty::Map(..) | Ty::Dyn))
}

/// `list + dyn(…)`.
fn adds_dynamic(node: &Tree) -> bool {
    let lists = matches!(node.ty, Ty::List(_) | Ty::Dyn);
    node.name == "+" && lists && node.operands.iter().any(|operand| operand.has(&["dyn"]))
}

/// `a[b]` and `a[?b]`, where `a` is an optional.
fn of_optional(node: &Tree) -> bool {
    let index = ["[]", "[?]"].contains(&node.name.as_str());
    let on = node.operands.first().map(|operand| &operand.ty);
    index && matches!(on, Some(Ty::Optional(_) | Ty::Dyn))
}

/// `a.or(b)` and `a.orValue(b)`, where `b` may fail.
fn alternative(node: &Tree) -> bool {
    let falls_back = ["or", "orValue"].contains(&node.name.as_str());
    let other = node.operands.get(1);
    falls_back && other.is_some_and(|other| !other.operands.is_empty())
}

/// `a.?b` and `a[?b]`.
fn chooses(node: &Tree) -> bool {
    ["optional select", "[?]"].contains(&node.name.as_str())
}

/// `t.getHours('Area/City')`.
fn in_named_zone(node: &Tree) -> bool {
    let zone = node.operands.get(1);
    node.name.starts_with("get") && zone.is_some_and(|zone| zone.text.contains('/'))
}

fn orders_doubles(node: &Tree) -> bool {
    let order = [
        "<",
        "<=",
        ">",
        ">=",
        "math.greatest",
        "math.least",
        "sort",
        "sortBy",
    ];
    order.contains(&node.name.as_str()) && node.any(&is_double)
}

fn is_double(node: &Tree) -> bool {
    matches!(node.ty, Ty::Double | Ty::Dyn)
}
