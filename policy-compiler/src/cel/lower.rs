//! From typed terms to the plan's programs: operands before what uses them, slots interned.

use std::collections::HashMap;

use remit_engine::limits::{PROGRAM_DEPTH, PROGRAM_NODES};
use remit_engine::plan::{Node, NodeId, Program, ProgramId, Slot, SlotId};

use super::term::{Term, TermKind};

/// A condition does not fit into a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum LowerError {
    #[error("the condition has more than {PROGRAM_NODES} steps")]
    TooManyNodes,
    #[error("the condition is nested more than {PROGRAM_DEPTH} deep")]
    TooDeep,
}

/// Programs and slots of a plan under construction.
#[derive(Debug, Default)]
pub(super) struct Lowering {
    slots: Vec<Slot>,
    /// Slots by how they print: they have no hash.
    slot_ids: HashMap<String, SlotId>,
    programs: Vec<Program>,
    pub(super) ranges: Vec<Vec<std::ops::Range<usize>>>,
}

impl Lowering {
    /// Adds a condition.
    pub(super) fn program(&mut self, term: &Term) -> Result<ProgramId, LowerError> {
        let mut nodes = Vec::new();
        let mut ranges = Vec::new();
        self.term(term, 1, &mut nodes, &mut ranges)?;
        self.ranges.push(ranges);
        let id = ProgramId(position(self.programs.len()));
        self.programs.push(Program { nodes });
        Ok(id)
    }

    /// All slots and programs.
    pub(super) fn finish(self) -> (Vec<Slot>, Vec<Program>) {
        (self.slots, self.programs)
    }

    fn slot(&mut self, slot: &Slot) -> SlotId {
        let next = SlotId(position(self.slots.len()));
        let id = *self.slot_ids.entry(format!("{slot:?}")).or_insert(next);
        if id == next {
            self.slots.push(slot.clone());
        }
        id
    }

    fn term(
        &mut self,
        term: &Term,
        depth: usize,
        nodes: &mut Vec<Node>,
        ranges: &mut Vec<std::ops::Range<usize>>,
    ) -> Result<NodeId, LowerError> {
        if depth > PROGRAM_DEPTH {
            return Err(LowerError::TooDeep);
        }
        let mut lower = |term: &Term| self.term(term, depth + 1, nodes, ranges);
        let node = match &term.kind {
            TermKind::Constant(datum) => Node::Constant(datum.clone()),
            TermKind::Read(slot) => Node::Read(self.slot(slot)),
            TermKind::Not(a) => Node::Not(lower(a)?),
            TermKind::Negate(a) => Node::Negate(lower(a)?),
            TermKind::And(a, b) => Node::And(lower(a)?, lower(b)?),
            TermKind::Or(a, b) => Node::Or(lower(a)?, lower(b)?),
            TermKind::Choose(c, a, b) => Node::Choose(lower(c)?, lower(a)?, lower(b)?),
            TermKind::Equal(a, b) => Node::Equal(lower(a)?, lower(b)?),
            TermKind::Compare(ordering, a, b) => Node::Compare(*ordering, lower(a)?, lower(b)?),
            TermKind::Arithmetic(operator, a, b) => {
                Node::Arithmetic(*operator, lower(a)?, lower(b)?)
            }
            TermKind::In(a, b) => Node::In(lower(a)?, lower(b)?),
            TermKind::Index(a, b) => Node::Index(lower(a)?, lower(b)?),
            TermKind::Text(test, a, b) => Node::Text(*test, lower(a)?, lower(b)?),
            TermKind::Size(a) => Node::Size(lower(a)?),
            TermKind::HasValue(a) => Node::HasValue(lower(a)?),
            TermKind::Value(a) => Node::Value(lower(a)?),
            TermKind::OrValue(a, b) => Node::OrValue(lower(a)?, lower(b)?),
        };
        if nodes.len() == PROGRAM_NODES {
            return Err(LowerError::TooManyNodes);
        }
        nodes.push(node);
        ranges.push(term.range.clone());
        Ok(NodeId(position(nodes.len() - 1)))
    }
}

/// Bounded by the size of sources; an overflow would only give an index that is refused.
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
