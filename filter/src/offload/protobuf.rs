//! The two messages of `verify_signature`, in protobuf's wire format.
//!
//! ```text
//! VerifySignatureArguments { hash_function = 1: string, public_key = 2: bytes (DER),
//!                            signature = 3: bytes, text = 4: bytes }
//! VerifySignatureResult    { result = 1: bool, error = 2: string }
//! ```

/// Wire type of a variable-length integer.
const VARINT: u64 = 0;
/// Wire type of a length and as many bytes.
const LENGTH_DELIMITED: u64 = 2;

/// Writes the arguments.
pub(super) fn write_arguments(
    hash_function: &str,
    public_key: &[u8],
    signature: &[u8],
    text: &[u8],
) -> Vec<u8> {
    let fields = [hash_function.as_bytes(), public_key, signature, text];
    let mut message = Vec::with_capacity(fields.iter().map(|field| field.len() + 6).sum());
    for (field, number) in fields.into_iter().zip(1u64..) {
        push_varint(&mut message, number << 3 | LENGTH_DELIMITED);
        push_varint(&mut message, field.len() as u64);
        message.extend_from_slice(field);
    }
    message
}

/// Reads the result: what the gateway says of the signature, or `None` if the message cannot be
/// read to its end or holds a field that is not in the list above. A `bool` that is not there is
/// `false`, as in every protobuf message; the last of several counts. A yes with an error is a no.
pub(super) fn read_result(message: &[u8]) -> Option<bool> {
    let mut result = false;
    let mut failed = false;
    let mut rest = message;
    while !rest.is_empty() {
        let (tag, after_tag) = split_varint(rest)?;
        rest = match (tag >> 3, tag & 7) {
            (1, VARINT) => {
                let (value, rest) = split_varint(after_tag)?;
                result = value == 1;
                rest
            }
            (2, LENGTH_DELIMITED) => {
                let (size, rest) = split_varint(after_tag)?;
                failed |= size != 0;
                rest.get(usize::try_from(size).ok()?..)?
            }
            _ => return None,
        };
    }
    Some(result && !failed)
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
mod tests {
    use super::*;

    #[test]
    fn arguments_have_the_bytes_that_protobuf_gives_them() {
        let key = [0xaa; 200];
        let message = write_arguments("sha256", &key, &[1, 2], b"x");
        let mut expected = b"\x0a\x06sha256\x12\xc8\x01".to_vec();
        expected.extend_from_slice(&key);
        expected.extend_from_slice(b"\x1a\x02\x01\x02\x22\x01x");
        assert_eq!(message, expected);
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let cases: [(&[u8], Option<bool>); 13] = [
            (b"\x08\x01", Some(true)),
            (b"\x08\x00", Some(false)),
            (b"", Some(false)),
            (b"\x12\x03bad", Some(false)),
            (b"\x08\x01\x12\x00", Some(true)),
            (b"\x08\x01\x12\x03bad", Some(false)),
            (b"\x08\x02", Some(false)),
            (b"\x08", None),
            (b"\x12\x05bad", None),
            (b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", None),
            (b"\x0a\x01\x01", None),
            (b"\x18\x01", None),
            (
                b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01",
                None,
            ),
        ];
        for (message, expected) in cases {
            assert_eq!(read_result(message), expected, "{message:x?}");
        }
    }

    #[test]
    fn varints_come_back() {
        for value in [
            0,
            1,
            127,
            128,
            300,
            16_383,
            16_384,
            u64::from(u32::MAX),
            u64::MAX,
        ] {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, value);
            assert_eq!(split_varint(&bytes), Some((value, &[][..])), "{value}");
        }
    }
}
