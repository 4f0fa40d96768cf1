//! The names of a policy's conditions: what a rule can read, and what to say about what it cannot.

mod content;
mod history;

use std::ops::Range;

use remit_engine::plan::{Presence, Slot, Type};

use super::declarations::Declaration;
use super::env::{GROUPS, LATER, Phase, VARIABLES};
use super::environment::{Chain, Environment, Profile, Resolved, Step};
use super::issue::Issue;
use super::scope::{Lookup, Reader, Scope};
use super::types::Ty;
use crate::diagnostic::{Code, did_you_mean, listing};

impl Environment for Scope<'_> {
    fn profile(&self) -> Profile {
        Profile::Policy
    }

    fn resolve(&self, chain: &Chain) -> Resolved {
        let resolved = match (chain.root.as_str(), chain.steps.as_slice()) {
            ("request" | "token" | "txn" | "path" | "query" | "body" | "params", []) => {
                Ok(Resolved::Group(chain.root.clone()))
            }
            ("history", _) => history::history(self, chain),
            ("request", [headers]) if headers.name == "headers" => {
                Ok(Resolved::Group("request.headers".to_owned()))
            }
            ("request", [headers, name, ..]) if headers.name == "headers" => header(name),
            ("path", [name, ..]) => found(self, &self.capture(&name.name), name, 1, Kind::Capture),
            ("query", [name, ..]) => {
                found(self, &self.parameter(&name.name), name, 1, Kind::Parameter)
            }
            ("body", [name, ..]) => content::body(self, name),
            ("params", steps) => content::params(self, steps),
            ("token", [first, ..]) => match table(&format!("token.{}", first.name), 1) {
                Some(variable) => Ok(variable),
                None => claim(self, &chain.steps, Kind::Claim),
            },
            ("txn", [_, ..]) if self.of_transactions().is_empty() => {
                Err(no_transactions(&chain.root_range).into())
            }
            ("txn", [first, ..]) => match table(&format!("txn.{}", first.name), 1) {
                Some(variable) => Ok(variable),
                None => claim(self, &chain.steps, Kind::TransactionClaim),
            },
            ("request", [first, ..]) => match table(&format!("request.{}", first.name), 1) {
                Some(variable) => Ok(variable),
                None => Err(unknown_member(first).into()),
            },
            (root, _) => match (table(root, 0), GROUPS.iter().find(|one| one.name == root)) {
                (Some(variable), _) => Ok(variable),
                (None, Some(group)) => {
                    Err(too_early(group.name, group.phase, &chain.root_range).into())
                }
                (None, None) => Ok(Resolved::Nothing),
            },
        };
        resolved.unwrap_or_else(Resolved::Refused)
    }

    fn function(&self, _: &str) -> Option<&Declaration> {
        None
    }

    fn unknown(&self, chain: &Chain) -> Issue {
        let name = chain.root.as_str();
        if LATER.contains(&name) {
            let message = format!("`{name}` is not supported by this version of remit");
            return Issue::new(Code::Unsupported, &chain.root_range, message)
                .help("take the rule out: this version cannot enforce it");
        }
        let all = VARIABLES.iter().map(|one| one.name).chain(
            GROUPS
                .iter()
                .filter(|one| one.phase != Phase::Response)
                .map(|one| one.name),
        );
        let mut roots: Vec<&str> = all.filter(|name| !name.contains('.')).collect();
        roots.sort_unstable();
        let message = format!("there is no variable `{name}`");
        Issue::new(Code::UnknownVariable, &chain.root_range, message)
            .help(format!("variables are {}", listing(roots.iter().copied())))
            .help_if(did_you_mean(name, roots))
    }
}

/// A variable that every condition has.
fn table(name: &str, used: usize) -> Option<Resolved> {
    let found = VARIABLES.iter().find(|variable| variable.name == name)?;
    Some(Resolved::Variable {
        slot: found.slot.clone(),
        ty: Ty::from(&(found.ty)()),
        presence: found.presence,
        used,
    })
}

/// A value that does not exist yet when the rule runs.
fn too_early(name: &str, phase: Phase, range: &Range<usize>) -> Issue {
    let comes = match phase {
        Phase::Headers => "the request's head",
        Phase::Body => "the request's body",
        Phase::Response => "the response",
    };
    let message = format!("`{name}` does not exist yet when this rule runs");
    Issue::new(Code::WrongPhase, range, message)
        .label(format!(
            "it comes with {comes}; rules are decided on the request"
        ))
        .help("decide by the token, the path, the query or the body, or take the rule out")
}

/// A transaction token, where none can be.
fn no_transactions(range: &Range<usize>) -> Issue {
    let message = "`txn` is never there: no issuer gives out transaction tokens";
    Issue::new(Code::UnknownVariable, range, message)
        .help("name the issuer that does, with `profile: txn-token`")
}

/// No such part of the request.
fn unknown_member(step: &Step) -> Issue {
    let members = || {
        let names = VARIABLES
            .iter()
            .filter_map(|one| one.name.strip_prefix("request."));
        names.chain(["headers"])
    };
    let message = format!("`request` has no member `{}`", step.name);
    let body = (step.name == "body")
        .then(|| "a declared member of the body is read as `body.<member>`".to_owned());
    Issue::new(Code::UnknownVariable, &step.range, message)
        .help(format!("its members are {}", listing(members())))
        .help_if(did_you_mean(&step.name, members()))
        .help_if(body)
}

/// A header, in the lower case that the gateway has it in.
fn header(step: &Step) -> Result<Resolved, Box<Issue>> {
    let name = step.name.to_ascii_lowercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        let message = format!("`{}` is not the name of a header", step.name);
        return Err(Issue::new(Code::UnknownVariable, &step.range, message).into());
    }
    if name == "host" {
        let message = "the host is not among the headers";
        return Err(Issue::new(Code::UnknownVariable, &step.range, message)
            .help("write `request.host`")
            .into());
    }
    Ok(Resolved::Variable {
        slot: Slot::RequestHeader(name),
        ty: Ty::String,
        presence: Presence::Optional,
        used: 2,
    })
}

/// A claim: the shortest path under which no further claims stand.
fn claim(scope: &Scope<'_>, steps: &[Step], kind: Kind) -> Result<Resolved, Box<Issue>> {
    let (issuers, root) = match kind {
        Kind::TransactionClaim => (scope.of_transactions(), "txn"),
        _ => (scope.of_task(), "token"),
    };
    let mut path = Vec::new();
    for (used, step) in (1..).zip(steps) {
        path.push(step.name.clone());
        if !scope.has_claims_under(&issuers, &path) {
            let lookup = match kind {
                Kind::TransactionClaim => scope.transaction_claim(&issuers, &path),
                _ => scope.claim(&issuers, &path),
            };
            return found(scope, &lookup, step, used, kind);
        }
    }
    Ok(Resolved::Group(format!("{root}.{}", path.join("."))))
}

/// What is looked up, for a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Capture,
    Parameter,
    Member,
    Argument,
    Claim,
    TransactionClaim,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Parameter => "query parameter",
            Self::Member => "member of the body",
            Self::Argument => "argument",
            Self::Claim => "claim",
            Self::TransactionClaim => "claim of transaction tokens",
        }
    }

    fn owner(self) -> &'static str {
        match self {
            Self::Claim | Self::TransactionClaim => "the issuer",
            Self::Capture | Self::Parameter | Self::Member | Self::Argument => "the operation",
        }
    }

    fn advice(self, reader: Reader) -> &'static str {
        match self {
            Self::Claim => {
                "declare it under `claims` of every issuer of the task, `optional(…)` where it may be absent"
            }
            Self::TransactionClaim => {
                "declare it under `claims` of an issuer of profile `txn-token`"
            }
            Self::Capture | Self::Parameter | Self::Member | Self::Argument
                if reader == Reader::Limit =>
            {
                "a limit reads only what each operation that it covers has: name those under `operations`"
            }
            Self::Capture | Self::Parameter | Self::Member | Self::Argument
                if reader == Reader::Same =>
            {
                "it is read of each operation of the rule, and of each whose calls are asked for: declare it in all of them"
            }
            Self::Capture | Self::Parameter | Self::Member | Self::Argument => {
                "a rule reads only what each of its operations has: split it, or declare it there"
            }
        }
    }
}

/// The variable, or why there is none.
fn found(
    scope: &Scope<'_>,
    lookup: &Lookup,
    step: &Step,
    used: usize,
    kind: Kind,
) -> Result<Resolved, Box<Issue>> {
    match lookup {
        Lookup::Found { slot, ty, presence } => Ok(Resolved::Variable {
            slot: slot.clone(),
            ty: Ty::from(ty),
            presence: *presence,
            used,
        }),
        Lookup::Missing { lacking, known } => {
            let code = match kind {
                Kind::Claim | Kind::TransactionClaim => Code::UnknownClaim,
                Kind::Capture | Kind::Parameter | Kind::Member | Kind::Argument => {
                    Code::UnknownParameter
                }
            };
            let lacking = listing(lacking.iter().map(String::as_str));
            let message = format!("there is no {} `{}`", kind.name(), step.name);
            let is_content = matches!(kind, Kind::Member | Kind::Argument);
            let advice = match (is_content, known.as_slice()) {
                (false, _) | (true, []) => kind.advice(scope.reader).to_owned(),
                (true, known) => {
                    let known = listing(known.iter().map(String::as_str));
                    format!("{}; declared are {known}", kind.advice(scope.reader))
                }
            };
            Err(Issue::new(code, &step.range, message)
                .label(format!("not in {} {lacking}", kind.owner()))
                .help(advice)
                .help_if(did_you_mean(&step.name, known.iter().map(String::as_str)))
                .into())
        }
        Lookup::Differs { types } => {
            let code = match kind {
                Kind::Claim | Kind::TransactionClaim => Code::ClaimTypesDiffer,
                Kind::Capture | Kind::Parameter | Kind::Member | Kind::Argument => {
                    Code::ParameterTypesDiffer
                }
            };
            let each = types
                .iter()
                .map(|(owner, ty): &(String, Type)| format!("{} in `{owner}`", Ty::from(ty)));
            let each: Vec<String> = each.collect();
            let message = format!("the {} `{}` has different types", kind.name(), step.name);
            Err(Issue::new(code, &step.range, message)
                .label(each.join(", "))
                .help("declare it with one type, or split the rule or task")
                .into())
        }
    }
}
