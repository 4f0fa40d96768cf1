//! From text to tree, by the `cel` crate's parser.
//!
//! The parser needs a quarter of a megabyte of stack for each level of brackets in a build
//! without optimisation, so it runs on a thread with room for all that [`scan`] lets through.
//! Its macros are left out: ours stand in [`macros`].

mod convert;
mod error;
mod explain;
mod macros;
mod mistakes;
mod operator;
mod places;

use std::num::NonZero;
use std::thread;

use cel::Env;

pub(super) use super::scan::Comments;
use super::scan::scan;
use super::syntax::Expression;
pub(super) use error::SyntaxError;

/// Room for what [`scan`] lets through, several times over.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// The parser's own limit on nesting, a second line behind the scanner's: more than brackets and
/// `a ? b : c` in each other can come to within its bounds.
const PARSER_DEPTH: u16 = 192;
/// Deepest tree that is checked: what is deeper would not fit into a plan.
const DEPTH: usize = remit_engine::limits::PROGRAM_DEPTH;

/// Most threads that parse at the same time.
const THREADS: usize = 4;
/// Fewer conditions than these are not worth a thread.
const SHARE: usize = 64;

/// Parses conditions, each for itself; the results stand in the order of the texts.
pub(super) fn parse_all(
    texts: &[&str],
    comments: Comments,
) -> Vec<Result<Expression, SyntaxError>> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(THREADS);
    let share = texts.len().div_ceil(threads).max(SHARE);
    thread::scope(|scope| {
        let shares = texts.chunks(share).map(|share| {
            let parser = thread::Builder::new().stack_size(STACK_BYTES);
            let parse = move || {
                let parsed = share.iter().map(|text| parse(text, comments));
                parsed.collect::<Vec<_>>()
            };
            (share.len(), parser.spawn_scoped(scope, parse))
        });
        // All must run before the first is waited for.
        let running: Vec<_> = shares.collect();
        let parsed = running.into_iter().map(|(length, thread)| {
            let parsed = thread.ok().and_then(|thread| thread.join().ok());
            parsed.unwrap_or_else(|| vec![Err(SyntaxError::NoThread); length])
        });
        parsed.flatten().collect()
    })
}

/// Parses one expression.
pub(super) fn parse_one(text: &str, comments: Comments) -> Result<Expression, SyntaxError> {
    let mut parsed = parse_all(&[text], comments);
    parsed.pop().unwrap_or(Err(SyntaxError::NoThread))
}

fn parse(text: &str, comments: Comments) -> Result<Expression, SyntaxError> {
    let tokens = scan(text, comments)?;
    if tokens.0.is_empty() {
        return Err(SyntaxError::EndsEarly { at: 0 });
    }
    // An environment that nothing was added to has no macros, and its parser none either.
    let parser = Env::default()
        .parser()
        .max_recursion_depth(PARSER_DEPTH)
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true);
    let (tree, info) = parser
        .parse_with_source_info(text)
        .map_err(|errors| error::first(text, &tokens, &errors))?;
    let expression = convert::Converter::new(text, &tokens, &info).expression(tree)?;
    if expression.depth() > DEPTH {
        return Err(SyntaxError::TooDeep {
            range: expression.range,
            levels: DEPTH,
        });
    }
    Ok(expression)
}

#[cfg(test)]
mod tests;
