//! What the parts of a condition are, as far as coverage and masking have to know.
//!
//! This file, [`trace`](super::trace) and [`left_out`](super::left_out) alone know how the engine
//! holds conditions and rules.

use remit_engine::plan::{
    Datum, Fold, FoldKind, Function, LocalId, Node, NodeId, Plan, Program, ProgramId, RuleId,
    RuleSet, Slot, SlotId,
};

use super::Request;
use super::secret::{looks_secret, query_is_secret};

/// A place at which a condition can go two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fork {
    /// A bool that others decide by: both values should be seen.
    Bool(NodeId),
    /// `c ? a : b`: both of `a` and `b` should be evaluated.
    Choice(NodeId, NodeId),
}

/// The last node, which is the result.
pub(super) fn root(program: &Program) -> Option<NodeId> {
    let last = program.nodes.len().checked_sub(1)?;
    u32::try_from(last).ok().map(NodeId)
}

/// A program with those that it is made of, each once.
pub(super) fn programs(plan: &Plan, id: ProgramId) -> Vec<ProgramId> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        let nodes = plan.programs.get(id.index()).map(|program| &program.nodes);
        for node in nodes.into_iter().flatten() {
            if let Node::Once(inner) = node
                && !found.contains(inner)
            {
                found.push(*inner);
            }
        }
    }
    found
}

/// The nodes of a program.
pub(super) fn all(plan: &Plan, id: ProgramId) -> Vec<NodeId> {
    let program = plan.programs.get(id.index());
    let length = program.map_or(0, |program| program.nodes.len());
    (0..length)
        .filter_map(|node| u32::try_from(node).ok())
        .map(NodeId)
        .collect()
}

/// The rules of a task for one operation, in the order of the policy.
pub(super) fn rules_of(set: &RuleSet) -> Vec<RuleId> {
    let indexed = set.indexed.iter().flat_map(|index| &index.by);
    let indexed = indexed.flat_map(|(_, rules)| rules);
    let mut rules: Vec<RuleId> = set.always.iter().chain(indexed).copied().collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The forks below the result: sides of `&&` and `||`, what `?:` chooses by and between, and what
/// comprehensions ask of an element. A chain `a && b && c` has its three parts, not also its
/// beginning `a && b`.
pub(super) fn forks(plan: &Plan, id: ProgramId) -> Vec<(ProgramId, Fork)> {
    let mut forks = Vec::new();
    for id in programs(plan, id) {
        let program = plan.programs.get(id.index());
        let found = program.map(forks_of).unwrap_or_default();
        forks.extend(found.into_iter().map(|fork| (id, fork)));
    }
    forks
}

fn forks_of(program: &Program) -> Vec<Fork> {
    let is_open = |node: &NodeId| !is_constant_in(program, *node);
    let mut forks = Vec::new();
    for node in &program.nodes {
        match node {
            Node::And(a, b) | Node::Or(a, b) => {
                let sides = [*a, *b].into_iter();
                let sides = sides.filter(|side| is_fork(program, node, *side));
                forks.extend(sides.map(Fork::Bool));
            }
            Node::Choose(condition, a, b) => {
                forks.extend(Some(*condition).filter(is_open).map(Fork::Bool));
                forks.push(Fork::Choice(*a, *b));
            }
            Node::Fold(fold) => {
                let asked = [fold.filter, predicate(fold)].into_iter().flatten();
                forks.extend(asked.filter(is_open).map(Fork::Bool));
            }
            _ => {}
        }
    }
    forks
}

/// What a comprehension asks of each element, if that is all it does with it.
fn predicate(fold: &Fold) -> Option<NodeId> {
    match fold.kind {
        FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne | FoldKind::Filter => {
            Some(fold.body)
        }
        FoldKind::Map | FoldKind::TransformMap | FoldKind::TransformMapEntry | FoldKind::SortBy => {
            None
        }
    }
}

fn is_fork(program: &Program, parent: &Node, side: NodeId) -> bool {
    match (parent, program.nodes.get(side.index())) {
        (Node::And(..), Some(Node::And(..))) | (Node::Or(..), Some(Node::Or(..))) => false,
        _ => !is_constant_in(program, side),
    }
}

/// Whether it is the same for every request, and nothing to look at.
pub(super) fn is_constant(plan: &Plan, id: ProgramId, node: NodeId) -> bool {
    let program = plan.programs.get(id.index());
    program.is_none_or(|program| is_constant_in(program, node))
}

fn is_constant_in(program: &Program, node: NodeId) -> bool {
    matches!(
        program.nodes.get(node.index()),
        Some(Node::Constant(_)) | None
    )
}

/// What a node uses, in the order of the text.
pub(super) fn operands(plan: &Plan, id: ProgramId, node: NodeId) -> Vec<(ProgramId, NodeId)> {
    let program = plan.programs.get(id.index());
    let mut operands = Vec::new();
    match program.and_then(|program| program.nodes.get(node.index())) {
        Some(Node::Once(inner)) => {
            let program = plan.programs.get(inner.index());
            operands.extend(program.and_then(root).map(|root| (*inner, root)));
        }
        Some(node) => node.for_each_operand(|operand| operands.push((id, operand))),
        None => {}
    }
    operands
}

/// For each node of a program, whether its value tells a secret. What only says whether one is
/// there, equals another, or how long it is does not.
pub(super) fn secrets(plan: &Plan, id: ProgramId, request: &Request) -> Vec<bool> {
    let Some(program) = plan.programs.get(id.index()) else {
        return Vec::new();
    };
    let mut secrets = Secrets {
        plan,
        program,
        request,
        nodes: vec![false; program.nodes.len()],
        locals: Vec::new(),
    };
    // A variable's value may stand behind where it is read; each round carries a secret through
    // one more variable.
    for _ in 0..=program.locals {
        secrets.round();
    }
    secrets.nodes
}

struct Secrets<'p> {
    plan: &'p Plan,
    program: &'p Program,
    request: &'p Request,
    nodes: Vec<bool>,
    locals: Vec<LocalId>,
}

impl Secrets<'_> {
    fn round(&mut self) {
        for (position, node) in self.program.nodes.iter().enumerate() {
            let secret = self.tells(node);
            if let Some(known) = self.nodes.get_mut(position) {
                *known |= secret;
            }
            self.bind(node);
        }
    }

    fn is_secret(&self, node: NodeId) -> bool {
        self.nodes.get(node.index()) == Some(&true)
    }

    /// Variables that are bound to a secret, or to parts of one.
    fn bind(&mut self, node: &Node) {
        match node {
            Node::Bind { local, value, .. } if self.is_secret(*value) => self.locals.push(*local),
            Node::OptionalMap {
                local, optional, ..
            } if self.is_secret(*optional) => self.locals.push(*local),
            Node::Fold(fold) if self.is_secret(fold.range) => {
                self.locals.extend(fold.key);
                self.locals.push(fold.element);
            }
            _ => {}
        }
    }

    fn tells(&self, node: &Node) -> bool {
        match node {
            Node::Constant(_)
            | Node::Present(_)
            | Node::Once(_)
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Equal(..)
            | Node::NotEqual(..)
            | Node::Matches(..)
            | Node::HasField(..)
            | Node::Unary(Function::Size, _) => false,
            Node::Read(slot) | Node::ReadOptional(slot) => self.reads(*slot),
            Node::ReadOr(slot, other) => self.reads(*slot) || self.is_secret(*other),
            Node::Local(local) => self.locals.contains(local),
            Node::Choose(_, a, b) => self.is_secret(*a) || self.is_secret(*b),
            Node::Field(of, name) | Node::OptionalField(of, name) => {
                looks_secret(name) || self.is_secret(*of)
            }
            Node::Binary(Function::Index | Function::OptionalIndex, of, key) => {
                self.names_secret(*key) || self.is_secret(*of)
            }
            Node::Unary(..)
            | Node::Binary(..)
            | Node::Call(..)
            | Node::OptionalOr(..)
            | Node::OptionalOrValue(..)
            | Node::List(_)
            | Node::Map(_)
            | Node::Bind { .. }
            | Node::OptionalMap { .. }
            | Node::Fold(_) => {
                let mut secret = false;
                node.for_each_operand(|operand| secret |= self.is_secret(operand));
                secret
            }
        }
    }

    fn names_secret(&self, key: NodeId) -> bool {
        matches!(
            self.program.nodes.get(key.index()),
            Some(Node::Constant(Datum::String(name))) if looks_secret(name)
        )
    }

    fn reads(&self, slot: SlotId) -> bool {
        let slot = self.plan.slots.get(slot.index());
        slot.is_none_or(|slot| reads_secret(self.plan, slot, self.request))
    }
}

fn reads_secret(plan: &Plan, slot: &Slot, request: &Request) -> bool {
    match slot {
        Slot::RequestHeader(name) => looks_secret(name),
        Slot::Claim(id) => {
            let claim = plan.claims.get(id.index());
            claim.is_none_or(|claim| claim.path.iter().any(|name| looks_secret(name)))
        }
        Slot::Query(id) | Slot::Body(id) | Slot::Argument(id) => {
            let name = plan.names.get(id.index());
            name.is_none_or(|name| looks_secret(name))
        }
        Slot::RequestPath | Slot::RequestQuery => {
            let query = request.target.split_once('?').map(|(_, query)| query);
            query.is_some_and(query_is_secret)
        }
        _ => false,
    }
}
