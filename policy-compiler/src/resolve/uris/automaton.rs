//! What a template of URIs fits, as states and steps, so that two of them can be held against each
//! other.

use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::document::{UriTemplate, UriTemplatePart};

/// States that are looked at. What needs more is taken to be as bad as it can be.
const STATES: usize = 20_000;

/// A byte, a capture or the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Byte(u8),
    Capture,
    Rest,
}

/// Before an item, or within one that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    item: usize,
    within: bool,
}

const START: State = State {
    item: 0,
    within: false,
};

/// A template, byte by byte.
pub(super) struct Automaton {
    items: Vec<Item>,
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

impl Automaton {
    pub(super) fn of(template: &UriTemplate) -> Self {
        let mut items = Vec::new();
        for part in template {
            match part {
                UriTemplatePart::Literal(text) => items.extend(text.bytes().map(Item::Byte)),
                UriTemplatePart::Capture(_) => items.push(Item::Capture),
                UriTemplatePart::Rest(_) => items.push(Item::Rest),
            }
        }
        Self { items }
    }

    fn steps(&self, from: State, byte: u8) -> Vec<State> {
        let State { item, within } = from;
        let on = State { item, within: true };
        let next = State {
            item: item + 1,
            within: false,
        };
        match (self.items.get(item), within) {
            (Some(Item::Byte(own)), _) if *own == byte => vec![next],
            (Some(Item::Capture), false) if is_unreserved(byte) => vec![on],
            (Some(Item::Capture), true) => {
                let mut steps = self.steps(next, byte);
                if is_unreserved(byte) {
                    steps.push(on);
                }
                steps
            }
            (Some(Item::Rest), _) if is_unreserved(byte) => vec![on],
            (Some(Item::Rest), true) if byte == b'/' => vec![State {
                item,
                within: false,
            }],
            _ => Vec::new(),
        }
    }

    fn ends(&self, state: State) -> bool {
        state.item == self.items.len() || (state.within && state.item + 1 == self.items.len())
    }

    /// Bytes that tell something apart: those of the templates, `/`, and one that is in neither.
    fn alphabet(&self, other: &Self) -> BTreeSet<u8> {
        let bytes = self.items.iter().chain(&other.items);
        let mut alphabet: BTreeSet<u8> = bytes
            .filter_map(|item| match item {
                Item::Byte(byte) => Some(*byte),
                Item::Capture | Item::Rest => None,
            })
            .collect();
        alphabet.insert(b'/');
        let mut fresh = (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9');
        let fresh = fresh.find(|byte| !alphabet.contains(byte));
        alphabet.extend(fresh);
        alphabet
    }

    /// A URI that both fit.
    pub(super) fn meets(&self, other: &Self) -> Option<String> {
        let alphabet = self.alphabet(other);
        let mut seen = HashSet::from([(START, START)]);
        let mut open = VecDeque::from([(START, START, String::new())]);
        while let Some((a, b, text)) = open.pop_front() {
            if self.ends(a) && other.ends(b) {
                return Some(text);
            }
            if seen.len() > STATES {
                return Some(text + "…");
            }
            for byte in &alphabet {
                for next_a in self.steps(a, *byte) {
                    for next_b in other.steps(b, *byte) {
                        if seen.insert((next_a, next_b)) {
                            let mut text = text.clone();
                            text.push(char::from(*byte));
                            open.push_back((next_a, next_b, text));
                        }
                    }
                }
            }
        }
        None
    }

    /// Whether the other fits whatever this one fits.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let alphabet = self.alphabet(other);
        let start = (START, BTreeSet::from([START]));
        let mut seen = HashSet::from([start.clone()]);
        let mut open = VecDeque::from([start]);
        let mut states = 0;
        while let Some((a, set)) = open.pop_front() {
            states += set.len();
            let other_ends = set.iter().any(|state| other.ends(*state));
            if (self.ends(a) && !other_ends) || states > STATES {
                return false;
            }
            for byte in &alphabet {
                let next: BTreeSet<State> = set
                    .iter()
                    .flat_map(|state| other.steps(*state, *byte))
                    .collect();
                for next_a in self.steps(a, *byte) {
                    let pair = (next_a, next.clone());
                    if !seen.contains(&pair) {
                        seen.insert(pair.clone());
                        open.push_back(pair);
                    }
                }
            }
        }
        true
    }
}
