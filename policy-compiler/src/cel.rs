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
mod scope;
mod syntax;
mod term;
mod trust;
mod types;

use std::ops::Range;

use remit_engine::plan::{Effect, Plan, ProgramId};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::{OpenRule, Resolved};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::Text;

use crate::compile::PlanMap;
use check::Checked;
use parse::SyntaxError;
use scope::Scope;
use syntax::Expression;

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

    fn diagnostic(
        &self,
        code: Code,
        range: &Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.span(range), message)
    }
}

/// Compiles all conditions of a policy into its plan.
pub(crate) fn compile(
    resolved: Resolved<'_>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> (Plan, PlanMap) {
    let Resolved {
        mut plan,
        rules,
        claims,
        ..
    } = resolved;
    let conditions = rules
        .iter()
        .enumerate()
        .filter_map(|(at, rule)| Some((at, rule, rule.when?)));
    let conditions: Vec<_> = conditions.collect();
    let texts: Vec<&str> = conditions
        .iter()
        .map(|(_, _, condition)| condition.value.text.as_str())
        .collect();
    let mut lowering = lower::Lowering::default();
    let mut map = PlanMap {
        rules: rules.iter().map(|rule| rule.span).collect(),
        nodes: Vec::new(),
    };
    for ((position, rule, condition), parsed) in
        conditions.into_iter().zip(parse::parse_all(&texts))
    {
        let written = Written {
            condition,
            source: sources.text(condition.span),
        };
        let scope = Scope {
            plan: &plan,
            claims: &claims,
            rule,
        };
        // What is not Ok was said: such a policy has no plan.
        let Ok(id) = one(parsed, written, scope, &mut lowering, diagnostics) else {
            continue;
        };
        let ranges = lowering.ranges.last().into_iter().flatten();
        map.nodes
            .push(ranges.map(|range| Some(written.span(range))).collect());
        if let Some(rule) = plan.rules.get_mut(position) {
            rule.condition = Some(id);
        }
    }
    // INVARIANT: a rule that has a condition never goes into a plan without one: it would apply
    // always. Nothing above lets that happen; this is what holds if a change there does.
    let bare = plan
        .rules
        .iter()
        .zip(&rules)
        .find_map(|(rule, open)| match rule.condition {
            None => open.when,
            Some(_) => None,
        });
    if let Some(condition) = bare.filter(|_| !diagnostics.has_errors()) {
        let message = "the condition was lost on the way to the plan";
        diagnostics.push(Diagnostic::new(Code::PlanRefused, condition.span, message));
    }
    (plan.slots, plan.programs) = lowering.finish();
    (plan, map)
}

fn one(
    parsed: Result<Expression, SyntaxError>,
    written: Written<'_>,
    scope: Scope<'_>,
    lowering: &mut lower::Lowering,
    diagnostics: &mut Diagnostics,
) -> Checked<ProgramId> {
    let expression = parsed.map_err(|error| diagnostics.refuse(error.diagnostic(written)))?;
    let term = check::check(&expression, written, scope, diagnostics)?;
    judge(&term, scope.rule, written, diagnostics);
    lowering.program(&term).map_err(|error| {
        let whole = 0..written.text().len();
        diagnostics.refuse(
            written
                .diagnostic(Code::ConditionTooLong, &whole, error.to_string())
                .help("split the rule into several"),
        )
    })
}

/// What there is to say about a condition as a whole.
fn judge(
    term: &term::Term,
    rule: &OpenRule<'_>,
    written: Written<'_>,
    diagnostics: &mut Diagnostics,
) {
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
