use super::super::tests::*;
use crate::cel::EvalError;
use crate::plan::*;

use ElementKind::{Optional, Plain};

fn map(entries: &[(&Tree, &Tree, ElementKind)]) -> Tree {
    let entry = |(key, value, kind): &(&Tree, &Tree, ElementKind)| {
        ((*key).clone(), (*value).clone(), *kind)
    };
    let entries: Vec<_> = entries.iter().map(entry).collect();
    node(move |nodes| {
        let made = entries
            .iter()
            .map(|(key, value, kind)| (key(nodes), value(nodes), *kind));
        Node::Map(made.collect())
    })
}

fn field(of: &Tree, name: &'static str) -> Tree {
    one(of, move |of| Node::Field(of, name.to_owned()))
}

fn has_field(of: &Tree, name: &'static str) -> Tree {
    one(of, move |of| Node::HasField(of, name.to_owned()))
}

fn optional_field(of: &Tree, name: &'static str) -> Tree {
    one(of, move |of| Node::OptionalField(of, name.to_owned()))
}

fn index(of: &Tree, at: &Tree) -> Tree {
    two(of, at, |of, at| Node::Binary(Function::Index, of, at))
}

fn optional_index(of: &Tree, at: &Tree) -> Tree {
    two(of, at, |of, at| {
        Node::Binary(Function::OptionalIndex, of, at)
    })
}

#[test]
fn lists_take_what_optionals_hold() {
    let (there, none) = (constant(some(Datum::Int(2))), constant(NONE));
    for (tree, expected) in [
        (list(&[]), Ok(ints(&[]))),
        (
            list(&[(&int(1), Plain), (&there, Optional), (&none, Optional)]),
            Ok(ints(&[1, 2])),
        ),
        (list(&[(&none, Plain)]), Ok(Datum::List(vec![NONE]))),
        (list(&[(&int(1), Optional)]), Err(EvalError::Type)),
        (
            list(&[(&int(1), Plain), (&missing(), Plain)]),
            Err(EvalError::Missing),
        ),
    ] {
        assert_eq!(run(&tree), expected);
    }
}

#[test]
fn maps_are_in_the_order_of_their_keys() {
    let (there, none) = (constant(some(Datum::Int(2))), constant(NONE));
    let made = map(&[
        (&text("b"), &int(1), Plain),
        (&text("a"), &there, Optional),
        (&text("c"), &none, Optional),
        (&int(3), &int(3), Plain),
        (&truth(true), &int(4), Plain),
        (&constant(Datum::Uint(2)), &int(5), Plain),
    ]);
    let expected = Datum::Map(vec![
        (Datum::Bool(true), Datum::Int(4)),
        (Datum::Uint(2), Datum::Int(5)),
        (Datum::Int(3), Datum::Int(3)),
        (string("a"), Datum::Int(2)),
        (string("b"), Datum::Int(1)),
    ]);
    assert_eq!(run(&made), Ok(expected));
    assert_eq!(run(&map(&[])), Ok(Datum::Map(vec![])));
    assert_eq!(run(&equal(&made, &made)), Ok(Datum::Bool(true)));
}

#[test]
fn a_key_comes_once_and_is_of_a_type_for_keys() {
    let twice = |a: Datum, b: Datum| {
        map(&[
            (&constant(a), &int(1), Plain),
            (&constant(b), &int(2), Plain),
        ])
    };
    for (a, b) in [
        (string("a"), string("a")),
        (Datum::Int(1), Datum::Int(1)),
        (Datum::Int(1), Datum::Uint(1)),
        (Datum::Bool(false), Datum::Bool(false)),
    ] {
        assert_eq!(run(&twice(a, b)), Err(EvalError::RepeatedKey));
    }
    for key in [
        Datum::Null,
        Datum::Double(1.0),
        ints(&[]),
        Datum::Bytes(vec![]),
        NONE,
    ] {
        assert_eq!(run(&twice(string("a"), key)), Err(EvalError::Type));
    }
    let errs = map(&[(&text("a"), &missing(), Plain)]);
    assert_eq!(run(&errs), Err(EvalError::Missing));
    let errs = map(&[(&text("a"), &int(1), Optional)]);
    assert_eq!(run(&errs), Err(EvalError::Type));
}

#[test]
fn fields_of_optionals_are_optionals() {
    let object = constant(fields(&[("id", 1), ("severity", 7)]));
    let there = constant(some(fields(&[("id", 1)])));
    let none = constant(NONE);
    let no_object = constant(some(Datum::Int(1)));
    for (of, name, is, has, as_optional) in [
        (
            &object,
            "id",
            Ok(Datum::Int(1)),
            Ok(true),
            Ok(some(Datum::Int(1))),
        ),
        (&object, "nope", Err(EvalError::NoKey), Ok(false), Ok(NONE)),
        (
            &there,
            "id",
            Ok(some(Datum::Int(1))),
            Ok(true),
            Ok(some(Datum::Int(1))),
        ),
        (&there, "nope", Ok(NONE), Ok(false), Ok(NONE)),
        (&none, "id", Ok(NONE), Ok(false), Ok(NONE)),
        (
            &int(1),
            "id",
            Err(EvalError::Type),
            Err(EvalError::Type),
            Err(EvalError::Type),
        ),
        (
            &no_object,
            "id",
            Err(EvalError::Type),
            Err(EvalError::Type),
            Err(EvalError::Type),
        ),
        (
            &missing(),
            "id",
            Err(EvalError::Missing),
            Err(EvalError::Missing),
            Err(EvalError::Missing),
        ),
    ] {
        assert_eq!(run(&field(of, name)), is, "{name}");
        assert_eq!(run(&has_field(of, name)), has.map(Datum::Bool), "{name}");
        assert_eq!(run(&optional_field(of, name)), as_optional, "{name}");
    }
    // An optional stays one, however far it is followed.
    let deep = field(&field(&constant(NONE), "a"), "b");
    assert_eq!(run(&deep), Ok(NONE));
    let nested = Datum::Map(vec![(string("a"), fields(&[("b", 1)]))]);
    let deep = field(&optional_field(&constant(nested), "a"), "b");
    assert_eq!(run(&deep), Ok(some(Datum::Int(1))));
}

#[test]
fn elements_are_found_by_position_and_key() {
    let numbers = constant(ints(&[10, 20]));
    let object = constant(Datum::Map(vec![
        (Datum::Int(1), string("one")),
        (string("a"), string("text")),
    ]));
    let no_element = Err(EvalError::NoElement);
    let no_key = Err(EvalError::NoKey);
    for (of, at, expected) in [
        (&numbers, Datum::Int(0), Ok(Datum::Int(10))),
        (&numbers, Datum::Uint(1), Ok(Datum::Int(20))),
        (&numbers, Datum::Double(1.0), Ok(Datum::Int(20))),
        (&numbers, Datum::Int(2), no_element.clone()),
        (&numbers, Datum::Int(-1), no_element.clone()),
        (&numbers, Datum::Uint(u64::MAX), no_element.clone()),
        (&numbers, Datum::Double(1e300), no_element),
        (&numbers, Datum::Double(0.5), Err(EvalError::Argument)),
        (&numbers, Datum::Double(f64::NAN), Err(EvalError::Argument)),
        (&numbers, string("0"), Err(EvalError::Type)),
        (&object, Datum::Int(1), Ok(string("one"))),
        (&object, Datum::Uint(1), Ok(string("one"))),
        (&object, Datum::Double(1.0), Ok(string("one"))),
        (&object, string("a"), Ok(string("text"))),
        (&object, Datum::Int(2), no_key.clone()),
        (&object, Datum::Double(f64::NAN), no_key.clone()),
        (&object, Datum::Bool(true), no_key),
        (&object, Datum::Null, Err(EvalError::Type)),
        (&int(1), Datum::Int(0), Err(EvalError::Type)),
    ] {
        let optional = match &expected {
            Ok(value) => Ok(some(value.clone())),
            Err(EvalError::NoElement | EvalError::NoKey) => Ok(NONE),
            Err(error) => Err(*error),
        };
        let at = constant(at);
        assert_eq!(run(&index(of, &at)), expected);
        assert_eq!(run(&optional_index(of, &at)), optional);
    }
    let there = constant(some(ints(&[10])));
    assert_eq!(run(&index(&there, &int(0))), Ok(some(Datum::Int(10))));
    assert_eq!(run(&index(&there, &int(1))), Ok(NONE));
    assert_eq!(run(&index(&constant(NONE), &int(1))), Ok(NONE));
}
