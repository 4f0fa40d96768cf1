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
mod sequence;
mod syntax;
mod targets;
mod term;
mod trust;
mod types;
mod zone;

use std::collections::HashMap;
use std::ops::Range;

use remit_engine::plan::{Effect, LimitId, NodeId, Plan, ProgramId, RuleId};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Document;
use crate::resolve::history::Remembered;
use crate::resolve::{OpenRule, Past, Resolved};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::Text;

pub use environment::Profile;
pub use issue::Issue;
pub use types::Ty;

use check::Outcome;
use lower::{LowerError, Place};
use parse::{Comments, SyntaxError};
use scope::{Reader, Scope};
use sequence::Clause;
use syntax::Expression;
use term::{Term, TermKind};

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
    limits: Vec<Option<Span>>,
}

impl PlanMap {
    /// Where a rule stands: its id, or the operation that it allows.
    #[must_use]
    pub fn rule(&self, rule: RuleId) -> Option<Span> {
        self.rules.get(rule.index()).copied()
    }

    /// Where a limit stands: its id.
    #[must_use]
    pub fn limit(&self, limit: LimitId) -> Option<Span> {
        *self.limits.get(limit.index())?
    }

    /// Says where the limits of a plan stand. One that says how many calls and when it ends idle
    /// is two of them.
    pub(crate) fn place_limits(&mut self, document: &Document, plan: &Plan) {
        let of_tasks = document.tasks.iter().flat_map(|task| &task.limits);
        let written = of_tasks.chain(&document.guarding);
        let places: HashMap<&str, Span> = written
            .map(|limit| (limit.id.value.as_str(), limit.id.span))
            .collect();
        let limits = plan.history.limits.iter();
        let limits = limits.map(|limit| places.get(limit.id.as_str()).copied());
        self.limits = limits.collect();
    }

    /// Where a node's text stands. What several rules share stands in the first of them.
    #[must_use]
    pub fn node(&self, program: ProgramId, node: NodeId) -> Option<Span> {
        *self.programs.get(program.index())?.get(node.index())?
    }
}

/// A rule's condition, checked: what it asks of calls before, and `when`.
#[derive(Default)]
struct Condition<'a> {
    clauses: Vec<Clause>,
    when: Option<(Outcome, Written<'a>)>,
}

impl Condition<'_> {
    /// All of it as one term, with the number of its variables.
    fn whole(&self) -> Option<(Term, u32)> {
        let when = self.when.iter().map(|(outcome, _)| &outcome.term);
        let parts = self.clauses.iter().map(|clause| &clause.term).chain(when);
        let whole = parts.cloned().reduce(|a, b| Term {
            ty: Ty::Bool,
            range: b.range.clone(),
            kind: TermKind::And(Box::new(a), Box::new(b)),
        });
        let locals = self.when.as_ref().map_or(0, |(outcome, _)| outcome.locals);
        Some((whole?, locals))
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
        past,
        ..
    } = resolved;
    let mut checked: Vec<Condition<'_>> = rules
        .iter()
        .map(|rule| Condition {
            clauses: sequence::clauses(&rule.sequence),
            ..Condition::default()
        })
        .collect();
    let conditions: Vec<(&OpenRule<'_>, &Spanned<Text>, &mut Condition<'_>)> = rules
        .iter()
        .zip(&mut checked)
        .filter_map(|(rule, place)| Some((rule, rule.when?, place)))
        .collect();
    let texts: Vec<&str> = conditions
        .iter()
        .map(|(_, condition, _)| condition.value.text.as_str())
        .collect();
    let mut compared = doubts::Compared::default();
    let parsed = parse::parse_all(&texts, Comments::Refuse);
    for ((rule, condition, place), parsed) in conditions.into_iter().zip(parsed) {
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
            per: rule.sequence.per,
            past: &past,
        };
        match one(parsed, written, rule, &scope) {
            Ok((outcome, warnings)) => {
                for warning in warnings.into_iter().chain(compared.look(&outcome.term)) {
                    diagnostics.push(written.diagnostic(warning));
                }
                place.when = Some((outcome, written));
            }
            Err(issues) => {
                for issue in issues {
                    diagnostics.push(written.diagnostic(issue));
                }
            }
        }
    }
    let told = targets::check(&targets, (&plan, &claims, &past), sources, diagnostics);
    let Past {
        mut remembered,
        room,
        keep,
        ..
    } = past;
    let remembered = remembered.get_mut();
    let map = lower(&mut plan, checked, &told, &rules, remembered, diagnostics);
    std::mem::take(remembered).finish(&mut plan.history, room, keep);
    // INVARIANT: a rule that has a condition never goes into a plan without one: it would apply
    // always. Nothing above lets that happen; this is what holds if a change there does.
    let bare = plan.rules.iter().zip(&rules).find(|(rule, open)| {
        rule.condition.is_none() && (open.when.is_some() || !open.sequence.asked.is_empty())
    });
    if let Some((_, open)) = bare.filter(|_| !diagnostics.has_errors()) {
        let message = "the condition was lost on the way to the plan";
        diagnostics.push(Diagnostic::new(Code::PlanRefused, open.span, message));
    }
    (plan, map)
}

/// Checks one condition; with it come warnings.
fn one(
    parsed: Result<Expression, SyntaxError>,
    written: Written<'_>,
    rule: &OpenRule<'_>,
    scope: &Scope<'_>,
) -> Result<(Outcome, Vec<Issue>), Vec<Issue>> {
    let expression = parsed.map_err(|error| vec![error.issue(written.text())])?;
    let outcome = check::check_condition(&expression, scope)?;
    let whole = 0..written.text().trim_end().len();
    let issues: Vec<Issue> = [
        constant(&outcome.term, rule, &whole),
        claimed(&outcome.term, rule),
        narrows(&outcome.term, rule),
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
fn constant(term: &Term, rule: &OpenRule<'_>, whole: &Range<usize>) -> Option<Issue> {
    let value = term.constant_bool()?;
    let message = format!("this condition is always {value}");
    Some(
        Issue::new(Code::ConstantCondition, whole, message).help(match (rule.effect, value) {
            (Effect::Allow | Effect::Deny, true) => "leave `when` out to say so",
            (Effect::Allow | Effect::Deny, false) => "the rule never applies",
            (Effect::Require, true) if !rule.sequence.asked.is_empty() => {
                "leave `when` out to say so"
            }
            (Effect::Require, true) => "the rule never stops anything",
            (Effect::Require, false) => "write a deny to stop everything",
        }),
    )
}

/// An allow that rests on claimed values alone.
fn claimed(term: &Term, rule: &OpenRule<'_>) -> Option<Issue> {
    // What was done before the gateway saw itself.
    if rule.effect != Effect::Allow || !rule.sequence.asked.is_empty() {
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
fn narrows(term: &Term, rule: &OpenRule<'_>) -> Option<Issue> {
    if rule.effect != Effect::Allow {
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

/// Whose text the places of a program are in, and where the clauses beside it stand.
#[derive(Clone, Default)]
struct Origin<'a> {
    written: Option<Written<'a>>,
    clauses: Vec<Span>,
}

impl Origin<'_> {
    fn span(&self, place: &Place) -> Option<Span> {
        match place {
            Place::Text(range) => self.written.map(|written| written.span(range)),
            Place::Clause(position) => self.clauses.get(*position).copied(),
            Place::Nowhere => None,
        }
    }
}

/// Lowers what was checked, in the order of the rules, so that a plan is the same every time.
fn lower(
    plan: &mut Plan,
    checked: Vec<Condition<'_>>,
    targets: &[targets::Told<'_>],
    rules: &[OpenRule<'_>],
    remembered: &mut Remembered,
    diagnostics: &mut Diagnostics,
) -> PlanMap {
    let mut lowering = lower::Lowering::default();
    let mut origins: Vec<Origin<'_>> = Vec::new();
    let wholes: Vec<Option<(Term, u32)>> = checked.iter().map(Condition::whole).collect();
    for ((position, condition), open) in checked.iter().enumerate().zip(rules) {
        let when = condition.when.as_ref();
        if when.is_none() && (open.when.is_some() || condition.clauses.is_empty()) {
            continue;
        }
        let clauses = condition.clauses.iter().map(|clause| &clause.term);
        let locals = when.map_or(0, |(outcome, _)| outcome.locals);
        match lowering.condition(clauses, when.map(|(outcome, _)| &outcome.term), locals) {
            Ok(id) => {
                if let Some(rule) = plan.rules.get_mut(position) {
                    rule.condition = Some(id);
                }
                let origin = Origin {
                    written: when.map(|(_, written)| *written),
                    clauses: condition.clauses.iter().map(|one| one.span).collect(),
                };
                origins.resize(id.index() + 1, origin);
            }
            Err(error) => diagnostics.push(too_long(error, when.map(|(_, w)| *w), open.span)),
        }
    }
    let lowered = targets::lower(plan, targets, &mut lowering, remembered);
    for (id, written) in lowered.programs {
        let origin = Origin {
            written: Some(written),
            clauses: Vec::new(),
        };
        origins.resize(id.index() + 1, origin);
    }
    for (error, written) in lowered.refused {
        diagnostics.push(too_long(error, Some(written), written.condition.span));
    }
    if !diagnostics.has_errors()
        && let Err(error) = index::build(plan, &wholes, &mut lowering)
        && let Some(open) = rules.first()
    {
        diagnostics.push(too_long(error, None, open.span));
    }
    let parts = lowering.finish();
    origins.resize(parts.programs.len(), Origin::default());
    let programs = parts.places.iter().zip(&origins);
    let programs =
        programs.map(|(places, origin)| places.iter().map(|place| origin.span(place)).collect());
    let map = PlanMap {
        programs: programs.collect(),
        rules: rules.iter().map(|rule| rule.span).collect(),
        limits: Vec::new(),
    };
    plan.slots = parts.slots;
    plan.programs = parts.programs;
    plan.automata = parts.automata;
    plan.zones = parts.zones;
    map
}

/// `place`: the rule's, where no text is to blame.
fn too_long(error: LowerError, written: Option<Written<'_>>, place: Span) -> Diagnostic {
    let help = "split the rule into several";
    let Some(written) = written else {
        return Diagnostic::new(Code::ConditionTooLong, place, error.to_string()).help(help);
    };
    let whole = 0..written.text().len();
    written.diagnostic(Issue::new(Code::ConditionTooLong, &whole, error.to_string()).help(help))
}
