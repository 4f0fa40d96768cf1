use super::*;

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

#[test]
fn fields_have_the_bytes_that_protobuf_gives_them() {
    let mut out = Vec::new();
    push_number(&mut out, 1, 150);
    push_bytes(&mut out, 2, b"testing");
    push_bytes(&mut out, 16, &[]);
    assert_eq!(out, b"\x08\x96\x01\x12\x07testing\x82\x01\x00");
    let (field, value, rest) = split_field(&out).expect("a field");
    assert_eq!((field, value), (1, Value::Number(150)));
    let (field, value, rest) = split_field(rest).expect("a field");
    assert_eq!((field, value), (2, Value::Bytes(b"testing")));
    assert_eq!(split_field(rest), Some((16, Value::Bytes(&[]), &[][..])));
}

#[test]
fn what_ends_too_early_or_is_a_group_is_no_field() {
    let fixed = b"\x09\x01\x02\x03\x04\x05\x06\x07\x08";
    assert_eq!(split_field(fixed), Some((1, Value::Fixed, &[][..])));
    assert_eq!(split_field(&fixed[..8]), None);
    let fixed = b"\x0d\x01\x02\x03\x04\xff";
    assert_eq!(split_field(fixed), Some((1, Value::Fixed, &[0xff][..])));
    assert_eq!(split_field(&fixed[..4]), None);
    let malformed: [&[u8]; 8] = [
        b"",
        b"\x08",
        b"\x08\x80",
        b"\x12\x02a",
        b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a",
        b"\x0b\x0c",
        b"\x0e",
        b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01",
    ];
    for message in malformed {
        assert_eq!(split_field(message), None, "{message:x?}");
    }
}
