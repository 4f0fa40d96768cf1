use regex_automata::dfa::{StartKind, dense};

use super::super::tests::{Setting, int, missing, one, text};
use super::{Automata, AutomatonError};
use crate::cel::{Budget, EvalError};
use crate::limits;
use crate::plan::{Automaton, AutomatonId, Node};

fn automaton(pattern: &str) -> Automaton {
    let dense = dense::Builder::new()
        .configure(dense::Config::new().start_kind(StartKind::Unanchored))
        .build(pattern)
        .unwrap();
    Automaton {
        pattern: pattern.to_owned(),
        bytes: dense.to_sparse().unwrap().to_bytes_little_endian(),
    }
}

fn matches(text: &super::super::tests::Tree, id: u32) -> Result<bool, EvalError> {
    let tree = one(text, move |text| Node::Matches(AutomatonId(id), text));
    let automata = Automata::new(&[automaton("^a+$"), automaton("b")]).unwrap();
    let setting = Setting {
        automata,
        ..Setting::new(&[&tree])
    };
    setting.holds(&Budget::new())
}

#[test]
fn a_pattern_is_looked_for_in_a_string() {
    for (operand, id, expected) in [
        (text("aa"), 0, Ok(true)),
        (text("ab"), 0, Ok(false)),
        (text(""), 0, Ok(false)),
        (text("ab"), 1, Ok(true)),
        (text("é"), 1, Ok(false)),
        (text("b"), 2, Err(EvalError::Missing)),
        (int(1), 0, Err(EvalError::Type)),
        (missing(), 0, Err(EvalError::Missing)),
    ] {
        assert_eq!(matches(&operand, id), expected);
    }
}

#[test]
fn a_long_text_is_paid_for() {
    let steps = limits::EVALUATION_STEPS as usize;
    assert_eq!(matches(&text(&"a".repeat(steps)), 0), Ok(true));
    assert_eq!(
        matches(&text(&"a".repeat(steps * 17)), 0),
        Err(EvalError::Budget)
    );
}

#[test]
fn bytes_that_are_no_automaton_are_refused() {
    let good = automaton("a|b");
    let read = |bytes: &[u8]| {
        let automaton = Automaton {
            pattern: String::new(),
            bytes: bytes.to_vec(),
        };
        Automata::new(&[automaton]).map(|_| ())
    };
    assert_eq!(read(&good.bytes), Ok(()));
    assert_eq!(read(b""), Err(AutomatonError));
    assert_eq!(
        read(&[&good.bytes[..], b"\0"].concat()),
        Err(AutomatonError)
    );
    for length in 0..good.bytes.len() {
        assert_eq!(read(&good.bytes[..length]), Err(AutomatonError), "{length}");
    }
}

#[test]
fn no_bytes_make_a_search_go_astray() {
    let good = automaton("(?i)a[b-y]+z|é");
    for position in 0..good.bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = good.clone();
            changed.bytes[position] ^= change;
            if let Ok(automata) = Automata::new(&[changed]) {
                let _ = automata.is_in(AutomatonId(0), "a quick brown fox, é, abcz");
            }
        }
    }
}
