//! What must hold in conditions: operands before what uses them, so there is no cycle; depth,
//! length and local variables within bounds.

use super::{InvalidPlan, constants, in_range, scopes};
use crate::limits;
use crate::plan::{Node, Plan, Program};

pub(super) fn check(plan: &Plan) -> Result<(), InvalidPlan> {
    for (position, one) in plan.programs.iter().enumerate() {
        program(plan, position, one)?;
    }
    Ok(())
}

fn program(plan: &Plan, position: usize, program: &Program) -> Result<(), InvalidPlan> {
    if program.nodes.is_empty() || program.nodes.len() > limits::PROGRAM_NODES {
        return Err(InvalidPlan::MalformedProgram);
    }
    if program.locals as usize > limits::PROGRAM_LOCALS {
        return Err(InvalidPlan::MalformedProgram);
    }
    let mut depths: Vec<usize> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        references(plan, position, node)?;
        let mut locals_in_range = true;
        node.for_each_local(|local| locals_in_range &= local.0 < program.locals);
        let mut deepest = Some(0);
        node.for_each_operand(|operand| {
            let depth = depths.get(operand.index());
            deepest = deepest
                .zip(depth)
                .map(|(deepest, depth)| deepest.max(*depth));
        });
        match deepest {
            Some(deepest) if deepest < limits::PROGRAM_DEPTH && locals_in_range => {
                depths.push(deepest + 1);
            }
            _ => return Err(InvalidPlan::MalformedProgram),
        }
    }
    if program.locals > 0 {
        scopes::check(program)?;
    }
    Ok(())
}

fn references(plan: &Plan, position: usize, node: &Node) -> Result<(), InvalidPlan> {
    let what = "a condition";
    match node {
        Node::Constant(datum) => constants::check(datum),
        Node::Read(slot)
        | Node::ReadOptional(slot)
        | Node::Present(slot)
        | Node::ReadOr(slot, _) => in_range(what, slot.index(), plan.slots.len()),
        Node::Matches(automaton, _) => in_range(what, automaton.index(), plan.automata.len()),
        // One level: a program that others refer to refers to none, so evaluation ends.
        Node::Once(other) => {
            in_range(what, other.index(), plan.programs.len())?;
            let inner = plan.programs.get(other.index());
            let refers = inner
                .is_none_or(|inner| inner.nodes.iter().any(|node| matches!(node, Node::Once(_))));
            if refers || other.index() == position {
                return Err(InvalidPlan::MalformedProgram);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
