//! A schema together with those that hold beside it: what `$ref` refers to, and `allOf`.

use remit_engine::plan::{Others, Presence};
use serde_json::{Map, Value};

use super::super::notice::Pointer;

/// Longest chain of references.
const HOPS: usize = 16;

/// Why a schema cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::import) enum Problem {
    /// A reference to another document.
    #[error("the reference `{0}` leads out of the document, so it is not followed")]
    Elsewhere(String),
    /// A reference to nothing.
    #[error("the reference `{0}` leads to nothing")]
    Nowhere(String),
    /// A chain of references, which may be endless.
    #[error("references lead to references more than {HOPS} times")]
    Endless,
    /// The definition is too large.
    #[error("the definition is too large, so this part of it is not read")]
    TooLarge,
    /// Neither an object nor a truth value.
    #[error("this is no schema")]
    NoSchema,
}

/// A schema and those that hold beside it. A schema that is `true` or `false` has no part.
#[derive(Debug, Default)]
pub(super) struct Parts<'d>(Vec<(&'d Map<String, Value>, Pointer)>);

impl<'d> Parts<'d> {
    /// Collects them; `left` is how many may be looked at.
    pub(super) fn collect(
        root: &'d Value,
        schema: &'d Value,
        at: &Pointer,
        left: &mut usize,
    ) -> Result<Self, (Pointer, Problem)> {
        let mut parts = Self::default();
        parts.add(root, schema, at, left, HOPS)?;
        Ok(parts)
    }

    fn add(
        &mut self,
        root: &'d Value,
        schema: &'d Value,
        at: &Pointer,
        left: &mut usize,
        hops: usize,
    ) -> Result<(), (Pointer, Problem)> {
        let problem = |problem| (at.clone(), problem);
        *left = left
            .checked_sub(1)
            .ok_or_else(|| problem(Problem::TooLarge))?;
        let hops = hops
            .checked_sub(1)
            .ok_or_else(|| problem(Problem::Endless))?;
        let members = match schema {
            Value::Bool(_) => return Ok(()),
            Value::Object(members) => members,
            _ => return Err(problem(Problem::NoSchema)),
        };
        self.0.push((members, at.clone()));
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            let (target, place) = follow(root, reference).map_err(problem)?;
            self.add(root, target, &place, left, hops)?;
        }
        if let Some(Value::Array(all)) = members.get("allOf") {
            let at = at.member("allOf");
            for (index, each) in all.iter().enumerate() {
                self.add(root, each, &at.element(index), left, hops)?;
            }
        }
        Ok(())
    }

    /// A keyword, where any of them has it.
    pub(super) fn keyword(&self, name: &str) -> Option<(&'d Value, Pointer)> {
        self.0
            .iter()
            .find_map(|(part, at)| Some((part.get(name)?, at.member(name))))
    }

    /// The properties, each once, in the order of their names.
    pub(super) fn properties(&self) -> Vec<(&'d str, &'d Value, Pointer)> {
        let mut all: Vec<(&str, &Value, Pointer)> = Vec::new();
        for (part, at) in &self.0 {
            let Some(Value::Object(properties)) = part.get("properties") else {
                continue;
            };
            let at = at.member("properties");
            for (name, schema) in properties {
                all.push((name, schema, at.member(name)));
            }
        }
        // Stable: the first of a name is the one that stands first.
        all.sort_by_key(|(name, _, _)| *name);
        all.dedup_by_key(|(name, _, _)| *name);
        all
    }

    /// Whether a property has to be there in what is sent. One that is read only need not.
    pub(super) fn presence(&self, name: &str, schema: &Value) -> Presence {
        if schema.get("readOnly") == Some(&Value::Bool(true)) {
            return Presence::Optional;
        }
        let required = self.0.iter().any(|(part, _)| {
            part.get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|each| each == name))
        });
        if required {
            Presence::Mandatory
        } else {
            Presence::Optional
        }
    }

    /// Whether there may be members beside the properties. JSON Schema lets them pass unless it says
    /// otherwise; here they are refused unless it says that they pass, or says nothing of members at all.
    pub(super) fn others(&self) -> Others {
        let said = |name: &str| self.0.iter().filter_map(|(part, _)| part.get(name)).next();
        let additional = || {
            self.0
                .iter()
                .filter_map(|(part, _)| part.get("additionalProperties"))
        };
        if additional().any(|each| *each == Value::Bool(false))
            || said("unevaluatedProperties") == Some(&Value::Bool(false))
        {
            return Others::Refuse;
        }
        if additional().next().is_some() || said("properties").is_none() {
            return Others::Pass;
        }
        Others::Refuse
    }

    /// A keyword that may bring further members.
    pub(super) fn elsewhere(&self) -> Option<(&'static str, Pointer)> {
        const ALTERNATIVES: &[&str] = &["anyOf", "oneOf"];
        const OTHERS: &[&str] = &["patternProperties", "dependentSchemas", "then", "else"];
        let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        let others = OTHERS.iter().find_map(|name| {
            let (value, at) = self.keyword(name)?;
            (!empty(value)).then_some((*name, at))
        });
        others.or_else(|| {
            ALTERNATIVES.iter().find_map(|name| {
                let (value, at) = self.keyword(name)?;
                let brings = |each: &Value| {
                    ["properties", "$ref", "allOf", "anyOf", "oneOf"]
                        .iter()
                        .any(|keyword| each.get(keyword).is_some())
                };
                let brings = value.as_array().is_some_and(|list| list.iter().any(brings));
                brings.then_some((*name, at))
            })
        })
    }
}

/// What a reference within the document leads to.
pub(in crate::import) fn follow<'d>(
    root: &'d Value,
    reference: &str,
) -> Result<(&'d Value, Pointer), Problem> {
    let elsewhere = || Problem::Elsewhere(reference.to_owned());
    let pointer = reference.strip_prefix('#').ok_or_else(elsewhere)?;
    let pointer = decoded(pointer).ok_or_else(elsewhere)?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        // An anchor.
        return Err(elsewhere());
    }
    let target = root
        .pointer(&pointer)
        .ok_or_else(|| Problem::Nowhere(reference.to_owned()))?;
    let names = pointer.split('/').skip(1);
    let place = names.fold(Pointer::default(), |place, name| {
        place.member(&name.replace("~1", "/").replace("~0", "~"))
    });
    Ok((target, place))
}

/// A fragment without its escapes (RFC 3986 section 2.1).
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}
