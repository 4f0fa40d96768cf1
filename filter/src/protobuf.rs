//! Protobuf's wire format (protobuf.dev/programming-guides/encoding): fields in, fields out.

/// Wire type of a variable-length integer.
const VARINT: u64 = 0;
/// Wire type of eight bytes.
const FIXED_64: u64 = 1;
/// Wire type of a length and as many bytes.
const LENGTH_DELIMITED: u64 = 2;
/// Wire type of four bytes.
const FIXED_32: u64 = 5;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'m> {
    /// A number.
    Number(u64),
    /// Bytes, a text or another message.
    Bytes(&'m [u8]),
    /// A number of a fixed size, which no message here has.
    Fixed,
}

/// Writes a field that holds a number.
pub fn push_number(out: &mut Vec<u8>, field: u64, value: u64) {
    push_varint(out, field << 3 | VARINT);
    push_varint(out, value);
}

/// Writes a field that holds bytes.
pub fn push_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    push_varint(out, field << 3 | LENGTH_DELIMITED);
    push_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Takes the first field off a message: its number, what it holds and what follows it. `None` where
/// the message is malformed, or has a group, which is how no message is written any more.
#[must_use]
pub fn split_field(message: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (tag, rest) = split_varint(message)?;
    let (value, rest) = match tag & 7 {
        VARINT => {
            let (value, rest) = split_varint(rest)?;
            (Value::Number(value), rest)
        }
        FIXED_64 => (Value::Fixed, rest.get(8..)?),
        LENGTH_DELIMITED => {
            let (size, rest) = split_varint(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(size).ok()?)?;
            (Value::Bytes(bytes), rest)
        }
        FIXED_32 => (Value::Fixed, rest.get(4..)?),
        _ => return None,
    };
    Some((tag >> 3, value, rest))
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while let (low, 1..) = ((value & 0x7f) as u8, value >> 7) {
        out.push(low | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn split_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (&byte, index) in bytes.iter().zip(0u32..10) {
        value |= u64::from(byte & 0x7f).checked_shl(7 * index)?;
        if byte < 0x80 {
            return Some((value, bytes.get(index as usize + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests;
