//! `body` and `params`: what an operation declares of its body, or of what it is called with.

use remit_engine::plan::{CallKind, Presence, Slot};

use super::{Kind, found};
use crate::cel::environment::{Resolved, Step};
use crate::cel::issue::Issue;
use crate::cel::scope::{Content, Readable, Scope};
use crate::cel::types::Ty;
use crate::diagnostic::{Code, did_you_mean, listing};

const MEMBERS: &[&str] = &["arguments", "name", "uri"];

type Found = Result<Resolved, Box<Issue>>;

/// `body.<member>`.
pub(super) fn body(scope: &Scope<'_>, name: &Step) -> Found {
    declared(scope, name, Kind::Member, 1)
}

/// `params.…`; there is a first step.
pub(super) fn params(scope: &Scope<'_>, steps: &[Step]) -> Found {
    let Some((first, rest)) = steps.split_first() else {
        return Ok(Resolved::Group("params".to_owned()));
    };
    match (first.name.as_str(), rest) {
        ("arguments", []) => Ok(Resolved::Group("params.arguments".to_owned())),
        ("arguments", [name, ..]) => declared(scope, name, Kind::Argument, 2),
        ("name", _) => called(scope, first, Slot::CalledName, |kind| {
            matches!(kind, CallKind::Tool | CallKind::Prompt)
        }),
        ("uri", _) => called(scope, first, Slot::CalledUri, |kind| {
            kind == CallKind::Resource
        }),
        (other, _) => {
            let message = format!("`params` has no member `{other}`");
            Err(Issue::new(Code::UnknownVariable, &first.range, message)
                .help(format!(
                    "its members are {}",
                    listing(MEMBERS.iter().copied())
                ))
                .help(format!(
                    "an argument of a call is read as `params.arguments.{other}`"
                ))
                .help_if(did_you_mean(other, MEMBERS.iter().copied()))
                .into())
        }
    }
}

/// A member of the body, or an argument.
fn declared(scope: &Scope<'_>, name: &Step, kind: Kind, used: usize) -> Found {
    let is_argument = kind == Kind::Argument;
    for (operation, content) in scope.contents() {
        let (message, help) = match (content, is_argument) {
            (Content::Message(_, Readable::Some), true)
            | (Content::Body(Readable::Some), false) => {
                continue;
            }
            (Content::Message(kind, Readable::Nothing), true) => (
                format!("nothing is declared of the arguments of `{operation}`"),
                of_message(kind, &name.name),
            ),
            (Content::Body(Readable::Nothing), false) => (
                format!("nothing is declared of the body of `{operation}`"),
                declare("body", &name.name),
            ),
            (Content::Message(..), false) => (
                format!("`{operation}` is called by messages: what it gets are arguments"),
                format!("write `params.arguments.{}`", name.name),
            ),
            (Content::Body(_), true) => (
                format!("`{operation}` is not called by messages: what it gets is a body"),
                format!("write `body.{}`", name.name),
            ),
        };
        return Err(Issue::new(Code::UndeclaredBody, &name.range, message)
            .help(help)
            .into());
    }
    let lookup = match is_argument {
        true => scope.argument(&name.name),
        false => scope.member(&name.name),
    };
    found(scope, &lookup, name, used, kind)
}

fn of_message(kind: CallKind, name: &str) -> String {
    match kind {
        CallKind::Resource => {
            "read `params.uri`, or a capture of its template as `path.<name>`".to_owned()
        }
        CallKind::Method | CallKind::Skill => {
            "decide by the token and the operation: rules cannot look into these".to_owned()
        }
        CallKind::Tool | CallKind::Prompt => declare("arguments", name),
    }
}

fn declare(key: &str, name: &str) -> String {
    format!("declare it under `{key}` there: `{key}: {{{name}: string, \"*\": any}}`")
}

/// `params.name` or `params.uri`, where every operation has it.
fn called(scope: &Scope<'_>, step: &Step, slot: Slot, has: fn(CallKind) -> bool) -> Found {
    let lacking = scope.not_called(has);
    if lacking.is_empty() {
        return Ok(Resolved::Variable {
            slot,
            ty: Ty::String,
            presence: Presence::Mandatory,
            used: 1,
        });
    }
    let message = format!("there is no `params.{}`", step.name);
    let lacking = listing(lacking.iter().map(String::as_str));
    Err(Issue::new(Code::UnknownParameter, &step.range, message)
        .label(format!("not in the operation {lacking}"))
        .help("tools and prompts have `params.name`, MCP resources `params.uri`")
        .into())
}
