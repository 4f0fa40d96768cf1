//! What the parts of a condition are, as far as coverage and masking have to know.
//!
//! This file and [`trace`](super::trace) alone know how the engine holds a condition.

use remit_engine::plan::{Node, NodeId, Plan, Program, ProgramId, RuleId, Slot};

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

/// A program with those that it is made of.
pub(super) fn programs(_: &Plan, id: ProgramId) -> Vec<ProgramId> {
    vec![id]
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

/// The rules of a task for one operation.
pub(super) fn rules_of(set: &[RuleId]) -> Vec<RuleId> {
    set.to_vec()
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
    let operands = node.map(Node::operands).unwrap_or_default();
    operands
        .into_iter()
        .flatten()
        .map(|operand| (id, operand))
        .collect()
}

/// For each node, whether its value tells a secret. A comparison of one, or its size, does not.
pub(super) fn secrets(plan: &Plan, id: ProgramId, request: &Request) -> Vec<bool> {
    let Some(program) = plan.programs.get(id.index()) else {
        return Vec::new();
    };
    let mut secret: Vec<bool> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        let of_operands = node
            .operands()
            .into_iter()
            .flatten()
            .any(|operand| secret.get(operand.index()) == Some(&true));
        secret.push(match node {
            Node::Constant(_) => false,
            Node::Read(slot) => plan
                .slots
                .get(slot.index())
                .is_some_and(|slot| reads_secret(plan, slot, request)),
            Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Equal(..)
            | Node::Compare(..)
            | Node::In(..)
            | Node::Text(..)
            | Node::HasValue(_)
            | Node::Size(_) => false,
            _ => of_operands,
        });
    }
    secret
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
