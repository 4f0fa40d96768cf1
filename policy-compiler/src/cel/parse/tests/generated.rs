//! Well-formed expressions of all kinds, put together at random: each parses, and each of its
//! parts is in its place.

use super::super::parse_all;
use super::{Comments, ranges_are_exact};

/// A source of numbers that is the same in each run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    pub(super) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// An expression that may stand anywhere in brackets.
    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.operand(0);
        }
        let mut sub = || self.expression(depth - 1);
        let (a, b, c) = (sub(), sub(), sub());
        match self.below(8) {
            0 => format!("({a}){}?{}({b}) : {c}", self.blank(), self.blank()),
            1..=4 => {
                let operator = self.pick(&[
                    "&&", "||", "==", "!=", "<", ">=", "+", "-", "*", "%", " in ",
                ]);
                let (before, behind) = (self.blank(), self.blank());
                format!("{}{before}{operator}{behind}{b}", self.grouped(a))
            }
            _ => self.operand(depth),
        }
    }

    /// In brackets, so that it may stand before an operator whatever it is.
    fn grouped(&mut self, inner: String) -> String {
        let blank = self.blank();
        match self.below(3) {
            0 => format!("({blank}({inner}){blank})"),
            _ => format!("({inner}{blank})"),
        }
    }

    fn operand(&mut self, depth: usize) -> String {
        let signs = self.pick(&["", "", "", "", "-", "--", "- -", "!", "!!", "!! !", "---"]);
        let mut operand = self.primary(depth);
        for _ in 0..self.below(3) {
            let suffix = self.suffix(depth);
            operand = format!("{operand}{}{suffix}", self.blank());
        }
        format!("{signs}{operand}")
    }

    fn primary(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(3) == 0 {
            let leaf = self.pick(&[
                "x",
                ".y",
                "1",
                "0",
                "7u",
                "-3",
                "(-0)",
                "2.5",
                "-0.0",
                "'é\\n'",
                "b'ü'",
                "r\"\\\"",
                "'''a'b'''",
                "null",
                "true",
                "T{}",
                "[]",
                "{}",
                "cel.index(0)",
            ]);
            return leaf.to_owned();
        }
        let mut sub = || self.expression(depth - 1);
        let (a, b) = (sub(), sub());
        let blank = self.blank();
        match self.below(8) {
            0 => format!("[{blank}{a},{blank}?{b}{blank}]"),
            1 => format!("{{{blank}{a}{blank}:{b},}}"),
            2 => format!("a.B{blank}{{ c{blank}: {a},{blank}?`d-e`:{b} }}"),
            3 => format!("f{blank}({a},{blank}{b})"),
            4 => format!("cel.bind(x,{blank}{a},{b})"),
            5 => format!("has(({a}){blank}.{blank}b)"),
            6 => format!(".g({a})"),
            _ => self.grouped(a),
        }
    }

    fn suffix(&mut self, depth: usize) -> String {
        let inner = match depth {
            0 => "x".to_owned(),
            _ => self.expression(depth - 1),
        };
        let blank = self.blank();
        match self.below(8) {
            0 => format!(".{blank}a"),
            1 => format!(".{blank}?{blank}`b c`"),
            2 => format!("[{blank}{inner}]"),
            3 => format!("[{blank}?{blank}{inner}{blank}]"),
            4 => format!(".m{blank}({inner})"),
            5 => format!(".all(x,{blank}{inner}{blank})"),
            6 => format!(".transformMap(k, v,{blank}{inner}, k)"),
            _ => format!(".optMap(x,{inner})"),
        }
    }

    fn blank(&mut self) -> &'static str {
        self.pick(&["", "", "", " ", "\n\t", " // )('\n"])
    }
}

#[test]
fn expressions_of_all_kinds_have_their_parts_in_place() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let texts: Vec<String> = (0..150).map(|at| random.expression(at % 4)).collect();
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    for (text, parsed) in all.iter().zip(parse_all(&all, Comments::Skip)) {
        let expression = parsed.unwrap_or_else(|error| panic!("`{text}`: {error:?}"));
        ranges_are_exact(text, &expression);
    }
}
