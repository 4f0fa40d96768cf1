//! What the checker says.

use std::ops::Range;

use crate::cel::declarations::{self, Arity, Declaration, Style};
use crate::cel::issue::Issue;
use crate::cel::pattern::PatternError;
use crate::cel::syntax::Word;
use crate::cel::term::Term;
use crate::cel::types::Ty;
use crate::cel::zone;
use crate::diagnostic::{Code, did_you_mean, listing};

pub(super) fn not_boolean(ty: &Ty, range: &Range<usize>) -> Issue {
    let help = match ty {
        Ty::Optional(_) => "ask `.hasValue()`, or compare `.orValue(…)`",
        _ => "compare it with something",
    };
    Issue::new(Code::NotBoolean, range, "a condition must be true or false")
        .label(format!("this is {}", ty.described()))
        .help(help)
}

pub(super) fn wrong_operand(ty: &Ty, range: &Range<usize>, expected: &str) -> Issue {
    Issue::new(
        Code::TypeMismatch,
        range,
        format!("{expected} is expected here"),
    )
    .label(format!("this is {}", ty.described()))
    .help_if(optional_help(ty))
}

pub(super) fn optional_help(ty: &Ty) -> Option<String> {
    matches!(ty, Ty::Optional(_))
        .then(|| "it may be absent: say what holds then with `.orValue(…)`".to_owned())
}

pub(super) fn mismatch(a: &Ty, b: &Ty, range: &Range<usize>, why: &str) -> Issue {
    let help = if a.is_number() && b.is_number() && a != b {
        Some("numbers are not converted: write `1.0` for a double, or convert with `int(…)`, `double(…)`".to_owned())
    } else if *a == Ty::Null || *b == Ty::Null {
        Some("ask whether something is there with `has(…)` or `.hasValue()`".to_owned())
    } else {
        None
    };
    let message = format!("{} and {} do not go together", a.described(), b.described());
    Issue::new(Code::TypeMismatch, range, message)
        .label(why)
        .help_if(help)
}

/// Overloads that share an operand with what was written.
pub(super) fn close_overloads(declaration: &Declaration, types: &[Ty]) -> Option<String> {
    let shares = |parameters: &[Ty]| {
        parameters
            .iter()
            .zip(types)
            .any(|(parameter, ty)| parameter == ty)
    };
    let close: Vec<&str> = declaration
        .overloads
        .iter()
        .filter(|one| shares(&one.parameters))
        .map(|one| one.text.as_str())
        .collect();
    (!close.is_empty()).then(|| format!("there is {}", listing(close)))
}

pub(super) fn no_overload(declaration: &Declaration, types: &[Ty], range: &Range<usize>) -> Issue {
    let types: Vec<String> = types.iter().map(Ty::to_string).collect();
    let message = format!("`{}` does not take {}", declaration.name, types.join(", "));
    let texts = declaration.overloads.iter().map(|one| one.text.as_str());
    Issue::new(Code::NoOverload, range, message).help(format!("there is {}", listing(texts)))
}

/// No overload of a function takes what it was called with.
pub(super) fn no_call(
    declaration: &Declaration,
    style: Style,
    types: &[Ty],
    operands: &[Term],
    word: &Word,
    range: &Range<usize>,
) -> Issue {
    let in_style: Vec<_> = declaration
        .overloads
        .iter()
        .filter(|one| one.style == style)
        .collect();
    if in_style.is_empty() {
        let help = match style {
            Style::Global => format!("write `value.{}(…)`", word.text),
            Style::Receiver | Style::Operator => format!("write `{}(value)`", word.text),
        };
        let message = format!("`{}` is not called like this", word.text);
        return Issue::new(Code::NoOverload, &word.range, message).help(help);
    }
    let texts = listing(in_style.iter().map(|one| one.text.as_str()));
    let fits_count = |one: &&&declarations::Overload| {
        one.parameters.len() == types.len()
            || one.arity == Arity::Variadic && types.len() >= one.parameters.len()
    };
    let with_count: Vec<_> = in_style.iter().filter(fits_count).collect();
    if with_count.is_empty() {
        let given = types.len() - usize::from(style == Style::Receiver).min(types.len());
        let message = match given {
            0 => format!("`{}` needs an argument", word.text),
            _ => format!("`{}` does not take {}", word.text, counted(given)),
        };
        return Issue::new(Code::WrongArguments, range, message).help(format!("there is {texts}"));
    }
    // Where one operand is wrong whichever overload is meant, it is the one to point at.
    let wrong = operands.iter().enumerate().find(|(position, _)| {
        let wanted = with_count.iter().map(|one| one.parameters.get(*position));
        types.get(*position).is_some_and(|ty| {
            wanted
                .into_iter()
                .all(|wanted| wanted.is_some_and(|wanted| is_clearly_other(ty, wanted)))
        })
    });
    let (at, label) = match wrong {
        Some((position, operand)) => (
            operand.range.clone(),
            types
                .get(position)
                .map(|ty| format!("this is {}", ty.described())),
        ),
        None => (range.clone(), None),
    };
    let shown: Vec<String> = types.iter().map(Ty::to_string).collect();
    let message = format!("`{}` does not take {}", word.text, shown.join(", "));
    let mut issue = Issue::new(Code::NoOverload, &at, message).help(format!("there is {texts}"));
    issue.label = label;
    issue
}

/// Whether a type can never stand where another is wanted.
fn is_clearly_other(given: &Ty, wanted: &Ty) -> bool {
    let open = |ty: &Ty| matches!(ty, Ty::Dyn | Ty::Variable(_) | Ty::Parameter(_));
    !open(given) && !open(wanted) && std::mem::discriminant(given) != std::mem::discriminant(wanted)
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        more => format!("{more} arguments"),
    }
}

/// What a function wants of its first operand, for a message.
pub(super) fn wanted(declaration: &Declaration) -> String {
    match declaration.overloads.as_slice() {
        [only] => only
            .parameters
            .first()
            .map_or_else(|| "a value".to_owned(), Ty::described),
        _ => "a value".to_owned(),
    }
}

pub(super) fn unknown_function(word: &Word, style: Style) -> Issue {
    let names = declarations::names();
    let macros = ["has", "all", "exists", "exists_one", "map", "filter"];
    let message = format!("there is no function `{}`", word.text);
    let help = if macros.contains(&word.text.as_str()) {
        Some(match (word.text.as_str(), style) {
            ("has", _) => "write `has(value.member)`".to_owned(),
            (name, _) => format!("write `list.{name}(x, …x…)`"),
        })
    } else {
        meant_function(&word.text)
            .map(str::to_owned)
            .or_else(|| did_you_mean(&word.text, names.into_iter().chain(macros)))
    };
    Issue::new(Code::UnknownFunction, &word.range, message)
        .help("the functions are listed in docs/conditions.md")
        .help_if(help)
}

/// What functions of other languages are called here.
fn meant_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "not" => "write `!(…)`",
        "length" | "len" | "count" => "write `size(x)`",
        "toLowerCase" | "toLower" | "lower" => "write `x.lowerAscii()`",
        "toUpperCase" | "toUpper" | "upper" => "write `x.upperAscii()`",
        "includes" | "has_key" | "hasKey" => "write `x in list`, or `x.contains(y)` of texts",
        "any" | "some" => "write `list.exists(x, …x…)`",
        "every" => "write `list.all(x, …x…)`",
        "regexMatch" | "match" => "write `x.matches('…')`",
        _ => return None,
    })
}

pub(super) fn dyn_in_policy(range: &Range<usize>) -> Issue {
    Issue::new(
        Code::DynInPolicy,
        range,
        "`dyn` would take the types away that make this policy checkable",
    )
    .help("declare the claim with its type, or as `dyn` where it really has several")
}

pub(super) fn pattern_not_literal(range: &Range<usize>) -> Issue {
    Issue::new(
        Code::BadRegex,
        range,
        "the pattern of `matches` must be a literal",
    )
    .label("this is known only when a request comes")
    .help("use startsWith, endsWith or contains for what is computed")
}

/// The place within the literal is told where the literal is as long as the pattern and its
/// quotes, so that no escape shifts it.
pub(super) fn bad_pattern(error: &PatternError, pattern: &str, literal: &Range<usize>) -> Issue {
    let inside = error.range();
    let is_plain = literal.len() == pattern.len() + 2;
    let range = if is_plain && inside.start < inside.end {
        literal.start + 1 + inside.start..literal.start + 1 + inside.end
    } else {
        literal.clone()
    };
    Issue::new(Code::BadRegex, &range, "this pattern is not RE2's")
        .label(error.to_string())
        .help_if(error.help().map(str::to_owned))
}

pub(super) fn unknown_zone(name: &str, range: &Range<usize>) -> Issue {
    Issue::new(
        Code::UnknownTimeZone,
        range,
        format!("there is no time zone `{name}`"),
    )
    .help("time zones are `UTC`, `+02:00` and the like, or names such as `Europe/Berlin`")
    .help_if(zone::nearest(name).map(|near| format!("did you mean `{near}`?")))
}

pub(super) fn zone_not_literal(range: &Range<usize>) -> Issue {
    Issue::new(
        Code::UnknownTimeZone,
        range,
        "a time zone must be a literal",
    )
    .help("only the time zones that a policy names travel in its plan")
}

pub(super) fn message_literal(name: &Word) -> Issue {
    Issue::new(
        Code::UnsupportedCel,
        &name.range,
        format!("there is no message type `{}`", name.text),
    )
    .help("use a map, or `timestamp(…)` and `duration(…)`")
}

pub(super) fn not_a_value(range: &Range<usize>, message: &str) -> Issue {
    Issue::new(Code::NotAValue, range, message).help("name a variable or one of a group's members")
}

pub(super) fn no_member(of: &Ty, name: &str, at: &Range<usize>) -> Issue {
    let message = format!("{} has no member `{name}`", of.described());
    Issue::new(Code::NotAValue, at, message).help("only maps and objects have members")
}

pub(super) fn computed_member(group: &str, range: &Range<usize>) -> Issue {
    Issue::new(
        Code::UnsupportedCel,
        range,
        format!("only a constant name can be looked for in `{group}`"),
    )
    .help("write the name as a string")
}

pub(super) fn optional_read(text: &str, optional: &str, ty: &Ty, range: &Range<usize>) -> Issue {
    let default = ty.example();
    Issue::new(Code::OptionalRead, range, format!("`{text}` may be absent"))
        .label("read as if it were always there")
        .help(format!(
            "say what holds without it: `{optional}.orValue({default})`, or ask first: \
         `has({text}) && …`"
        ))
}

pub(super) fn always_fails(range: &Range<usize>, why: &str) -> Issue {
    Issue::new(
        Code::AlwaysFails,
        range,
        "this part fails for every request",
    )
    .label(why)
}

pub(super) fn makes_no_difference(range: &Range<usize>, symbol: &str, decided: bool) -> Issue {
    Issue::new(
        Code::UnreachableBranch,
        range,
        "this side makes no difference",
    )
    .label(format!("the other side of `{symbol}` is always {decided}"))
    .help("take the constant side out, or the rule")
}

pub(super) fn unreachable(range: &Range<usize>, condition: bool) -> Issue {
    Issue::new(
        Code::UnreachableBranch,
        range,
        "this branch is never looked at",
    )
    .label(format!("the condition of `? :` is always {condition}"))
    .help("write the other branch alone")
}
