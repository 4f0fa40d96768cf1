use proptest::prelude::*;

use super::*;

const LIMITS: [LimitId; 2] = [LimitId(4), LimitId(9)];

fn over(limit: u32, wait: Option<i64>) -> Over {
    Over {
        limit: LimitId(limit),
        wait,
    }
}

#[test]
fn a_question_has_the_bytes_that_protobuf_gives_it() {
    let entries = [("remit_limit", "calls"), ("remit_per", "tenant")];
    let first = Descriptor {
        entries: &entries,
        weight: 1,
    };
    let second = Descriptor {
        entries: &entries[..1],
        weight: 300,
    };
    let message = write("remit", [first, second].into_iter());
    let expected = [
        &b"\x0a\x05remit"[..],
        b"\x12\x2f",
        b"\x0a\x14\x0a\x0bremit_limit\x12\x05calls",
        b"\x0a\x13\x0a\x09remit_per\x12\x06tenant",
        b"\x1a\x02\x08\x01",
        b"\x12\x1b",
        b"\x0a\x14\x0a\x0bremit_limit\x12\x05calls",
        b"\x1a\x03\x08\xac\x02",
        b"\x18\xac\x02",
    ]
    .concat();
    assert_eq!(message, expected);
}

#[test]
fn only_a_clear_answer_is_one() {
    let cases: [(&[u8], Said); 19] = [
        (b"\x08\x01", Said::Granted),
        (b"\x08\x01\x12\x02\x08\x01\x12\x02\x08\x01", Said::Granted),
        // The verdict on the whole is what counts: a service may only watch a limit.
        (b"\x08\x01\x12\x02\x08\x02\x12\x02\x08\x01", Said::Granted),
        // What else an answer says is skipped.
        (
            b"\x08\x01\x1a\x04\x0a\x02a:\x39\x01\x02\x03\x04\x05\x06\x07\x08\x2a\x01x",
            Said::Granted,
        ),
        (b"\x08\x02", Said::Over(vec![over(4, None), over(9, None)])),
        (
            b"\x08\x02\x12\x02\x08\x01\x12\x02\x08\x01",
            Said::Over(vec![over(4, None), over(9, None)]),
        ),
        (
            b"\x08\x02\x12\x02\x08\x01\x12\x02\x08\x02",
            Said::Over(vec![over(9, None)]),
        ),
        // 3 seconds and 500 million nanoseconds; then a time that has passed.
        (
            b"\x08\x02\x12\x0c\x08\x02\x22\x08\x08\x03\x10\x80\xca\xb5\xee\x01\x12\x0f\x08\x02\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            Said::Over(vec![over(4, Some(3500)), over(9, None)]),
        ),
        // No verdict.
        (b"", Said::Away),
        (b"\x08\x00", Said::Away),
        (b"\x08\x03", Said::Away),
        (b"\x12\x02\x08\x01\x12\x02\x08\x01", Said::Away),
        // Not about what was asked.
        (b"\x08\x01\x12\x02\x08\x01", Said::Away),
        (
            b"\x08\x01\x12\x02\x08\x01\x12\x02\x08\x01\x12\x02\x08\x01",
            Said::Away,
        ),
        // Malformed, on whichever level.
        (b"\x08\x01\x12", Said::Away),
        (b"\x0a\x01\x01", Said::Away),
        (b"\x08\x01\x10\x01", Said::Away),
        (b"\x08\x02\x12\x03\x08\x02\x22\x12\x02\x08\x02", Said::Away),
        (
            b"\x08\x02\x12\x05\x08\x02\x22\x01\x08\x12\x02\x08\x02",
            Said::Away,
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(read(message, &LIMITS), expected, "{message:x?}");
    }
}

#[test]
fn the_longest_wait_is_a_number_too() {
    let most = b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x10\xff\x93\xeb\xdc\x03";
    assert_eq!(read_duration(most), Some(Some(i64::MAX)));
    let nanos_alone = b"\x10\x80\x94\xeb\xdc\x03";
    assert_eq!(read_duration(nanos_alone), Some(None), "a whole second");
}

/// Fields that an answer may have, nested as deep as any has them, and bytes that are none.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<Vec<u8>>(),
        (1u64..6, 0u64..4).prop_map(|(field, value)| {
            let mut out = Vec::new();
            push_number(&mut out, field, value);
            out
        }),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let nested = prop::collection::vec((1u64..6, inner), 0..4);
        nested.prop_map(|fields| {
            let mut out = Vec::new();
            for (field, bytes) in fields {
                push_number(&mut out, 1, field % 3);
                push_bytes(&mut out, field, &bytes);
            }
            out
        })
    })
}

proptest! {
    /// What is granted was said to be, in the last of the fields that say it.
    #[test]
    fn nothing_is_granted_by_accident(message in fields()) {
        if read(&message, &LIMITS) == Said::Granted {
            let mut last = 0;
            each(&message, |field, value| {
                if let (1, Value::Number(code)) = (field, value) {
                    last = code;
                }
                Some(())
            }).expect("it is a message to its end");
            prop_assert_eq!(last, OK);
        }
    }

    /// What is over is one of those that were asked for, each once.
    #[test]
    fn whoever_is_over_was_asked_for(message in fields()) {
        if let Said::Over(over) = read(&message, &LIMITS) {
            let limits: Vec<LimitId> = over.iter().map(|over| over.limit).collect();
            prop_assert!([&LIMITS[..], &LIMITS[..1], &LIMITS[1..]].contains(&&limits[..]));
            prop_assert!(over.iter().all(|over| over.wait.is_none_or(|wait| wait >= 0)));
        }
    }
}
