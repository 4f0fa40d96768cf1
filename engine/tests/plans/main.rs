//! Plans as whoever loads one meets them: with every kind of node, changed on the way, and written
//! by nobody's compiler.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

mod generate;
mod sample;

use std::cell::Cell;

use proptest::prelude::*;
use remit_engine::Engine;
use remit_engine::cel::{
    Automata, Budget, Code, EvalError, Inputs, Silent, Trace, Value, evaluate, holds,
};
use remit_engine::limits;
use remit_engine::plan::{Datum, NodeId, Plan, PlanError, ProgramId, Slot, decode, encode};
use sha2::{Digest as _, Sha256};

/// Counts what it is told.
#[derive(Default)]
struct Count(u32);

impl Trace for Count {
    fn value(&mut self, _: ProgramId, _: NodeId, value: Result<&Value<'_>, &EvalError>) {
        // Whoever explains a decision shows what it saw.
        let _ = value.map(ToString::to_string);
        self.0 += 1;
    }
}

/// Every slot has some value, none or an error.
#[derive(Debug)]
struct Anything<'v>(&'v [Datum], Cell<usize>);

impl<'v> Inputs<'v> for Anything<'v> {
    fn cost(&self, _: &Slot) -> usize {
        1
    }

    fn read(&self, slot: &'v Slot) -> Result<Option<Value<'v>>, EvalError> {
        match slot {
            Slot::RequestHeader(_) => Err(EvalError::Unreadable),
            Slot::Principal => Ok(None),
            _ => {
                let next = self.1.replace(self.1.get() + 1);
                Ok(self.0.get(next % self.0.len()).map(Value::from))
            }
        }
    }
}

/// Evaluates every program of a plan, with all that they share.
fn evaluate_all(plan: &Plan, data: &[Datum]) {
    let Ok(automata) = Automata::new(&plan.automata) else {
        return;
    };
    let code = Code::new(plan, &automata);
    for id in (0..plan.programs.len() as u32).map(ProgramId) {
        let (budget, mut count) = (Budget::new(), Count::default());
        let inputs = Anything(data, Cell::new(0));
        let value = evaluate(code, id, &inputs, &budget, &mut count);
        assert!(budget.steps_used() <= limits::EVALUATION_STEPS);
        assert!(count.0 <= budget.steps_used());
        let verdict = match &value {
            Ok(Value::Bool(verdict)) => Ok(*verdict),
            Ok(_) => Err(EvalError::Type),
            Err(error) => Err(*error),
        };
        if verdict == Err(EvalError::Budget) {
            let again = holds(code, id, &inputs, &budget, &mut Silent);
            assert_eq!(again, verdict, "what is used up stays so");
        }
        let inputs = Anything(data, Cell::new(0));
        let again = holds(code, id, &inputs, &Budget::new(), &mut Silent);
        assert_eq!(again, verdict);
    }
}

/// Gives changed bytes the digest that fits them, so that what stands behind it is reached.
fn with_digest(mut bytes: Vec<u8>) -> Vec<u8> {
    let signed = bytes.len().saturating_sub(32);
    let digest = Sha256::digest(&bytes[..signed]);
    bytes[signed..].copy_from_slice(&digest);
    bytes
}

#[test]
fn every_kind_of_node_survives() {
    let plan = sample::plan();
    let (bytes, digest) = encode(&plan).unwrap();
    let loaded = decode(&bytes).unwrap();
    assert_eq!((loaded.plan(), loaded.digest()), (&plan, digest));
    assert_eq!(encode(loaded.plan()).unwrap().0, bytes);
    Engine::new(loaded).unwrap();
    evaluate_all(&plan, &sample::data());
}

#[test]
fn a_changed_byte_is_refused_or_does_no_harm() {
    let (bytes, _) = encode(&sample::plan()).unwrap();
    let mut loaded = 0;
    for position in 14..bytes.len() - 32 {
        for change in [1, 2, 0x10, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            match decode(&with_digest(changed)) {
                Ok(plan) => {
                    loaded += 1;
                    evaluate_all(plan.plan(), &sample::data());
                    let _ = Engine::new(plan);
                }
                Err(PlanError::Unreadable | PlanError::Invalid(_)) => {}
                Err(error) => panic!("byte {position}: {error}"),
            }
        }
    }
    // Names and numbers may change and make another plan.
    assert!(loaded > 100, "{loaded}");
}

#[test]
fn a_plan_does_not_exhaust_the_stack() {
    let mut plan = sample::plan();
    plan.programs.truncate(0);
    for task in &mut plan.tasks {
        task.rules.clear();
    }
    plan.rules.clear();
    let (bytes, _) = encode(&plan).unwrap();
    // The last of a plan's arenas are empty here or end in one that is; a program with a constant
    // that nests a hundred thousand times is put where its programs stand.
    let body = postcard_body(&plan, 100_000);
    let mut hostile = bytes[..10].to_vec();
    hostile.extend_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
    hostile.extend_from_slice(&body);
    hostile.extend_from_slice(&[0; 32]);
    assert_eq!(
        decode(&with_digest(hostile)).unwrap_err(),
        PlanError::Unreadable
    );
}

/// A plan's body with one program, whose only node is a list in a list in a list.
fn postcard_body(plan: &Plan, depth: usize) -> Vec<u8> {
    use remit_engine::plan::{Node, Program};
    let one = |datum| {
        let program = Program {
            nodes: vec![Node::Constant(datum)],
            locals: 0,
        };
        let plan = Plan {
            programs: vec![program],
            automata: vec![],
            zones: vec![],
            ..plan.clone()
        };
        let (bytes, _) = encode(&plan).unwrap();
        bytes[14..bytes.len() - 32].to_vec()
    };
    let (flat, nested) = (one(Datum::Null), one(Datum::List(vec![Datum::Null])));
    // Both end alike; the list's two bytes are what the longer has more.
    let at = flat.iter().zip(&nested).take_while(|(a, b)| a == b).count();
    let list = &nested[at..at + 2];
    let mut body = nested[..at].to_vec();
    for _ in 0..depth {
        body.extend_from_slice(list);
    }
    body.extend_from_slice(&flat[at..]);
    body
}

proptest! {
    #[test]
    fn no_valid_plan_panics_or_runs_on(choices in prop::collection::vec(any::<u8>(), 0..600)) {
        let (plan, data) = generate::plan(&choices);
        let (bytes, _) = encode(&plan).unwrap();
        let loaded = decode(&bytes).unwrap();
        prop_assert!(encode(loaded.plan()).unwrap().0 == bytes);
        evaluate_all(&plan, &data);
    }
}
