//! Whatever grows with operands is paid for before it is done.

use std::time::{Duration, Instant};

use super::*;
use crate::limits;
use EvalError::Budget as Exhausted;

const LONG: usize = limits::EVALUATION_BYTES as usize;

/// Runs a function whose work or result is larger than what may be used.
fn is_refused(function: Function, operands: &[Value<'_>]) {
    let begin = Instant::now();
    let zones = zones();
    let result = run(function, operands, &zones, &Budget::new());
    assert!(
        matches!(result, Err(Exhausted)),
        "{function:?}: {:?}",
        result.is_ok()
    );
    assert!(begin.elapsed() < Duration::from_secs(1), "{function:?}");
}

#[test]
fn results_that_are_too_large() {
    let long = "a".repeat(LONG);
    let long = || string(&long);
    let many = || list(vec![int(1); LONG / VALUE_BYTES]);
    is_refused(Function::Add, &[long(), string("b")]);
    is_refused(Function::Add, &[many(), many()]);
    is_refused(Function::Add, &[bytes(&[0; LONG]), bytes(b"a")]);
    is_refused(
        Function::UpperAscii,
        &[string(&format!("{}b", "a".repeat(LONG)))],
    );
    is_refused(Function::Quote, &[long()]);
    is_refused(Function::Reverse, &[string(&"a".repeat(LONG + 1))]);
    is_refused(Function::Reverse, &[list(vec![int(1); LONG])]);
    is_refused(Function::Replace, &[long(), string(""), long()]);
    is_refused(Function::Replace, &[long(), string("a"), string("bb")]);
    is_refused(Function::Split, &[long(), string("")]);
    is_refused(Function::Split, &[long(), string("a")]);
    is_refused(Function::Join, &[list(vec![long(); 1000]), long()]);
    is_refused(Function::Format, &[string("%s%s"), list([long(), long()])]);
    is_refused(Function::Format, &[string("%x"), list([long()])]);
    is_refused(
        Function::Format,
        &[string(&"%.1100f".repeat(600)), list(vec![double(1.0); 600])],
    );
    is_refused(Function::Base64Encode, &[bytes(&[0; LONG])]);
    is_refused(Function::Base64Decode, &[string(&"A".repeat(2 * LONG))]);
    is_refused(Function::Range, &[int(i64::MAX)]);
    is_refused(Function::Range, &[int(20_000)]);
    is_refused(Function::Sort, &[list(vec![int(1); LONG])]);
    is_refused(Function::Flatten, &[list(vec![many(); 100])]);
    is_refused(Function::Unwrap, &[list(vec![Value::Optional(None); LONG])]);
}

/// Little memory, and more comparisons than steps.
#[test]
fn work_that_is_too_long() {
    let names: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
    let names = list(names.iter().map(|name| string(name)).collect::<Vec<_>>());
    is_refused(Function::Distinct, &[names]);
    let (long, other) = ("a".repeat(LONG), "a".repeat(LONG - 1) + "b");
    is_refused(
        Function::In,
        &[string(&long), list(vec![string(&other); 100])],
    );
    let datum = Datum::List(vec![Datum::String(other); 100]);
    is_refused(Function::In, &[string(&long), Value::from(&datum)]);
    is_refused(Function::In, &[int(1), list(vec![int(0); 200_000])]);
    is_refused(
        Function::Contains,
        &[string(&"a".repeat(2_000_000)), string("b")],
    );
}

/// Reading text costs steps, or ends before the text does.
#[test]
fn texts_that_are_too_long() {
    let zeros = "0".repeat(2_000_000);
    for function in [
        Function::ToInt,
        Function::ToUint,
        Function::ToDouble,
        Function::ToDuration,
        Function::ToTimestamp,
        Function::LowerAscii,
        Function::Trim,
    ] {
        is_refused(function, &[string(&zeros)]);
    }
    let budget = Budget::new();
    for function in [Function::Ip, Function::Cidr, Function::ToBool] {
        let result = unary(function, string(&zeros), &budget);
        assert!(matches!(result, Err(EvalError::Conversion)), "{function:?}");
    }
    let zone = string(&zeros);
    let hours = binary(
        Function::GetHours,
        time("2024-02-29T12:34:56Z"),
        zone,
        &[],
        &budget,
    );
    assert!(matches!(hours, Err(EvalError::Argument)));
    assert_eq!(budget.steps_used(), 0);
}

/// A few values that share their parts make one that is large beyond measure.
#[test]
fn values_that_share_their_parts() {
    let mut shared = list([int(1), int(2)]);
    for _ in 0..50 {
        shared = list([shared.clone(), shared]);
    }
    let begin = Instant::now();
    assert!(comparison_cost(&shared, &shared) > limits::EVALUATION_STEPS as usize);
    is_refused(Function::In, &[shared.clone(), list([shared.clone()])]);
    is_refused(
        Function::Distinct,
        &[list([shared.clone(), shared.clone()])],
    );
    is_refused(Function::Flatten, &[shared.clone(), int(i64::MAX)]);
    is_refused(Function::Format, &[string("%s"), list([shared])]);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_comparing_costs() {
    let long = "a".repeat(640);
    let ten = || list(vec![int(1); 10]);
    for (a, b, cost) in [
        (int(1), int(1), 0),
        (string("a"), string("a"), 0),
        (string(&long), string(&long), 10),
        (string(&long), string("a"), 0),
        (bytes(long.as_bytes()), bytes(long.as_bytes()), 10),
        (string(&long), int(1), 0),
        (ten(), ten(), 11),
        (ten(), list([]), 1),
        (
            list([ten(), string(&long)]),
            list([ten(), string(&long)]),
            23,
        ),
        (map([(int(1), int(2))]), map([(int(1), int(2))]), 3),
        (Value::some(ten()), Value::some(ten()), 12),
    ] {
        assert_eq!(comparison_cost(&a, &b), cost, "{a} {b}");
    }
}

/// What stands in plan, token or request is not copied to be looked at.
#[test]
fn looking_takes_no_memory() {
    let long = "a b".repeat(20_000);
    let data = Datum::List(vec![Datum::String("a".to_owned()); 5_000]);
    let (text, list) = (string(&long), Value::from(&data));
    let zones = zones();
    let budget = Budget::new();
    for operands in [
        (Function::Contains, vec![text.clone(), string("ab")]),
        (Function::StartsWith, vec![text.clone(), text.clone()]),
        (Function::EndsWith, vec![text.clone(), text.clone()]),
        (Function::Less, vec![text.clone(), text.clone()]),
        (Function::In, vec![string("b"), list.clone()]),
        (Function::Size, vec![text.clone()]),
        (Function::IndexOf, vec![text.clone(), string("b")]),
        (Function::Substring, vec![text.clone(), int(1)]),
        (Function::CharAt, vec![text.clone(), int(1)]),
        (Function::Trim, vec![text.clone()]),
        (Function::ToBytes, vec![text.clone()]),
        (Function::Slice, vec![list.clone(), int(1), int(4_000)]),
        (Function::IsIp, vec![text.clone()]),
    ] {
        let (function, operands) = operands;
        assert!(
            run(function, &operands, &zones, &budget).is_ok(),
            "{function:?}"
        );
    }
    // All of the memory is still there.
    assert!(budget.allocate(limits::EVALUATION_BYTES as usize).is_ok());
}
