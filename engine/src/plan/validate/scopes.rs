//! What must hold of local variables: each is read only where it is bound, and bound only where
//! it is not yet.
//!
//! One place serves a variable for a whole evaluation. What was bound to it for one element of a
//! comprehension is thus never met in the next, and no value can nest deeper than its condition.

use super::InvalidPlan;
use crate::limits;
use crate::plan::{LocalId, Node, NodeId, Program};

/// Local variables, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Locals([u64; limits::PROGRAM_LOCALS.div_ceil(64)]);

impl Locals {
    fn one(local: LocalId) -> Self {
        let mut one = Self::default();
        if let Some(word) = one.0.get_mut(local.index() / 64) {
            *word = 1 << (local.index() % 64);
        }
        one
    }

    fn zip(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.0;
        for (word, other) in words.iter_mut().zip(other.0) {
            *word = with(*word, other);
        }
        Self(words)
    }

    fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    fn without(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    fn share(self, other: Self) -> bool {
        self.zip(other, |a, b| a & b) != Self::default()
    }
}

/// What a node and what it uses do with local variables.
#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    /// Read, and not bound inside.
    free: Locals,
    /// Bound inside.
    bound: Locals,
}

impl Uses {
    fn and(self, other: Self) -> Self {
        Self {
            free: self.free.and(other.free),
            bound: self.bound.and(other.bound),
        }
    }

    /// As the scope of variables.
    fn binding(self, locals: Locals) -> Result<Self, InvalidPlan> {
        if self.bound.share(locals) {
            return Err(InvalidPlan::OutOfScope);
        }
        Ok(Self {
            free: self.free.without(locals),
            bound: self.bound.and(locals),
        })
    }
}

/// Checks a program whose nodes refer backwards.
pub(super) fn check(program: &Program) -> Result<(), InvalidPlan> {
    let mut uses: Vec<Uses> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        let of = |id: &NodeId| uses.get(id.index()).copied().unwrap_or_default();
        let used = match node {
            Node::Local(local) => Uses {
                free: Locals::one(*local),
                bound: Locals::default(),
            },
            Node::Bind { local, value, body } => {
                of(value).and(of(body).binding(Locals::one(*local))?)
            }
            Node::OptionalMap {
                optional,
                local,
                body,
                ..
            } => of(optional).and(of(body).binding(Locals::one(*local))?),
            Node::Fold(fold) => {
                let mut variables = Locals::one(fold.element);
                if let Some(key) = fold.key {
                    if key == fold.element {
                        return Err(InvalidPlan::OutOfScope);
                    }
                    variables = variables.and(Locals::one(key));
                }
                let filter = fold.filter.as_ref().map(of).unwrap_or_default();
                let inside = filter.and(of(&fold.body)).binding(variables)?;
                of(&fold.range).and(inside)
            }
            node => {
                let mut all = Uses::default();
                node.for_each_operand(|operand| all = all.and(of(&operand)));
                all
            }
        };
        uses.push(used);
    }
    match uses.last() {
        Some(root) if root.free == Locals::default() => Ok(()),
        _ => Err(InvalidPlan::OutOfScope),
    }
}
