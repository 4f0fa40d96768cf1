//! The functions of conditions with their overloads: one table that the checker, its messages
//! and the documentation read.

mod signature;
mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use remit_engine::plan::Function;

use super::types::Ty;

pub use table::OPERATORS;

/// What carries a call out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callee {
    /// A function of the engine.
    Function(Function),
    /// `matches`: an automaton that is built when the policy is compiled.
    Matches,
    /// `or`: its second operand is looked at only where the first is empty.
    OptionalOr,
    /// `orValue`, likewise.
    OptionalOrValue,
    /// A function that an environment declares and that nothing carries out.
    Declared,
}

/// How a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `f(x, y)`.
    Global,
    /// `x.f(y)`.
    Receiver,
    /// `x + y`, `-x`, `x[y]`.
    Operator,
}

/// One overload of a function.
#[derive(Debug, Clone)]
pub struct Overload {
    /// How it is written.
    pub style: Style,
    /// Types of its operands, the receiver first.
    pub parameters: Vec<Ty>,
    /// Whether the last parameter may stand any number of times.
    pub arity: Arity,
    /// The type of its result.
    pub result: Ty,
    /// As it is shown to people.
    pub text: String,
}

/// How many arguments an overload takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// As many as it has parameters.
    Fixed,
    /// The last one as often as it is given, but at least once.
    Variadic,
}

/// A function with its overloads.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its name, with its namespace.
    pub name: String,
    /// What carries it out.
    pub callee: Callee,
    /// Its overloads.
    pub overloads: Vec<Overload>,
}

/// All functions, by name.
static FUNCTIONS: LazyLock<HashMap<&'static str, Declaration>> = LazyLock::new(|| {
    let mut functions: HashMap<&'static str, Declaration> = HashMap::new();
    for (name, callee, signatures) in table::FUNCTIONS {
        let declaration = functions.entry(*name).or_insert_with(|| Declaration {
            name: (*name).to_owned(),
            callee: *callee,
            overloads: Vec::new(),
        });
        let read = signatures
            .iter()
            .filter_map(|signature| signature::read(name, signature));
        declaration.overloads.extend(read);
    }
    functions
});

/// Operators, by the engine's function.
static OPERATOR_OVERLOADS: LazyLock<HashMap<Function, Declaration>> = LazyLock::new(|| {
    let declarations = OPERATORS.iter().map(|(function, signatures)| {
        let name = function.name();
        let overloads = signatures
            .iter()
            .filter_map(|signature| signature::read_operator(name, signature));
        let declaration = Declaration {
            name: name.to_owned(),
            callee: Callee::Function(*function),
            overloads: overloads.collect(),
        };
        (*function, declaration)
    });
    declarations.collect()
});

/// A function by its name.
#[must_use]
pub fn function(name: &str) -> Option<&'static Declaration> {
    FUNCTIONS.get(name)
}

/// An operator.
#[must_use]
pub fn operator(function: Function) -> Option<&'static Declaration> {
    OPERATOR_OVERLOADS.get(&function)
}

/// Names of all functions, ordered.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = FUNCTIONS.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Whether functions stand under a namespace.
pub(super) fn is_namespace(name: &str) -> bool {
    table::NAMESPACES.contains(&name)
}

#[cfg(test)]
mod tests;
