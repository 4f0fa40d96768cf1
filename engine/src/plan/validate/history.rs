//! What is remembered and counted.

use super::{InvalidPlan, in_range};
use crate::limits;
use crate::plan::{Counts, LimitId, Plan, ProgramId, WindowKind};

/// Limits in range and in order.
pub(super) fn limits(plan: &Plan, limits: &[LimitId]) -> Result<(), InvalidPlan> {
    for limit in limits {
        in_range("a limit", limit.index(), plan.history.limits.len())?;
    }
    if limits.is_sorted_by(|a, b| a < b) {
        Ok(())
    } else {
        Err(InvalidPlan::OutOfOrder)
    }
}

pub(super) fn check(plan: &Plan) -> Result<(), InvalidPlan> {
    let history = &plan.history;
    limits(plan, &history.guarding)?;
    for memory in &history.memories {
        if let Some(targets) = &memory.targets {
            programs(plan, &targets.by)?;
            distinct(targets.at_most)?;
            if !targets.operations.is_sorted_by(|a, b| a < b) {
                return Err(InvalidPlan::OutOfOrder);
            }
        }
    }
    for term in &history.terms {
        let mut whose = None;
        for memory in &term.memories {
            let of = history.memories.get(memory.index());
            let per = of.ok_or(InvalidPlan::MalformedHistory)?.per;
            if whose.is_some_and(|other| other != per) {
                return Err(InvalidPlan::MalformedHistory);
            }
            whose = Some(per);
        }
        if whose.is_none() {
            return Err(InvalidPlan::MalformedHistory);
        }
    }
    if !history.touches.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(InvalidPlan::OutOfOrder);
    }
    for (operation, memories) in &history.touches {
        in_range("a memory", operation.index(), plan.operations.len())?;
        for memory in memories {
            in_range("a memory", memory.index(), history.memories.len())?;
        }
    }
    let fleet = plan.fleet.as_ref();
    if fleet.is_some_and(|fleet| fleet.cluster.len() > limits::FLEET_CLUSTER_BYTES) {
        return Err(InvalidPlan::MalformedHistory);
    }
    for limit in &history.limits {
        if limit.fleet.is_some() && fleet.is_none() {
            return Err(InvalidPlan::MalformedHistory);
        }
        if !limit.operations.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(InvalidPlan::OutOfOrder);
        }
        for (operation, _) in &limit.operations {
            in_range("a limit", operation.index(), plan.operations.len())?;
        }
        if let Some(term) = limit.since {
            in_range("a limit", term.index(), history.terms.len())?;
        }
        let is_fixed = limit
            .window
            .is_some_and(|window| window.kind == WindowKind::Fixed);
        if let Counts::Distinct(by) = &limit.counts {
            programs(plan, by)?;
            distinct(limit.at_most)?;
            if is_fixed {
                return Err(InvalidPlan::MalformedHistory);
            }
        }
        if limit.window.is_some_and(|window| window.seconds == 0) {
            return Err(InvalidPlan::MalformedHistory);
        }
    }
    Ok(())
}

fn programs(plan: &Plan, programs: &[ProgramId]) -> Result<(), InvalidPlan> {
    let in_plan = |id: &ProgramId| in_range("a target", id.index(), plan.programs.len());
    programs.iter().try_for_each(in_plan)?;
    if programs.is_empty() {
        return Err(InvalidPlan::MalformedHistory);
    }
    Ok(())
}

fn distinct(at_most: u32) -> Result<(), InvalidPlan> {
    if at_most as usize <= limits::HISTORY_TARGETS {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedHistory)
    }
}
