//! A tree as one line of text, every operator in brackets.

use remit_engine::plan::{Datum, ElementKind};

use crate::cel::syntax::{Access, Expression, Kind, NameScope, Word};

pub(crate) fn render(expression: &Expression) -> String {
    match &expression.kind {
        Kind::Literal(value) => literal(value),
        Kind::Name { name, scope } => match scope {
            NameScope::Inner => name.clone(),
            NameScope::Root => format!(".{name}"),
        },
        Kind::Member { of, name, access } => {
            format!("({}.{}{})", render(of), mark(*access), name.text)
        }
        Kind::Index { of, index, access } => {
            format!("({}[{}{}])", render(of), mark(*access), render(index))
        }
        Kind::Has { of, name } => format!("has({}.{})", render(of), name.text),
        Kind::Call {
            function,
            receiver,
            arguments,
        } => {
            let receiver = receiver.as_ref().map(|of| format!("{}.", render(of)));
            format!(
                "{}{}({})",
                receiver.unwrap_or_default(),
                function.text,
                all(arguments)
            )
        }
        Kind::List(elements) => {
            let elements = elements
                .iter()
                .map(|(element, kind)| format!("{}{}", element_mark(*kind), render(element)));
            format!("[{}]", join(elements))
        }
        Kind::Map(entries) => {
            let entries = entries.iter().map(|(key, value, kind)| {
                format!("{}{}: {}", element_mark(*kind), render(key), render(value))
            });
            format!("{{{}}}", join(entries))
        }
        Kind::Message { name, fields } => {
            let fields = fields.iter().map(|(name, value, kind)| {
                format!("{}{}: {}", element_mark(*kind), name.text, render(value))
            });
            format!("{}{{{}}}", name.text, join(fields))
        }
        Kind::Not(a) => format!("!{}", render(a)),
        Kind::Negate(a) => format!("-{}", render(a)),
        Kind::Binary(operator, a, b) => {
            format!("({} {} {})", render(a), operator.symbol(), render(b))
        }
        Kind::Choose(c, a, b) => format!("({} ? {} : {})", render(c), render(a), render(b)),
        Kind::Fold {
            kind,
            word,
            range,
            key,
            element,
            filter,
            body,
        } => {
            let key = key.as_ref().map(|key| format!("{}, ", key.text));
            let filter = filter.as_ref().map(|p| format!(" if {}", render(p)));
            format!(
                "{}<{kind:?} {}{} in {}{}: {}>",
                word.text,
                key.unwrap_or_default(),
                element.text,
                render(range),
                filter.unwrap_or_default(),
                render(body)
            )
        }
        Kind::Bind { name, value, body } => {
            format!("<{} = {}: {}>", name.text, render(value), render(body))
        }
        Kind::Block { values, body } => format!("<block {}: {}>", all(values), render(body)),
        Kind::OptionalMap {
            optional,
            name,
            body,
            result,
        } => format!(
            "<{result:?} {} = {}: {}>",
            name.text,
            render(optional),
            render(body)
        ),
    }
}

/// All names in an expression that have a place of their own, but those of its parts.
pub(crate) fn words(expression: &Expression) -> Vec<&Word> {
    match &expression.kind {
        Kind::Member { name, .. } | Kind::Has { name, .. } => vec![name],
        Kind::Call { function, .. } => vec![function],
        Kind::Message { name, fields } => {
            let fields = fields.iter().map(|(name, ..)| name);
            [name].into_iter().chain(fields).collect()
        }
        Kind::Fold {
            word, key, element, ..
        } => [word, element].into_iter().chain(key).collect(),
        Kind::Bind { name, .. } | Kind::OptionalMap { name, .. } => vec![name],
        _ => vec![],
    }
}

fn literal(value: &Datum) -> String {
    match value {
        Datum::Null => "null".to_owned(),
        Datum::Bool(value) => value.to_string(),
        Datum::Int(value) => value.to_string(),
        Datum::Uint(value) => format!("{value}u"),
        Datum::Double(value) => format!("{value:?}"),
        Datum::String(value) => format!("{value:?}"),
        Datum::Bytes(value) => format!("b\"{}\"", value.escape_ascii()),
        other => panic!("{other:?} is no literal"),
    }
}

fn mark(access: Access) -> &'static str {
    match access {
        Access::Plain => "",
        Access::Optional => "?",
    }
}

fn element_mark(kind: ElementKind) -> &'static str {
    match kind {
        ElementKind::Plain => "",
        ElementKind::Optional => "?",
    }
}

fn all(expressions: &[Expression]) -> String {
    join(expressions.iter().map(render))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
