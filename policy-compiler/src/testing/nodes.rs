//! What the parts of a condition are, as far as coverage and masking have to know.
//!
//! This file and [`trace`](super::trace) alone know how the engine holds a condition.

use remit_engine::plan::{Node, NodeId, Plan, Program, Slot};

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

/// The forks below the result: sides of `&&` and `||`, and what `?:` chooses between. A chain
/// `a && b && c` has its three parts, not also its beginning `a && b`.
pub(super) fn forks(program: &Program) -> Vec<Fork> {
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
                if !is_constant(program, *condition) {
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
        _ => !is_constant(program, side),
    }
}

/// Whether it is the same for every request, and nothing to look at.
pub(super) fn is_constant(program: &Program, node: NodeId) -> bool {
    matches!(
        program.nodes.get(node.index()),
        Some(Node::Constant(_)) | None
    )
}

/// The nodes that it uses, in the order of the text.
pub(super) fn operands(program: &Program, node: NodeId) -> Vec<NodeId> {
    let node = program.nodes.get(node.index());
    let operands = node.map(Node::operands).unwrap_or_default();
    operands.into_iter().flatten().collect()
}

/// For each node, whether its value tells a secret. A comparison of one, or its size, does not.
pub(super) fn secrets(plan: &Plan, program: &Program, request: &Request) -> Vec<bool> {
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
