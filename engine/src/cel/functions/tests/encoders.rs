use super::*;
use EvalError::{Conversion, Type};
use Function::{Base64Decode, Base64Encode};

#[test]
fn base64() {
    check([
        (Base64Encode, vec![bytes(b"hello")], Ok("'aGVsbG8='")),
        (Base64Encode, vec![bytes(b"")], Ok("''")),
        (Base64Encode, vec![bytes(b"\xfb\xff")], Ok("'+/8='")),
        (Base64Encode, vec![string("hello")], Err(Type)),
        (Base64Decode, vec![string("aGVsbG8=")], Ok("b'hello'")),
        (Base64Decode, vec![string("aGVsbG8")], Ok("b'hello'")),
        (Base64Decode, vec![string("")], Ok("b''")),
        (Base64Decode, vec![string("+/8=")], Ok(r"b'\xfb\xff'")),
        (Base64Decode, vec![string("-_8=")], Err(Conversion)),
        (Base64Decode, vec![string("@@")], Err(Conversion)),
        (Base64Decode, vec![string("a")], Err(Conversion)),
        (Base64Decode, vec![string("aGVsbG9=")], Err(Conversion)),
        (Base64Decode, vec![string("aGVs\nbG8=")], Err(Conversion)),
        (Base64Decode, vec![bytes(b"aGVsbG8=")], Err(Type)),
    ]);
}
