//! From JSON Schema (draft 2020-12, and what OpenAPI 3.0 makes of it) to types of a policy.
//!
//! A schema says more than a type can, and a type must not say more than the schema: where it is not
//! plain what a value is, the type is `dyn`.

mod object;
mod parts;
mod ty;

use remit_engine::plan::Others;
use serde_json::Value;

use super::notice::{Notices, Pointer};
use super::page::Part;
pub(super) use object::can_be_declared;
pub(super) use parts::follow;
use parts::{Parts, Problem};
pub(super) use ty::{Member, Ty};

/// Deepest nesting of a type that is made, a scalar being 1.
const DEPTH: usize = 8;
/// Most schemas that are looked at for one definition, references followed.
const SCHEMAS: usize = 512;

/// The members of a JSON object, as far as rules can be about them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// An object of which nothing is said.
    Any,
    /// One with these members.
    Members {
        /// Those that are declared.
        members: Vec<Member>,
        /// Whether there may be others.
        others: Others,
    },
}

impl Shape {
    /// As a page has it.
    pub(super) fn part(&self) -> Part {
        let Self::Members { members, others } = self else {
            return Part::word("any");
        };
        let mut entries: Vec<(String, Part)> = members
            .iter()
            .map(|member| (member.name.clone(), Part::text(member.declared())))
            .collect();
        if *others == Others::Pass {
            entries.push(("*".to_owned(), Part::word("any")));
        }
        Part::Braces(entries)
    }
}

/// Reads the schemas of one definition.
pub(super) struct Reader<'d, 'n> {
    /// The document in which references are looked up.
    root: &'d Value,
    /// What there is to say.
    notices: &'n mut Notices,
    /// How many more schemas are looked at.
    left: usize,
    /// Whether it was said that the definition is too large.
    cut: Cut,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Untold,
    Told,
}

impl<'d, 'n> Reader<'d, 'n> {
    /// A reader of schemas that stand in `root`.
    pub(super) fn new(root: &'d Value, notices: &'n mut Notices) -> Self {
        Self {
            root,
            notices,
            left: SCHEMAS,
            cut: Cut::Untold,
        }
    }

    /// What the members of an object are.
    pub(super) fn shape(&mut self, schema: &'d Value, at: &Pointer) -> Shape {
        let Some(parts) = self.parts(schema, at) else {
            return Shape::Any;
        };
        let is_object = parts.keyword("type").is_none_or(|(ty, _)| ty == "object");
        if !is_object {
            self.notices
                .push(at, "this is no object: nothing can be said of its members");
            return Shape::Any;
        }
        let mut others = parts.others();
        if let Some((keyword, place)) = parts.elsewhere() {
            self.notices.push(
                &place,
                format!("members that `{keyword}` adds are not imported; others may stand beside those declared"),
            );
            others = Others::Pass;
        }
        let mut members = Vec::new();
        for (name, schema, place) in parts.properties() {
            let ty = self.ty(schema, &place, DEPTH);
            if !can_be_declared(name) {
                self.notices.push(
                    &place,
                    "a policy cannot have a member of this name; others may stand beside those declared",
                );
                others = Others::Pass;
                continue;
            }
            members.push(Member {
                name: name.to_owned(),
                ty,
                presence: parts.presence(name, schema),
            });
        }
        if members.is_empty() && others == Others::Pass {
            return Shape::Any;
        }
        Shape::Members { members, others }
    }

    /// [`Self::shape`] of a body; `None`, with the reason told, where it is no object.
    pub(super) fn body(&mut self, schema: &'d Value, at: &Pointer) -> Option<Shape> {
        let parts = self.parts(schema, at)?;
        if parts.keyword("type").is_some_and(|(ty, _)| ty != "object") {
            self.notices
                .push(at, "the body is no object, so rules do not read it");
            return None;
        }
        Some(self.shape(schema, at))
    }

    /// The type of a scalar or list that is no part of a body: of a parameter.
    pub(super) fn parameter(&mut self, schema: &'d Value, at: &Pointer) -> Ty {
        self.ty(schema, at, DEPTH)
    }

    /// A schema with what it refers to; `None`, with the reason told, where that cannot be had.
    fn parts(&mut self, schema: &'d Value, at: &Pointer) -> Option<Parts<'d>> {
        match Parts::collect(self.root, schema, at, &mut self.left) {
            Ok(parts) => Some(parts),
            Err((place, problem)) => {
                // Of a definition that is too large every part behind would say so again.
                let again = problem == Problem::TooLarge && self.cut == Cut::Told;
                if !again {
                    self.notices.push(&place, problem.to_string());
                }
                if problem == Problem::TooLarge {
                    self.cut = Cut::Told;
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
