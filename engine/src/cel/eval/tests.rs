use super::super::tests::*;
use crate::cel::{Budget, EvalError, Value};
use crate::limits;
use crate::plan::*;

fn and(a: &Tree, b: &Tree) -> Tree {
    two(a, b, Node::And)
}

fn or(a: &Tree, b: &Tree) -> Tree {
    two(a, b, Node::Or)
}

fn not(a: &Tree) -> Tree {
    one(a, Node::Not)
}

fn bind(id: u32, value: &Tree, body: &Tree) -> Tree {
    two(value, body, move |value, body| Node::Bind {
        local: LocalId(id),
        value,
        body,
    })
}

fn optional_map(optional: &Tree, body: &Tree, result: OptionalMapResult) -> Tree {
    two(optional, body, move |optional, body| Node::OptionalMap {
        optional,
        local: LocalId(0),
        body,
        result,
    })
}

/// More than a request may use, if the second operand is ever looked at.
fn endless() -> Tree {
    let mut tree = truth(false);
    for _ in 0..20 {
        tree = or(&tree, &tree);
    }
    tree
}

#[test]
fn the_side_that_decides_wins_over_an_error_in_both_orders() {
    let operands = [
        (truth(true), Ok(true)),
        (truth(false), Ok(false)),
        (missing(), Err(EvalError::Missing)),
        (unreadable(), Err(EvalError::Unreadable)),
        (int(1), Err(EvalError::Type)),
    ];
    for (a, a_comes_to) in &operands {
        for (b, b_comes_to) in &operands {
            for (operator, decisive) in [(and as fn(&Tree, &Tree) -> Tree, false), (or, true)] {
                let expected = if *a_comes_to == Ok(decisive) || *b_comes_to == Ok(decisive) {
                    Ok(decisive)
                } else {
                    a_comes_to.and(*b_comes_to)
                };
                assert_eq!(run(&operator(a, b)), expected.map(Datum::Bool));
            }
        }
    }
}

#[test]
fn what_is_decided_is_not_evaluated_further() {
    let setting = Setting::new(&[&or(&truth(true), &missing())]);
    assert_eq!(setting.holds(&Budget::new()), Ok(true));
    assert_eq!(setting.desk.reads.get(), 0);
}

#[test]
fn not_and_equality() {
    assert_eq!(run(&not(&truth(true))), Ok(Datum::Bool(false)));
    assert_eq!(run(&not(&int(1))), Err(EvalError::Type));
    assert_eq!(run(&not(&missing())), Err(EvalError::Missing));
    for (a, b, same) in [
        (int(1), int(1), true),
        (int(1), constant(Datum::Uint(1)), true),
        (int(1), constant(Datum::Double(1.0)), true),
        (int(1), text("1"), false),
        (
            constant(Datum::Double(f64::NAN)),
            constant(Datum::Double(f64::NAN)),
            false,
        ),
        (constant(ints(&[1, 2])), constant(ints(&[1, 2])), true),
        (constant(Datum::Null), truth(false), false),
        (constant(NONE), constant(some(Datum::Null)), false),
    ] {
        assert_eq!(run(&equal(&a, &b)), Ok(Datum::Bool(same)));
        assert_eq!(run(&two(&a, &b, Node::NotEqual)), Ok(Datum::Bool(!same)));
    }
    assert_eq!(run(&equal(&int(1), &missing())), Err(EvalError::Missing));
    assert_eq!(
        run(&two(&unreadable(), &missing(), Node::NotEqual)),
        Err(EvalError::Unreadable)
    );
}

#[test]
fn only_the_chosen_branch_counts() {
    assert_eq!(
        run(&choose(&truth(true), &int(1), &missing())),
        Ok(Datum::Int(1))
    );
    assert_eq!(
        run(&choose(&truth(false), &missing(), &int(2))),
        Ok(Datum::Int(2))
    );
    assert_eq!(
        run(&choose(&truth(true), &missing(), &int(2))),
        Err(EvalError::Missing)
    );
    assert_eq!(
        run(&choose(&missing(), &int(1), &int(2))),
        Err(EvalError::Missing)
    );
    assert_eq!(
        run(&choose(&int(1), &int(1), &int(2))),
        Err(EvalError::Type)
    );
}

#[test]
fn inputs_are_read_as_they_are_asked_for() {
    let read_or = |slot| one(&int(1), move |other| Node::ReadOr(slot, other));
    let unread_or = one(&missing(), |other| Node::ReadOr(SEVEN, other));
    for (tree, expected) in [
        (leaf(Node::Read(SEVEN)), Ok(Datum::Int(7))),
        (leaf(Node::Read(ABSENT)), Err(EvalError::Missing)),
        (leaf(Node::Read(UNREADABLE)), Err(EvalError::Unreadable)),
        (leaf(Node::ReadOptional(SEVEN)), Ok(some(Datum::Int(7)))),
        (leaf(Node::ReadOptional(ABSENT)), Ok(NONE)),
        (
            leaf(Node::ReadOptional(UNREADABLE)),
            Err(EvalError::Unreadable),
        ),
        (leaf(Node::Present(SEVEN)), Ok(Datum::Bool(true))),
        (leaf(Node::Present(ABSENT)), Ok(Datum::Bool(false))),
        (leaf(Node::Present(UNREADABLE)), Err(EvalError::Unreadable)),
        (read_or(SEVEN), Ok(Datum::Int(7))),
        (read_or(ABSENT), Ok(Datum::Int(1))),
        (read_or(UNREADABLE), Err(EvalError::Unreadable)),
        (unread_or, Ok(Datum::Int(7))),
        (leaf(Node::Read(SlotId(99))), Err(EvalError::Missing)),
    ] {
        assert_eq!(run(&tree), expected);
    }
}

#[test]
fn what_reads_only_the_token_is_evaluated_once() {
    let once = leaf(Node::Once(ProgramId(1)));
    let is_seven = equal(&leaf(Node::Read(SEVEN)), &int(7));
    for (inner, result, reads) in [
        (is_seven, Ok(true), 1),
        (missing(), Err(EvalError::Missing), 1),
        (int(1), Err(EvalError::Type), 0),
    ] {
        let setting = Setting::new(&[&once, &inner]);
        for _ in 0..3 {
            assert_eq!(setting.holds(&Budget::new()), result);
            assert_eq!(setting.evaluate(&Budget::new()), result.map(Datum::Bool));
        }
        assert_eq!(setting.desk.reads.get(), reads);
        assert_eq!(*setting.desk.kept.borrow(), [(ProgramId(1), result)]);
    }
}

#[test]
fn a_budget_that_ran_out_is_not_held_against_the_token() {
    let once = leaf(Node::Once(ProgramId(1)));
    let setting = Setting::new(&[&once, &truth(true)]);
    let budget = Budget::new();
    budget.steps(limits::EVALUATION_STEPS as usize - 1).unwrap();
    assert_eq!(setting.holds(&budget), Err(EvalError::Budget));
    assert!(setting.desk.kept.borrow().is_empty());
    assert_eq!(setting.holds(&Budget::new()), Ok(true));
}

#[test]
fn an_error_that_is_bound_is_one_where_it_is_read() {
    assert_eq!(run(&bind(0, &int(1), &local(0))), Ok(Datum::Int(1)));
    assert_eq!(run(&bind(0, &missing(), &int(2))), Ok(Datum::Int(2)));
    assert_eq!(
        run(&bind(0, &missing(), &local(0))),
        Err(EvalError::Missing)
    );
    let absorbed = bind(0, &missing(), &or(&local(0), &truth(true)));
    assert_eq!(run(&absorbed), Ok(Datum::Bool(true)));
    let inner = bind(1, &local(0), &equal(&local(0), &local(1)));
    assert_eq!(run(&bind(0, &int(3), &inner)), Ok(Datum::Bool(true)));
    assert_eq!(run(&bind(0, &endless(), &int(2))), Err(EvalError::Budget));
}

#[test]
fn optionals_are_mapped_and_filled() {
    use OptionalMapResult::{Optional, Value};
    let one_there = constant(some(Datum::Int(1)));
    let none = constant(NONE);
    let or_value = |a: &Tree, b: &Tree| two(a, b, Node::OptionalOrValue);
    let or_other = |a: &Tree, b: &Tree| two(a, b, Node::OptionalOr);
    for (tree, expected) in [
        (
            optional_map(&one_there, &list(&[(&local(0), ElementKind::Plain)]), Value),
            Ok(some(ints(&[1]))),
        ),
        (optional_map(&none, &missing(), Value), Ok(NONE)),
        (
            optional_map(&one_there, &missing(), Value),
            Err(EvalError::Missing),
        ),
        (optional_map(&one_there, &none, Optional), Ok(NONE)),
        (
            optional_map(&one_there, &one_there, Optional),
            Ok(some(Datum::Int(1))),
        ),
        (
            optional_map(&one_there, &int(1), Optional),
            Err(EvalError::Type),
        ),
        (optional_map(&int(1), &int(1), Value), Err(EvalError::Type)),
        (or_value(&one_there, &missing()), Ok(Datum::Int(1))),
        (or_value(&none, &int(2)), Ok(Datum::Int(2))),
        (or_value(&none, &missing()), Err(EvalError::Missing)),
        (or_value(&int(1), &int(2)), Err(EvalError::Type)),
        (or_other(&one_there, &missing()), Ok(some(Datum::Int(1)))),
        (or_other(&none, &one_there), Ok(some(Datum::Int(1)))),
        (or_other(&none, &none), Ok(NONE)),
        (or_other(&none, &int(1)), Err(EvalError::Type)),
        (or_other(&missing(), &none), Err(EvalError::Missing)),
    ] {
        assert_eq!(run(&tree), expected);
    }
}

#[test]
fn a_spent_budget_denies_whatever_stands_beside_it() {
    // A little more than half of the memory, made twice.
    let half = limits::EVALUATION_BYTES as usize / size_of::<Value<'_>>() / 2 + 1;
    let grows = list(&vec![(&int(1), ElementKind::Plain); half]);
    for expensive in [endless(), equal(&grows, &grows)] {
        for tree in [
            or(&expensive, &truth(true)),
            and(&expensive, &truth(false)),
            choose(&expensive, &truth(true), &truth(true)),
            bind(0, &expensive, &truth(true)),
            or(&and(&truth(true), &expensive), &truth(true)),
        ] {
            assert_eq!(run(&tree), Err(EvalError::Budget));
        }
        // Decided before it was looked at.
        assert_eq!(run(&or(&truth(true), &expensive)), Ok(Datum::Bool(true)));
    }
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let setting = Setting::new(&[]);
    assert_eq!(setting.holds(&Budget::new()), Err(EvalError::Missing));
    let setting = Setting::new(&[&leaf(Node::Once(ProgramId(9)))]);
    assert_eq!(setting.holds(&Budget::new()), Err(EvalError::Missing));
    assert_eq!(
        run(&one(&truth(true), |_| Node::Not(NodeId(99)))),
        Err(EvalError::Missing)
    );
}
