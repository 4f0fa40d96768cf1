//! Declared members of a body, or of the arguments of a call.

use super::Values;
use crate::json::{Json, Object, typed};
use crate::plan::{Datum, Members, NameId, Others, Parameter, Presence, Type};
use crate::rpc::alike::{has_alikes, is_alike};

/// Why a body, or the arguments of a call, is not what the policy declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// A member that has to be there is not.
    #[error("a mandatory member is missing")]
    Missing(NameId),
    /// A member is not of its type.
    #[error("a member is not of its declared type")]
    Mistyped(NameId),
    /// A whole number in it is one that only some readers hold exactly.
    #[error("a member holds a number beyond 2^53 - 1")]
    Inexact(NameId),
    /// It has a member that some readers take for one that is declared.
    #[error("a member is spelt almost like a declared one")]
    Alike(NameId),
    /// It has a member that is not declared.
    #[error("a member is not declared")]
    Undeclared,
    /// The plan names something that it does not have.
    #[error("the plan is broken")]
    Broken,
}

impl Values {
    /// Reads declared members; `names` are the plan's.
    ///
    /// # Errors
    /// [`Unfit`].
    pub(crate) fn read(
        object: &Object<'_>,
        members: &Members,
        names: &[String],
    ) -> Result<Self, Unfit> {
        let declared: Option<Vec<&str>> = members
            .declared
            .iter()
            .map(|one| names.get(one.name.0 as usize).map(String::as_str))
            .collect();
        let declared = declared.ok_or(Unfit::Broken)?;
        let mut values = Vec::with_capacity(declared.len());
        for (one, name) in members.declared.iter().zip(&declared) {
            match (object.member(name), one.presence) {
                (Some(value), _) => {
                    values.push((one.name, read(value, one)?));
                    if members.others == Others::Refuse && !is_closed(value, &one.ty) {
                        return Err(Unfit::Undeclared);
                    }
                }
                (None, Presence::Optional) => {}
                (None, Presence::Mandatory) => return Err(Unfit::Missing(one.name)),
            }
        }
        for other in object.names().filter(|name| !declared.contains(name)) {
            let mut taken_for = members.declared.iter().zip(&declared);
            if let Some((one, _)) = taken_for.find(|(_, name)| is_alike(other, name)) {
                return Err(Unfit::Alike(one.name));
            }
            if members.others == Others::Refuse {
                return Err(Unfit::Undeclared);
            }
        }
        Ok(Self(values))
    }
}

fn read(value: &Json<'_>, declared: &Parameter) -> Result<Datum, Unfit> {
    if !value.is_exact() {
        return Err(Unfit::Inexact(declared.name));
    }
    if is_ambiguous(value, &declared.ty) {
        return Err(Unfit::Alike(declared.name));
    }
    typed(value, &declared.ty).ok_or(Unfit::Mistyped(declared.name))
}

/// Whether objects within hold only what their types name.
fn is_closed(value: &Json<'_>, ty: &Type) -> bool {
    match (ty, value) {
        (Type::AtMost(ty, _), value) => is_closed(value, ty),
        (Type::List(ty), Json::Array(elements)) => {
            elements.iter().all(|element| is_closed(element, ty))
        }
        (Type::Map(ty), Json::Object(object)) => {
            object.members().all(|(_, value)| is_closed(value, ty))
        }
        (Type::Object(fields), Json::Object(object)) => object.members().all(|(name, value)| {
            let field = fields.iter().find(|field| field.name == name);
            field.is_some_and(|field| is_closed(value, &field.ty))
        }),
        _ => true,
    }
}

/// Whether there is a member within that some readers take for another: for a declared field, or
/// for one beside it, which rules can read by its name.
fn is_ambiguous(value: &Json<'_>, ty: &Type) -> bool {
    match (ty, value) {
        (Type::AtMost(ty, _), value) => is_ambiguous(value, ty),
        (Type::List(ty), Json::Array(elements)) => {
            elements.iter().any(|element| is_ambiguous(element, ty))
        }
        (Type::Object(fields), Json::Object(object)) => {
            let is_field = |name: &str| fields.iter().any(|field| field.name == name);
            object.members().any(|(name, value)| {
                fields.iter().any(|field| {
                    if field.name == name {
                        is_ambiguous(value, &field.ty)
                    } else {
                        is_alike(name, &field.name) && !is_field(name)
                    }
                })
            })
        }
        (Type::Map(_) | Type::Dyn, value) => has_alikes(value),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
