//! From `token.ticket.id` to a variable.
//!
//! A chain of members, or of indices that are constant strings, names a variable. Whether it may
//! be absent decides how it may be read: a plain read of what may be absent does not compile,
//! because the request without it would fail the rule.

mod lookup;

use std::ops::Range;

use remit_engine::plan::{Presence, Scalar, ScalarType, Slot, Type};

use super::Written;
use super::scope::Scope;
use super::syntax::{Access, Expression, Kind, Word};
use super::types::ValueType;
use crate::diagnostic::{Code, Diagnostic};

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
    Variable {
        slot: Slot,
        ty: Type,
        presence: Presence,
    },
    /// A group, which is no value.
    Group(String),
}

impl Path {
    /// Reads an expression as a path, if it is one.
    pub(super) fn of(expression: &Expression) -> Option<Self> {
        let range = expression.range.clone();
        match &expression.kind {
            Kind::Name(name) => {
                let root = Word {
                    text: name.clone(),
                    range: range.clone(),
                };
                Some(Self {
                    root,
                    steps: Vec::new(),
                    range,
                })
            }
            Kind::Member { of, name, access } => {
                let step = Step {
                    name: name.text.clone(),
                    access: *access,
                    range: name.range.clone(),
                };
                Some(Self::of(of)?.join(step, range))
            }
            Kind::Index { of, index, access } => match &index.kind {
                Kind::Literal(Scalar::String(name)) => {
                    let step = Step {
                        name: name.clone(),
                        access: *access,
                        range: index.range.clone(),
                    };
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
        let step = Step {
            name: name.text.clone(),
            access: Access::Plain,
            range: name.range.clone(),
        };
        self.join(step, range)
    }

    /// Whether part of it says that it may be absent.
    fn says_optional(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.access == Access::Optional)
    }

    /// The type of reading it, or why it cannot be read like this.
    pub(super) fn read_type(
        &self,
        ty: Type,
        presence: Presence,
        written: Written<'_>,
    ) -> Result<ValueType, Box<Diagnostic>> {
        // `principal` and the like are names of optionals; there is no other way to write them.
        let bare = self.steps.is_empty();
        match presence {
            Presence::Optional if bare || self.says_optional() => Ok(ValueType::Optional(ty)),
            Presence::Mandatory if self.says_optional() => Ok(ValueType::Optional(ty)),
            Presence::Mandatory => Ok(ty.into()),
            Presence::Optional => Err(self.optional_read(ty, written).into()),
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
        let Some((last, before)) = self.steps.split_last() else {
            return self.text();
        };
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
    ) -> Result<Target, Box<Diagnostic>> {
        let members = self.steps.as_slice();
        let (target, used) = match (self.root.text.as_str(), members) {
            ("request" | "token" | "path" | "query", []) => {
                (Target::Group(self.root.text.clone()), 0)
            }
            ("request", [headers]) if headers.name == "headers" => {
                (Target::Group("request.headers".to_owned()), 1)
            }
            ("request", [headers, name, ..]) if headers.name == "headers" => {
                (lookup::header(name, written)?, 2)
            }
            ("path", [name, ..]) => (lookup::capture(name, scope, written)?, 1),
            ("query", [name, ..]) => (lookup::parameter(name, scope, written)?, 1),
            ("token", [first, ..]) => match lookup::table(&format!("token.{}", first.name)) {
                Some(target) => (target, 1),
                None => lookup::claim(members, scope, written)?,
            },
            ("request", [first, ..]) => match lookup::table(&format!("request.{}", first.name)) {
                Some(target) => (target, 1),
                None => return Err(lookup::unknown_member(first, written).into()),
            },
            (root, _) => match lookup::table(root) {
                Some(target) => (target, 0),
                None => return Err(lookup::unknown_root(&self.root, written).into()),
            },
        };
        match (members.get(used), &target) {
            (Some(extra), Target::Variable { ty, .. }) => {
                let message = format!("a {} has no member `{}`", ValueType::from(*ty), extra.name);
                Err(written
                    .diagnostic(Code::NotAValue, &extra.range, message)
                    .into())
            }
            _ => Ok(target),
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars()
        .all(|each| each.is_ascii_alphanumeric() || each == '_')
        && !text.starts_with(|first: char| first.is_ascii_digit())
}
