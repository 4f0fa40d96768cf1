//! The methods of A2A as policies name them: by what 1.0 calls them.

use remit_engine::a2a::methods;

/// The name of an agent's card, which is an operation as well.
pub(crate) const CARD: &str = "agent-card";

/// The names of 1.0.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let methods = methods::METHODS.iter();
    methods
        .filter(|one| one.wire == one.name)
        .map(|one| one.name)
}

/// What 1.0 calls a method that was called otherwise in 0.3.
pub(crate) fn named_before(wire: &str) -> Option<&'static str> {
    let method = methods::by_name(wire)?;
    (method.name != wire).then_some(method.name)
}
