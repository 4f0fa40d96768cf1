//! Conditions: from CEL text to the engine's programs.
//!
//! Front end ([`scan`], [`parse`]) to a [`syntax`] tree of our own; [`check`] against one table
//! of variables ([`env`]) to typed [`term`]s, constants folded on the way ([`fold`]); [`lower`]
//! to the plan. Whatever can be seen to fail does not compile.

mod check;
pub(crate) mod env;
mod fold;
mod functions;
mod lower;
mod parse;
mod paths;
mod scan;
mod syntax;
mod term;
mod trust;
mod types;

use std::ops::Range;

use remit_engine::plan::{Effect, Plan};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::{OpenRule, Resolved};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::Text;

use env::Scope;

/// A condition's text, for finding places in it again.
#[derive(Clone, Copy)]
struct Written<'a> {
    condition: &'a Spanned<Text>,
    source: &'a str,
}

impl Written<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        let Spanned { value, span } = self.condition;
        value.locate(*span, self.source, range.start, range.end)
    }

    fn text(&self) -> &str {
        &self.condition.value.text
    }

    fn diagnostic(&self, code: Code, range: &Range<usize>, message: String) -> Diagnostic {
        Diagnostic::new(code, self.span(range), message)
    }
}

/// Compiles all conditions of a policy into its plan.
pub(crate) fn compile(resolved: Resolved<'_>, sources: &Sources, diagnostics: &mut Diagnostics) -> Plan {
    let Resolved { mut plan, rules, claims, .. } = resolved;
    let texts: Vec<&str> =
        rules.iter().filter_map(|rule| Some(rule.when?.value.text.as_str())).collect();
    let mut parsed = parse::parse_all(&texts).into_iter();
    let mut lowering = lower::Lowering::default();
    for (position, rule) in rules.iter().enumerate() {
        let Some(condition) = rule.when else { continue };
        let written = Written { condition, source: sources.text(condition.span) };
        let expression = match parsed.next() {
            Some(Ok(expression)) => expression,
            Some(Err(error)) => {
                diagnostics.push(error.diagnostic(written));
                continue;
            }
            None => break,
        };
        let scope = Scope { plan: &plan, claims: &claims, rule };
        let Some(term) = check::check(&expression, written, scope, diagnostics) else {
            // INVARIANT: a rule that has a condition never goes into a plan without one, which
            // would make it apply always. Whoever returns nothing has said why; if not, this does.
            if !diagnostics.has_errors() {
                let whole = 0..written.text().trim_end().len();
                let message = "this condition was not understood".to_owned();
                diagnostics.push(written.diagnostic(Code::UnsupportedCel, &whole, message));
            }
            continue;
        };
        judge(&term, rule, written, diagnostics);
        match lowering.program(&term) {
            Ok(id) => {
                if let Some(rule) = plan.rules.get_mut(position) {
                    rule.condition = Some(id);
                }
            }
            Err(error) => diagnostics.push(
                written
                    .diagnostic(Code::ConditionTooLong, &(0..written.text().len()), error.to_string())
                    .help("split the rule into several"),
            ),
        }
    }
    (plan.slots, plan.programs) = lowering.finish();
    plan
}

/// What there is to say about a condition as a whole.
fn judge(term: &term::Term, rule: &OpenRule<'_>, written: Written<'_>, diagnostics: &mut Diagnostics) {
    let whole = 0..written.text().trim_end().len();
    if let Some(value) = term.constant_bool() {
        diagnostics.push(
            written
                .diagnostic(
                    Code::ConstantCondition,
                    &whole,
                    format!("this condition is always {value}"),
                )
                .help(match (rule.effect, value) {
                    (Effect::Allow | Effect::Deny, true) => "leave `when` out to say so",
                    (Effect::Allow | Effect::Deny, false) => "the rule never applies",
                    (Effect::Require, true) => "the rule never stops anything",
                    (Effect::Require, false) => "write a deny to stop everything",
                }),
        );
    }
    if rule.effect == Effect::Allow
        && let Some(range) = trust::claimed_only(term)
    {
        diagnostics.push(
            written
                .diagnostic(
                    Code::ClaimedOnly,
                    &range,
                    "this allow would rest on what the client claims about itself".to_owned(),
                )
                .label("whoever sends the request chooses this value")
                .help("join it with `&&` to a condition on the token, the path or the query"),
        );
    }
}

#[cfg(test)]
mod tests;
