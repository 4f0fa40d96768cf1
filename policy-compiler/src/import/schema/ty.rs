//! The type of a value.

use std::fmt;

use remit_engine::plan::Presence;
use serde_json::Value;

use super::super::notice::Pointer;
use super::parts::Parts;
use super::{Reader, object};

/// A type, as far as schemas come to one.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) enum Ty {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// A string.
    String,
    /// Anything.
    Dyn,
    /// An array.
    List(Box<Ty>),
    /// An object with any members of a type.
    Map(Box<Ty>),
    /// An object with these members; others are not looked at.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) struct Member {
    /// Its name.
    pub(in crate::import) name: String,
    /// Its type.
    pub(in crate::import) ty: Ty,
    /// Whether it has to be there.
    pub(in crate::import) presence: Presence,
}

impl Member {
    /// Its type, optional or not, as a policy has it.
    pub(in crate::import) fn declared(&self) -> String {
        match self.presence {
            Presence::Mandatory => self.ty.to_string(),
            Presence::Optional => format!("optional({})", self.ty),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Dyn => f.write_str("dyn"),
            Self::List(ty) => write!(f, "list({ty})"),
            Self::Map(ty) => write!(f, "map({ty})"),
            Self::Object(members) => {
                f.write_str("object(")?;
                for (index, member) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", member.name, member.declared())?;
                }
                f.write_str(")")
            }
        }
    }
}

impl<'d> Reader<'d, '_> {
    /// The type of what fits a schema; deeper than `depth` it is `dyn`.
    pub(super) fn ty(&mut self, schema: &'d Value, at: &Pointer, depth: usize) -> Ty {
        let Some(depth) = depth.checked_sub(1) else {
            return Ty::Dyn;
        };
        let Some(parts) = self.parts(schema, at) else {
            return Ty::Dyn;
        };
        if parts
            .keyword("nullable")
            .is_some_and(|(is, _)| *is == Value::Bool(true))
        {
            // OpenAPI 3.0; no type but `dyn` has null.
            return Ty::Dyn;
        }
        match parts.keyword("type").map(|(ty, _)| ty) {
            Some(Value::String(name)) => self.named(name, &parts, depth),
            Some(Value::Array(names)) => match names.as_slice() {
                [Value::String(name)] => self.named(name, &parts, depth),
                names
                    if names
                        .iter()
                        .all(|name| name == "integer" || name == "number") =>
                {
                    Ty::Double
                }
                _ => Ty::Dyn,
            },
            _ => self.unnamed(&parts, depth),
        }
    }

    fn named(&mut self, name: &str, parts: &Parts<'d>, depth: usize) -> Ty {
        match name {
            "boolean" => Ty::Bool,
            "integer" => Ty::Int,
            "number" => Ty::Double,
            "string" => Ty::String,
            "array" => self.array(parts, depth),
            "object" => self.object(parts, depth),
            _ => Ty::Dyn,
        }
    }

    /// Without `type`, from what else is said.
    fn unnamed(&mut self, parts: &Parts<'d>, depth: usize) -> Ty {
        if let Some((value, _)) = parts.keyword("const") {
            return of_values(std::slice::from_ref(value));
        }
        if let Some((Value::Array(values), _)) = parts.keyword("enum") {
            return of_values(values);
        }
        if parts.keyword("properties").is_some() {
            return self.object(parts, depth);
        }
        let alternatives = parts.keyword("anyOf").or_else(|| parts.keyword("oneOf"));
        let Some((Value::Array(alternatives), at)) = alternatives else {
            return Ty::Dyn;
        };
        let mut types = alternatives
            .iter()
            .enumerate()
            .map(|(index, each)| (each, at.element(index)));
        let Some((first, place)) = types.next() else {
            return Ty::Dyn;
        };
        let first = self.ty(first, &place, depth);
        for (each, place) in types {
            if first == Ty::Dyn || self.ty(each, &place, depth) != first {
                return Ty::Dyn;
            }
        }
        first
    }

    fn array(&mut self, parts: &Parts<'d>, depth: usize) -> Ty {
        if parts.keyword("prefixItems").is_some() {
            return Ty::List(Box::new(Ty::Dyn));
        }
        let element = match parts.keyword("items") {
            // Lists of schemas were tuples up to draft 2019-09.
            Some((items, at)) if !items.is_array() => self.ty(items, &at, depth),
            _ => Ty::Dyn,
        };
        Ty::List(Box::new(element))
    }

    fn object(&mut self, parts: &Parts<'d>, depth: usize) -> Ty {
        let mut members = Vec::new();
        if depth > 0 {
            for (name, schema, place) in parts.properties() {
                if !object::can_be_a_field(name) {
                    self.notices.push(
                        &place,
                        "a type cannot have a field of this name, so rules cannot read it",
                    );
                    continue;
                }
                members.push(Member {
                    name: name.to_owned(),
                    ty: self.ty(schema, &place, depth),
                    presence: parts.presence(name, schema),
                });
            }
        }
        if !members.is_empty() {
            return Ty::Object(members);
        }
        let value = match parts.keyword("additionalProperties") {
            Some((schema @ Value::Object(_), at)) if parts.properties().is_empty() => {
                self.ty(schema, &at, depth)
            }
            _ => Ty::Dyn,
        };
        Ty::Map(Box::new(value))
    }
}

/// The type that all of some values have.
fn of_values(values: &[Value]) -> Ty {
    let is_whole = |value: &Value| value.is_i64();
    if values.is_empty() {
        Ty::Dyn
    } else if values.iter().all(Value::is_string) {
        Ty::String
    } else if values.iter().all(Value::is_boolean) {
        Ty::Bool
    } else if values.iter().all(is_whole) {
        Ty::Int
    } else if values.iter().all(Value::is_number) {
        Ty::Double
    } else {
        Ty::Dyn
    }
}
