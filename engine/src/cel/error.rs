//! Why an expression has no value.

/// Why an expression has no value. The rule that holds it denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// An input that should be there is not.
    #[error("a value that should be there is not")]
    Missing,
    /// A header is repeated or is no text.
    #[error("a header is repeated or is no text")]
    Unreadable,
    /// No overload of an operation takes operands of these types.
    #[error("an operand has a type that the operation does not take")]
    Type,
    /// A number, timestamp or duration leaves its range.
    #[error("a number or time is out of range")]
    Overflow,
    /// `a / 0` or `a % 0`.
    #[error("division by zero")]
    DivisionByZero,
    /// A list has no element at an index.
    #[error("a list has no such element")]
    NoElement,
    /// A map has no such key, an object no such field.
    #[error("a map or object has no such key")]
    NoKey,
    /// A map was to have one key twice.
    #[error("a map has a key twice")]
    RepeatedKey,
    /// `optional.none().value()`.
    #[error("an optional has no value")]
    NoValue,
    /// A conversion of text that does not say such a value.
    #[error("a value cannot be converted")]
    Conversion,
    /// An operand is of the right type, but not one that the function takes.
    #[error("an operand is not one that the function takes")]
    Argument,
    /// An input is still to come: what a call that is only listed would be made with.
    #[error("a value is not known yet")]
    Unknown,
    /// More steps or bytes than a request may use.
    #[error("the budget for evaluation is used up")]
    Budget,
}
