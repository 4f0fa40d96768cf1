//! From `token.ticket.id` to a variable.
//!
//! A chain of members, or of indices that are constant strings, names a variable. Whether it may
//! be absent decides how it may be read: a plain read of what may be absent does not compile,
//! because the request without it would fail the rule.

use std::ops::Range;

use remit_engine::plan::{Presence, Scalar, ScalarType, Slot, Type};

use super::Written;
use super::env::{GROUPS, LATER, Lookup, Scope, VARIABLES};
use super::syntax::{Access, Expression, Kind, Word};
use super::types::{ValueType, scalar_name};
use crate::diagnostic::{Code, Diagnostic, did_you_mean, listing};

/// A chain of names: a root and members of members.
pub(super) struct Path {
    root: Word,
    steps: Vec<Step>,
    range: Range<usize>,
}

struct Step {
    name: String,
    access: Access,
    range: Range<usize>,
}

/// What a path stands for.
pub(super) enum Target {
    /// A variable: where it is, its type, and whether it may be absent.
    Variable { slot: Slot, ty: Type, presence: Presence },
    /// A group, which is no value.
    Group(String),
}

impl Path {
    /// Reads an expression as a path, if it is one.
    pub(super) fn of(expression: &Expression) -> Option<Self> {
        let range = expression.range.clone();
        match &expression.kind {
            Kind::Name(name) => {
                let root = Word { text: name.clone(), range: range.clone() };
                Some(Self { root, steps: Vec::new(), range })
            }
            Kind::Member { of, name, access } => {
                let step =
                    Step { name: name.text.clone(), access: *access, range: name.range.clone() };
                Some(Self::of(of)?.join(step, range))
            }
            Kind::Index { of, index, access } => match &index.kind {
                Kind::Literal(Scalar::String(name)) => {
                    let step =
                        Step { name: name.clone(), access: *access, range: index.range.clone() };
                    Some(Self::of(of)?.join(step, range))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn join(mut self, step: Step, range: Range<usize>) -> Self {
        self.steps.push(step);
        self.range = range;
        self
    }

    /// The path with one more member, as `has(path.member)` means it.
    pub(super) fn with(self, name: &Word, range: Range<usize>) -> Self {
        let step = Step { name: name.text.clone(), access: Access::Plain, range: name.range.clone() };
        self.join(step, range)
    }

    /// Whether part of it says that it may be absent.
    fn says_optional(&self) -> bool {
        self.steps.iter().any(|step| step.access == Access::Optional)
    }

    /// The type of reading it, or why it cannot be read like this.
    pub(super) fn read_type(
        &self,
        ty: Type,
        presence: Presence,
        written: Written<'_>,
    ) -> Result<ValueType, Diagnostic> {
        // `principal` and the like are names of optionals; there is no other way to write them.
        let bare = self.steps.is_empty();
        match presence {
            Presence::Optional if bare || self.says_optional() => Ok(ValueType::Optional(ty)),
            Presence::Mandatory if self.says_optional() => Ok(ValueType::Optional(ty)),
            Presence::Mandatory => Ok(ty.into()),
            Presence::Optional => Err(self.optional_read(ty, written)),
        }
    }

    fn optional_read(&self, ty: Type, written: Written<'_>) -> Diagnostic {
        let default = match ty {
            Type::Scalar(ScalarType::Bool) => "false",
            Type::Scalar(ScalarType::Int) => "0",
            Type::Scalar(ScalarType::Double) => "0.0",
            Type::Scalar(ScalarType::String) => "''",
            Type::List(_) => "[]",
        };
        let optional = self.written_optional();
        written
            .diagnostic(
                Code::OptionalRead,
                &self.range,
                format!("`{}` may be absent", self.text()),
            )
            .label("read as if it were always there")
            .help(format!(
                "say what holds without it: `{optional}.orValue({default})`, or ask first: \
                 `{optional}.hasValue()`"
            ))
    }

    fn text(&self) -> String {
        let mut text = self.root.text.clone();
        for step in &self.steps {
            if is_identifier(&step.name) {
                text.push('.');
                text.push_str(&step.name);
            } else {
                text.push_str(&format!("['{}']", step.name));
            }
        }
        text
    }

    fn written_optional(&self) -> String {
        let Some((last, before)) = self.steps.split_last() else { return self.text() };
        let mut text = self.root.text.clone();
        for step in before {
            text.push('.');
            text.push_str(&step.name);
        }
        if is_identifier(&last.name) {
            format!("{text}.?{}", last.name)
        } else {
            format!("{text}[?'{}']", last.name)
        }
    }

    /// Finds what it stands for.
    pub(super) fn resolve(
        &self,
        scope: Scope<'_>,
        written: Written<'_>,
    ) -> Result<Target, Diagnostic> {
        let members = self.steps.as_slice();
        let (target, used) = match (self.root.text.as_str(), members) {
            ("request" | "token" | "path" | "query", []) => {
                (Target::Group(self.root.text.clone()), 0)
            }
            ("request", [headers]) if headers.name == "headers" => {
                (Target::Group("request.headers".to_owned()), 1)
            }
            ("request", [headers, name, ..]) if headers.name == "headers" => {
                (header(name, written)?, 2)
            }
            ("path", [name, ..]) => {
                let what = "capture";
                (found(scope.capture(&name.name), name, what, Code::UnknownParameter, written)?, 1)
            }
            ("query", [name, ..]) => {
                let what = "query parameter";
                (found(scope.parameter(&name.name), name, what, Code::UnknownParameter, written)?, 1)
            }
            ("token", [first, ..]) => match table(&format!("token.{}", first.name)) {
                Some(target) => (target, 1),
                None => claim(members, scope, written)?,
            },
            ("request", [first, ..]) => match table(&format!("request.{}", first.name)) {
                Some(target) => (target, 1),
                None => return Err(unknown_member(first, written)),
            },
            (root, _) => match table(root) {
                Some(target) => (target, 0),
                None => return Err(unknown_root(&self.root, written)),
            },
        };
        match (members.get(used), &target) {
            (Some(extra), Target::Variable { ty, .. }) => Err(written
                .diagnostic(
                    Code::NotAValue,
                    &extra.range,
                    format!("a {} has no member `{}`", ValueType::from(*ty), extra.name),
                )),
            _ => Ok(target),
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
        && !text.starts_with(|first: char| first.is_ascii_digit())
}

fn table(name: &str) -> Option<Target> {
    let found = VARIABLES.iter().find(|variable| variable.name == name)?;
    Some(Target::Variable { slot: found.slot.clone(), ty: found.ty, presence: found.presence })
}

fn unknown_root(root: &Word, written: Written<'_>) -> Diagnostic {
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
    let all = VARIABLES.iter().map(|one| one.name).chain(GROUPS.iter().map(|one| one.name));
    let roots = all.filter(|name| !name.contains('.'));
    written
        .diagnostic(Code::UnknownVariable, &root.range, format!("there is no variable `{name}`"))
        .help(format!("variables are {}", listing(ordered(roots.clone()).iter().map(String::as_str))))
        .help_if(did_you_mean(name, roots))
}

fn ordered<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = names.map(str::to_owned).collect();
    all.sort();
    all
}

fn unknown_member(step: &Step, written: Written<'_>) -> Diagnostic {
    let members = || {
        let names = VARIABLES.iter().filter_map(|one| one.name.strip_prefix("request."));
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
fn header(step: &Step, written: Written<'_>) -> Result<Target, Diagnostic> {
    let name = step.name.to_ascii_lowercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(written.diagnostic(
            Code::UnknownVariable,
            &step.range,
            format!("`{}` is not the name of a header", step.name),
        ));
    }
    if name == "host" {
        return Err(written
            .diagnostic(
                Code::UnknownVariable,
                &step.range,
                "the host is not among the headers".to_owned(),
            )
            .help("write `request.host`"));
    }
    Ok(Target::Variable {
        slot: Slot::RequestHeader(name),
        ty: Type::Scalar(ScalarType::String),
        presence: Presence::Optional,
    })
}

fn claim(
    steps: &[Step],
    scope: Scope<'_>,
    written: Written<'_>,
) -> Result<(Target, usize), Diagnostic> {
    let mut path = Vec::new();
    for (used, step) in (1..).zip(steps) {
        path.push(step.name.clone());
        if !scope.has_claims_under(&path) {
            let target =
                found(scope.claim(&path), step, "claim", Code::UnknownClaim, written)?;
            return Ok((target, used));
        }
    }
    Ok((Target::Group(format!("token.{}", path.join("."))), steps.len()))
}

fn found(
    lookup: Lookup,
    step: &Step,
    what: &str,
    unknown: Code,
    written: Written<'_>,
) -> Result<Target, Diagnostic> {
    match lookup {
        Lookup::Found { slot, ty, presence } => Ok(Target::Variable { slot, ty, presence }),
        Lookup::Missing { lacking, known } => {
            let lacking = listing(lacking.iter().map(String::as_str));
            let whose = if unknown == Code::UnknownClaim { "the issuer" } else { "the operation" };
            let help = if unknown == Code::UnknownClaim {
                "declare it under `claims` of every issuer of the task, `optional(…)` where it may be absent"
            } else {
                "a rule reads only what each of its operations has: split it, or declare it there"
            };
            let known = known.iter().map(String::as_str);
            Err(written
                .diagnostic(unknown, &step.range, format!("there is no {what} `{}`", step.name))
                .label(format!("not in {whose} {lacking}"))
                .help(help)
                .help_if(did_you_mean(&step.name, known)))
        }
        Lookup::Differs { types } => {
            let code = match unknown {
                Code::UnknownClaim => Code::ClaimTypesDiffer,
                _ => Code::ParameterTypesDiffer,
            };
            let each: Vec<String> =
                types.iter().map(|(owner, ty)| format!("{} in `{owner}`", type_name(*ty))).collect();
            Err(written
                .diagnostic(
                    code,
                    &step.range,
                    format!("the {what} `{}` has different types", step.name),
                )
                .label(each.join(", "))
                .help("declare it with one type, or split the rule or task"))
        }
    }
}

fn type_name(ty: Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar_name(scalar).to_owned(),
        Type::List(_) => ValueType::from(ty).to_string(),
    }
}
