use super::super::tests::*;
use crate::cel::EvalError;
use crate::plan::*;

use FoldKind::*;

/// A fold with the element in local 0 and, with two variables, the key in local 1.
fn fold(
    kind: FoldKind,
    range: &Tree,
    variables: usize,
    filter: Option<&Tree>,
    body: &Tree,
) -> Tree {
    let (range, filter, body) = (range.clone(), filter.cloned(), body.clone());
    node(move |nodes| {
        Node::Fold(Box::new(Fold {
            kind,
            range: range(nodes),
            key: (variables == 2).then_some(LocalId(1)),
            element: LocalId(0),
            filter: filter.as_ref().map(|filter| filter(nodes)),
            body: body(nodes),
        }))
    })
}

fn element() -> Tree {
    local(0)
}

fn key() -> Tree {
    local(1)
}

fn is(tree: &Tree, value: i64) -> Tree {
    equal(tree, &int(value))
}

/// Errs at an element, and is a constant elsewhere.
fn errs_at(value: i64, otherwise: &Tree) -> Tree {
    choose(&is(&element(), value), &missing(), otherwise)
}

fn pair(a: &Tree, b: &Tree) -> Tree {
    list(&[(a, ElementKind::Plain), (b, ElementKind::Plain)])
}

fn pairs(values: &[(i64, i64)]) -> Datum {
    Datum::List(values.iter().map(|(a, b)| ints(&[*a, *b])).collect())
}

fn bool(value: bool) -> Result<Datum, EvalError> {
    Ok(Datum::Bool(value))
}

#[test]
fn all_and_exists_over_nothing() {
    for range in [ints(&[]), fields(&[])] {
        let range = constant(range);
        assert_eq!(run(&fold(All, &range, 1, None, &missing())), bool(true));
        assert_eq!(run(&fold(Exists, &range, 1, None, &missing())), bool(false));
        assert_eq!(
            run(&fold(ExistsOne, &range, 1, None, &missing())),
            bool(false)
        );
        assert_eq!(run(&fold(Map, &range, 2, None, &missing())), Ok(ints(&[])));
    }
}

#[test]
fn predicates_over_lists_and_maps() {
    let numbers = constant(ints(&[1, 2, 2]));
    let object = constant(fields(&[("a", 1), ("b", 2)]));
    let is_b = equal(&element(), &text("b"));
    for (kind, range, variables, body, expected) in [
        (All, &numbers, 1, is(&element(), 2), false),
        (Exists, &numbers, 1, is(&element(), 2), true),
        (Exists, &numbers, 1, is(&element(), 3), false),
        (ExistsOne, &numbers, 1, is(&element(), 1), true),
        (ExistsOne, &numbers, 1, is(&element(), 2), false),
        (ExistsOne, &numbers, 1, is(&element(), 3), false),
        // A list's first variable is the position, a map's the key.
        (
            Exists,
            &numbers,
            2,
            two(&is(&key(), 2), &is(&element(), 2), Node::And),
            true,
        ),
        (
            Exists,
            &numbers,
            2,
            two(&is(&key(), 0), &is(&element(), 2), Node::And),
            false,
        ),
        (All, &numbers, 2, truth(true), true),
        (ExistsOne, &numbers, 2, is(&key(), 1), true),
        // With one variable it is the key.
        (Exists, &object, 1, is_b.clone(), true),
        (All, &object, 1, is_b.clone(), false),
        (ExistsOne, &object, 1, is_b, true),
        (
            Exists,
            &object,
            2,
            two(&equal(&key(), &text("b")), &is(&element(), 2), Node::And),
            true,
        ),
        (All, &object, 2, is(&element(), 1), false),
    ] {
        assert_eq!(
            run(&fold(kind, range, variables, None, &body)),
            bool(expected)
        );
    }
}

#[test]
fn errors_are_absorbed_where_the_fold_is_decided_elsewhere() {
    let numbers = constant(ints(&[1, 2, 3]));
    let late = constant(ints(&[3, 2, 1]));
    let is_three = is(&element(), 3);
    let not_three = one(&is_three, Node::Not);
    for range in [&numbers, &late] {
        for (kind, body, expected) in [
            (Exists, errs_at(1, &is_three), bool(true)),
            (Exists, errs_at(1, &truth(false)), Err(EvalError::Missing)),
            (All, errs_at(1, &not_three), bool(false)),
            (All, errs_at(1, &truth(true)), Err(EvalError::Missing)),
            (ExistsOne, errs_at(1, &is_three), Err(EvalError::Missing)),
            (Filter, errs_at(1, &truth(true)), Err(EvalError::Missing)),
            (Map, errs_at(1, &int(1)), Err(EvalError::Missing)),
        ] {
            assert_eq!(
                run(&fold(kind, range, 1, None, &body)),
                expected,
                "{kind:?}"
            );
        }
    }
    let no_predicate = fold(Exists, &numbers, 1, None, &element());
    assert_eq!(run(&no_predicate), Err(EvalError::Type));
}

#[test]
fn lists_are_filtered_and_mapped() {
    let numbers = constant(ints(&[5, 6, 7]));
    let object = constant(fields(&[("a", 1), ("b", 2)]));
    let not_six = one(&is(&element(), 6), Node::Not);
    let in_list = list(&[(&element(), ElementKind::Plain)]);
    let lists = Datum::List(vec![ints(&[5]), ints(&[6]), ints(&[7])]);
    let names = Datum::List(vec![string("a"), string("b")]);
    for (kind, range, variables, filter, body, expected) in [
        (Filter, &numbers, 1, None, &not_six, ints(&[5, 7])),
        (
            Filter,
            &object,
            1,
            None,
            &equal(&element(), &text("b")),
            Datum::List(vec![string("b")]),
        ),
        (Map, &numbers, 1, None, &in_list, lists),
        (Map, &numbers, 1, Some(&not_six), &element(), ints(&[5, 7])),
        (Map, &object, 1, None, &element(), names.clone()),
        (Map, &object, 2, None, &key(), names),
        (Map, &object, 2, None, &element(), ints(&[1, 2])),
        (
            Map,
            &numbers,
            2,
            None,
            &pair(&key(), &element()),
            pairs(&[(0, 5), (1, 6), (2, 7)]),
        ),
        (
            Map,
            &numbers,
            2,
            Some(&not_six),
            &pair(&key(), &element()),
            pairs(&[(0, 5), (2, 7)]),
        ),
    ] {
        assert_eq!(
            run(&fold(kind, range, variables, filter, body)),
            Ok(expected),
            "{kind:?}"
        );
    }
    let errs = fold(
        Map,
        &numbers,
        1,
        Some(&errs_at(6, &truth(true))),
        &element(),
    );
    assert_eq!(run(&errs), Err(EvalError::Missing));
    let errs = fold(Map, &numbers, 1, Some(&int(1)), &element());
    assert_eq!(run(&errs), Err(EvalError::Type));
}

#[test]
fn maps_are_transformed() {
    let numbers = constant(ints(&[5, 6]));
    let object = constant(fields(&[("a", 1), ("b", 2)]));
    let entry = |key: &Tree, value: &Tree| {
        two(key, value, |key, value| {
            Node::Map(vec![(key, value, ElementKind::Plain)])
        })
    };
    let is_one = is(&element(), 1);
    let turned = Datum::Map(vec![
        (Datum::Int(1), string("a")),
        (Datum::Int(2), string("b")),
    ]);
    let positions = Datum::Map(vec![
        (Datum::Int(0), Datum::Int(5)),
        (Datum::Int(1), Datum::Int(6)),
    ]);
    let nothing = constant(Datum::Map(vec![]));
    for (kind, range, filter, body, expected) in [
        (
            TransformMap,
            &object,
            None,
            &element(),
            Ok(fields(&[("a", 1), ("b", 2)])),
        ),
        (
            TransformMap,
            &object,
            Some(&is_one),
            &int(9),
            Ok(fields(&[("a", 9)])),
        ),
        (TransformMap, &numbers, None, &element(), Ok(positions)),
        (
            TransformMap,
            &object,
            None,
            &missing(),
            Err(EvalError::Missing),
        ),
        (
            TransformMapEntry,
            &object,
            None,
            &entry(&element(), &key()),
            Ok(turned),
        ),
        (
            TransformMapEntry,
            &object,
            None,
            &nothing,
            Ok(Datum::Map(vec![])),
        ),
        (
            TransformMapEntry,
            &object,
            None,
            &entry(&int(1), &key()),
            Err(EvalError::RepeatedKey),
        ),
        (
            TransformMapEntry,
            &object,
            None,
            &int(1),
            Err(EvalError::Type),
        ),
        (
            TransformMapEntry,
            &object,
            None,
            &entry(&constant(NONE), &key()),
            Err(EvalError::Type),
        ),
    ] {
        assert_eq!(
            run(&fold(kind, range, 2, filter, body)),
            expected,
            "{kind:?}"
        );
    }
}

#[test]
fn elements_are_sorted_by_what_they_come_to() {
    let objects = Datum::List(vec![
        fields(&[("n", 3)]),
        fields(&[("n", 1)]),
        fields(&[("n", 2)]),
    ]);
    let by = one(&element(), |of| Node::Field(of, "n".to_owned()));
    let sorted = Datum::List(vec![
        fields(&[("n", 1)]),
        fields(&[("n", 2)]),
        fields(&[("n", 3)]),
    ]);
    assert_eq!(
        run(&fold(SortBy, &constant(objects), 1, None, &by)),
        Ok(sorted)
    );
}

#[test]
fn what_is_no_list_or_map_has_no_elements() {
    for range in [int(1), text("abc"), constant(some(ints(&[1])))] {
        assert_eq!(
            run(&fold(All, &range, 1, None, &truth(true))),
            Err(EvalError::Type)
        );
    }
    assert_eq!(
        run(&fold(All, &missing(), 1, None, &truth(true))),
        Err(EvalError::Missing)
    );
}

#[test]
fn folds_within_folds_are_paid_for() {
    let many = constant(ints(&[0; 100]));
    let inner = fold(Exists, &many, 1, None, &is(&element(), 1));
    let middle = fold(Exists, &many, 1, None, &inner);
    let outer = fold(Exists, &many, 1, None, &middle);
    assert_eq!(run(&middle), bool(false));
    for tree in [
        outer.clone(),
        two(&outer, &truth(true), Node::Or),
        fold(Exists, &many, 1, None, &two(&outer, &truth(true), Node::Or)),
    ] {
        assert_eq!(run(&tree), Err(EvalError::Budget));
    }
    let many = constant(ints(&[0; 300]));
    let squared = fold(Map, &many, 1, None, &fold(Map, &many, 1, None, &element()));
    assert_eq!(run(&squared), Err(EvalError::Budget));
}
