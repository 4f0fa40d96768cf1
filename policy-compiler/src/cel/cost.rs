//! How much a condition can cost: an upper bound from how large its inputs can be.
//!
//! Sizes come from what the policy declares (`list(string, 20)`) and from what the engine lets in:
//! a token, its JSON values, a path, a header. Elements of one input share its bytes and values:
//! a token cannot be full of long lists of long texts. So what happens to each element of a list
//! is counted for the average one, which is exact for work that grows in proportion.
//!
//! The bound is for the author: it says before anything ships which rule could exhaust the budget
//! that the engine keeps at run time in any case.

mod size;

use std::collections::HashMap;

use remit_engine::limits;
use remit_engine::plan::{Datum, FoldKind, Function, LocalId, Slot};

use super::issue::Issue;
use super::scope::Scope;
use super::term::{Reading, Term, TermKind};
use crate::diagnostic::Code;

use size::{Cost, Size, VALUE_BYTES};

/// Says so if a condition could take more than a rule may.
pub(super) fn too_expensive(term: &Term, scope: &Scope<'_>) -> Option<Issue> {
    let mut bound = Bound {
        scope: *scope,
        locals: HashMap::new(),
        folds: 0,
    };
    let (cost, _) = bound.term(term);
    let steps = u64::from(limits::RULE_STEPS);
    let memory = u64::from(limits::RULE_BYTES);
    let (message, dimension) = if cost.steps > steps {
        let message = format!(
            "this condition could take {} steps, more than the {steps} of a rule",
            shown(cost.steps)
        );
        (message, Dimension::Steps)
    } else if cost.memory > memory {
        let message = format!(
            "this condition could take {} bytes of memory, more than the {memory} of a rule",
            shown(cost.memory)
        );
        (message, Dimension::Memory)
    } else {
        return None;
    };
    let part = bound.most_expensive(term, dimension);
    let help = "say how long its inputs may be, where they are declared: \
                `list(string, 50)`, `string(64)`; longer ones are then refused";
    Some(
        Issue::new(Code::TooExpensive, &part.range, message)
            .label("most of it here")
            .help(help),
    )
}

/// A number for people.
fn shown(number: u64) -> String {
    match number {
        0..=999_999 => number.to_string(),
        1_000_000..=999_999_999 => format!("{} million", number / 1_000_000),
        _ => "more than a thousand million".to_owned(),
    }
}

#[derive(Clone, Copy)]
enum Dimension {
    Steps,
    Memory,
}

struct Bound<'t> {
    scope: Scope<'t>,
    locals: HashMap<LocalId, Size<'t>>,
    /// Comprehensions around what is looked at.
    folds: usize,
}

/// Comprehensions within each other, each of which is looked at twice; those within are counted
/// for their largest element alone.
const FOLDS: usize = 6;

impl<'t> Bound<'t> {
    /// The innermost part to which most of the cost can be laid.
    fn most_expensive<'m>(&mut self, term: &'m Term, dimension: Dimension) -> &'m Term {
        let measure = |cost: Cost| match dimension {
            Dimension::Steps => cost.steps,
            Dimension::Memory => cost.memory,
        };
        let mut part = term;
        loop {
            let (whole, _) = self.term(part);
            // A comprehension's body is what makes it expensive, times its elements.
            if matches!(part.kind, TermKind::Fold(_)) {
                return part;
            }
            let most = part
                .operands()
                .into_iter()
                .max_by_key(|operand| measure(self.term(operand).0));
            match most {
                Some(operand) if measure(self.term(operand).0) * 2 > measure(whole) => {
                    part = operand;
                }
                _ => return part,
            }
        }
    }

    fn term(&mut self, term: &Term) -> (Cost, Size<'t>) {
        let one = Cost::steps(1);
        match &term.kind {
            TermKind::Constant(datum) => (one, Size::of_constant(datum)),
            TermKind::Slot(slot, reading) => {
                let header = match slot {
                    Slot::RequestHeader(_) => limits::HEADERS as u64 / 4,
                    _ => 0,
                };
                let size = match reading {
                    Reading::Presence => Size::default(),
                    Reading::Value | Reading::Optional => self.slot(slot),
                };
                (Cost::steps(2 + header), size)
            }
            TermKind::Local(local) => (one, self.locals.get(local).copied().unwrap_or_default()),
            TermKind::Equal(a, b) | TermKind::NotEqual(a, b) => {
                let ((x, a), (y, b)) = (self.term(a), self.term(b));
                let compared = a.values.min(b.values) + a.bytes.min(b.bytes) / 64;
                (
                    one.plus(x).plus(y).plus(Cost::steps(compared)),
                    Size::default(),
                )
            }
            TermKind::Matches(text, _) => {
                let (cost, size) = self.term(text);
                (
                    one.plus(cost).plus(Cost::steps(size.bytes / 16)),
                    Size::default(),
                )
            }
            TermKind::Not(a) => (one.plus(self.term(a).0), Size::default()),
            TermKind::And(a, b) | TermKind::Or(a, b) => (
                one.plus(self.term(a).0).plus(self.term(b).0),
                Size::default(),
            ),
            TermKind::Choose(c, a, b) => {
                let condition = self.term(c).0;
                let ((x, a), (y, b)) = (self.term(a), self.term(b));
                let branch = Cost {
                    steps: x.steps.max(y.steps),
                    memory: x.memory.max(y.memory),
                };
                (one.plus(condition).plus(branch), a.or(b))
            }
            TermKind::OptionalOr(a, b) | TermKind::OptionalOrValue(a, b) => {
                let ((x, a), (y, b)) = (self.term(a), self.term(b));
                (one.plus(x).plus(y), a.or(b))
            }
            TermKind::Field(a, name) | TermKind::OptionalField(a, name) => {
                let (cost, size) = self.term(a);
                (one.plus(cost).plus(Cost::steps(1)), size.field(name))
            }
            TermKind::HasField(a, _) => (one.plus(self.term(a).0), Size::default()),
            TermKind::List(elements) => {
                let mut cost = one;
                let mut sizes = Vec::with_capacity(elements.len());
                for (element, _) in elements {
                    let (each, size) = self.term(element);
                    cost = cost.plus(each);
                    sizes.push(size);
                }
                let size = Size::containing(sizes.into_iter());
                let memory = size.count * VALUE_BYTES;
                (cost.plus(Cost { steps: 0, memory }), size)
            }
            TermKind::Map(entries) => {
                let mut cost = one;
                let mut sizes = Vec::with_capacity(entries.len());
                for (key, value, _) in entries {
                    let ((x, key), (y, value)) = (self.term(key), self.term(value));
                    cost = cost.plus(x).plus(y);
                    sizes.push(Size {
                        bytes: key.bytes + value.bytes,
                        ..value
                    });
                }
                let size = Size::containing(sizes.into_iter());
                let memory = size.count * 2 * VALUE_BYTES;
                (
                    cost.plus(Cost {
                        steps: size.count,
                        memory,
                    }),
                    size,
                )
            }
            TermKind::Bind { local, value, body } => {
                let (cost, size) = self.term(value);
                self.locals.insert(*local, size);
                let (body, size) = self.term(body);
                (one.plus(cost).plus(body), size)
            }
            TermKind::OptionalMap {
                optional,
                local,
                body,
                ..
            } => {
                let (cost, size) = self.term(optional);
                self.locals.insert(*local, size);
                let (body, size) = self.term(body);
                (one.plus(cost).plus(body), size)
            }
            TermKind::Fold(fold) => self.fold(fold),
            TermKind::Call(function, operands) => self.call(*function, operands),
            TermKind::Fails => (one, Size::default()),
        }
    }

    fn fold(&mut self, fold: &super::term::FoldTerm) -> (Cost, Size<'t>) {
        let (cost, range) = self.term(&fold.range);
        // Evenly spread, or all in one element among empty ones: what grows faster than its input
        // costs most there.
        self.folds += 1;
        let whole = range.inside(range.values, range.bytes);
        let (long, made) = self.elements(fold, range, whole);
        let (each, size) = if self.folds > FOLDS {
            (long.times(range.count), made)
        } else {
            let (even, size) = self.elements(fold, range, range.average());
            let even = even.times(range.count);
            let each = Cost {
                steps: even.steps.max(long.steps),
                memory: even.memory.max(long.memory),
            };
            (each, size)
        };
        self.folds -= 1;
        (Cost::steps(1).plus(cost).plus(each), size)
    }

    /// What a comprehension takes for an element of a size, and how large its result is.
    fn elements(
        &mut self,
        fold: &super::term::FoldTerm,
        range: Size<'t>,
        element: Size<'t>,
    ) -> (Cost, Size<'t>) {
        self.locals.insert(fold.element, element);
        if let Some(key) = fold.key {
            self.locals.insert(
                key,
                Size {
                    ty: None,
                    ..element
                },
            );
        }
        let mut each = Cost::steps(1);
        if let Some(filter) = &fold.filter {
            each = each.plus(self.term(filter).0);
        }
        let (body, made) = self.term(&fold.body);
        each = each.plus(body);
        let kept = Cost {
            steps: 0,
            memory: 2 * VALUE_BYTES,
        };
        let list = |of: Size<'t>| Size {
            ty: None,
            count: range.count,
            values: range.count.saturating_mul(1 + of.values),
            bytes: range.count.saturating_mul(of.bytes),
        };
        match fold.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => (each, Size::default()),
            FoldKind::Filter | FoldKind::SortBy => (each.plus(kept), range),
            FoldKind::Map | FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                (each.plus(kept), list(made))
            }
        }
    }

    fn call(&mut self, function: Function, operands: &[Term]) -> (Cost, Size<'t>) {
        let mut cost = Cost::steps(1);
        let mut sizes = Vec::with_capacity(operands.len());
        for operand in operands {
            let (each, size) = self.term(operand);
            cost = cost.plus(each);
            sizes.push(size);
        }
        let first = sizes.first().copied().unwrap_or_default();
        let second = sizes.get(1).copied().unwrap_or_default();
        let all = sizes
            .iter()
            .copied()
            .fold(Size::default(), |all, one| Size {
                ty: None,
                ..all.and(one)
            });
        let (work, size) = match function {
            Function::In => {
                let compared = second.bytes.min(second.count.saturating_mul(first.bytes)) / 64;
                let inner = second
                    .values
                    .min(second.count.saturating_mul(1 + first.values));
                (compared + inner, Size::default())
            }
            Function::Index | Function::OptionalIndex => (2, first.largest()),
            Function::Less
            | Function::LessOrEqual
            | Function::Greater
            | Function::GreaterOrEqual
            | Function::StartsWith
            | Function::EndsWith => (first.bytes.min(second.bytes) / 64, Size::default()),
            Function::Add => {
                let made = first.and(second);
                return (cost.plus(made_of(made)), made);
            }
            Function::ToDyn
            | Function::OptionalOf
            | Function::OptionalOfNonZero
            | Function::OptionalValue => (1, first),
            Function::First | Function::Last => (1, first.largest()),
            Function::Slice | Function::Distinct | Function::Sort | Function::Unwrap => {
                let work = match function {
                    // Each element is held against those before it.
                    Function::Distinct => first.values.saturating_mul(first.values),
                    Function::Sort => first.values.saturating_mul(16) + first.bytes / 16,
                    _ => first.count,
                };
                let made = made_of(first);
                return (cost.plus(made).plus(Cost::steps(work)), first);
            }
            Function::Flatten => {
                let flat = Size {
                    ty: None,
                    count: first.values,
                    ..first
                };
                return (cost.plus(made_of(flat)), flat);
            }
            Function::Range => {
                // As long as its operand says, which may be anything.
                let count = match operands.first().and_then(Term::as_constant) {
                    Some(Datum::Int(count)) => u64::try_from(*count).unwrap_or(0),
                    _ => u64::from(u32::MAX),
                };
                let made = Size {
                    ty: None,
                    count,
                    values: count,
                    bytes: 0,
                };
                return (cost.plus(made_of(made)), made);
            }
            Function::Replace => {
                // Each character may give way to the replacement.
                let third = sizes.get(2).copied().unwrap_or_default();
                let grown = (first.bytes + 1).saturating_mul(third.bytes + 1);
                let made = Size {
                    bytes: grown,
                    ..Size::default()
                };
                return (cost.plus(made_of(made)), made);
            }
            Function::Split => {
                let made = Size {
                    ty: None,
                    count: first.bytes + 1,
                    values: first.bytes + 1,
                    bytes: first.bytes,
                };
                return (cost.plus(made_of(made)), made);
            }
            Function::Join => {
                let made = Size {
                    bytes: first
                        .bytes
                        .saturating_add(first.count.saturating_mul(second.bytes)),
                    ..Size::default()
                };
                return (cost.plus(made_of(made)), made);
            }
            Function::Format => {
                let made = Size {
                    // A value's text is bounded by its own bytes and 400 for each number.
                    bytes: all.bytes.saturating_mul(4) + all.values.saturating_mul(400),
                    ..Size::default()
                };
                return (cost.plus(made_of(made)), made);
            }
            _ if makes_text(function) => {
                let made = Size {
                    bytes: first.bytes.saturating_mul(2).saturating_add(64),
                    ..Size::default()
                };
                return (cost.plus(made_of(made)), made);
            }
            Function::Reverse => return (cost.plus(made_of(first)), first),
            _ => (all.values + all.bytes / 16, Size::default()),
        };
        (cost.plus(Cost::steps(work)), size)
    }

    fn slot(&self, slot: &Slot) -> Size<'t> {
        match slot {
            Slot::RequestMethod | Slot::RequestScheme => Size::text(32),
            Slot::RequestHost => Size::text(limits::HOST_BYTES),
            Slot::RequestPath | Slot::RequestUrlPath | Slot::RequestQuery | Slot::Capture(_) => {
                Size::text(limits::PATH_BYTES)
            }
            Slot::Query(_) => Size {
                ty: None,
                count: limits::QUERY_PARAMETERS as u64,
                values: limits::QUERY_PARAMETERS as u64,
                bytes: limits::PATH_BYTES as u64,
            },
            Slot::RequestHeader(_) => Size::text(limits::HEADER_BYTES),
            Slot::CalledName | Slot::CalledUri => Size::text(limits::CALLED_BYTES),
            Slot::Body(name) | Slot::Argument(name) => match self.scope.largest(*name) {
                Some((ty, bytes)) => {
                    let bytes = u64::from(bytes);
                    // No value is shorter than a digit, and no two stand without a comma.
                    let values = bytes.div_ceil(2).min(limits::BODY_VALUES as u64);
                    Size::declared(ty, values, bytes)
                }
                None => Size::default(),
            },
            Slot::Claim(id) | Slot::TransactionClaim(id) => {
                match self.scope.plan.claims.get(id.index()) {
                    Some(claim) => Size::declared(
                        &claim.ty,
                        limits::JSON_VALUES as u64,
                        limits::TOKEN_BYTES as u64 * 3 / 4,
                    ),
                    None => Size::default(),
                }
            }
            Slot::TokenIssuer
            | Slot::TokenSubject
            | Slot::TokenId
            | Slot::Agent
            | Slot::Principal
            | Slot::Task
            | Slot::TaskId
            | Slot::Session
            | Slot::Instance
            | Slot::Tenant
            | Slot::TransactionId
            | Slot::TransactionSubject
            | Slot::TransactionWorkload
            | Slot::Resource
            | Slot::Operation
            | Slot::Issuer => Size::text(limits::IDENTITY_BYTES),
            Slot::TokenIssuedAt
            | Slot::TokenExpires
            | Slot::Now
            | Slot::HistoryCalls(_)
            | Slot::HistoryFirst(_)
            | Slot::HistoryLast(_)
            | Slot::HistoryDenials(_)
            | Slot::HistoryTarget(_) => Size::default(),
            Slot::Delegation => Size {
                ty: None,
                count: limits::ACTORS as u64,
                values: limits::ACTORS as u64,
                bytes: (limits::ACTORS * limits::IDENTITY_BYTES) as u64,
            },
        }
    }
}

fn made_of(size: Size<'_>) -> Cost {
    Cost {
        steps: size.count + size.memory() / 64,
        memory: size.memory(),
    }
}

fn makes_text(function: Function) -> bool {
    matches!(
        function,
        Function::ToString
            | Function::ToBytes
            | Function::CharAt
            | Function::LowerAscii
            | Function::UpperAscii
            | Function::Quote
            | Function::Substring
            | Function::Trim
            | Function::Base64Decode
            | Function::Base64Encode
    )
}

#[cfg(test)]
mod tests;
