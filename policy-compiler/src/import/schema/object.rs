//! Which members of an object a policy can speak of.

/// Longest name of a member that is imported, in bytes.
const MEMBER_BYTES: usize = 256;

/// Whether a policy can declare a member of an argument or body. `*` stands for others.
pub(in crate::import) fn can_be_declared(name: &str) -> bool {
    let seen = |each: char| each.is_ascii_graphic() || each.is_alphanumeric() || each == ' ';
    !name.is_empty() && name != "*" && name.len() <= MEMBER_BYTES && name.chars().all(seen)
}

/// Whether a type can have a field of the name: `object(name: T)`.
pub(super) fn can_be_a_field(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MEMBER_BYTES
        && name
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || matches!(each, '_' | '-'))
}
