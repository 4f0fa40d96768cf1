//! What is known to be there: behind `has(token.x) &&`, `token.x` may be read.

use crate::cel::syntax::{Binary, Expression, Kind};

/// Chains that are known to be there, as they are written.
#[derive(Debug, Default)]
pub(super) struct Facts(Vec<String>);

/// Whether what is learnt follows from an expression being true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    True,
    False,
}

impl Facts {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    pub(super) fn knows(&self, chain: &str) -> bool {
        self.0.iter().any(|known| known == chain)
    }

    /// Adds what follows from an expression.
    pub(super) fn learn(&mut self, expression: &Expression, when: When) {
        match (&expression.kind, when) {
            (Kind::Has { of, name }, When::True) => {
                if let Some(chain) = super::names::chain_of(of) {
                    self.0.push(chain.with(&name.text, &name.range).text());
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
                    self.0.push(chain.text());
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
