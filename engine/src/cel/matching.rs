//! Patterns of `matches`: automata that the compiler built, searched in linear time.

use regex_automata::Input;
use regex_automata::dfa::{Automaton as _, sparse};

use super::error::EvalError;
use crate::plan::{Automaton, AutomatonId};

/// The automata of a plan, made ready.
#[derive(Debug, Default)]
pub struct Automata(Vec<sparse::DFA<Vec<u8>>>);

/// An automaton's bytes are not what this version of the engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an automaton cannot be read")]
pub struct AutomatonError;

impl Automata {
    /// Reads automata. What is read was checked throughout: no bytes make a search go astray.
    ///
    /// # Errors
    /// [`AutomatonError`].
    pub fn new(automata: &[Automaton]) -> Result<Self, AutomatonError> {
        let read = |automaton: &Automaton| match sparse::DFA::from_bytes(&automaton.bytes) {
            Ok((dfa, read)) if read == automaton.bytes.len() => Ok(dfa.to_owned()),
            Ok(_) | Err(_) => Err(AutomatonError),
        };
        automata
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a pattern stands anywhere in a text.
    pub(super) fn is_in(&self, id: AutomatonId, text: &str) -> Result<bool, EvalError> {
        let automaton = self.0.get(id.index()).ok_or(EvalError::Missing)?;
        let found = automaton.try_search_fwd(&Input::new(text).earliest(true));
        // The automaton has no quit bytes; a search that gives up is not taken for a verdict.
        Ok(found.map_err(|_| EvalError::Argument)?.is_some())
    }
}

#[cfg(test)]
mod tests;
