//! What is known to be there: behind `has(token.x) &&`, `token.x` may be read.

use crate::cel::environment::Chain;
use crate::cel::syntax::{Binary, Expression, Kind};

/// Chains that are known to be there, as they are written.
#[derive(Debug, Default)]
pub(super) struct Facts {
    known: Vec<String>,
    /// Names that were bound anew, and how many facts were known then: those are about another
    /// variable of the name.
    hidden: Vec<(String, usize)>,
}

/// How much was known at one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    known: usize,
    hidden: usize,
}

/// Whether what is learnt follows from an expression being true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    True,
    False,
}

impl Facts {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            known: self.known.len(),
            hidden: self.hidden.len(),
        }
    }

    /// Forgets what was learnt since.
    pub(super) fn forget(&mut self, since: Mark) {
        self.known.truncate(since.known);
        self.hidden.truncate(since.hidden);
    }

    /// A name is bound: what was known of it is about another variable.
    pub(super) fn hide(&mut self, name: &str) {
        self.hidden.push((name.to_owned(), self.known.len()));
    }

    pub(super) fn knows(&self, chain: &Chain) -> bool {
        let text = chain.text();
        let hidden = self.hidden.iter().filter(|(name, _)| *name == chain.root);
        let since = hidden.map(|(_, since)| *since).max().unwrap_or(0);
        self.known.iter().skip(since).any(|known| *known == text)
    }

    /// Adds what follows from an expression.
    pub(super) fn learn(&mut self, expression: &Expression, when: When) {
        match (&expression.kind, when) {
            (Kind::Has { of, name }, When::True) => {
                if let Some(chain) = super::names::chain_of(of) {
                    self.known.push(chain.with(&name.text, &name.range).text());
                }
            }
            (
                Kind::Call {
                    function,
                    receiver: Some(receiver),
                    arguments,
                },
                When::True,
            ) if function.text == "hasValue" && arguments.is_empty() => {
                if let Some(chain) = super::names::chain_of(receiver) {
                    self.known.push(chain.text());
                }
            }
            (Kind::Not(inner), When::True) => self.learn(inner, When::False),
            (Kind::Not(inner), When::False) => self.learn(inner, When::True),
            (Kind::Binary(Binary::And, a, b), When::True)
            | (Kind::Binary(Binary::Or, a, b), When::False) => {
                self.learn(a, when);
                self.learn(b, when);
            }
            _ => {}
        }
    }
}
