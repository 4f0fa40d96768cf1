use super::*;
use EvalError::{Argument, Type};
use Function::{Distinct, First, Flatten, Index, Last, OptionalIndex, Range, Slice, Sort};

fn ints<const N: usize>(values: [i64; N]) -> Value<'static> {
    list(values.map(int))
}

#[test]
fn parts() {
    check([
        (First, vec![ints([1, 2])], Ok("optional.of(1)")),
        (First, vec![ints([])], Ok("optional.none()")),
        (First, vec![string("ab")], Err(Type)),
        (Last, vec![ints([1, 2])], Ok("optional.of(2)")),
        (Last, vec![ints([])], Ok("optional.none()")),
        (Last, vec![map([])], Err(Type)),
        (
            Slice,
            vec![ints([1, 2, 3, 4]), int(1), int(3)],
            Ok("[2, 3]"),
        ),
        (Slice, vec![ints([1, 2]), int(2), int(2)], Ok("[]")),
        (Slice, vec![ints([1, 2]), int(0), int(3)], Err(Argument)),
        (Slice, vec![ints([1, 2]), int(2), int(1)], Err(Argument)),
        (Slice, vec![ints([1, 2]), int(-1), int(1)], Err(Argument)),
        (
            Slice,
            vec![ints([1, 2]), int(0), int(i64::MAX)],
            Err(Argument),
        ),
        (Slice, vec![ints([1, 2]), int(0), uint(1)], Err(Type)),
        (Slice, vec![string("ab"), int(0), int(1)], Err(Type)),
        (Index, vec![ints([7, 8]), int(1)], Ok("8")),
        (Index, vec![ints([7, 8]), int(2)], Err(EvalError::NoElement)),
        (
            OptionalIndex,
            vec![ints([7, 8]), int(2)],
            Ok("optional.none()"),
        ),
    ]);
}

#[test]
fn rearranged() {
    let deep = || list([int(1), list([int(2), list([int(3), list([int(4)])])])]);
    check([
        (Distinct, vec![ints([1, 2, 2, 3, 1])], Ok("[1, 2, 3]")),
        (
            Distinct,
            vec![list([int(1), uint(1), double(1.0), string("1")])],
            Ok("[1, '1']"),
        ),
        (
            Distinct,
            vec![list([ints([1]), ints([1]), ints([])])],
            Ok("[[1], []]"),
        ),
        (Distinct, vec![ints([])], Ok("[]")),
        (Distinct, vec![int(1)], Err(Type)),
        (Flatten, vec![deep()], Ok("[1, 2, [3, [4]]]")),
        (Flatten, vec![deep(), int(2)], Ok("[1, 2, 3, [4]]")),
        (Flatten, vec![deep(), int(i64::MAX)], Ok("[1, 2, 3, 4]")),
        (Flatten, vec![deep(), int(0)], Ok("[1, [2, [3, [4]]]]")),
        (
            Flatten,
            vec![list([ints([]), ints([3]), ints([])])],
            Ok("[3]"),
        ),
        (Flatten, vec![deep(), int(-1)], Err(Argument)),
        (Flatten, vec![deep(), uint(1)], Err(Type)),
        (Flatten, vec![string("a")], Err(Type)),
        (Range, vec![int(4)], Ok("[0, 1, 2, 3]")),
        (Range, vec![int(0)], Ok("[]")),
        (Range, vec![int(-1)], Err(Argument)),
        (Range, vec![uint(1)], Err(Type)),
    ]);
}

#[test]
fn sorted() {
    check([
        (Sort, vec![ints([3, 1, -2, 1])], Ok("[-2, 1, 1, 3]")),
        (
            Sort,
            vec![strings(&["b", "", "a", "B"])],
            Ok("['', 'B', 'a', 'b']"),
        ),
        (
            Sort,
            vec![list([Value::Bool(true), Value::Bool(false)])],
            Ok("[false, true]"),
        ),
        (
            Sort,
            vec![list([bytes(b"b"), bytes(b"a")])],
            Ok("[b'a', b'b']"),
        ),
        (
            Sort,
            vec![list([span("2s"), span("-1s")])],
            Ok("[duration('-1s'), duration('2s')]"),
        ),
        (
            Sort,
            vec![list([double(2.5), double(-0.5)])],
            Ok("[-0.5, 2.5]"),
        ),
        (Sort, vec![ints([])], Ok("[]")),
        (Sort, vec![list([int(1), string("b")])], Err(Type)),
        (Sort, vec![list([int(1), uint(2)])], Err(Type)),
        (Sort, vec![list([ints([1])])], Err(Type)),
        (Sort, vec![list([Value::Null])], Err(Type)),
        (
            Sort,
            vec![list([double(1.0), double(f64::NAN)])],
            Err(Argument),
        ),
        (Sort, vec![string("ba")], Err(Type)),
    ]);
}

/// Elements whose keys are equal stay as they were.
#[test]
fn sorted_by_key() {
    let keyed = [(2, "a"), (1, "b"), (2, "c"), (1, "d")];
    let keyed = keyed.map(|(key, element)| (int(key), string(element)));
    let sorted = sort_by(keyed.to_vec(), &Budget::new());
    let sorted = sorted.map(|value| value.to_string());
    assert_eq!(sorted.as_deref(), Ok("['b', 'd', 'a', 'c']"));
    let mixed = vec![(int(1), int(1)), (string("a"), int(2))];
    assert!(matches!(sort_by(mixed, &Budget::new()), Err(Type)));
    assert!(matches!(sort_by(vec![], &Budget::new()), Ok(Value::List(list)) if list.is_empty()));
}
