//! Texts that would run away with the parser: whatever the scanner lets through, it survives,
//! with half of the stack that it has.

use std::thread;

use super::super::{DEPTH, STACK_BYTES, SyntaxError};
use super::generated::Random;
use super::{Comments, parse};
use crate::cel::scan::{CHAIN, NESTING, TOKENS, scan};

/// Parses on a thread with half of the usual stack. An overflow ends the process.
fn survives(texts: &[String]) {
    thread::scope(|scope| {
        let parser = thread::Builder::new().stack_size(STACK_BYTES / 2);
        let all = || {
            for text in texts {
                let _ = super::super::parse(text, Comments::Skip);
            }
        };
        parser.spawn_scoped(scope, all).unwrap().join().unwrap();
    });
}

#[test]
fn the_tree_is_no_deeper_than_a_plan_can_be() {
    let added = |operands: usize| vec!["1"; operands].join("+");
    assert!(parse(&added(DEPTH)).is_ok());
    assert!(matches!(
        parse(&added(DEPTH + 1)),
        Err(SyntaxError::TooDeep { .. })
    ));
    // Those that are not in order are balanced.
    assert!(parse(&vec!["a"; CHAIN + 1].join("||")).is_ok());
}

/// Each of these would overflow the stack of a thread of ordinary size, or slip brackets past
/// the scanner.
#[test]
fn nothing_gets_past_the_scanner() {
    let brackets = "(".repeat(1000);
    let hostile = [
        brackets.clone(),
        format!("'\\q{brackets}'"),
        format!("'\n{brackets}'"),
        format!("`{brackets}`"),
        format!("`:{brackets}`"),
        format!("\"a\"\"{brackets}"),
        format!("'''{brackets}"),
        format!("\u{a0}{brackets}"),
        format!("#{brackets}"),
        format!("r'\\'{brackets}'"),
        format!("rb'\\''{brackets}'"),
        format!("rr'\\''{brackets}'"),
        "[".repeat(1000),
        "f(".repeat(1000),
        "!(-(".repeat(500),
        "a?b:".repeat(1000),
        "a.b".repeat(1000),
        "{1:".repeat(1000),
        "a[".repeat(1000),
        "-".repeat(3000),
        "a in ".repeat(800),
    ];
    for text in &hostile {
        let length = 40.min(text.len());
        assert!(
            parse(text).is_err(),
            "{}",
            text.get(..length).unwrap_or(text)
        );
    }
}

/// The worst that is let through: brackets in each other, as deep as may be, with chains of
/// operators at each level, closed and whole or not.
#[test]
fn the_parser_survives_at_the_bounds() {
    let brackets = [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("a[", "]"),
        ("{a:", "}"),
        ("{", ":a}"),
        ("T{a:", "}"),
        ("a.b(", ")"),
        ("a.all(x,", ")"),
        ("[?", "]"),
    ];
    let chains = [
        "",
        "!",
        "-",
        "a?b:",
        "a?",
        "a+",
        "a*",
        "a&&",
        "a||b&&",
        "a<",
        "a in ",
        "a.b[c].d==",
        "a,",
        "a:",
    ];
    let mut texts = vec![];
    for (open, close) in brackets {
        for chain in chains {
            let level = format!("{open}{chain}");
            let room = TOKENS - 2;
            let tokens = scan(chain, Comments::Skip).map_or(1, |tokens| tokens.0.len());
            let levels = NESTING.min(room / (tokens + 6));
            let whole = format!("{}a{}", level.repeat(levels), close.repeat(levels));
            // As many at one level as there may be, in brackets as deep as there may be.
            let more = (CHAIN / 2).min((room - 6 * levels) / (tokens + 1));
            let chained = format!(
                "{}{}a{}",
                open.repeat(levels),
                chain.repeat(more),
                close.repeat(levels)
            );
            texts.extend([whole, chained]);
        }
    }
    let scanned = texts
        .iter()
        .filter(|text| scan(text, Comments::Skip).is_ok())
        .count();
    assert!(scanned > texts.len() / 2, "{scanned} of {}", texts.len());
    survives(&texts);
}

/// Tokens in any order: mostly nonsense, within the bounds.
#[test]
fn nonsense_neither_hangs_nor_crashes() {
    const PARTS: &[&str] = &[
        "a",
        "b.c",
        "1",
        "1u",
        "-",
        "!",
        "'s'",
        "b'é'",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "?",
        ".",
        "&&",
        "||",
        "==",
        "+",
        "in",
        "has(",
        "all(",
        "x,",
        "`q`",
        "true",
        "null",
        "if",
        "//\n",
        "cel.bind(",
        "cel.index(0)",
        " ",
        ".5",
        "1e9",
        "é",
        "'",
        "\\",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let texts: Vec<String> = (0..3000)
        .map(|_| {
            let length = 1 + random.below(24);
            (0..length).map(|_| random.pick(PARTS)).collect()
        })
        .collect();
    survives(&texts);
}

/// The bytes of conditions, each replaced or cut away.
#[test]
fn damaged_conditions_neither_hang_nor_crash() {
    let text = "has(a.`b-c`) && ['é', b\"\\xff\"].exists(x, x in {'k': 1.5e-3}) ? -1u : T{f: .y}";
    let mut texts = vec![];
    for (at, _) in text.char_indices() {
        let (before, behind) = text.split_at(at);
        texts.push(before.to_owned());
        texts.push(behind.to_owned());
        let rest: String = behind.chars().skip(1).collect();
        for other in ["", "(", "'", "\\", "\"", "`", "\u{0}", "€", "0", "."] {
            texts.push(format!("{before}{other}{rest}"));
        }
    }
    survives(&texts);
}
