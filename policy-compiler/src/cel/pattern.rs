//! Patterns of `matches`: from RE2's syntax to the automaton that a plan holds.
//!
//! The reader ([`parse`]) is RE2's grammar and no other regular expression's: what RE2 has not is
//! an error here, and never something that another engine makes of it. What comes out is searched
//! in linear time and asks only whether the pattern stands anywhere in a text; groups and
//! greediness have no say in that and are dropped.

mod class;
mod error;
mod parse;

use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson;
use remit_engine::plan::Automaton;

pub(super) use error::PatternError;

use error::Fault;

/// Longest pattern, in bytes.
const PATTERN_BYTES: usize = 512;
/// Most memory for the automaton of a pattern, and for every step on the way to it.
const AUTOMATON_BYTES: usize = 256 * 1024;

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Automaton, PatternError> {
    if pattern.len() > PATTERN_BYTES {
        return Err(Fault::TooLong.within(0..pattern.len()));
    }
    let expression = parse::parse(pattern)?;
    let too_large = || Fault::TooLarge.within(0..pattern.len());
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                // Bytes, as RE2 searches; all classes are made of whole characters.
                .utf8(false)
                .which_captures(thompson::WhichCaptures::None)
                .nfa_size_limit(Some(AUTOMATON_BYTES)),
        )
        .build_from_hir(&expression)
        .map_err(|_| too_large())?;
    let dense = dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .match_kind(MatchKind::LeftmostFirst)
                .minimize(false)
                // Dense tables are some ten times as large as the sparse ones that are kept.
                .dfa_size_limit(Some(8 * AUTOMATON_BYTES))
                .determinize_size_limit(Some(8 * AUTOMATON_BYTES)),
        )
        .build_from_nfa(&nfa)
        .map_err(|_| too_large())?;
    let sparse = dense.to_sparse().map_err(|_| too_large())?;
    let bytes = sparse.to_bytes_little_endian();
    if bytes.len() > AUTOMATON_BYTES {
        return Err(too_large());
    }
    Ok(Automaton {
        pattern: pattern.to_owned(),
        bytes,
    })
}

#[cfg(test)]
mod tests;
