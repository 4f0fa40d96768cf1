//! Makes well-typed expressions. Functions and operators come from the compiler's own table of
//! overloads, so that none is left out; macros, literals and what else has a syntax of its own
//! are here.
//!
//! Any operand may be made `dyn(…)`, now and then of a type that does not fit: what the checker
//! lets pass then is decided when it is evaluated.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use remit_engine::plan::Function;
use remit_policy_compiler::cel::Ty;
use remit_policy_compiler::cel::declarations::{self, Arity, Overload, Style};

use crate::choices::Choices;
use crate::literals::{literal, special};
use crate::macros;
use crate::tree::{Tree, listed};

/// Functions that `cel` 0.15 does not have, of extensions that it otherwise has or has not.
const ABSENT: &[&str] = &[
    "first",
    "last",
    "optional.unwrap",
    "unwrapOpt",
    "ip",
    "cidr",
    "isIP",
    "isCIDR",
    "ip.isCanonical",
    "family",
    "isUnspecified",
    "isLoopback",
    "isGlobalUnicast",
    "isLinkLocalMulticast",
    "isLinkLocalUnicast",
    "containsIP",
    "containsCIDR",
    "masked",
    "prefixLength",
];

/// An overload with the name that it is called by.
struct Row {
    name: &'static str,
    overload: &'static Overload,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let functions = declarations::names()
        .into_iter()
        .filter(|name| !ABSENT.contains(name))
        .filter_map(|name| Some((name, declarations::function(name)?)));
    let operators = Function::ALL
        .iter()
        .filter_map(|function| Some((function.name(), declarations::operator(*function)?)));
    let takes_addresses = |overload: &Overload| {
        let addresses = [Ty::Ip, Ty::Cidr];
        overload.parameters.iter().any(|ty| addresses.contains(ty))
    };
    operators
        .chain(functions)
        .flat_map(|(name, declaration)| {
            let overloads = declaration.overloads.iter();
            overloads.map(move |overload| Row { name, overload })
        })
        .filter(|row| !takes_addresses(row.overload))
        .collect()
});

/// Variables in scope.
pub(crate) type Scope = Vec<(String, Ty)>;

/// Deepest nesting of what is generated.
const DEPTH: usize = 6;

/// A type for which a value is wanted.
pub(crate) fn some_type(choices: &mut Choices<'_>, depth: usize) -> Ty {
    let plain = [
        Ty::Bool,
        Ty::Int,
        Ty::String,
        Ty::Uint,
        Ty::Double,
        Ty::Bytes,
        Ty::Timestamp,
        Ty::Duration,
        Ty::Null,
        Ty::Dyn,
    ];
    let at = choices.below(if depth == 0 {
        plain.len()
    } else {
        plain.len() + 5
    });
    match at.checked_sub(plain.len()) {
        None => plain[at].clone(),
        Some(0 | 1) => Ty::list(some_type(choices, depth - 1)),
        Some(2) => Ty::optional(some_type(choices, depth - 1)),
        Some(3) => Ty::Type(Box::new(Ty::Dyn)),
        Some(_) => Ty::map(key_type(choices), some_type(choices, depth - 1)),
    }
}

/// A type that keys of maps have.
fn key_type(choices: &mut Choices<'_>) -> Ty {
    choices
        .of(&[Ty::String, Ty::Int, Ty::Uint, Ty::Bool])
        .clone()
}

/// An expression of a type.
pub(crate) fn expression(ty: &Ty, scope: &Scope, depth: usize, choices: &mut Choices<'_>) -> Tree {
    if !choices.node() || depth >= DEPTH {
        return leaf(ty, scope, choices);
    }
    match choices.below(16) {
        0..=2 => leaf(ty, scope, choices),
        3..=4 => composed(ty, scope, depth, choices),
        5..=7 => macros::expand(ty, scope, depth, choices)
            .unwrap_or_else(|| call(ty, scope, depth, choices)),
        _ => call(ty, scope, depth, choices),
    }
}

/// An operand of a type, or what the checker takes for one.
pub(crate) fn operand(ty: &Ty, scope: &Scope, depth: usize, choices: &mut Choices<'_>) -> Tree {
    match choices.below(48) {
        47 => {
            let other = some_type(choices, 1);
            dynamic(expression(&other, scope, depth, choices))
        }
        44..=46 => dynamic(expression(ty, scope, depth, choices)),
        _ => expression(ty, scope, depth, choices),
    }
}

fn dynamic(tree: Tree) -> Tree {
    let text = format!("dyn({})", tree.text);
    Tree::new("dyn", &tree.ty.clone(), text, vec![tree])
}

/// A literal, or a variable that has the type.
fn leaf(ty: &Ty, scope: &Scope, choices: &mut Choices<'_>) -> Tree {
    let fitting: Vec<&String> = scope
        .iter()
        .filter(|(_, each)| each == ty)
        .map(|(name, _)| name)
        .collect();
    if !fitting.is_empty() && choices.below(3) > 0 {
        return Tree::leaf("variable", ty, choices.of(&fitting).as_str());
    }
    Tree::leaf("literal", ty, literal(ty, choices))
}

/// What has a syntax of its own for the type; logic for every type.
fn composed(ty: &Ty, scope: &Scope, depth: usize, choices: &mut Choices<'_>) -> Tree {
    let deeper = depth + 1;
    let sub = |ty: &Ty, choices: &mut Choices<'_>| operand(ty, scope, deeper, choices);
    match ty {
        Ty::List(element) => {
            let count = choices.below(4);
            let elements: Vec<Tree> = (0..count)
                .map(|_| element_of("list element", element, scope, deeper, choices))
                .collect();
            Tree::new("list", ty, format!("[{}]", listed(&elements)), elements)
        }
        Ty::Map(key, value) => {
            let mut parts = Vec::new();
            let mut texts = Vec::new();
            for _ in 0..choices.below(3) {
                let key = sub(key, choices);
                let value = element_of("map entry", value, scope, deeper, choices);
                texts.push(match value.text.strip_prefix('?') {
                    Some(optional) => format!("?{}: {optional}", key.text),
                    None => format!("{}: {}", key.text, value.text),
                });
                parts.extend([key, value]);
            }
            Tree::new("map", ty, format!("{{{}}}", texts.join(", ")), parts)
        }
        Ty::Optional(value) if choices.below(2) == 0 => {
            let map = Ty::map(Ty::String, value.as_ref().clone());
            let on = if choices.below(2) == 0 {
                map
            } else {
                Ty::optional(map)
            };
            let map = sub(&on, choices);
            let text = format!("{}.?{}", map.text, choices.of(&["a", "b", "c"]));
            Tree::new("optional select", ty, text, vec![map])
        }
        Ty::Bool => match choices.below(6) {
            0 => binary("&&", ty, sub(ty, choices), sub(ty, choices)),
            1 => binary("||", ty, sub(ty, choices), sub(ty, choices)),
            2 => {
                let inner = sub(ty, choices);
                let text = format!("(!{})", inner.text);
                Tree::new("!", ty, text, vec![inner])
            }
            3 => {
                let map = sub(&Ty::map(Ty::String, Ty::Int), choices);
                let text = format!("has({}.{})", map.text, choices.of(&["a", "b", "c"]));
                Tree::new("has", ty, text, vec![map])
            }
            at => {
                let both = some_type(choices, 2);
                let sign = if at == 4 { "==" } else { "!=" };
                binary(sign, ty, sub(&both, choices), sub(&both, choices))
            }
        },
        _ if choices.below(2) == 0 => {
            let map = sub(&Ty::map(Ty::String, ty.clone()), choices);
            let text = format!("{}.{}", map.text, choices.of(&["a", "b", "c"]));
            Tree::new("select", ty, text, vec![map])
        }
        _ => {
            let parts = vec![sub(&Ty::Bool, choices), sub(ty, choices), sub(ty, choices)];
            let [condition, yes, no] = parts.as_slice() else {
                unreachable!("three")
            };
            let text = format!("({} ? {} : {})", condition.text, yes.text, no.text);
            Tree::new("?:", ty, text, parts)
        }
    }
}

/// An element, or an optional one, whose text then begins with `?`.
fn element_of(name: &str, ty: &Ty, scope: &Scope, depth: usize, choices: &mut Choices<'_>) -> Tree {
    if choices.once_in(8) {
        let inner = operand(&Ty::optional(ty.clone()), scope, depth, choices);
        return Tree::new(
            &format!("optional {name}"),
            ty,
            format!("?{}", inner.text),
            vec![inner],
        );
    }
    operand(ty, scope, depth, choices)
}

fn binary(sign: &str, ty: &Ty, a: Tree, b: Tree) -> Tree {
    Tree::new(
        sign,
        ty,
        format!("({} {sign} {})", a.text, b.text),
        vec![a, b],
    )
}

/// A call of one of the overloads that give the type.
fn call(ty: &Ty, scope: &Scope, depth: usize, choices: &mut Choices<'_>) -> Tree {
    let fitting: Vec<(&Row, BTreeMap<String, Ty>)> = ROWS
        .iter()
        .filter_map(|row| {
            let mut bound = BTreeMap::new();
            unify(&row.overload.result, ty, &mut bound).then_some((row, bound))
        })
        .collect();
    if fitting.is_empty() {
        return leaf(ty, scope, choices);
    }
    let (row, bound) = choices.of(&fitting);
    let (row, mut bound) = (*row, bound.clone());
    let mut parameters = row.overload.parameters.clone();
    if row.overload.arity == Arity::Variadic
        && let Some(last) = parameters.last().cloned()
    {
        parameters.extend(std::iter::repeat_n(last, choices.below(3)));
    }
    for parameter in &parameters {
        bind_keys(parameter, &mut bound, choices);
    }
    let operands: Vec<Tree> = parameters
        .iter()
        .enumerate()
        .map(|(position, parameter)| {
            let wanted = instantiate(parameter, &mut bound, choices);
            if let Some(text) = special(row.name, position, &wanted, choices) {
                return Tree::leaf("literal", &wanted, text);
            }
            let operand = operand(&wanted, scope, depth + 1, choices);
            // The other evaluator refuses this one before it evaluates anything.
            if row.name.starts_with("math.") && operand.text == "[]" {
                return dynamic(operand);
            }
            operand
        })
        .collect();
    let text = written(row, &operands);
    Tree::new(row.name, ty, text, operands)
}

fn written(row: &Row, operands: &[Tree]) -> String {
    let name = row.name;
    match (row.overload.style, operands) {
        (Style::Operator, [a]) => format!("({name}({}))", a.text),
        (Style::Operator, [a, b]) if name == "[]" => format!("{}[{}]", a.text, b.text),
        (Style::Operator, [a, b]) if name == "[?]" => format!("{}[?{}]", a.text, b.text),
        (Style::Operator, [a, b]) => format!("({} {name} {})", a.text, b.text),
        (Style::Receiver, [receiver, rest @ ..]) => {
            format!("{}.{name}({})", receiver.text, listed(rest))
        }
        _ => format!("{name}({})", listed(operands)),
    }
}

/// Whether a type is one that a pattern of an overload stands for.
fn unify(pattern: &Ty, ty: &Ty, bound: &mut BTreeMap<String, Ty>) -> bool {
    match (pattern, ty) {
        (Ty::Parameter(name), _) => {
            let before = bound.entry(name.clone()).or_insert_with(|| ty.clone());
            before == ty
        }
        (Ty::List(a), Ty::List(b)) | (Ty::Optional(a), Ty::Optional(b)) => unify(a, b, bound),
        (Ty::Map(a, x), Ty::Map(b, y)) => unify(a, b, bound) && unify(x, y, bound),
        (Ty::Type(_), Ty::Type(_)) => true,
        (a, b) => a == b,
    }
}

/// Gives what is a key somewhere in a parameter the type of one, everywhere.
fn bind_keys(ty: &Ty, bound: &mut BTreeMap<String, Ty>, choices: &mut Choices<'_>) {
    match ty {
        Ty::List(inner) | Ty::Optional(inner) => bind_keys(inner, bound, choices),
        Ty::Map(key, _) => {
            if let Ty::Parameter(name) = key.as_ref()
                && !bound.contains_key(name)
            {
                bound.insert(name.clone(), key_type(choices));
            }
        }
        _ => {}
    }
}

/// A parameter's type, what is still open in it chosen.
fn instantiate(ty: &Ty, bound: &mut BTreeMap<String, Ty>, choices: &mut Choices<'_>) -> Ty {
    match ty {
        Ty::Parameter(name) => {
            if let Some(ty) = bound.get(name) {
                return ty.clone();
            }
            let ty = some_type(choices, 1);
            bound.insert(name.clone(), ty.clone());
            ty
        }
        Ty::List(element) => Ty::list(instantiate(element, bound, choices)),
        Ty::Optional(inner) => Ty::optional(instantiate(inner, bound, choices)),
        Ty::Type(_) => Ty::Type(Box::new(Ty::Dyn)),
        Ty::Map(key, value) => {
            let key = instantiate(key, bound, choices);
            Ty::map(key, instantiate(value, bound, choices))
        }
        other => other.clone(),
    }
}
