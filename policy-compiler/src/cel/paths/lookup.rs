//! Looking the names of a path up, and what to say about those that are not there.

use remit_engine::plan::{Presence, ScalarType, Slot, Type};

use super::{Step, Target};
use crate::cel::Written;
use crate::cel::env::{GROUPS, LATER, VARIABLES};
use crate::cel::scope::{Lookup, Scope};
use crate::cel::syntax::Word;
use crate::cel::types::{ValueType, scalar_name};
use crate::diagnostic::{Code, Diagnostic, did_you_mean, listing};

/// A variable that every condition has.
pub(super) fn table(name: &str) -> Option<Target> {
    let found = VARIABLES.iter().find(|variable| variable.name == name)?;
    Some(Target::Variable {
        slot: found.slot.clone(),
        ty: found.ty,
        presence: found.presence,
    })
}

/// No variable of this name.
pub(super) fn unknown_root(root: &Word, written: Written<'_>) -> Diagnostic {
    let name = root.text.as_str();
    if LATER.contains(&name) {
        return written
            .diagnostic(
                Code::Unsupported,
                &root.range,
                format!("`{name}` is not supported by this version of remit"),
            )
            .help("take the rule out: this version cannot enforce it");
    }
    let all = VARIABLES
        .iter()
        .map(|one| one.name)
        .chain(GROUPS.iter().map(|one| one.name));
    let roots = all.filter(|name| !name.contains('.'));
    written
        .diagnostic(
            Code::UnknownVariable,
            &root.range,
            format!("there is no variable `{name}`"),
        )
        .help(format!(
            "variables are {}",
            listing(ordered(roots.clone()).iter().map(String::as_str))
        ))
        .help_if(did_you_mean(name, roots))
}

fn ordered<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = names.map(str::to_owned).collect();
    all.sort();
    all
}

/// No such part of the request.
pub(super) fn unknown_member(step: &Step, written: Written<'_>) -> Diagnostic {
    let members = || {
        let names = VARIABLES
            .iter()
            .filter_map(|one| one.name.strip_prefix("request."));
        names.chain(["headers"])
    };
    written
        .diagnostic(
            Code::UnknownVariable,
            &step.range,
            format!("`request` has no member `{}`", step.name),
        )
        .help(format!("its members are {}", listing(members())))
        .help_if(did_you_mean(&step.name, members()))
}

/// A header, in the lower case that the gateway has it in.
pub(super) fn header(step: &Step, written: Written<'_>) -> Result<Target, Box<Diagnostic>> {
    let name = step.name.to_ascii_lowercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        let message = format!("`{}` is not the name of a header", step.name);
        return Err(written
            .diagnostic(Code::UnknownVariable, &step.range, message)
            .into());
    }
    if name == "host" {
        return Err(written
            .diagnostic(
                Code::UnknownVariable,
                &step.range,
                "the host is not among the headers".to_owned(),
            )
            .help("write `request.host`")
            .into());
    }
    Ok(Target::Variable {
        slot: Slot::RequestHeader(name),
        ty: Type::Scalar(ScalarType::String),
        presence: Presence::Optional,
    })
}

/// A claim: the shortest path under which no further claims stand.
pub(super) fn claim(
    steps: &[Step],
    scope: Scope<'_>,
    written: Written<'_>,
) -> Result<(Target, usize), Box<Diagnostic>> {
    let mut path = Vec::new();
    for (used, step) in (1..).zip(steps) {
        path.push(step.name.clone());
        if !scope.has_claims_under(&path) {
            let target = found(
                scope.claim(&path),
                step,
                "claim",
                Code::UnknownClaim,
                written,
            )?;
            return Ok((target, used));
        }
    }
    Ok((
        Target::Group(format!("token.{}", path.join("."))),
        steps.len(),
    ))
}

/// A capture of the path.
pub(super) fn capture(
    step: &Step,
    scope: Scope<'_>,
    written: Written<'_>,
) -> Result<Target, Box<Diagnostic>> {
    found(
        scope.capture(&step.name),
        step,
        "capture",
        Code::UnknownParameter,
        written,
    )
}

/// A parameter of the query.
pub(super) fn parameter(
    step: &Step,
    scope: Scope<'_>,
    written: Written<'_>,
) -> Result<Target, Box<Diagnostic>> {
    found(
        scope.parameter(&step.name),
        step,
        "query parameter",
        Code::UnknownParameter,
        written,
    )
}

/// The target, or why there is none.
fn found(
    lookup: Lookup,
    step: &Step,
    what: &str,
    unknown: Code,
    written: Written<'_>,
) -> Result<Target, Box<Diagnostic>> {
    match lookup {
        Lookup::Found { slot, ty, presence } => Ok(Target::Variable { slot, ty, presence }),
        Lookup::Missing { lacking, known } => {
            let lacking = listing(lacking.iter().map(String::as_str));
            let whose = if unknown == Code::UnknownClaim {
                "the issuer"
            } else {
                "the operation"
            };
            let help = if unknown == Code::UnknownClaim {
                "declare it under `claims` of every issuer of the task, `optional(…)` where it may be absent"
            } else {
                "a rule reads only what each of its operations has: split it, or declare it there"
            };
            let known = known.iter().map(String::as_str);
            Err(written
                .diagnostic(
                    unknown,
                    &step.range,
                    format!("there is no {what} `{}`", step.name),
                )
                .label(format!("not in {whose} {lacking}"))
                .help(help)
                .help_if(did_you_mean(&step.name, known))
                .into())
        }
        Lookup::Differs { types } => {
            let code = match unknown {
                Code::UnknownClaim => Code::ClaimTypesDiffer,
                _ => Code::ParameterTypesDiffer,
            };
            let each: Vec<String> = types
                .iter()
                .map(|(owner, ty)| format!("{} in `{owner}`", type_name(*ty)))
                .collect();
            Err(written
                .diagnostic(
                    code,
                    &step.range,
                    format!("the {what} `{}` has different types", step.name),
                )
                .label(each.join(", "))
                .help("declare it with one type, or split the rule or task")
                .into())
        }
    }
}

fn type_name(ty: Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar_name(scalar).to_owned(),
        Type::List(_) => ValueType::from(ty).to_string(),
    }
}
