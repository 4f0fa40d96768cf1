use super::*;

fn head() -> Vec<u8> {
    write(&[
        (":method", "GET"),
        ("x-empty", ""),
        ("authorization", "Bearer a.b.c"),
    ])
    .expect("small sizes")
}

#[test]
fn what_is_written_is_read() {
    let buffer = head();
    let fields = read(&buffer).expect("well formed");
    assert_eq!(
        fields,
        [
            (&b":method"[..], &b"GET"[..]),
            (b"x-empty", b""),
            (b"authorization", b"Bearer a.b.c")
        ]
    );
}

#[test]
fn the_layout_is_the_abi_s() {
    let expected = b"\x01\0\0\0\x02\0\0\0\x03\0\0\0ab\0xyz\0";
    assert_eq!(write(&[("ab", "xyz")]).as_deref(), Some(&expected[..]));
}

#[test]
fn no_bytes_and_no_fields_are_an_empty_map() {
    assert_eq!(read(b""), Ok(Vec::new()));
    assert_eq!(read(&[0; 4]), Ok(Vec::new()));
}

#[test]
fn names_and_values_are_bytes_and_may_hold_nul() {
    let buffer = b"\x01\0\0\0\x02\0\0\0\x03\0\0\0a\xff\0\0\xfe\0\0";
    assert_eq!(read(buffer), Ok(vec![(&b"a\xff"[..], &b"\0\xfe\0"[..])]));
}

#[test]
fn each_malformation_has_its_reason() {
    let cases: [(&str, &[u8], MalformedPairs); 8] = [
        ("half a count", b"\x01\0", MalformedPairs::CutOff),
        ("a count alone", b"\x01\0\0\0", MalformedPairs::CutOff),
        (
            "a count of four thousand million",
            b"\xff\xff\xff\xff\0\0\0\0",
            MalformedPairs::CutOff,
        ),
        (
            "a name beyond the end",
            b"\x01\0\0\0\xff\xff\xff\xff\0\0\0\0a\0\0",
            MalformedPairs::CutOff,
        ),
        (
            "a value beyond the end",
            b"\x01\0\0\0\x01\0\0\0\x09\0\0\0a\0b\0",
            MalformedPairs::CutOff,
        ),
        (
            "a name without its NUL",
            b"\x01\0\0\0\x01\0\0\0\0\0\0\0ab\0",
            MalformedPairs::NotTerminated,
        ),
        (
            "bytes left over",
            b"\x01\0\0\0\x01\0\0\0\0\0\0\0a\0\0!",
            MalformedPairs::LeftOver,
        ),
        (
            "an empty map with a tail",
            b"\0\0\0\0!",
            MalformedPairs::LeftOver,
        ),
    ];
    for (name, buffer, expected) in cases {
        assert_eq!(read(buffer), Err(expected), "{name}");
    }
}

#[test]
fn every_prefix_is_refused() {
    let buffer = head();
    for end in 1..buffer.len() {
        assert!(
            read(&buffer[..end]).is_err(),
            "the first {end} bytes were read as a whole map"
        );
    }
}

/// Every byte changed to every value: read or refused, but what is read is inside the buffer and
/// adds up to its size.
#[test]
fn every_changed_byte_is_refused_or_read_consistently() {
    let buffer = head();
    for position in 0..buffer.len() {
        for value in 0..=u8::MAX {
            let mut changed = buffer.clone();
            changed[position] = value;
            if let Ok(fields) = read(&changed) {
                let size: usize = fields
                    .iter()
                    .map(|(name, value)| name.len() + value.len() + 10)
                    .sum();
                assert_eq!(size + 4, changed.len(), "byte {position} set to {value}");
            }
        }
    }
}
