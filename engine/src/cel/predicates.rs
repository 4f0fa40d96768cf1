//! Comparisons, membership and predicates of text whose operands are at hand: constants, inputs
//! and local variables that hold text.
//!
//! These are what rules mostly consist of, so they are done on the text itself, without making
//! values of it on the way. Whatever is not at hand as text is left to the general evaluation,
//! which comes to the same.

use super::error::EvalError;
use super::eval::Evaluation;
use super::functions;
use super::inputs::Inputs;
use super::trace::Trace;
use super::value::{List, Text, Value};
use crate::plan::{Datum, Function, Node, NodeId};

impl<'v, T: Trace, I: Inputs<'v> + ?Sized> Evaluation<'_, 'v, T, I> {
    /// `a == b`.
    pub(super) fn equal(&mut self, a: NodeId, b: NodeId) -> Result<bool, EvalError> {
        if let Some((x, y)) = self.texts(a, b)? {
            self.budget.scan(x.len().min(y.len()))?;
            return Ok(x == y);
        }
        let (a, b) = (self.value(a)?, self.value(b)?);
        self.budget.steps(functions::comparison_cost(&a, &b))?;
        Ok(a.equals(&b))
    }

    /// Functions that come to a bool, on text at hand. `None` for all else.
    #[inline]
    pub(super) fn predicate(
        &mut self,
        function: Function,
        a: NodeId,
        b: NodeId,
    ) -> Result<Option<bool>, EvalError> {
        let test: fn(&str, &str) -> bool = match function {
            Function::StartsWith => |text, part| text.starts_with(part),
            Function::EndsWith => |text, part| text.ends_with(part),
            Function::In => return self.text_in(a, b),
            _ => return Ok(None),
        };
        let Some((text, part)) = self.texts(a, b)? else {
            return Ok(None);
        };
        self.budget.scan(text.len().min(part.len()))?;
        Ok(Some(test(text, part)))
    }

    /// Text in a list that is at hand.
    fn text_in(&mut self, a: NodeId, b: NodeId) -> Result<Option<bool>, EvalError> {
        let (Some(needle), Some(list)) = (self.text_at_hand(a), self.list_at_hand(b)) else {
            return Ok(None);
        };
        self.budget.steps(3)?;
        self.tell(a, || Value::text(needle));
        self.tell(b, || Value::List(List::Borrowed(list)));
        functions::text_is_in(needle, list, self.budget).map(Some)
    }

    /// Two operands that are both text at hand.
    #[inline]
    fn texts(&mut self, a: NodeId, b: NodeId) -> Result<Option<(&'v str, &'v str)>, EvalError> {
        let (Some(x), Some(y)) = (self.text_at_hand(a), self.text_at_hand(b)) else {
            return Ok(None);
        };
        self.budget.steps(3)?;
        self.tell(a, || Value::text(x));
        self.tell(b, || Value::text(y));
        Ok(Some((x, y)))
    }

    #[inline]
    fn tell(&mut self, id: NodeId, value: impl FnOnce() -> Value<'v>) {
        if self.trace.listens() {
            self.trace.value(self.id, id, Ok(&value()));
        }
    }

    #[inline]
    fn text_at_hand(&self, id: NodeId) -> Option<&'v str> {
        match self.program.nodes.get(id.index())? {
            Node::Constant(Datum::String(text)) => Some(text),
            Node::Read(slot) => self.inputs.text(self.code.slots.get(slot.index())?),
            Node::Local(local) => match self.locals.get(local.index())? {
                Ok(Value::String(Text::Borrowed(text))) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    #[inline]
    fn list_at_hand(&self, id: NodeId) -> Option<&'v [Datum]> {
        match self.program.nodes.get(id.index())? {
            Node::Constant(Datum::List(list)) => Some(list),
            Node::Read(slot) | Node::ReadOr(slot, _) => {
                self.inputs.list(self.code.slots.get(slot.index())?)
            }
            Node::Local(local) => match self.locals.get(local.index())? {
                Ok(Value::List(List::Borrowed(list))) => Some(list),
                _ => None,
            },
            _ => None,
        }
    }
}
