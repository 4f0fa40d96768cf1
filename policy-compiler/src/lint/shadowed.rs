//! A rule that makes no difference, because another decides first wherever it would: an allow
//! under an unconditional deny, an allow beside one that asks for nothing, the same rule twice.

use std::collections::HashMap;

use remit_engine::plan::{Effect, Mode, RuleId};

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::OpenRule;
use crate::resolve::sequence::{Past, Wanted};

/// What decides an operation of a task whatever a condition says.
#[derive(Default)]
struct Deciders<'a> {
    deny: Option<RuleId>,
    allow: Option<RuleId>,
    /// The first rule with an effect and a condition.
    first: HashMap<(Effect, Condition<'a>), RuleId>,
}

/// What a rule asks, for telling whether two ask the same.
type Condition<'a> = (Option<&'a str>, Vec<(Wanted, &'a Past)>);

/// What a rule asks beside a demand; `None` where that is nothing.
fn condition<'a>(rule: &'a OpenRule<'_>) -> Option<Condition<'a>> {
    let when = rule.when.map(|when| when.value.text.as_str());
    let asked = rule.sequence.asked.iter();
    let asked: Vec<_> = asked.map(|one| (one.wanted, &one.past)).collect();
    (when.is_some() || !asked.is_empty()).then_some((when, asked))
}

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let plan = &subject.resolved.plan;
    // For each rule: in how many operations it stands, in how many it is shadowed, and by what.
    let mut counts: HashMap<RuleId, (usize, usize, RuleId)> = HashMap::new();
    for task in &plan.tasks {
        for (_, set) in &task.rules {
            let deciders = deciders(subject, &set.always);
            for rule in &set.always {
                let by = shadowed_by(subject, *rule, &deciders);
                let count = counts.entry(*rule).or_insert((0, 0, *rule));
                count.0 += 1;
                if let Some(by) = by {
                    count.1 += 1;
                    count.2 = by;
                }
            }
        }
    }
    let mut shadowed: Vec<(RuleId, RuleId)> = counts
        .into_iter()
        .filter(|(_, (stands, shadowed, _))| stands == shadowed)
        .map(|(rule, (_, _, by))| (rule, by))
        .collect();
    shadowed.sort_unstable();
    for (rule, by) in shadowed {
        report(subject, rule, by, diagnostics);
    }
}

fn deciders<'a>(subject: &Subject<'a>, rules: &[RuleId]) -> Deciders<'a> {
    let mut deciders = Deciders::default();
    for id in rules {
        let (Some(rule), Some(open)) = (
            subject.resolved.plan.rules.get(id.index()),
            subject.resolved.rules.get(id.index()),
        ) else {
            continue;
        };
        if rule.mode == Mode::Observe {
            continue;
        }
        match (condition(open), open.effect) {
            (None, Effect::Deny) => {
                deciders.deny.get_or_insert(*id);
            }
            (None, Effect::Allow) => {
                deciders.allow.get_or_insert(*id);
            }
            (None, Effect::Require) => {}
            (Some(condition), effect) => {
                deciders.first.entry((effect, condition)).or_insert(*id);
            }
        }
    }
    deciders
}

/// The rule that decides before another one makes a difference. A rule that only reports is
/// shadowed by nothing: it reports.
fn shadowed_by(subject: &Subject<'_>, id: RuleId, deciders: &Deciders<'_>) -> Option<RuleId> {
    let rule = subject.resolved.plan.rules.get(id.index())?;
    let open = subject.resolved.rules.get(id.index())?;
    if rule.mode == Mode::Observe {
        return None;
    }
    let other = |by: Option<RuleId>| by.filter(|by| *by != id);
    let earlier = |by: Option<RuleId>| by.filter(|by| *by < id);
    let condition = condition(open);
    let same = condition.as_ref().and_then(|condition| {
        let key = (open.effect, condition.clone());
        deciders.first.get(&key).copied()
    });
    match (open.effect, condition) {
        (Effect::Deny, None) => earlier(deciders.deny),
        (Effect::Allow, None) => other(deciders.deny).or(earlier(deciders.allow)),
        (Effect::Allow, Some(_)) => other(deciders.deny)
            .or(other(deciders.allow))
            .or(earlier(same)),
        (Effect::Deny | Effect::Require, Some(_)) => other(deciders.deny).or(earlier(same)),
        (Effect::Require, None) => None,
    }
}

fn report(subject: &Subject<'_>, id: RuleId, by: RuleId, diagnostics: &mut Diagnostics) {
    let plan = &subject.resolved.plan;
    let (Some(rule), Some(open), Some(other), Some(by)) = (
        plan.rules.get(id.index()),
        subject.resolved.rules.get(id.index()),
        plan.rules.get(by.index()),
        subject.resolved.rules.get(by.index()),
    ) else {
        return;
    };
    let why = match (by.effect, condition(by)) {
        (Effect::Deny, None) => "this denies it whatever else is said",
        (Effect::Allow, None) => "this allows it without a condition",
        (_, _) => "this says the same",
    };
    diagnostics.push(
        Diagnostic::new(
            Code::RuleShadowed,
            open.span,
            format!("the rule `{}` makes no difference", rule.id),
        )
        .label(format!("`{}` decides all that it covers", other.id))
        .also(by.span, why)
        .help("take one of the two out"),
    );
}
