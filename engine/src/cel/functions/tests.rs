//! Every function by its table: operands, and what comes of them as an expression that has it.

mod arithmetic;
mod bounds;
mod comparison;
mod conversions;
mod editing;
mod encoders;
mod format;
mod lists;
mod math;
mod network;
mod optionals;
mod strings;
mod times;

use std::rc::Rc;

use super::*;
use crate::cel::text;
use crate::cel::value::{Map, Octets, Text};
use crate::plan::Datum;

/// What comes of operands: an expression, whose text tells its type, or an error.
type Row<'v> = (Function, Vec<Value<'v>>, Result<&'static str, EvalError>);

fn int(value: i64) -> Value<'static> {
    Value::Int(value)
}

fn uint(value: u64) -> Value<'static> {
    Value::Uint(value)
}

fn double(value: f64) -> Value<'static> {
    Value::Double(value)
}

fn string(value: &str) -> Value<'_> {
    Value::text(value)
}

fn bytes(value: &[u8]) -> Value<'_> {
    Value::Bytes(Octets::Borrowed(value))
}

fn list<'v>(elements: impl Into<Vec<Value<'v>>>) -> Value<'v> {
    Value::owned_list(elements.into())
}

fn strings<'v>(elements: &[&'v str]) -> Value<'v> {
    list(elements.iter().copied().map(string).collect::<Vec<_>>())
}

/// Keys have to be in order.
fn map<'v>(entries: impl Into<Vec<(Value<'v>, Value<'v>)>>) -> Value<'v> {
    Value::Map(Map::Owned(entries.into().into()))
}

fn time(value: &str) -> Value<'static> {
    Value::Timestamp(text::timestamp(value).unwrap())
}

fn span(value: &str) -> Value<'static> {
    Value::Duration(text::duration(value).unwrap())
}

fn ip(value: &str) -> Value<'static> {
    Value::Ip(value.parse().unwrap())
}

fn cidr(address: &str, prefix: u8) -> Value<'static> {
    let address = address.parse().unwrap();
    Value::Cidr(crate::plan::Cidr { address, prefix })
}

/// One of each type.
fn samples() -> Vec<Value<'static>> {
    vec![
        Value::Null,
        Value::Bool(true),
        int(1),
        uint(1),
        double(1.5),
        string("a"),
        bytes(b"a"),
        time("2024-02-29T12:34:56Z"),
        span("1s"),
        list([int(1)]),
        map([(string("a"), int(1))]),
        Value::some(int(1)),
        Value::Type(Text::Borrowed("int")),
        ip("10.0.0.1"),
        cidr("10.0.0.0", 8),
    ]
}

fn zones() -> Vec<Zone> {
    vec![Zone {
        name: "Half/Way".to_owned(),
        first: 1800,
        transitions: vec![(0, -1800), (86_400, 5400)],
    }]
}

fn run<'v>(
    function: Function,
    operands: &[Value<'v>],
    zones: &'v [Zone],
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match operands {
        [a] => unary(function, a.clone(), budget),
        [a, b] => binary(function, a.clone(), b.clone(), zones, budget),
        operands => call(function, operands, budget),
    }
}

/// The same value with nothing borrowed.
fn owned<'v>(value: &Value<'v>) -> Value<'v> {
    match value {
        Value::String(text) => Value::owned_text(&**text),
        Value::Bytes(octets) => Value::Bytes(Octets::Owned(Rc::from(&**octets))),
        Value::List(list) => {
            Value::owned_list(list.iter().map(|each| owned(&each)).collect::<Vec<_>>())
        }
        Value::Map(map) => Value::Map(Map::Owned(
            map.iter()
                .map(|(key, value)| (owned(&key), owned(&value)))
                .collect(),
        )),
        other => other.clone(),
    }
}

/// The same comes of operands wherever they stand: in a plan, in a token, computed.
fn check<'v>(rows: impl IntoIterator<Item = Row<'v>>) {
    let zones = zones();
    for (function, operands, expected) in rows {
        let case = format!("{function:?} {operands:?}");
        let expected = expected.map(str::to_owned);
        let result = |operands: &[Value<'_>]| {
            let value = run(function, operands, &zones, &Budget::new());
            value.map(|value| value.to_string())
        };
        assert_eq!(result(&operands), expected, "{case}");
        let computed: Vec<_> = operands.iter().map(owned).collect();
        assert_eq!(result(&computed), expected, "computed: {case}");
        let data: Vec<_> = operands
            .iter()
            .map(|each| Datum::try_from(each).unwrap())
            .collect();
        let data: Vec<_> = data.iter().map(Value::from).collect();
        assert_eq!(result(&data), expected, "data: {case}");
    }
}

/// No operands make a function panic.
#[test]
fn every_function_with_every_type() {
    let samples = samples();
    let zones = zones();
    for function in Function::ALL.iter().copied() {
        let try_with = |operands: &[Value<'static>]| {
            let _ = run(function, operands, &zones, &Budget::new());
        };
        try_with(&[]);
        for a in &samples {
            try_with(std::slice::from_ref(a));
            for b in &samples {
                try_with(&[a.clone(), b.clone()]);
                for c in &samples {
                    try_with(&[a.clone(), b.clone(), c.clone()]);
                    try_with(&[a.clone(), b.clone(), c.clone(), int(-1)]);
                }
            }
        }
    }
}

/// Every function does something with some operands.
#[test]
fn every_function_is_there() {
    let samples = samples();
    let zones = zones();
    for function in Function::ALL.iter().copied() {
        let is_there = |operands: &[Value<'static>]| {
            use EvalError::Type;
            !matches!(run(function, operands, &zones, &Budget::new()), Err(Type))
        };
        let unary = samples.iter().any(|a| is_there(std::slice::from_ref(a)));
        let binary = samples
            .iter()
            .any(|a| samples.iter().any(|b| is_there(&[a.clone(), b.clone()])));
        let others = is_there(&[])
            || is_there(&[string("a"), string("a"), string("a")])
            || is_there(&[list([]), int(0), int(0)])
            || is_there(&[strings(&["a"])])
            || is_there(&[list([Value::Optional(None)])]);
        assert!(unary || binary || others, "{function:?}");
    }
}
