//! A condition on its own, compiled beforehand, over values that lie ready.

use remit_engine::cel::{Automata, Bindings, Budget, Code, EvalError, Silent, holds};
use remit_engine::plan::{Automaton, Datum, Program, ProgramId, Slot, Zone};
use serde::{Deserialize, Serialize};

use crate::case::Unfit;

/// A condition and its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Condition {
    /// The program.
    pub program: ProgramId,
    /// What its nodes read.
    pub slots: Vec<Slot>,
    /// It, and programs that it refers to.
    pub programs: Vec<Program>,
    /// Its time zones.
    pub zones: Vec<Zone>,
    /// Its patterns.
    pub automata: Vec<Automaton>,
    /// Values of its variables; `None` is absent.
    pub bound: Vec<Option<Datum>>,
}

/// A condition, ready to be evaluated.
#[derive(Debug)]
pub struct Ready {
    condition: Condition,
    automata: Automata,
}

impl Ready {
    /// Makes a condition ready.
    ///
    /// # Errors
    /// [`Unfit::Automaton`].
    pub fn new(condition: Condition) -> Result<Self, Unfit> {
        let automata = Automata::new(&condition.automata).map_err(|_| Unfit::Automaton)?;
        Ok(Self {
            condition,
            automata,
        })
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// [`EvalError`].
    pub fn holds(&self) -> Result<bool, EvalError> {
        let code = Code {
            slots: &self.condition.slots,
            programs: &self.condition.programs,
            zones: &self.condition.zones,
            automata: &self.automata,
        };
        let bindings = Bindings(&self.condition.bound);
        holds(
            code,
            self.condition.program,
            &bindings,
            &Budget::new(),
            &mut Silent,
        )
    }
}
