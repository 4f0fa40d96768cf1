//! Bodies, endpoints and what is called there.

use super::{InvalidPlan, constants, in_range};
use crate::limits;
use crate::plan::{
    Access, BodyShape, Call, CallKind, Capability, Currency, Endpoint, ErrorCodes, Members, NameId,
    Operation, Plan, Resource, Target, TemplateSegment, UriPart,
};

/// How messages come to an endpoint.
const METHOD: &str = "POST";
/// Codes that JSON-RPC 2.0 keeps for itself (section 5.1).
const RESERVED: core::ops::RangeInclusive<i32> = -32_768..=-32_000;

/// A plan that reads bodies says so.
pub(super) fn capability(plan: &Plan) -> Result<(), InvalidPlan> {
    let reads = plan.resources.iter().any(|one| one.endpoint.is_some())
        || plan
            .operations
            .iter()
            .any(|one| one.body != BodyShape::Unread);
    if reads && !plan.requires.contains(&Capability::Bodies) {
        return Err(InvalidPlan::MissingCapability);
    }
    Ok(())
}

pub(super) fn endpoint(endpoint: &Endpoint) -> Result<(), InvalidPlan> {
    if endpoint.path.len() > limits::PATH_SEGMENTS {
        return Err(InvalidPlan::TemplateTooLong);
    }
    if matches!(endpoint.errors, ErrorCodes::Own(code) if RESERVED.contains(&code)) {
        return Err(InvalidPlan::MalformedCall);
    }
    size(endpoint.body_bytes)
}

fn size(bytes: u32) -> Result<(), InvalidPlan> {
    if (1..=limits::MOST_BODY_BYTES).contains(&bytes) {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedBody)
    }
}

/// What an operation takes beside its head.
pub(super) fn operation(
    plan: &Plan,
    resource: Option<&Resource>,
    operation: &Operation,
) -> Result<(), InvalidPlan> {
    let members = match &operation.body {
        BodyShape::Json(members) => {
            body(plan, members)?;
            members
        }
        BodyShape::Unread if operation.call.is_none() => return Ok(()),
        BodyShape::Unread => return Err(InvalidPlan::MalformedCall),
    };
    let Some(call) = &operation.call else {
        return Ok(());
    };
    let stands_there = resource
        .and_then(|one| one.endpoint.as_ref())
        .is_some_and(|endpoint| stands_at(operation, endpoint));
    let mirrored = call.mirrored.iter();
    let mirrors = mirrored
        .map(|(_, name)| *name)
        .all(|name| has(members, name));
    if stands_there && mirrors && target(plan, call)? {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedCall)
    }
}

fn body(plan: &Plan, members: &Members) -> Result<(), InvalidPlan> {
    size(members.body_bytes)?;
    for member in &members.declared {
        in_range("a body", member.name.index(), plan.names.len())?;
        constants::check_type(&member.ty)?;
    }
    let bounded = members.amount.iter().flat_map(|amount| {
        let currency = match amount.currency {
            Currency::Fixed(_) => None,
            Currency::Member(name) => Some(name),
        };
        [Some(amount.value), currency].into_iter().flatten()
    });
    let mut named = bounded
        .chain(members.recipient)
        .chain(members.logged.iter().copied());
    if named.all(|name| has(members, name)) {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedBody)
    }
}

fn has(members: &Members, name: NameId) -> bool {
    members.declared.iter().any(|member| member.name == name)
}

/// Whether method and template of an operation are those of its endpoint.
fn stands_at(operation: &Operation, endpoint: &Endpoint) -> bool {
    let same = |(segment, path): (&TemplateSegment, &String)| match segment {
        TemplateSegment::Literal(literal) => literal == path,
        TemplateSegment::Capture(_) => false,
    };
    operation.access == Access::Task
        && operation.method == METHOD
        && operation.template.len() == endpoint.path.len()
        && operation.template.iter().zip(&endpoint.path).all(same)
}

/// Whether something can be called so: by a name, or an MCP resource by its URI.
fn target(plan: &Plan, call: &Call) -> Result<bool, InvalidPlan> {
    let parts = match &call.target {
        Target::Name(name) => {
            let fits = (1..=limits::CALLED_BYTES).contains(&name.len());
            return Ok(fits && call.kind != CallKind::Resource);
        }
        Target::Uri(parts) => parts,
    };
    // A literal first, no two captures side by side, and the rest at the end.
    let mut after_capture = true;
    for (position, part) in parts.iter().enumerate() {
        let fits = match part {
            UriPart::Literal(text) => {
                after_capture = false;
                !text.is_empty()
            }
            UriPart::Capture(name) | UriPart::Rest(name) => {
                in_range("a URI", name.index(), plan.names.len())?;
                let may_stand = !core::mem::replace(&mut after_capture, true);
                let is_last = position + 1 == parts.len();
                may_stand && (is_last || matches!(part, UriPart::Capture(_)))
            }
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(!parts.is_empty() && call.kind == CallKind::Resource)
}

#[cfg(test)]
mod tests;
