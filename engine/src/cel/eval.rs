//! Evaluating a lowered condition.

use std::borrow::Cow;
use std::cell::Cell;

use super::inputs::Inputs;
use super::value::Value;
use crate::limits;
use crate::plan::{Node, NodeId, Operator, Ordering, Program, TextTest};

/// Why a condition has no value. The rule that holds it denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// As it prints.
    #[error("a value that should be there is not")]
    Missing,
    /// As it prints.
    #[error("a header is repeated or is no text")]
    Unreadable,
    /// As it prints.
    #[error("an operand has a type that the operation does not take")]
    Type,
    /// As it prints.
    #[error("a number is out of range")]
    Overflow,
    /// As it prints.
    #[error("division by zero")]
    DivisionByZero,
    /// As it prints.
    #[error("a list has no such element")]
    NoElement,
    /// As it prints.
    #[error("the budget for evaluation is used up")]
    Budget,
}

/// What the conditions of one request may still use together.
pub(crate) struct Budget {
    steps: Cell<u32>,
    bytes: Cell<u32>,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self {
            steps: Cell::new(limits::EVALUATION_STEPS),
            bytes: Cell::new(limits::EVALUATION_BYTES),
        }
    }

    fn spend(purse: &Cell<u32>, amount: usize) -> Result<(), EvalError> {
        let amount = u32::try_from(amount).map_err(|_| EvalError::Budget)?;
        purse.set(purse.get().checked_sub(amount).ok_or(EvalError::Budget)?);
        Ok(())
    }

    fn step(&self) -> Result<(), EvalError> {
        Self::spend(&self.steps, 1)
    }

    /// Work that grows with the size of what is looked at: a step for each 64 bytes or elements.
    fn scan(&self, size: usize) -> Result<(), EvalError> {
        Self::spend(&self.steps, size / 64)
    }

    fn allocate(&self, bytes: usize) -> Result<(), EvalError> {
        Self::spend(&self.bytes, bytes)
    }
}

/// Who watches which program.
pub(crate) type Watch<'v> = &'v dyn Fn(NodeId, Result<&Value<'_>, &EvalError>);

/// Whether a condition holds.
pub(crate) fn holds(
    program: &Program,
    inputs: &Inputs<'_>,
    budget: &Budget,
    watch: Watch<'_>,
) -> Result<bool, EvalError> {
    let last = program
        .nodes
        .len()
        .checked_sub(1)
        .ok_or(EvalError::Missing)?;
    let root = NodeId(u32::try_from(last).map_err(|_| EvalError::Missing)?);
    Evaluation {
        program,
        inputs,
        budget,
        watch,
    }
    .bool(root)
}

struct Evaluation<'v> {
    program: &'v Program,
    inputs: &'v Inputs<'v>,
    budget: &'v Budget,
    watch: Watch<'v>,
}

impl<'v> Evaluation<'v> {
    fn value(&self, id: NodeId) -> Result<Value<'v>, EvalError> {
        let value = self.compute(id);
        (self.watch)(id, value.as_ref());
        value
    }

    /// The depth of a loaded plan's programs is bounded, so this recursion is.
    fn compute(&self, id: NodeId) -> Result<Value<'v>, EvalError> {
        self.budget.step()?;
        Ok(
            match self
                .program
                .nodes
                .get(id.index())
                .ok_or(EvalError::Missing)?
            {
                Node::Constant(datum) => datum.into(),
                Node::Read(slot) => {
                    let slot = self
                        .inputs
                        .plan
                        .slots
                        .get(slot.index())
                        .ok_or(EvalError::Missing)?;
                    Budget::spend(&self.budget.steps, self.inputs.cost(slot))?;
                    self.inputs.read(slot)?
                }
                Node::Not(a) => Value::Bool(!self.bool(*a)?),
                Node::Negate(a) => match self.value(*a)? {
                    Value::Int(a) => Value::Int(a.checked_neg().ok_or(EvalError::Overflow)?),
                    Value::Double(a) => Value::Double(-a),
                    _ => return Err(EvalError::Type),
                },
                Node::And(a, b) => Value::Bool(self.either(*a, *b, false)?),
                Node::Or(a, b) => Value::Bool(self.either(*a, *b, true)?),
                Node::Choose(condition, a, b) => {
                    self.value(if self.bool(*condition)? { *a } else { *b })?
                }
                Node::Equal(a, b) => {
                    let (a, b) = (self.value(*a)?, self.value(*b)?);
                    self.budget.scan(size(&a).min(size(&b)))?;
                    Value::Bool(a.equals(&b).ok_or(EvalError::Type)?)
                }
                Node::Compare(ordering, a, b) => {
                    let (a, b) = (self.value(*a)?, self.value(*b)?);
                    self.budget.scan(size(&a).min(size(&b)))?;
                    Value::Bool(compare(*ordering, &a, &b)?)
                }
                Node::Arithmetic(operator, a, b) => {
                    let (a, b) = (self.value(*a)?, self.value(*b)?);
                    self.arithmetic(*operator, a, b)?
                }
                Node::In(a, b) => {
                    let (element, list) = (self.value(*a)?, self.list(*b)?);
                    self.budget
                        .scan(list.len().saturating_mul(1 + size(&element)))?;
                    let mut found = false;
                    for other in list {
                        found |= element.equals(&other.into()).ok_or(EvalError::Type)?;
                    }
                    Value::Bool(found)
                }
                Node::Index(a, b) => {
                    let list = self.list(*a)?;
                    let Value::Int(index) = self.value(*b)? else {
                        return Err(EvalError::Type);
                    };
                    let index = usize::try_from(index).map_err(|_| EvalError::NoElement)?;
                    list.get(index).ok_or(EvalError::NoElement)?.into()
                }
                Node::Text(test, a, b) => {
                    let (a, b) = (self.string(*a)?, self.string(*b)?);
                    self.budget.scan(a.len())?;
                    Value::Bool(match test {
                        TextTest::StartsWith => a.starts_with(b.as_ref()),
                        TextTest::EndsWith => a.ends_with(b.as_ref()),
                        TextTest::Contains => a.contains(b.as_ref()),
                    })
                }
                Node::Size(a) => {
                    let value = self.value(*a)?;
                    self.budget.scan(size(&value))?;
                    let size = match value {
                        Value::String(text) => text.chars().count(),
                        Value::List(list) => list.len(),
                        _ => return Err(EvalError::Type),
                    };
                    Value::Int(i64::try_from(size).map_err(|_| EvalError::Overflow)?)
                }
                Node::HasValue(a) => Value::Bool(self.value(*a)? != Value::Absent),
                Node::Value(a) => match self.value(*a)? {
                    Value::Absent => return Err(EvalError::Missing),
                    value => value,
                },
                Node::OrValue(a, b) => match self.value(*a)? {
                    Value::Absent => self.value(*b)?,
                    value => value,
                },
            },
        )
    }

    /// `&&` (decided by `false`) and `||` (decided by `true`): whichever side decides wins over an
    /// error on the other, in both orders (CEL specification, "Logical Operators").
    fn either(&self, a: NodeId, b: NodeId, decisive: bool) -> Result<bool, EvalError> {
        let first = self.bool(a);
        if first == Ok(decisive) {
            return Ok(decisive);
        }
        match (first, self.bool(b)) {
            (_, Ok(second)) if second == decisive => Ok(decisive),
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(_), Ok(_)) => Ok(!decisive),
        }
    }

    fn arithmetic(
        &self,
        operator: Operator,
        a: Value<'v>,
        b: Value<'v>,
    ) -> Result<Value<'v>, EvalError> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => {
                if b == 0 && matches!(operator, Operator::Divide | Operator::Remainder) {
                    return Err(EvalError::DivisionByZero);
                }
                let result = match operator {
                    Operator::Add => a.checked_add(b),
                    Operator::Subtract => a.checked_sub(b),
                    Operator::Multiply => a.checked_mul(b),
                    Operator::Divide => a.checked_div(b),
                    Operator::Remainder => a.checked_rem(b),
                };
                Ok(Value::Int(result.ok_or(EvalError::Overflow)?))
            }
            (Value::Double(a), Value::Double(b)) => Ok(Value::Double(match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide => a / b,
                Operator::Remainder => return Err(EvalError::Type),
            })),
            (Value::String(a), Value::String(b)) if operator == Operator::Add => {
                self.budget.allocate(a.len().saturating_add(b.len()))?;
                Ok(Value::String(Cow::Owned([a.as_ref(), b.as_ref()].concat())))
            }
            _ => Err(EvalError::Type),
        }
    }

    fn bool(&self, id: NodeId) -> Result<bool, EvalError> {
        match self.value(id)? {
            Value::Bool(value) => Ok(value),
            _ => Err(EvalError::Type),
        }
    }

    fn string(&self, id: NodeId) -> Result<Cow<'v, str>, EvalError> {
        match self.value(id)? {
            Value::String(value) => Ok(value),
            _ => Err(EvalError::Type),
        }
    }

    fn list(&self, id: NodeId) -> Result<&'v [crate::plan::Scalar], EvalError> {
        match self.value(id)? {
            Value::List(list) => Ok(list),
            _ => Err(EvalError::Type),
        }
    }
}

fn compare(ordering: Ordering, a: &Value<'_>, b: &Value<'_>) -> Result<bool, EvalError> {
    // NaN is a number without an order: every comparison with it is false.
    let both_numbers = |value: &Value<'_>| matches!(value, Value::Int(_) | Value::Double(_));
    match a.compare(b) {
        Some(order) => Ok(match ordering {
            Ordering::Less => order.is_lt(),
            Ordering::LessOrEqual => order.is_le(),
            Ordering::Greater => order.is_gt(),
            Ordering::GreaterOrEqual => order.is_ge(),
        }),
        None if both_numbers(a) && both_numbers(b) => Ok(false),
        None => Err(EvalError::Type),
    }
}

fn size(value: &Value<'_>) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Absent | Value::Bool(_) | Value::Int(_) | Value::Double(_) => 0,
    }
}

#[cfg(test)]
mod tests;
