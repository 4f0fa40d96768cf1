mod agreement;

use remit_engine::cel::{Automata, Bindings, Budget, Code, Silent, holds};
use remit_engine::plan::{Automaton, AutomatonId, Datum, Node, NodeId, Program, ProgramId};

use super::{AUTOMATON_BYTES, PATTERN_BYTES, compile};

/// Whether the engine finds a pattern in a text.
fn finds(automaton: &Automaton, text: &str) -> bool {
    let automata = Automata::new(std::slice::from_ref(automaton)).unwrap();
    let program = Program {
        nodes: vec![
            Node::Constant(Datum::String(text.to_owned())),
            Node::Matches(AutomatonId(0), NodeId(0)),
        ],
        locals: 0,
    };
    let code = Code {
        slots: &[],
        programs: &[program],
        zones: &[],
        automata: &automata,
    };
    let inputs = Bindings::default();
    holds(code, ProgramId(0), &inputs, &Budget::new(), &mut Silent).unwrap()
}

#[track_caller]
fn table(cases: &[(&str, &[&str], &[&str])]) {
    for (pattern, found, not_found) in cases {
        let automaton = compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        for text in *found {
            assert!(finds(&automaton, text), "{pattern} is in {text:?}");
        }
        for text in *not_found {
            assert!(!finds(&automaton, text), "{pattern} is not in {text:?}");
        }
    }
}

#[test]
fn a_pattern_may_stand_anywhere() {
    table(&[
        ("", &["", "cows"], &[]),
        ("ubb", &["hubba", "ubb"], &["", "ub", "ub b"]),
        (
            "foo|bar",
            &["a foo", "bar"],
            &["", "fobar".strip_suffix('r').unwrap()],
        ),
        ("gr(a|e)y", &["grey", "gray"], &["groy"]),
        ("a+ñ+a+", &["mañana"], &["manana"]),
        ("(a|😀){2}", &["🐱😀😀", "a😀"], &["🐱😀", "😀 😀"]),
        ("^abc$", &["abc"], &["xabc", "abcx", "abc\n", "abc\nx"]),
        ("^$", &[""], &["\n"]),
        ("a||b", &["", "x"], &[]),
        ("(|a)b", &["b"], &["a"]),
        ("x*", &["", "y"], &[]),
    ]);
}

#[test]
fn classes_of_perl_and_posix_are_ascii() {
    table(&[
        (r"^\d$", &["0", "9"], &["٣", "x", "\u{966}"]),
        (r"^\D$", &["٣", "x", "é", "\n", "😀"], &["5", ""]),
        (r"^\w$", &["a", "Z", "_", "7"], &["é", "ſ", "-", "\u{212a}"]),
        (r"^\W$", &["é", "-", "😀"], &["a", "_"]),
        (
            r"^\s$",
            &[" ", "\t", "\n", "\r", "\u{c}"],
            &["\u{a0}", "\u{b}", "\u{2003}", "\u{85}"],
        ),
        (r"^\S$", &["\u{a0}", "x"], &[" ", "\n"]),
        ("^[[:alpha:]]$", &["a", "Z"], &["é", "1", ":"]),
        ("^[[:^alpha:]]$", &["é", "1"], &["a"]),
        ("^[[:space:]]$", &["\u{b}", " "], &["\u{a0}", "a"]),
        ("^[[:punct:]]$", &["!", "~", "["], &["a", "§"]),
        ("^[[:word:]]$", &["a", "_"], &["é"]),
        ("^[[:xdigit:][:blank:]]+$", &["fF0 \t"], &["g"]),
        (r"^[\d-]$", &["5", "-"], &["x"]),
        (r"^[^\d]$", &["٣", "é", "😀"], &["5"]),
        (r"^[\D]$", &["é", "😀"], &["5"]),
        (r"^[^\D]$", &["5"], &["é", "x"]),
        (r"^[\w\s]$", &["a", " "], &["é", "-"]),
        (r"^[^\w\s]$", &["é", "-"], &["a", " "]),
        (r"\b1", &["é1", "1", " 1"], &["a1", "_1"]),
        (r"a\b", &["aé", "a", "a b"], &["ab"]),
        (r"a\B", &["ab"], &["a", "aé"]),
        (r"^é\B", &["é", "éé"], &["éa"]),
    ]);
}

#[test]
fn the_rest_is_unicode() {
    table(&[
        (
            "^.$",
            &["a", "é", "😀", "\r", "\u{2028}"],
            &["\n", "", "ab"],
        ),
        ("(?s)^.$", &["\n", "😀"], &["ab"]),
        ("(?s:.)(?-s:.)", &["\na"], &["a\n", "\n\n"]),
        ("^[à-ü]$", &["é"], &["e", "ÿ"]),
        ("^[^a]$", &["b", "é", "\n", "😀"], &["a"]),
        (r"^\pL$", &["a", "é", "ж", "中"], &["1", "_"]),
        (r"^\PL$", &["1"], &["é"]),
        (r"^\p{Lu}$", &["A", "Ж"], &["a", "ж"]),
        (r"^\p{^Lu}$", &["a"], &["A"]),
        (r"^\P{^Lu}$", &["A"], &["a"]),
        (r"^\p{Greek}+$", &["αβγ"], &["abc"]),
        (r"^\p{Old_Italic}$", &["\u{10300}"], &["a"]),
        (r"^[\p{Han}\pN]+$", &["中٣1"], &["a"]),
        (r"^[^\p{Greek}]$", &["a"], &["α"]),
        (r"^\p{Any}$", &["\n", "😀"], &["ab"]),
        (r"\p{Cs}", &[], &["", "a", "\u{fffd}"]),
        (
            r"^\pC$",
            &["\u{0}", "\u{e000}", "\u{200e}"],
            &["a", "\u{378}"],
        ),
        (r"^\p{Yi}$", &["\u{a000}"], &["a"]),
    ]);
}

#[test]
fn flags_hold_to_the_end_of_their_group() {
    table(&[
        ("(?i)^s$", &["s", "S", "ſ"], &["x"]),
        ("(?i)^k$", &["k", "K", "\u{212a}"], &["x"]),
        ("(?i)^ñ$", &["ñ", "Ñ"], &["n"]),
        ("(?i)^σ$", &["σ", "ς", "Σ"], &["s"]),
        ("(?i)^ß$", &["ß", "ẞ"], &["ss"]),
        (r"(?i)^\w$", &["ſ", "\u{212a}", "a"], &["é"]),
        (r"(?i)^\W$", &["é"], &["ſ", "a"]),
        ("(?i)^[[:lower:]]$", &["A", "a"], &["1"]),
        (r"(?i)^\p{Lu}$", &["a", "A"], &["1"]),
        ("(?i)^[^a]$", &["b"], &["a", "A"]),
        ("(?i)^[a-c]$", &["B"], &["d"]),
        ("(?i:a)b", &["Ab", "ab"], &["AB"]),
        ("((?i)a)b", &["Ab"], &["aB"]),
        ("a(?i)b|c", &["aB", "C"], &["AB"]),
        ("(?i)a(?-i)b", &["Ab"], &["aB"]),
        ("(?i-s:A.)", &["ab"], &["a\n"]),
        ("(?m)^b$", &["a\nb\nc", "b"], &["ab", "b\r"]),
        (r"(?m)\Ab\z", &["b"], &["a\nb", "b\n"]),
        (r"\Ab\z", &["b"], &["a\nb", "b\n"]),
        ("(?U)^a+$", &["aa"], &["b"]),
        ("(?msiU)^.$", &["\n"], &["ab"]),
        ("(?:ab)+c", &["ababc"], &["ac"]),
        ("(?P<x>a)(?<y>b)", &["ab"], &["a"]),
    ]);
}

#[test]
fn escapes_stand_for_characters() {
    table(&[
        (r"^\x41\x{1F600}\x{e9}$", &["A😀é"], &["A"]),
        (r"^\101\07\0$", &["A\u{7}\u{0}"], &["A"]),
        (r"^\12$", &["\n"], &["12"]),
        (r"^\1234$", &["S4"], &["1234"]),
        (r"^\a\f\n\r\t\v$", &["\u{7}\u{c}\n\r\t\u{b}"], &["afnrtv"]),
        (r"^\.\*\\\[\_\-\ \/$", &[r".*\[_- /"], &["x"]),
        (r"^\Qa.b\E.$", &["a.bx"], &["axbx"]),
        (r"^\Qab\E+$", &["abb"], &["abab"]),
        (r"^\Q(\$", &["(\\$"], &["("]),
        (r"^\Q\E$", &[""], &["x"]),
        (r"(?i)^\Qab\E$", &["AB"], &["x"]),
        (r"^[\x41-\103\]\\\n]+$", &["ABC]\\\n"], &["D"]),
        (r"^[]a]+$", &["]a"], &["b"]),
        (r"^[^]a]$", &["b"], &["]", "a"]),
        (r"^[a\-z]+$", &["a-z"], &["b"]),
        (r"^[a-]+$", &["a-"], &["b"]),
        (r"^[-a]+$", &["a-"], &["b"]),
        (r"^[a^]+$", &["a^"], &["b"]),
        (r"^[.$*|(){}]+$", &[".$*|(){}"], &["a"]),
        (r"^]$", &["]"], &["["]),
        (r"^}{$", &["}{"], &[""]),
    ]);
}

#[test]
fn repetitions_are_counted() {
    table(&[
        ("^a{2}$", &["aa"], &["a", "aaa"]),
        ("^a{2,}$", &["aa", "aaaa"], &["a"]),
        ("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]),
        ("^a{0}$", &[""], &["a"]),
        ("^(ab){2}$", &["abab"], &["ab"]),
        ("^é{2}$", &["éé"], &["é"]),
        ("^a{,2}$", &["a{,2}"], &["aa"]),
        ("^a{x}$", &["a{x}"], &["a"]),
        ("^a{01}$", &["a{01}"], &["a"]),
        ("^a{$", &["a{"], &["a"]),
        ("^a*?b+?c??$", &["aab", "bc"], &["a"]),
        ("^a{1,2}?$", &["a", "aa"], &["aaa"]),
        ("^a{1000}$", &[&"a".repeat(1000)], &[&"a".repeat(999)]),
        ("^*a", &["a"], &["b"]),
        (r"(?:\b)+a", &["a"], &["b"]),
    ]);
}

#[test]
fn what_re2_has_not_is_refused_in_its_place() {
    let long = "a".repeat(PATTERN_BYTES + 1);
    let deep = format!("{}{}", "(".repeat(100), ")".repeat(100));
    for (pattern, range, message) in [
        (long.as_str(), 0..513, "a pattern has at most 512 bytes"),
        (
            deep.as_str(),
            64..65,
            "groups stand too deep in one another",
        ),
        ("(", 0..1, "a group is not closed"),
        ("a(b", 1..2, "a group is not closed"),
        ("a)b", 1..2, "there is no group to close here"),
        ("[a", 0..1, "a class is not closed"),
        ("x[]", 1..2, "a class is not closed"),
        ("[a-", 0..1, "a class is not closed"),
        ("*a", 0..1, "there is nothing to repeat here"),
        ("a|+", 2..3, "there is nothing to repeat here"),
        ("({2})", 1..4, "there is nothing to repeat here"),
        ("(*UTF8)a", 1..2, "there is nothing to repeat here"),
        ("a**", 2..3, "what is repeated is repeated again"),
        ("a++", 2..3, "what is repeated is repeated again"),
        ("a{2}{3}", 4..7, "what is repeated is repeated again"),
        (
            "a{1001}",
            1..7,
            "a repetition goes up to 1000, the lower number first",
        ),
        (
            "a{3,2}",
            1..6,
            "a repetition goes up to 1000, the lower number first",
        ),
        (
            "a{1,99999999999}",
            1..16,
            "a repetition goes up to 1000, the lower number first",
        ),
        ("[z-a]", 1..4, "the range `z-a` runs backwards"),
        (r"[a-\d]", 3..5, r"RE2 has no escape `\d`"),
        (r"é\Z", 2..4, r"RE2 has no escape `\Z`"),
        (r"\R", 0..2, r"RE2 has no escape `\R`"),
        (r"\<a", 0..2, r"RE2 has no escape `\<`"),
        (r"\u0041", 0..2, r"RE2 has no escape `\u`"),
        (r"a\E", 1..3, r"RE2 has no escape `\E`"),
        (r"\é", 0..3, r"RE2 has no escape `\é`"),
        (r"\xg0", 0..4, r"RE2 has no escape `\xg0`"),
        (r"\x{110000}", 0..10, r"RE2 has no escape `\x{110000}`"),
        (r"\x{d800}", 0..8, r"RE2 has no escape `\x{d800}`"),
        (r"\x{+41}", 0..7, r"RE2 has no escape `\x{+41}`"),
        (r"\b{start}a", 0..3, r"RE2 has no escape `\b{`"),
        (r"[\b]", 1..3, r"RE2 has no escape `\b`"),
        ("a\\", 1..2, r"a `\` at the end escapes nothing"),
        (r"(a)\1", 3..5, "RE2 has no backreferences"),
        (r"(?P<a>b)(?P=a)", 8..12, "RE2 has no backreferences"),
        ("a(?=b)", 1..4, "RE2 has no look-around"),
        ("(?!b)", 0..3, "RE2 has no look-around"),
        ("(?<=b)", 0..4, "RE2 has no look-around"),
        ("(?<!b)", 0..4, "RE2 has no look-around"),
        ("(?>b)", 0..3, "RE2 has no groups that begin with `(?>`"),
        ("(?#b)", 0..3, "RE2 has no groups that begin with `(?#`"),
        ("(?x)a b", 2..3, "RE2 has no flag `x`"),
        ("(?u)a", 2..3, "RE2 has no flag `u`"),
        ("(?R)a", 2..3, "RE2 has no flag `R`"),
        ("(?i-)a", 4..5, "RE2 has no flag `)`"),
        ("(?i", 0..3, "flags are not closed"),
        (
            "(?P<é>a)",
            4..6,
            "a group's name consists of letters, digits and `_`",
        ),
        (
            "(?<>a)",
            3..3,
            "a group's name consists of letters, digits and `_`",
        ),
        ("(?<a>b)(?P<a>c)", 11..12, "two groups have the name `a`"),
        ("[[:alfa:]]", 1..9, "there is no class `[:alfa:]`"),
        (r"\p{greek}", 0..9, r"there is no class `\p{greek}`"),
        (
            r"\p{Alphabetic}",
            0..14,
            r"there is no class `\p{Alphabetic}`",
        ),
        (r"\pX", 0..3, r"there is no class `\pX`"),
        (r"\p", 0..2, r"there is no class `\p`"),
        (r"\p{L", 0..4, r"there is no class `\p{L`"),
        ("[a-z&&[^b]]", 4..6, "RE2 has no operation `&&` on classes"),
        ("[a--b]", 2..4, "RE2 has no operation `--` on classes"),
        ("[a~~b]", 2..4, "RE2 has no operation `~~` on classes"),
        ("[a[bc]]", 2..3, "RE2 has no classes inside classes"),
        (
            r"\C",
            0..2,
            r"`\C` is a byte, and text consists of characters",
        ),
    ] {
        let error = compile(pattern).map(|_| pattern).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.range()),
            (message, range),
            "{pattern}"
        );
    }
}

#[test]
fn what_would_be_large_is_refused_soon() {
    for pattern in [
        r"(?:\pL{1,1000}\pN){1000}",
        "((((a{1000}){1000}){1000}){1000}){1000}",
        "(a|b)*a(a|b){30}",
        r"\p{L}{300}",
    ] {
        let error = compile(pattern).map(|_| pattern).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the pattern's automaton takes more than 256 KiB"
        );
        assert_eq!(error.range(), 0..pattern.len());
        assert!(error.help().is_some());
    }
    for pattern in [
        r"\pL+ \pL+",
        r"(?i)\w+@\w+(\.\w+)+",
        "[^/]{1,64}/[0-9a-f]{64}",
    ] {
        assert!(
            compile(pattern).unwrap().bytes.len() <= AUTOMATON_BYTES,
            "{pattern}"
        );
    }
}
