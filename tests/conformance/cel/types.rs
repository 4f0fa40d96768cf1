//! Types as the suite writes them.

use remit_policy_compiler::cel::Ty;
use remit_policy_compiler::cel::declarations::{Arity, Callee, Declaration, Overload, Style};
use serde_json::Value as Json;

pub(super) fn read(ty: &Json) -> Ty {
    let name = ty["name"].as_str().unwrap_or_default();
    let inner = |member: &str| Box::new(read(&ty[member]));
    let parameters = || -> Vec<Ty> {
        let parameters = ty["params"].as_array().into_iter().flatten();
        parameters.map(read).collect()
    };
    match (ty["kind"].as_str().unwrap_or_default(), name) {
        ("dyn", _) => Ty::Dyn,
        ("null", _) => Ty::Null,
        ("list", _) => Ty::List(inner("elem")),
        ("map", _) => Ty::Map(inner("key"), inner("value")),
        ("type", _) => Ty::Type(Box::new(Ty::Dyn)),
        ("type_param", name) => Ty::Parameter(name.to_owned()),
        ("abstract", "optional_type") => {
            Ty::Optional(Box::new(parameters().pop().unwrap_or(Ty::Dyn)))
        }
        ("abstract", name) => Ty::Abstract(name.to_owned(), parameters()),
        ("wrapper", name) => Ty::Wrapper(Box::new(named(name))),
        (_, name) => named(name),
    }
}

fn named(name: &str) -> Ty {
    match name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "bool" => Ty::Bool,
        "int" | "int64" => Ty::Int,
        "uint" | "uint64" => Ty::Uint,
        "double" => Ty::Double,
        "string" => Ty::String,
        "bytes" => Ty::Bytes,
        "timestamp" => Ty::Timestamp,
        "duration" => Ty::Duration,
        "any" => Ty::Dyn,
        _ => Ty::Abstract(name.to_owned(), Vec::new()),
    }
}

/// A function that the case declares. Nothing carries it out.
pub(super) fn function(name: &str, declared: &Json) -> Declaration {
    let overloads = declared["overloads"].as_array().into_iter().flatten();
    let overloads = overloads.map(|one| {
        let parameters = one["params"].as_array().into_iter().flatten();
        Overload {
            style: if one["instance"] == true {
                Style::Receiver
            } else {
                Style::Global
            },
            parameters: parameters.map(read).collect(),
            arity: Arity::Fixed,
            result: read(&one["result"]),
            text: one["id"].as_str().unwrap_or_default().to_owned(),
        }
    });
    Declaration {
        name: name.to_owned(),
        callee: Callee::Declared,
        overloads: overloads.collect(),
    }
}
