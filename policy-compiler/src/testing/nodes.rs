//! What the parts of a condition are, as far as coverage and masking have to know.
//!
//! This file and [`trace`](super::trace) alone know how the engine holds a condition.

use remit_engine::plan::{
    FoldKind, Function, Node, NodeId, Plan, Program, ProgramId, RuleId, RuleSet, Slot, SlotId,
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

/// A program with those that it is made of: parts that rules share are programs of their own.
pub(super) fn programs(plan: &Plan, id: ProgramId) -> Vec<ProgramId> {
    let nodes = plan.programs.get(id.index()).map(|one| one.nodes.as_slice());
    let shared = nodes.unwrap_or_default().iter().filter_map(|node| match node {
        Node::Once(shared) => Some(*shared),
        _ => None,
    });
    [id].into_iter().chain(shared).collect()
}

/// The nodes of a program.
pub(super) fn all(plan: &Plan, id: ProgramId) -> Vec<NodeId> {
    let length = plan
        .programs
        .get(id.index())
        .map_or(0, |program| program.nodes.len());
    (0..length)
        .filter_map(|node| u32::try_from(node).ok())
        .map(NodeId)
        .collect()
}

/// The rules of a task for one operation, those that are found by a value among them.
pub(super) fn rules_of(set: &RuleSet) -> Vec<RuleId> {
    let indexed = set.indexed.iter().flat_map(|index| &index.by);
    let indexed = indexed.flat_map(|(_, rules)| rules);
    let mut rules: Vec<RuleId> = set.always.iter().chain(indexed).copied().collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The part of a rule's condition by which an index finds it: what must hold and asks for a
/// constant. `None` where that may be one of several.
pub(super) fn asking(plan: &Plan, rule: RuleId) -> Option<NodeId> {
    let condition = plan.rules.get(rule.index())?.condition?;
    let program = plan.programs.get(condition.index())?;
    let mut asking = Vec::new();
    let mut spine = vec![root(program)?];
    while let Some(id) = spine.pop() {
        match program.nodes.get(id.index()) {
            Some(Node::And(a, b)) => spine.extend([*a, *b]),
            Some(Node::Equal(a, b) | Node::Binary(Function::In, a, b))
                if is_constant_in(program, *a) || is_constant_in(program, *b) =>
            {
                asking.push(id);
            }
            _ => {}
        }
    }
    match asking.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The forks below the result: sides of `&&` and `||`, and what `?:` chooses between. A chain
/// `a && b && c` has its three parts, not also its beginning `a && b`.
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
    let is_constant = |node: NodeId| is_constant_in(program, node);
    let mut forks = Vec::new();
    for node in &program.nodes {
        match node {
            Node::And(a, b) | Node::Or(a, b) => {
                let sides = [*a, *b].into_iter();
                forks.extend(
                    sides
                        .filter(|side| is_fork(program, node, *side))
                        .map(Fork::Bool),
                );
            }
            Node::Choose(condition, a, b) => {
                if !is_constant(*condition) {
                    forks.push(Fork::Bool(*condition));
                }
                forks.push(Fork::Choice(*a, *b));
            }
            _ => {}
        }
    }
    forks
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
    let node = program.and_then(|program| program.nodes.get(node.index()));
    let mut operands = Vec::new();
    match node {
        Some(Node::Once(shared)) => {
            let inner = plan.programs.get(shared.index()).and_then(root);
            operands.extend(inner.map(|inner| (*shared, inner)));
        }
        Some(node) => node.for_each_operand(|operand| operands.push((id, operand))),
        None => {}
    }
    operands
}

/// For each node, whether its value tells a secret. A comparison of one, or its size, does not.
pub(super) fn secrets(plan: &Plan, id: ProgramId, request: &Request) -> Vec<bool> {
    let Some(program) = plan.programs.get(id.index()) else {
        return Vec::new();
    };
    let of_slot = |slot: &SlotId| {
        let slot = plan.slots.get(slot.index());
        slot.is_some_and(|slot| reads_secret(plan, slot, request))
    };
    let reads = |node: &Node| match node {
        Node::Read(slot) | Node::ReadOptional(slot) | Node::ReadOr(slot, _) => of_slot(slot),
        _ => false,
    };
    // A variable may be bound to any of it.
    let reads_some = program.nodes.iter().any(reads);
    let mut secret: Vec<bool> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        let mut of_operands = false;
        node.for_each_operand(|operand| {
            of_operands |= secret.get(operand.index()) == Some(&true);
        });
        secret.push(reads(node) || tells(node) && of_operands || matches!(node, Node::Local(_)) && reads_some);
    }
    secret
}

/// Whether what a node uses can be told from its value.
fn tells(node: &Node) -> bool {
    match node {
        Node::Present(_)
        | Node::Once(_)
        | Node::Not(_)
        | Node::And(..)
        | Node::Or(..)
        | Node::Equal(..)
        | Node::NotEqual(..)
        | Node::Matches(..)
        | Node::HasField(..) => false,
        Node::Unary(function, _) | Node::Binary(function, ..) | Node::Call(function, _) => !matches!(
            function,
            Function::Size
                | Function::HasValue
                | Function::In
                | Function::Less
                | Function::LessOrEqual
                | Function::Greater
                | Function::GreaterOrEqual
                | Function::Contains
                | Function::StartsWith
                | Function::EndsWith
                | Function::TypeOf
        ),
        Node::Fold(fold) => !matches!(
            fold.kind,
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne
        ),
        _ => true,
    }
}

fn reads_secret(plan: &Plan, slot: &Slot, request: &Request) -> bool {
    match slot {
        Slot::RequestHeader(name) => looks_secret(name),
        Slot::Claim(id) => {
            let claim = plan.claims.get(id.index());
            claim.is_none_or(|claim| claim.path.iter().any(|name| looks_secret(name)))
        }
        Slot::Query(id) => {
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
