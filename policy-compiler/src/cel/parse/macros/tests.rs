use super::*;
use crate::cel::parse::tests::{parse, tree};

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(tree(text), *expected, "{text}");
    }
}

/// What a text's macro is refused for: the place, the label and the help.
fn refused(text: &str) -> (&str, String, String) {
    match parse(text) {
        Err(SyntaxError::Misused { range, label, help }) => (text.get(range).unwrap(), label, help),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn comprehensions_bind_their_variables() {
    check(&[
        ("l.all(x, p)", "all<All x in l: p>"),
        ("l.exists(x, p)", "exists<Exists x in l: p>"),
        ("l.exists_one(x, p)", "exists_one<ExistsOne x in l: p>"),
        ("l.existsOne(x, p)", "existsOne<ExistsOne x in l: p>"),
        ("l.filter(x, p)", "filter<Filter x in l: p>"),
        ("l.map(x, t)", "map<Map x in l: t>"),
        ("l.map(x, p, t)", "map<Map x in l if p: t>"),
        ("l.sortBy(x, -x)", "sortBy<SortBy x in l: -x>"),
        ("l.all(i, v, p)", "all<All i, v in l: p>"),
        ("l.exists(i, v, p)", "exists<Exists i, v in l: p>"),
        ("l.existsOne(i, v, p)", "existsOne<ExistsOne i, v in l: p>"),
        (
            "l.exists_one(i, v, p)",
            "exists_one<ExistsOne i, v in l: p>",
        ),
        (
            "l.transformList(i, v, t)",
            "transformList<Map i, v in l: t>",
        ),
        (
            "l.transformList(i, v, p, t)",
            "transformList<Map i, v in l if p: t>",
        ),
        (
            "m.transformMap(k, v, t)",
            "transformMap<TransformMap k, v in m: t>",
        ),
        (
            "m.transformMap(k, v, p, t)",
            "transformMap<TransformMap k, v in m if p: t>",
        ),
        (
            "m.transformMapEntry(k, v, {v: k})",
            "transformMapEntry<TransformMapEntry k, v in m: {v: k}>",
        ),
        (
            "m.transformMapEntry(k, v, p, {v: k})",
            "transformMapEntry<TransformMapEntry k, v in m if p: {v: k}>",
        ),
        (
            "l.filter(x, x > 1).map(x, x.all(y, y == x))",
            "map<Map x in filter<Filter x in l: (x > 1)>: all<All y in x: (y == x)>>",
        ),
    ]);
}

#[test]
fn bindings_blocks_and_optionals() {
    check(&[
        ("has(a.b)", "has(a.b)"),
        ("has((a.b).c)", "has((a.b).c)"),
        ("has(a.?b.c)", "has((a.?b).c)"),
        ("has(a.`b-c`)", "has(a.b-c)"),
        ("has(f().b)", "has(f().b)"),
        ("cel.bind(a, 1, a + 1)", "<a = 1: (a + 1)>"),
        (
            "cel.block([1, cel.index(0)], cel.index(1) + cel.accuVar(1, 2))",
            "<block 1, @index0: (@index1 + @ac:1:2)>",
        ),
        (
            "l.map(cel.iterVar(0, 1), cel.iterVar(0, 1))",
            "map<Map @it:0:1 in l: @it:0:1>",
        ),
        ("a.?b.optMap(x, x + 1)", "<Value x = (a.?b): (x + 1)>"),
        ("a.?b.optFlatMap(x, x.?c)", "<Optional x = (a.?b): (x.?c)>"),
    ]);
}

#[test]
fn what_no_macro_takes_stays_a_call() {
    for text in [
        "all(l, x, p)",
        "has(a, b)",
        "a.has(b)",
        "l.all(x)",
        "l.all(a, b, c, d)",
        "l.filter(i, v, p)",
        "l.map(a, b, c, d)",
        "l.transformList(v, t)",
        "a.bind(x, 1, x)",
        "cel.bind(x, 1)",
        "bind(x, 1, x)",
        "index(0)",
        "a.index(0)",
        "optMap(x, y)",
    ] {
        assert_eq!(tree(text), text);
    }
    // From the root there is a function by that name, or nothing.
    assert_eq!(tree(".has(a.b)"), "has((a.b))");
    assert!(matches!(
        parse(".has(a.b)").unwrap().kind,
        Kind::Call { .. }
    ));
    assert_eq!(tree(".cel.bind(x, 1, x)"), ".cel.bind(x, 1, x)");
}

#[test]
fn an_operand_of_another_kind_is_refused_in_its_place() {
    for (text, place, help) in [
        (
            "l.all(1, true)",
            "1",
            "the first argument names the variable",
        ),
        (
            "l.all(a.b, true)",
            "a.b",
            "the first argument names the variable",
        ),
        (
            "l.map(.x, x)",
            ".x",
            "the first argument names the variable",
        ),
        (
            "l.all(x, 2, true)",
            "2",
            "the second argument names the variable",
        ),
        ("l.all(x, x, true)", "x", "give them different names"),
        (
            "cel.bind('a', 1, a)",
            "'a'",
            "the first argument names the variable",
        ),
        (
            "a.optMap(f(), 1)",
            "f()",
            "the first argument names the variable",
        ),
        (
            "has(a)",
            "a",
            "`has(a.b)` asks whether `a` has a member `b`",
        ),
        (
            "has(a['b'])",
            "a['b']",
            "ask with `in` whether a map has a key: `'key' in map`",
        ),
        (
            "has(a.?b)",
            "a.?b",
            "write `.` without `?`: `has(a.b)` does not read what it asks about",
        ),
        (
            "cel.block(a, 1)",
            "a",
            "the first argument of `cel.block` is a list of values",
        ),
        (
            "cel.block([1, ?a], 1)",
            "a",
            "the first argument of `cel.block` is a list of values",
        ),
        (
            "cel.index(-1)",
            "-1",
            "`cel.index` names a variable by its number",
        ),
        (
            "cel.iterVar(0, a)",
            "a",
            "`cel.iterVar` names a variable by its number",
        ),
    ] {
        let (at, _, said) = refused(text);
        assert_eq!((at, said.as_str()), (place, help), "{text}");
    }
    let (_, label, _) = refused("l.all(x, x, true)");
    assert_eq!(label, "both variables are called `x`");
}
