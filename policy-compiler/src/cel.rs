//! Conditions: from CEL text to the engine's programs.
//!
//! Front end ([`scan`], [`parse`]) to a [`syntax`] tree of our own; [`check`] against one table
//! of variables ([`env`]) and one of functions ([`declarations`]) to typed [`term`]s, constants
//! folded on the way ([`fold`]); [`cost`] bounds them; [`lower`] to the plan, with an [`index`] over
//! rules that differ in a constant. Whatever can be seen to fail does not compile.

mod check;
mod cost;
pub mod declarations;
mod doubts;
pub(crate) mod env;
mod environment;
pub mod expression;
mod fold;
mod index;
mod infer;
mod issue;
mod lower;
mod names;
mod once;
mod parse;
mod pattern;
mod scan;
mod scope;
mod syntax;
mod targets;
mod term;
mod trust;
mod types;
mod zone;

use std::ops::Range;

use remit_engine::plan::{Effect, NodeId, Plan, ProgramId, RuleId};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::{OpenRule, Resolved};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::Text;

pub use environment::Profile;
pub use issue::Issue;
pub use types::Ty;

use check::Outcome;
use lower::LowerError;
use parse::{Comments, SyntaxError};
use scope::{Reader, Scope};
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

    fn diagnostic(&self, issue: Issue) -> Diagnostic {
        let Issue {
            code,
            range,
            message,
            label,
            also,
            help,
        } = issue;
        let diagnostic = Diagnostic::new(code, self.span(&range), message).help_if(help);
        let diagnostic = match label.filter(|label| !label.is_empty()) {
            Some(label) => diagnostic.label(label),
            None => diagnostic,
        };
        match also {
            Some((range, label)) => diagnostic.also(self.span(&range), label),
            None => diagnostic,
        }
    }
}

/// Where the parts of a plan's programs stand in the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanMap {
    programs: Vec<Vec<Option<Span>>>,
    rules: Vec<Span>,
}

impl PlanMap {
    /// Where a rule stands: its id, or the operation that it allows.
    #[must_use]
    pub fn rule(&self, rule: RuleId) -> Option<Span> {
        self.rules.get(rule.index()).copied()
    }

    /// Where a node's text stands. What several rules share stands in the first of them.
    #[must_use]
    pub fn node(&self, program: ProgramId, node: NodeId) -> Option<Span> {
        *self.programs.get(program.index())?.get(node.index())?
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
        targets,
        claims,
        ..
    } = resolved;
    let conditions: Vec<(usize, &OpenRule<'_>, &Spanned<Text>)> = rules
        .iter()
        .enumerate()
        .filter_map(|(at, rule)| Some((at, rule, rule.when?)))
        .collect();
    let texts: Vec<&str> = conditions
        .iter()
        .map(|(_, _, condition)| condition.value.text.as_str())
        .collect();
    let mut compared = doubts::Compared::default();
    let mut checked: Vec<Option<(Outcome, Written<'_>)>> = Vec::new();
    checked.resize_with(rules.len(), || None);
    for ((position, rule, condition), parsed) in conditions
        .iter()
        .zip(parse::parse_all(&texts, Comments::Refuse))
    {
        let written = Written {
            condition,
            source: sources.text(condition.span),
        };
        let scope = Scope {
            plan: &plan,
            claims: &claims,
            issuers: &rule.issuers,
            operations: &rule.operations,
            reader: Reader::Rule,
        };
        match one(parsed, written, rule.effect, &scope) {
            Ok((outcome, warnings)) => {
                for warning in warnings.into_iter().chain(compared.look(&outcome.term)) {
                    diagnostics.push(written.diagnostic(warning));
                }
                if let Some(place) = checked.get_mut(*position) {
                    *place = Some((outcome, written));
                }
            }
            Err(issues) => {
                for issue in issues {
                    diagnostics.push(written.diagnostic(issue));
                }
            }
        }
    }
    let told = targets::check(&targets, (&plan, &claims), sources, diagnostics);
    let map = lower(&mut plan, checked, &told, &rules, diagnostics);
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
    (plan, map)
}

/// Checks one condition; with it come warnings.
fn one(
    parsed: Result<Expression, SyntaxError>,
    written: Written<'_>,
    effect: Effect,
    scope: &Scope<'_>,
) -> Result<(Outcome, Vec<Issue>), Vec<Issue>> {
    let expression = parsed.map_err(|error| vec![error.issue(written.text())])?;
    let outcome = check::check_condition(&expression, scope)?;
    let whole = 0..written.text().trim_end().len();
    let issues: Vec<Issue> = [
        constant(&outcome.term, effect, &whole),
        claimed(&outcome.term, effect),
        narrows(&outcome.term, effect),
        cost::too_expensive(&outcome.term, scope),
        doubts::never_holds(&outcome.term),
    ]
    .into_iter()
    .flatten()
    .collect();
    let is_error = |issue: &Issue| issue.code.severity() == crate::diagnostic::Severity::Error;
    if issues.iter().any(is_error) {
        return Err(issues);
    }
    Ok((outcome, issues))
}

/// A condition that is the same for every request.
fn constant(term: &term::Term, effect: Effect, whole: &Range<usize>) -> Option<Issue> {
    let value = term.constant_bool()?;
    let message = format!("this condition is always {value}");
    Some(
        Issue::new(Code::ConstantCondition, whole, message).help(match (effect, value) {
            (Effect::Allow | Effect::Deny, true) => "leave `when` out to say so",
            (Effect::Allow | Effect::Deny, false) => "the rule never applies",
            (Effect::Require, true) => "the rule never stops anything",
            (Effect::Require, false) => "write a deny to stop everything",
        }),
    )
}

/// An allow that rests on claimed values alone.
fn claimed(term: &term::Term, effect: Effect) -> Option<Issue> {
    if effect != Effect::Allow {
        return None;
    }
    let range = trust::claimed_only(term)?;
    let message = "this allow would rest on what the client claims about itself";
    Some(
        Issue::new(Code::ClaimedOnly, &range, message)
            .label("whoever sends the request chooses this value")
            .help("join it with `&&` to a condition on the token, the path or the query"),
    )
}

/// An allow that reads the transaction token, which stands beside a credential and is not one.
fn narrows(term: &term::Term, effect: Effect) -> Option<Issue> {
    if effect != Effect::Allow {
        return None;
    }
    let range = trust::of_transaction(term)?;
    let message = "a transaction token can only narrow what the credential beside it may do";
    Some(
        Issue::new(Code::OnlyNarrows, &range, message)
            .label("this would let it allow")
            .help("allow without it, and put this condition under `require`, or its opposite under `deny`"),
    )
}

/// Lowers what was checked, in the order of the rules, so that a plan is the same every time.
fn lower(
    plan: &mut Plan,
    checked: Vec<Option<(Outcome, Written<'_>)>>,
    targets: &[targets::Told<'_>],
    rules: &[OpenRule<'_>],
    diagnostics: &mut Diagnostics,
) -> PlanMap {
    let mut lowering = lower::Lowering::default();
    // Whose text each program's places are in.
    let mut texts: Vec<Option<Written<'_>>> = Vec::new();
    let mut terms = Vec::with_capacity(checked.len());
    for (position, checked) in checked.into_iter().enumerate() {
        let Some((outcome, written)) = checked else {
            terms.push(None);
            continue;
        };
        match lowering.program(&outcome.term, outcome.locals) {
            Ok(id) => {
                if let Some(rule) = plan.rules.get_mut(position) {
                    rule.condition = Some(id);
                }
                texts.resize(id.index() + 1, Some(written));
            }
            Err(error) => diagnostics.push(too_long(error, written)),
        }
        terms.push(Some((outcome.term, outcome.locals)));
    }
    for (error, written) in targets::lower(plan, targets, &mut lowering, &mut texts) {
        diagnostics.push(too_long(error, written));
    }
    if !diagnostics.has_errors()
        && let Err(error) = index::build(plan, &terms, &mut lowering)
        && let Some(written) = texts.iter().flatten().next()
    {
        diagnostics.push(too_long(error, *written));
    }
    let parts = lowering.finish();
    texts.resize(parts.programs.len(), None);
    let places = parts.places.iter().zip(&texts);
    let programs = places.map(|(places, written)| {
        let span = |range: &Range<usize>| written.map(|written| written.span(range));
        places.iter().map(span).collect()
    });
    let map = PlanMap {
        programs: programs.collect(),
        rules: rules.iter().map(|rule| rule.span).collect(),
    };
    plan.slots = parts.slots;
    plan.programs = parts.programs;
    plan.automata = parts.automata;
    plan.zones = parts.zones;
    map
}

fn too_long(error: LowerError, written: Written<'_>) -> Diagnostic {
    let whole = 0..written.text().len();
    written.diagnostic(
        Issue::new(Code::ConditionTooLong, &whole, error.to_string())
            .help("split the rule into several"),
    )
}
