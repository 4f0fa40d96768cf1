//! Conditions built by hand, and inputs to evaluate them against.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{Automata, Budget, Code, EvalError, Inputs, Silent, Value, evaluate, holds};
use crate::plan::*;

/// A condition in the making: adds its nodes and says which is its result.
pub(super) type Tree = Rc<dyn Fn(&mut Vec<Node>) -> NodeId>;

pub(super) fn node(make: impl Fn(&mut Vec<Node>) -> Node + 'static) -> Tree {
    Rc::new(move |nodes| {
        let made = make(nodes);
        nodes.push(made);
        NodeId(nodes.len() as u32 - 1)
    })
}

pub(super) fn leaf(made: Node) -> Tree {
    node(move |_| made.clone())
}

pub(super) fn one(a: &Tree, make: impl Fn(NodeId) -> Node + 'static) -> Tree {
    let a = a.clone();
    node(move |nodes| make(a(nodes)))
}

pub(super) fn two(a: &Tree, b: &Tree, make: impl Fn(NodeId, NodeId) -> Node + 'static) -> Tree {
    let (a, b) = (a.clone(), b.clone());
    node(move |nodes| {
        let a = a(nodes);
        make(a, b(nodes))
    })
}

pub(super) fn choose(condition: &Tree, a: &Tree, b: &Tree) -> Tree {
    let (condition, a, b) = (condition.clone(), a.clone(), b.clone());
    node(move |nodes| {
        let condition = condition(nodes);
        let a = a(nodes);
        Node::Choose(condition, a, b(nodes))
    })
}

pub(super) fn constant(datum: Datum) -> Tree {
    leaf(Node::Constant(datum))
}

pub(super) fn truth(value: bool) -> Tree {
    constant(Datum::Bool(value))
}

pub(super) fn int(value: i64) -> Tree {
    constant(Datum::Int(value))
}

pub(super) fn text(value: &str) -> Tree {
    constant(string(value))
}

pub(super) fn string(value: &str) -> Datum {
    Datum::String(value.to_owned())
}

pub(super) fn ints(values: &[i64]) -> Datum {
    Datum::List(values.iter().copied().map(Datum::Int).collect())
}

/// A map of ints under names, which come in order.
pub(super) fn fields(entries: &[(&str, i64)]) -> Datum {
    let entry = |(name, value): &(&str, i64)| (string(name), Datum::Int(*value));
    Datum::Map(entries.iter().map(entry).collect())
}

pub(super) fn some(datum: Datum) -> Datum {
    Datum::Optional(Some(Box::new(datum)))
}

pub(super) const NONE: Datum = Datum::Optional(None);

pub(super) fn local(id: u32) -> Tree {
    leaf(Node::Local(LocalId(id)))
}

pub(super) fn equal(a: &Tree, b: &Tree) -> Tree {
    two(a, b, Node::Equal)
}

pub(super) fn list(elements: &[(&Tree, ElementKind)]) -> Tree {
    let elements: Vec<_> = elements
        .iter()
        .map(|(tree, kind)| ((*tree).clone(), *kind))
        .collect();
    node(move |nodes| {
        let made = elements.iter().map(|(tree, kind)| (tree(nodes), *kind));
        Node::List(made.collect())
    })
}

/// What slots of [`Desk`] read.
pub(super) const ABSENT: SlotId = SlotId(0);
pub(super) const SEVEN: SlotId = SlotId(1);
pub(super) const UNREADABLE: SlotId = SlotId(2);

/// An expression that has no value.
pub(super) fn missing() -> Tree {
    leaf(Node::Read(ABSENT))
}

/// One that errs otherwise.
pub(super) fn unreadable() -> Tree {
    leaf(Node::Read(UNREADABLE))
}

/// Inputs, and what is kept with a token.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) reads: Cell<usize>,
    pub(super) kept: RefCell<Vec<(ProgramId, Result<bool, EvalError>)>>,
}

impl<'v> Inputs<'v> for Desk {
    fn cost(&self, _: &Slot) -> usize {
        1
    }

    fn read(&self, slot: &'v Slot) -> Result<Option<Value<'v>>, EvalError> {
        self.reads.set(self.reads.get() + 1);
        match slot {
            Slot::Claim(ClaimId(0)) => Ok(None),
            Slot::Claim(_) => Ok(Some(Value::Int(7))),
            _ => Err(EvalError::Unreadable),
        }
    }

    fn kept(&self, program: ProgramId) -> Option<Result<bool, EvalError>> {
        let kept = self.kept.borrow();
        kept.iter()
            .find(|(id, _)| *id == program)
            .map(|(_, result)| *result)
    }

    fn keep(&self, program: ProgramId, result: Result<bool, EvalError>) {
        self.kept.borrow_mut().push((program, result));
    }
}

pub(super) fn program(tree: &Tree) -> Program {
    let mut nodes = Vec::new();
    tree(&mut nodes);
    let mut locals = 0;
    for node in &nodes {
        node.for_each_local(|local| locals = locals.max(local.0 + 1));
    }
    Program { nodes, locals }
}

/// Slots and programs, evaluated together.
pub(super) struct Setting {
    pub(super) slots: Vec<Slot>,
    pub(super) programs: Vec<Program>,
    pub(super) automata: Automata,
    pub(super) desk: Desk,
}

impl Setting {
    /// With these programs, the first of which is evaluated.
    pub(super) fn new(trees: &[&Tree]) -> Self {
        Self {
            slots: vec![
                Slot::Claim(ClaimId(0)),
                Slot::Claim(ClaimId(1)),
                Slot::RequestHeader("x".to_owned()),
            ],
            programs: trees.iter().map(|tree| program(tree)).collect(),
            automata: Automata::default(),
            desk: Desk::default(),
        }
    }

    fn code(&self) -> Code<'_> {
        Code {
            slots: &self.slots,
            programs: &self.programs,
            zones: &[],
            automata: &self.automata,
        }
    }

    pub(super) fn evaluate(&self, budget: &Budget) -> Result<Datum, EvalError> {
        let value = evaluate(self.code(), ProgramId(0), &self.desk, budget, &mut Silent)?;
        Ok(Datum::try_from(&value).unwrap())
    }

    pub(super) fn holds(&self, budget: &Budget) -> Result<bool, EvalError> {
        holds(self.code(), ProgramId(0), &self.desk, budget, &mut Silent)
    }
}

/// What an expression comes to; as a condition, it must come to the same.
#[track_caller]
pub(super) fn run(tree: &Tree) -> Result<Datum, EvalError> {
    let setting = Setting::new(&[tree]);
    let value = setting.evaluate(&Budget::new());
    let verdict = match &value {
        Ok(Datum::Bool(verdict)) => Ok(*verdict),
        Ok(_) => Err(EvalError::Type),
        Err(error) => Err(*error),
    };
    assert_eq!(setting.holds(&Budget::new()), verdict);
    value
}
