//! What must hold in a plan beyond its shape: indices in range, bounds kept, order right.

mod constants;
mod content;
mod history;
mod issuers;
mod programs;
mod scopes;

use super::condition::Slot;
use super::model::{
    Access, Effect, Mode, Operation, OperationId, Pattern, Plan, QueryShape, RuleId, RuleSet,
    Segment, TemplateSegment,
};
use crate::limits;
use crate::request::host;

/// Whether this build reads bodies. The module that does not refuses every plan that needs them
/// ([`super::LoadedPlan::served_by`]), and has no room for what is checked of them.
pub(crate) const READS_BODIES: bool = cfg!(any(feature = "bodies", not(target_family = "wasm")));

/// A contradiction in a plan. The compiler never writes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlan {
    /// An index points past the end of its arena.
    #[error("{what} has an index that is out of range")]
    IndexOutOfRange {
        /// What holds the index.
        what: &'static str,
    },
    /// A condition is empty, too long, too deep, or uses a node before it is there.
    #[error("a condition is malformed or too deep")]
    MalformedProgram,
    /// A local variable is read where it is not bound, or bound where it is already.
    #[error("a condition uses a local variable outside its scope")]
    OutOfScope,
    /// A constant that no value can be: its map out of order, its time out of range, too deep.
    #[error("a constant is malformed or too deep")]
    MalformedConstant,
    /// A declared type nests deeper than is ever read.
    #[error("a type is too deep")]
    TypeTooDeep,
    /// A rule whose parts do not go together.
    #[error("a rule has an effect, mode and condition that do not go together")]
    MalformedRule,
    /// An index over rules that is out of order, or holds a rule that no index may leave out.
    #[error("an index over rules is malformed")]
    MalformedIndex,
    /// A time zone without a name, or whose transitions are out of order.
    #[error("a time zone is malformed")]
    MalformedZone,
    /// A pattern with `**` elsewhere than at its end.
    #[error("a pattern is malformed")]
    MalformedPattern,
    /// An operation for tasks without a resource or the resource without an audience.
    #[error("an operation that needs a token belongs to no audience")]
    NoAudience,
    /// A task's rules are not in the order of operations.
    #[error("a task's rules are out of order")]
    OutOfOrder,
    /// Text that could not stand in an answer's header.
    #[error("a metadata address has characters that do not belong in a URL")]
    MalformedText,
    /// A source that is none, or that is used as what it is not.
    #[error("a fetched document has no address, or is used as what it is not")]
    MalformedSource,
    /// An issuer whose profile and trust domain do not go together.
    #[error("an issuer's profile and trust domain do not go together")]
    MalformedIssuer,
    /// A host that no request in normal form can name.
    #[error("a resource's host is not in normal form")]
    MalformedHost,
    /// More claims than a token is given places for.
    #[error("the plan declares too many claims")]
    TooManyClaims,
    /// A body whose bound or members do not go together.
    #[error("what is said of a body does not go together")]
    MalformedBody,
    /// An endpoint, or what is called there, that no message could fit.
    #[error("an endpoint and what is called there do not go together")]
    MalformedCall,
    /// It reads bodies, and a module that does not would load it.
    #[error("the plan reads bodies and does not say so")]
    MissingCapability,
    /// What is remembered or counted is of different histories, or nothing.
    #[error("what is said of history does not go together")]
    MalformedHistory,
    /// A path longer than is ever matched.
    #[error("a path template has too many segments")]
    TemplateTooLong,
}

/// Checks a plan.
pub(crate) fn validate(plan: &Plan) -> Result<(), InvalidPlan> {
    if plan.claims.len() > limits::CLAIMS {
        return Err(InvalidPlan::TooManyClaims);
    }
    plan.claims
        .iter()
        .try_for_each(|claim| constants::check_type(&claim.ty))?;
    issuers::check(plan)?;
    content::capability(plan)?;
    for resource in &plan.resources {
        // They are put into a quoted string (RFC 9110 section 5.6.4) as they are.
        if !resource.metadata.iter().all(|address| is_quotable(address)) {
            return Err(InvalidPlan::MalformedText);
        }
        let served = resource.served_metadata.as_ref();
        if served.is_some_and(|document| !document.path.starts_with('/')) {
            return Err(InvalidPlan::MalformedText);
        }
        // A request for one of the plan's hosts is not looked at letter by letter.
        host::check(resource.host.as_bytes()).map_err(|_| InvalidPlan::MalformedHost)?;
        if let Some(endpoint) = resource.endpoint.as_ref().filter(|_| READS_BODIES) {
            content::endpoint(endpoint)?;
        }
        if let Some(audience) = resource.audience {
            in_range(
                "a resource's audience",
                audience.index(),
                plan.audiences.len(),
            )?;
        }
    }
    plan.operations
        .iter()
        .try_for_each(|one| operation(plan, one))?;
    for task in &plan.tasks {
        task.agents.iter().try_for_each(pattern)?;
        for issuer in &task.issuers {
            in_range("a task's issuer", issuer.index(), plan.issuers.len())?;
        }
        if !task.rules.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(InvalidPlan::OutOfOrder);
        }
        for (operation, rules) in &task.rules {
            in_range(
                "a task's operation",
                operation.index(),
                plan.operations.len(),
            )?;
            rule_set(plan, rules)?;
        }
        if let Some(delegation) = &task.delegation {
            delegation.to.iter().try_for_each(pattern)?;
        }
        operations(plan, &task.ends_with)?;
        history::limits(plan, &task.limits)?;
    }
    for rule in &plan.rules {
        if let Some(program) = rule.condition {
            in_range("a rule's condition", program.index(), plan.programs.len())?;
        }
        let goes_together = match (rule.effect, rule.mode, rule.condition, &rule.demand) {
            (Effect::Allow, Mode::Enforce, _, None) | (Effect::Deny, _, _, None) => true,
            (Effect::Require, _, condition, demand) => condition.is_some() != demand.is_some(),
            (Effect::Allow, ..) | (Effect::Deny, ..) => false,
        };
        if !goes_together {
            return Err(InvalidPlan::MalformedRule);
        }
    }
    history::check(plan)?;
    for zone in &plan.zones {
        if zone.name.is_empty() || !zone.transitions.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(InvalidPlan::MalformedZone);
        }
    }
    for slot in &plan.slots {
        match slot {
            Slot::Capture(name) | Slot::Query(name) | Slot::Body(name) | Slot::Argument(name) => {
                in_range("a slot", name.index(), plan.names.len())?;
            }
            Slot::Claim(claim) | Slot::TransactionClaim(claim) => {
                in_range("a slot", claim.index(), plan.claims.len())?
            }
            Slot::RequestMethod
            | Slot::RequestPath
            | Slot::RequestUrlPath
            | Slot::RequestQuery
            | Slot::RequestHost
            | Slot::RequestScheme
            | Slot::CalledName
            | Slot::CalledUri
            | Slot::RequestHeader(_)
            | Slot::TokenIssuer
            | Slot::TokenSubject
            | Slot::TokenId
            | Slot::TokenIssuedAt
            | Slot::TokenExpires
            | Slot::Agent
            | Slot::Principal
            | Slot::Task
            | Slot::TaskId
            | Slot::Session
            | Slot::Instance
            | Slot::Tenant
            | Slot::Delegation
            | Slot::TransactionId
            | Slot::TransactionSubject
            | Slot::TransactionWorkload
            | Slot::Resource
            | Slot::Operation
            | Slot::Issuer
            | Slot::Now
            | Slot::HistoryDenials(_) => {}
            Slot::HistoryCalls(term) | Slot::HistoryFirst(term) | Slot::HistoryLast(term) => {
                in_range("a slot", term.index(), plan.history.terms.len())?;
            }
            Slot::HistoryTarget(memory) => {
                in_range("a slot", memory.index(), plan.history.memories.len())?;
            }
        }
    }
    programs::check(plan)
}

pub(super) fn in_range(what: &'static str, index: usize, length: usize) -> Result<(), InvalidPlan> {
    if index < length {
        Ok(())
    } else {
        Err(InvalidPlan::IndexOutOfRange { what })
    }
}

fn pattern(pattern: &Pattern) -> Result<(), InvalidPlan> {
    let rest_inside = pattern
        .segments
        .iter()
        .rev()
        .skip(1)
        .any(|segment| *segment == Segment::Rest);
    if rest_inside || pattern.segments.is_empty() {
        return Err(InvalidPlan::MalformedPattern);
    }
    Ok(())
}

/// Text that can stand in a quoted string of a header as it is.
pub(super) fn is_quotable(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Operations in range and in order.
fn operations(plan: &Plan, operations: &[OperationId]) -> Result<(), InvalidPlan> {
    for operation in operations {
        in_range("an operation", operation.index(), plan.operations.len())?;
    }
    if operations.is_sorted_by(|a, b| a < b) {
        Ok(())
    } else {
        Err(InvalidPlan::OutOfOrder)
    }
}

fn operation(plan: &Plan, operation: &Operation) -> Result<(), InvalidPlan> {
    let resource = match operation.resource {
        Some(id) => {
            in_range("an operation's resource", id.index(), plan.resources.len())?;
            plan.resources.get(id.index())
        }
        None => None,
    };
    if operation.access == Access::Task && resource.is_none_or(|one| one.audience.is_none()) {
        return Err(InvalidPlan::NoAudience);
    }
    if operation.template.len() > limits::PATH_SEGMENTS {
        return Err(InvalidPlan::TemplateTooLong);
    }
    if !operation.scopes.iter().all(|scope| is_quotable(scope)) {
        return Err(InvalidPlan::MalformedText);
    }
    for segment in &operation.template {
        if let TemplateSegment::Capture(name) = segment {
            in_range("a path template", name.index(), plan.names.len())?;
        }
    }
    if let QueryShape::Declared(parameters) = &operation.query {
        for parameter in parameters {
            in_range("a query", parameter.name.index(), plan.names.len())?;
            constants::check_type(&parameter.ty)?;
        }
    }
    if READS_BODIES {
        content::operation(plan, resource, operation)?;
    }
    Ok(())
}

/// Rules in range and in order; what stands under an index must be a rule that does nothing where
/// its condition is false.
fn rule_set(plan: &Plan, set: &RuleSet) -> Result<(), InvalidPlan> {
    let ascending = |rules: &[RuleId]| {
        let in_plan = |rule: &RuleId| in_range("a task's rule", rule.index(), plan.rules.len());
        rules.iter().try_for_each(in_plan)?;
        if rules.is_sorted_by(|a, b| a < b) {
            Ok(())
        } else {
            Err(InvalidPlan::OutOfOrder)
        }
    };
    ascending(&set.always)?;
    let Some(index) = &set.indexed else {
        return Ok(());
    };
    in_range("a rule index", index.key.index(), plan.programs.len())?;
    if !index.by.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(InvalidPlan::MalformedIndex);
    }
    for (_, rules) in &index.by {
        ascending(rules)?;
        let may_be_left_out = |id: &RuleId| {
            plan.rules.get(id.index()).is_some_and(|rule| {
                rule.condition.is_some() && matches!(rule.effect, Effect::Allow | Effect::Deny)
            })
        };
        if !rules.iter().all(may_be_left_out) {
            return Err(InvalidPlan::MalformedIndex);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
