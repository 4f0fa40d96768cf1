//! Reading a signature: `string.(string) -> bool`, `(list<A>) -> int`, `(int...) -> int`.

use super::super::types::Ty;
use super::{Arity, Overload, Style};

/// Reads the signature of a function; the table's tests see to it that each can be read.
pub(super) fn read(name: &str, signature: &str) -> Option<Overload> {
    let (operands, result) = signature.split_once(" -> ")?;
    let (receiver, arguments) = match operands.strip_prefix('(') {
        Some(arguments) => (None, arguments),
        None => {
            let (receiver, arguments) = operands.split_once(".(")?;
            (Some(receiver), arguments)
        }
    };
    let arguments = arguments.strip_suffix(')')?;
    let (arguments, arity) = match arguments.strip_suffix("...") {
        Some(arguments) => (arguments, Arity::Variadic),
        None => (arguments, Arity::Fixed),
    };
    let mut parameters = Vec::new();
    if let Some(receiver) = receiver {
        parameters.push(ty(receiver)?);
    }
    for argument in split(arguments) {
        parameters.push(ty(argument)?);
    }
    let shown = match receiver {
        Some(receiver) => format!(
            "{}.{name}({}) -> {result}",
            receiver,
            shown(arguments, arity)
        ),
        None => format!("{name}({}) -> {result}", shown(arguments, arity)),
    };
    Some(Overload {
        style: match receiver {
            Some(_) => Style::Receiver,
            None => Style::Global,
        },
        parameters,
        arity,
        result: ty(result)?,
        text: plain(&shown),
    })
}

/// Reads the signature of an operator: `(int, int) -> int`.
pub(super) fn read_operator(symbol: &str, signature: &str) -> Option<Overload> {
    let mut overload = read(symbol, signature)?;
    overload.style = Style::Operator;
    let result = &overload.result;
    overload.text = match (symbol, overload.parameters.as_slice()) {
        ("[]", [of, index]) => format!("{of}[{index}] -> {result}"),
        ("[?]", [of, index]) => format!("{of}[?{index}] -> {result}"),
        (_, [a, b]) => format!("{a} {symbol} {b} -> {result}"),
        (_, [a]) => format!("{symbol}{a} -> {result}"),
        _ => return None,
    };
    Some(overload)
}

fn shown(arguments: &str, arity: Arity) -> String {
    match arity {
        Arity::Fixed => arguments.to_owned(),
        Arity::Variadic => format!("{arguments}, …"),
    }
}

/// Angle brackets are for the table; people read `list(string)`.
fn plain(text: &str) -> String {
    text.replace('<', "(")
        .replace("->", "→")
        .replace('>', ")")
        .replace('→', "->")
}

/// Arguments at commas outside brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, each) in text.char_indices() {
        match each {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn ty(text: &str) -> Option<Ty> {
    let inside = |name: &str| {
        text.strip_prefix(name)?
            .strip_prefix('<')?
            .strip_suffix('>')
    };
    if let Some(inner) = inside("list") {
        return Some(Ty::list(ty(inner)?));
    }
    if let Some(inner) = inside("optional") {
        return Some(Ty::optional(ty(inner)?));
    }
    if let Some(inner) = inside("type") {
        return Some(Ty::Type(Box::new(ty(inner)?)));
    }
    if let Some(inner) = inside("map") {
        let [key, value] = split(inner).try_into().ok()?;
        return Some(Ty::map(ty(key)?, ty(value)?));
    }
    Some(match text {
        "dyn" => Ty::Dyn,
        "null" => Ty::Null,
        "bool" => Ty::Bool,
        "int" => Ty::Int,
        "uint" => Ty::Uint,
        "double" => Ty::Double,
        "string" => Ty::String,
        "bytes" => Ty::Bytes,
        "timestamp" => Ty::Timestamp,
        "duration" => Ty::Duration,
        "ip" => Ty::Ip,
        "cidr" => Ty::Cidr,
        "A" | "B" | "C" => Ty::Parameter(text.to_owned()),
        _ => return None,
    })
}
