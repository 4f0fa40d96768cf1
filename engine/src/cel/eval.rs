//! Evaluating a lowered condition.
//!
//! Recursion goes as deep as a program, which [`limits::PROGRAM_DEPTH`](crate::limits) bounds when
//! a plan is loaded. Every node costs a step before it is looked at.

use super::budget::Budget;
use super::error::EvalError;
use super::functions;
use super::inputs::{Code, Inputs};
use super::trace::Trace;
use super::value::Value;
use crate::plan::{LocalId, Node, NodeId, OptionalMapResult, Program, ProgramId, Slot, SlotId};

/// Whether a condition holds.
///
/// # Errors
/// [`EvalError`]; a value that is no bool is [`EvalError::Type`].
pub fn holds<'v>(
    code: Code<'v>,
    program: ProgramId,
    inputs: &(impl Inputs<'v> + ?Sized),
    budget: &Budget,
    trace: &mut impl Trace,
) -> Result<bool, EvalError> {
    let mut evaluation = Evaluation::new(code, program, inputs, budget, trace)?;
    let root = evaluation.root()?;
    evaluation.test(root)
}

/// What an expression comes to.
///
/// # Errors
/// [`EvalError`].
pub fn evaluate<'v>(
    code: Code<'v>,
    program: ProgramId,
    inputs: &(impl Inputs<'v> + ?Sized),
    budget: &Budget,
    trace: &mut impl Trace,
) -> Result<Value<'v>, EvalError> {
    let mut evaluation = Evaluation::new(code, program, inputs, budget, trace)?;
    let root = evaluation.root()?;
    evaluation.value(root)
}

pub(super) struct Evaluation<'e, 'v, T, I: ?Sized> {
    pub(super) code: Code<'v>,
    pub(super) id: ProgramId,
    pub(super) program: &'v Program,
    pub(super) inputs: &'e I,
    pub(super) budget: &'e Budget,
    pub(super) trace: &'e mut T,
    /// What local variables are bound to; an error is one only for who reads it.
    pub(super) locals: Vec<Result<Value<'v>, EvalError>>,
}

impl<'e, 'v, T: Trace, I: Inputs<'v> + ?Sized> Evaluation<'e, 'v, T, I> {
    fn new(
        code: Code<'v>,
        id: ProgramId,
        inputs: &'e I,
        budget: &'e Budget,
        trace: &'e mut T,
    ) -> Result<Self, EvalError> {
        let program = code.programs.get(id.index()).ok_or(EvalError::Missing)?;
        let places = program.locals as usize;
        budget.allocate(places * size_of::<Value<'_>>())?;
        Ok(Self {
            code,
            id,
            program,
            inputs,
            budget,
            trace,
            locals: vec![Err(EvalError::Missing); places],
        })
    }

    fn root(&self) -> Result<NodeId, EvalError> {
        let last = self.program.nodes.len().checked_sub(1);
        let last = last.and_then(|last| u32::try_from(last).ok());
        last.map(NodeId).ok_or(EvalError::Missing)
    }

    #[inline]
    fn node(&self, id: NodeId) -> Result<&'v Node, EvalError> {
        self.program.nodes.get(id.index()).ok_or(EvalError::Missing)
    }

    /// Binds a local variable.
    pub(super) fn bind(
        &mut self,
        local: LocalId,
        value: Result<Value<'v>, EvalError>,
    ) -> Result<(), EvalError> {
        let place = self
            .locals
            .get_mut(local.index())
            .ok_or(EvalError::Missing)?;
        *place = value;
        Ok(())
    }

    /// The value of a node.
    pub(super) fn value(&mut self, id: NodeId) -> Result<Value<'v>, EvalError> {
        self.budget.step()?;
        let node = self.node(id)?;
        let value = match node {
            Node::Constant(datum) => Ok(datum.into()),
            Node::Read(slot) => self
                .read(*slot)
                .and_then(|found| found.ok_or(EvalError::Missing)),
            Node::ReadOptional(slot) => self.read(*slot).map(Value::optional),
            Node::ReadOr(slot, other) => match self.read(*slot) {
                Ok(None) => self.value(*other),
                Ok(Some(value)) => Ok(value),
                Err(error) => Err(error),
            },
            Node::Local(local) => match self.locals.get(local.index()) {
                Some(bound) => bound.clone(),
                None => Err(EvalError::Missing),
            },
            Node::Present(_)
            | Node::Once(_)
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Equal(..)
            | Node::NotEqual(..)
            | Node::Matches(..)
            | Node::HasField(..) => self.verdict(node).map(Value::Bool),
            Node::Choose(condition, a, b) => match self.test(*condition) {
                Ok(true) => self.value(*a),
                Ok(false) => self.value(*b),
                Err(error) => Err(error),
            },
            Node::Unary(function, a) => self.unary(*function, *a),
            Node::Binary(function, a, b) => self.binary(*function, *a, *b),
            Node::Call(function, operands) => self.call(*function, operands),
            Node::OptionalOr(a, b) => self.optional_or(*a, *b),
            Node::OptionalOrValue(a, b) => self.optional_or_value(*a, *b),
            Node::Field(of, name) => self.field(*of, name),
            Node::OptionalField(of, name) => self.optional_field(*of, name),
            Node::List(elements) => self.list(elements),
            Node::Map(entries) => self.map(entries),
            Node::Bind { local, value, body } => self.bound(*local, *value, *body),
            Node::OptionalMap {
                optional,
                local,
                body,
                result,
            } => self.optional_map(*optional, *local, *body, *result),
            Node::Fold(fold) => self.fold(fold),
        };
        self.trace.value(self.id, id, value.as_ref());
        value
    }

    /// The value of a node that must be a bool. The same as [`Self::value`], without making a
    /// value of it where it is one of the operators that rules consist of.
    pub(super) fn test(&mut self, id: NodeId) -> Result<bool, EvalError> {
        let node = self.node(id)?;
        let verdict = match node {
            Node::And(a, b) => {
                self.budget.step()?;
                self.either(*a, *b, false)
            }
            Node::Or(a, b) => {
                self.budget.step()?;
                self.either(*a, *b, true)
            }
            Node::Equal(a, b) => {
                self.budget.step()?;
                self.equal(*a, *b)
            }
            _ if is_verdict(node) => {
                self.budget.step()?;
                self.verdict(node)
            }
            Node::Binary(function, a, b) => match self.predicate(*function, *a, *b) {
                Ok(Some(verdict)) => self.budget.step().map(|()| verdict),
                Ok(None) => return self.bool(id),
                Err(error) => Err(error),
            },
            _ => return self.bool(id),
        };
        if self.trace.listens() {
            match &verdict {
                Ok(verdict) => self.trace.value(self.id, id, Ok(&Value::Bool(*verdict))),
                Err(error) => self.trace.value(self.id, id, Err(error)),
            }
        }
        verdict
    }

    /// The value of any other node that must be a bool.
    fn bool(&mut self, id: NodeId) -> Result<bool, EvalError> {
        match self.value(id)? {
            Value::Bool(verdict) => Ok(verdict),
            _ => Err(EvalError::Type),
        }
    }

    fn verdict(&mut self, node: &'v Node) -> Result<bool, EvalError> {
        match node {
            Node::And(a, b) => self.either(*a, *b, false),
            Node::Or(a, b) => self.either(*a, *b, true),
            Node::Not(a) => self.test(*a).map(|verdict| !verdict),
            Node::Equal(a, b) => self.equal(*a, *b),
            Node::NotEqual(a, b) => self.equal(*a, *b).map(|verdict| !verdict),
            Node::Present(slot) => self.read(*slot).map(|found| found.is_some()),
            Node::Once(program) => self.once(*program),
            Node::Matches(automaton, a) => {
                let Value::String(text) = self.value(*a)? else {
                    return Err(EvalError::Type);
                };
                self.budget.steps(text.len() / 16)?;
                self.code.automata.is_in(*automaton, &text)
            }
            Node::HasField(of, name) => self.has_field(*of, name),
            _ => Err(EvalError::Type),
        }
    }

    fn read(&mut self, slot: SlotId) -> Result<Option<Value<'v>>, EvalError> {
        let slot: &'v Slot = self
            .code
            .slots
            .get(slot.index())
            .ok_or(EvalError::Missing)?;
        self.budget.steps(self.inputs.cost(slot))?;
        self.inputs.read(slot)
    }

    /// `&&` (decided by `false`) and `||` (decided by `true`): whichever side decides wins over an
    /// error on the other, in both orders (CEL specification, "Logical Operators").
    fn either(&mut self, a: NodeId, b: NodeId, decisive: bool) -> Result<bool, EvalError> {
        let first = self.test(a);
        if first == Ok(decisive) {
            return Ok(decisive);
        }
        match (first, self.test(b)) {
            (_, Ok(second)) if second == decisive => Ok(decisive),
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(_), Ok(_)) => Ok(!decisive),
        }
    }

    /// A program that reads only the token, from what is kept with it or afresh.
    fn once(&mut self, program: ProgramId) -> Result<bool, EvalError> {
        if let Some(kept) = self.inputs.kept(program) {
            return kept;
        }
        let result = holds(
            self.code,
            program,
            self.inputs,
            self.budget,
            &mut *self.trace,
        );
        if result != Err(EvalError::Budget) {
            self.inputs.keep(program, result);
        }
        result
    }

    fn unary(
        &mut self,
        function: crate::plan::Function,
        a: NodeId,
    ) -> Result<Value<'v>, EvalError> {
        let a = self.value(a)?;
        functions::unary(function, a, self.budget)
    }

    fn binary(
        &mut self,
        function: crate::plan::Function,
        a: NodeId,
        b: NodeId,
    ) -> Result<Value<'v>, EvalError> {
        let (a, b) = (self.value(a)?, self.value(b)?);
        functions::binary(function, a, b, self.code.zones, self.budget)
    }

    fn call(
        &mut self,
        function: crate::plan::Function,
        operands: &'v [NodeId],
    ) -> Result<Value<'v>, EvalError> {
        self.budget
            .allocate(operands.len() * size_of::<Value<'_>>())?;
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            values.push(self.value(*operand)?);
        }
        functions::call(function, &values, self.budget)
    }

    fn bound(
        &mut self,
        local: LocalId,
        value: NodeId,
        body: NodeId,
    ) -> Result<Value<'v>, EvalError> {
        let value = self.value(value);
        if let Err(EvalError::Budget) = value {
            return value;
        }
        self.bind(local, value)?;
        self.value(body)
    }

    fn optional(&mut self, id: NodeId) -> Result<Option<Value<'v>>, EvalError> {
        match self.value(id)? {
            Value::Optional(value) => Ok(value.map(|value| (*value).clone())),
            _ => Err(EvalError::Type),
        }
    }

    fn optional_or(&mut self, a: NodeId, b: NodeId) -> Result<Value<'v>, EvalError> {
        if let Some(value) = self.optional(a)? {
            return Ok(Value::some(value));
        }
        match self.value(b)? {
            other @ Value::Optional(_) => Ok(other),
            _ => Err(EvalError::Type),
        }
    }

    fn optional_or_value(&mut self, a: NodeId, b: NodeId) -> Result<Value<'v>, EvalError> {
        match self.optional(a)? {
            Some(value) => Ok(value),
            None => self.value(b),
        }
    }

    fn optional_map(
        &mut self,
        optional: NodeId,
        local: LocalId,
        body: NodeId,
        result: OptionalMapResult,
    ) -> Result<Value<'v>, EvalError> {
        let Some(value) = self.optional(optional)? else {
            return Ok(Value::Optional(None));
        };
        self.bind(local, Ok(value))?;
        match (result, self.value(body)?) {
            (OptionalMapResult::Value, value) => Ok(Value::some(value)),
            (OptionalMapResult::Optional, value @ Value::Optional(_)) => Ok(value),
            (OptionalMapResult::Optional, _) => Err(EvalError::Type),
        }
    }
}

fn is_verdict(node: &Node) -> bool {
    matches!(
        node,
        Node::Present(_)
            | Node::Once(_)
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Equal(..)
            | Node::NotEqual(..)
            | Node::Matches(..)
            | Node::HasField(..)
    )
}

#[cfg(test)]
mod tests;
