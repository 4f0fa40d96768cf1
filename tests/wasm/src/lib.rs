//! Expressions that were compiled natively, on their way into a wasm build of the engine: the
//! compiler is native, what evaluates has to come to the same everywhere.

use remit_engine::cel::{Automata, Bindings, Budget, Code, EvalError, Silent, evaluate};
use remit_engine::plan::{Automaton, Datum, Program, ProgramId, Slot, Zone};
use serde::{Deserialize, Serialize};

/// One expression with what it is evaluated against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Its name in its suite.
    pub id: String,
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
    /// What it has to come to; `None` where it has no value.
    pub expected: Option<Datum>,
}

/// Why a case is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A pattern cannot be read.
    #[error("a pattern cannot be read")]
    Automaton,
    /// It has no value.
    #[error("it has no value: {0}")]
    Evaluation(EvalError),
    /// It has another value, or one at all.
    #[error("it came to {actual:?}, expected {expected:?}")]
    Value {
        /// What it came to.
        actual: Datum,
        /// What it should have come to.
        expected: Option<Datum>,
    },
}

impl Case {
    /// Evaluates it.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn run(&self) -> Result<(), Failure> {
        let automata = Automata::new(&self.automata).map_err(|_| Failure::Automaton)?;
        let code = Code {
            slots: &self.slots,
            programs: &self.programs,
            zones: &self.zones,
            automata: &automata,
        };
        let budget = Budget::new();
        let bindings = Bindings(&self.bound);
        let outcome = evaluate(code, self.program, &bindings, &budget, &mut Silent);
        let outcome =
            outcome.and_then(|value| Datum::try_from(&value).map_err(|_| EvalError::Budget));
        match (outcome, &self.expected) {
            (Err(_), None) => Ok(()),
            (Err(error), Some(_)) => Err(Failure::Evaluation(error)),
            (Ok(actual), Some(expected)) if same(&actual, expected) => Ok(()),
            (Ok(actual), expected) => Err(Failure::Value {
                actual,
                expected: expected.clone(),
            }),
        }
    }
}

/// Typed equality: an int is no uint, doubles to the bit, NaN as NaN, entries of maps in order.
fn same(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Double(a), Datum::Double(b)) => {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
        }
        (Datum::List(a), Datum::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Datum::Map(a), Datum::Map(b)) => {
            let entry =
                |((k, v), (l, w)): (&(Datum, Datum), &(Datum, Datum))| same(k, l) && same(v, w);
            a.len() == b.len() && a.iter().zip(b).all(entry)
        }
        (Datum::Optional(Some(a)), Datum::Optional(Some(b))) => same(a, b),
        (a, b) => a == b,
    }
}

/// Cases as bytes.
///
/// # Errors
/// Where they cannot be written.
pub fn write(cases: &[Case]) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(cases)
}

/// Cases from bytes.
///
/// # Errors
/// Where they are none.
pub fn read(bytes: &[u8]) -> Result<Vec<Case>, postcard::Error> {
    postcard::from_bytes(bytes)
}
