//! What a call's content says, as far as it is known.

/// A part of the content that tokens can bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told<T> {
    /// The policy does not say where it stands, so that nobody can be held to it.
    Nowhere,
    /// It is still to come.
    Later,
    /// It is not there.
    Missing,
    /// This.
    Here(T),
}
