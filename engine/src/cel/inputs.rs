//! What conditions are evaluated against: the plan's code, and whoever knows the inputs.

use super::error::EvalError;
use super::matching::Automata;
use super::value::Value;
use crate::plan::{Datum, Plan, Program, ProgramId, Slot, Zone};

/// The parts of a plan that evaluation follows references into.
#[derive(Debug, Clone, Copy)]
pub struct Code<'v> {
    /// What nodes read.
    pub slots: &'v [Slot],
    /// The conditions.
    pub programs: &'v [Program],
    /// Time zones.
    pub zones: &'v [Zone],
    /// The plan's automata, made ready.
    pub automata: &'v Automata,
}

impl<'v> Code<'v> {
    /// The code of a plan.
    #[must_use]
    pub fn new(plan: &'v Plan, automata: &'v Automata) -> Self {
        Self {
            slots: &plan.slots,
            programs: &plan.programs,
            zones: &plan.zones,
            automata,
        }
    }
}

/// Whoever knows the inputs.
pub trait Inputs<'v> {
    /// Steps that reading a slot costs.
    fn cost(&self, slot: &Slot) -> usize;

    /// The value of a slot; `None` where it is not there.
    ///
    /// # Errors
    /// [`EvalError::Unreadable`] where it is there and cannot be read in one way.
    fn read(&self, slot: &'v Slot) -> Result<Option<Value<'v>>, EvalError>;

    /// The value of a slot where that is text, and `None` where it is anything else, absent or
    /// unreadable: [`Inputs::read`] then says what.
    fn text(&self, slot: &'v Slot) -> Option<&'v str> {
        let _ = slot;
        None
    }

    /// The value of a slot where that is a list, likewise.
    fn list(&self, slot: &'v Slot) -> Option<&'v [Datum]> {
        let _ = slot;
        None
    }

    /// What a program that reads only the token came to before, with this token.
    fn kept(&self, program: ProgramId) -> Option<Result<bool, EvalError>> {
        let _ = program;
        None
    }

    /// Keeps what a program that reads only the token came to. Never [`EvalError::Budget`], which
    /// depends on what else was evaluated.
    fn keep(&self, program: ProgramId, result: Result<bool, EvalError>) {
        let _ = (program, result);
    }
}

/// Inputs without a request: each claim slot is bound to a value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bindings<'v>(
    /// By [`crate::plan::ClaimId`].
    pub &'v [Option<Datum>],
);

impl<'v> Bindings<'v> {
    #[inline]
    fn bound(&self, slot: &Slot) -> Option<&'v Datum> {
        match slot {
            Slot::Claim(claim) => self.0.get(claim.index())?.as_ref(),
            _ => None,
        }
    }
}

impl<'v> Inputs<'v> for Bindings<'v> {
    fn cost(&self, _: &Slot) -> usize {
        1
    }

    fn read(&self, slot: &'v Slot) -> Result<Option<Value<'v>>, EvalError> {
        match slot {
            Slot::Claim(_) => Ok(self.bound(slot).map(Value::from)),
            _ => Err(EvalError::Missing),
        }
    }

    fn text(&self, slot: &'v Slot) -> Option<&'v str> {
        self.bound(slot)?.as_text()
    }

    fn list(&self, slot: &'v Slot) -> Option<&'v [Datum]> {
        self.bound(slot)?.as_list()
    }
}
