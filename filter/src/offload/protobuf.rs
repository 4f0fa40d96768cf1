//! The two messages of `verify_signature`, in protobuf's wire format.
//!
//! ```text
//! VerifySignatureArguments { hash_function = 1: string, public_key = 2: bytes (DER),
//!                            signature = 3: bytes, text = 4: bytes }
//! VerifySignatureResult    { result = 1: bool, error = 2: string }
//! ```

use crate::protobuf::{Value, push_bytes, split_field};

/// Writes the arguments.
pub(super) fn write_arguments(
    hash_function: &str,
    public_key: &[u8],
    signature: &[u8],
    text: &[u8],
) -> Vec<u8> {
    let fields = [hash_function.as_bytes(), public_key, signature, text];
    let mut message = Vec::with_capacity(fields.iter().map(|field| field.len() + 6).sum());
    for (field, number) in fields.into_iter().zip(1..) {
        push_bytes(&mut message, number, field);
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
        let (field, value, after) = split_field(rest)?;
        match (field, value) {
            (1, Value::Number(value)) => result = value == 1,
            (2, Value::Bytes(error)) => failed |= !error.is_empty(),
            _ => return None,
        }
        rest = after;
    }
    Some(result && !failed)
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
}
