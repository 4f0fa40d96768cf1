//! `history`: what was done before, by class, label and operation.

use remit_engine::plan::{Access, Class, OperationId, Per, Presence, Slot};

use crate::cel::environment::{Chain, Resolved, Step};
use crate::cel::issue::Issue;
use crate::cel::scope::Scope;
use crate::cel::types::Ty;
use crate::diagnostic::{Code, did_you_mean, listing};
use crate::document::CLASSES;
use crate::resolve::OperationFacts;
use crate::resolve::history::Calls;

const MEMBERS: &[&str] = &[
    "calls",
    "classes",
    "denials",
    "first",
    "labels",
    "last",
    "operations",
    "touched",
];
/// What can be asked of calls.
const ASKED: &[&str] = &["calls", "first", "last"];

type Found = Result<Resolved, Box<Issue>>;

/// `history.…`.
pub(super) fn history(scope: &Scope<'_>, chain: &Chain) -> Found {
    needs_task_id(scope, chain)?;
    let Some((first, rest)) = chain.steps.split_first() else {
        return Ok(Resolved::Group("history".to_owned()));
    };
    match first.name.as_str() {
        "denials" => {
            scope.past.remembered.borrow_mut().ask();
            Ok(Resolved::Variable {
                slot: Slot::HistoryDenials(scope.per),
                ty: Ty::Int,
                presence: Presence::Mandatory,
                used: 1,
            })
        }
        "classes" => classes(scope, rest),
        "labels" => labels(scope, rest),
        "operations" => operations(scope, rest),
        "touched" => touched(scope, rest),
        _ => asked(scope, "history", MEMBERS, first, 1, || {
            Calls::fitting(None, [], ids(scope, |_| true))
        }),
    }
}

/// `calls`, `first` or `last` of some calls; after so many steps.
fn asked(
    scope: &Scope<'_>,
    of: &str,
    members: &[&str],
    step: &Step,
    used: usize,
    calls: impl FnOnce() -> Calls,
) -> Found {
    if !ASKED.contains(&step.name.as_str()) {
        let message = format!("`{of}` has no member `{}`", step.name);
        return Err(unknown(
            Code::UnknownVariable,
            step,
            message,
            "its members are",
            members,
        )
        .into());
    }
    let per = scope.per;
    let mut remembered = scope.past.remembered.borrow_mut();
    let Some(term) = remembered.term(per, &[calls()]) else {
        return Ok(Resolved::Nothing);
    };
    let (slot, ty, presence) = match step.name.as_str() {
        "first" => (Slot::HistoryFirst(term), Ty::Timestamp, Presence::Optional),
        "last" => (Slot::HistoryLast(term), Ty::Timestamp, Presence::Optional),
        _ => (Slot::HistoryCalls(term), Ty::Int, Presence::Mandatory),
    };
    Ok(Resolved::Variable {
        slot,
        ty,
        presence,
        used,
    })
}

/// `history.classes.<class>.…`.
fn classes(scope: &Scope<'_>, steps: &[Step]) -> Found {
    let Some((name, rest)) = steps.split_first() else {
        return group(&["classes"]);
    };
    let Some((_, class)) = CLASSES.iter().find(|(known, _)| *known == name.name) else {
        let names: Vec<&str> = CLASSES.iter().map(|(name, _)| *name).collect();
        let message = format!("there is no class `{}`", name.name);
        return Err(unknown(Code::UnknownName, name, message, "the classes are", &names).into());
    };
    let Some(last) = rest.first() else {
        return group(&["classes", &name.name]);
    };
    asked(
        scope,
        &text(&["classes", &name.name]),
        ASKED,
        last,
        3,
        || {
            Calls::fitting(
                Some(*class),
                [],
                ids(scope, |fact| is_of(scope, fact, *class)),
            )
        },
    )
}

/// `history.labels.<label>.<value>.…`.
fn labels(scope: &Scope<'_>, steps: &[Step]) -> Found {
    let Some((label, rest)) = steps.split_first() else {
        return group(&["labels"]);
    };
    let values = values(scope, label)?;
    let Some((value, rest)) = rest.split_first() else {
        return group(&["labels", &label.name]);
    };
    if !values.contains(&value.name.as_str()) {
        let message = format!("the label `{}` has no value `{}`", label.name, value.name);
        return Err(unknown(Code::UnknownName, value, message, "its values are", &values).into());
    }
    let path = ["labels", &label.name, &value.name];
    let Some(last) = rest.first() else {
        return group(&path);
    };
    asked(scope, &text(&path), ASKED, last, 4, || {
        labelled(scope, &label.name, &value.name)
    })
}

/// `history.operations.<resource>.<operation>.…`.
fn operations(scope: &Scope<'_>, steps: &[Step]) -> Found {
    let Some((resource, rest)) = steps.split_first() else {
        return group(&["operations"]);
    };
    let names = || {
        scope
            .past
            .facts
            .iter()
            .filter(|fact| is_protected(scope, fact.id))
    };
    let split = || names().filter_map(|fact| fact.full_name.split_once('.'));
    if !split().any(|(of, _)| of == resource.name) {
        let mut known: Vec<&str> = split().map(|(of, _)| of).collect();
        known.dedup();
        let message = format!("there is no resource `{}`", resource.name);
        return Err(unknown(
            Code::UnknownName,
            resource,
            message,
            "the resources are",
            &known,
        )
        .into());
    }
    let Some((operation, rest)) = rest.split_first() else {
        return group(&["operations", &resource.name]);
    };
    let of_resource = || split().filter(|(of, _)| *of == resource.name);
    if !of_resource().any(|(_, name)| name == operation.name) {
        let mut known: Vec<&str> = of_resource().map(|(_, name)| name).collect();
        known.dedup();
        let message = format!(
            "the resource `{}` has no operation `{}`",
            resource.name, operation.name
        );
        return Err(unknown(
            Code::UnknownName,
            operation,
            message,
            "its operations are",
            &known,
        )
        .into());
    }
    let path = ["operations", &resource.name, &operation.name];
    let Some(last) = rest.first() else {
        return group(&path);
    };
    asked(scope, &text(&path), ASKED, last, 4, || {
        let name = format!("{}.{}", resource.name, operation.name);
        let operations = ids(scope, |fact| fact.full_name == name);
        Calls::of(&name, operations)
    })
}

/// `history.touched.<label>`: those of its values that something was called with.
fn touched(scope: &Scope<'_>, steps: &[Step]) -> Found {
    let Some(label) = steps.first() else {
        return group(&["touched"]);
    };
    let values = values(scope, label)?;
    let per = scope.per;
    let mut remembered = scope.past.remembered.borrow_mut();
    let present = values.into_iter().filter_map(|value| {
        let term = remembered.term(per, &[labelled(scope, &label.name, value)])?;
        Some((Slot::HistoryCalls(term), value.to_owned()))
    });
    Ok(Resolved::Touched {
        values: present.collect(),
        used: 2,
    })
}

/// The values that a label can have.
fn values<'a>(scope: &Scope<'a>, label: &Step) -> Result<Vec<&'a str>, Box<Issue>> {
    let declared = scope.past.labels.iter();
    let mut found = declared.clone().filter(|one| one.name.value == label.name);
    let Some(found) = found.next() else {
        let known: Vec<&str> = declared.map(|one| one.name.value.as_str()).collect();
        let message = format!("there is no label `{}`", label.name);
        return Err(unknown(Code::UnknownName, label, message, "the labels are", &known).into());
    };
    let values = found.values.iter();
    Ok(values.map(|value| value.value.as_str()).collect())
}

fn labelled(scope: &Scope<'_>, label: &str, value: &str) -> Calls {
    let operations = ids(scope, |fact| fact.labels.contains(&(label, value)));
    Calls::fitting(None, [(label, value)], operations)
}

/// The operations that need a token and fit, in order.
fn ids(scope: &Scope<'_>, fits: impl Fn(&OperationFacts<'_>) -> bool) -> Vec<OperationId> {
    let facts = scope.past.facts.iter();
    let facts = facts.filter(|fact| is_protected(scope, fact.id) && fits(fact));
    facts.map(|fact| fact.id).collect()
}

fn is_protected(scope: &Scope<'_>, id: OperationId) -> bool {
    let operation = scope.plan.operations.get(id.index());
    operation.is_some_and(|operation| operation.access == Access::Task)
}

fn is_of(scope: &Scope<'_>, fact: &OperationFacts<'_>, class: Class) -> bool {
    let operation = scope.plan.operations.get(fact.id.index());
    operation.is_some_and(|operation| operation.class == class)
}

fn text(path: &[&str]) -> String {
    format!("history.{}", path.join("."))
}

fn group(path: &[&str]) -> Found {
    Ok(Resolved::Group(text(path)))
}

/// Nothing has this name; what has one instead.
fn unknown(code: Code, step: &Step, message: String, are: &str, known: &[&str]) -> Issue {
    let issue = Issue::new(code, &step.range, message);
    let issue = match known {
        [] => issue,
        known => issue.help(format!("{are} {}", listing(known.iter().copied()))),
    };
    issue.help_if(did_you_mean(&step.name, known.iter().copied()))
}

/// In a task's rule it is that of the run of the task, which tokens must name.
fn needs_task_id(scope: &Scope<'_>, chain: &Chain) -> Result<(), Box<Issue>> {
    if scope.per != Per::TaskId {
        return Ok(());
    }
    let issuers = scope.issuers.iter();
    let issuers = issuers.filter_map(|id| scope.plan.issuers.get(id.index()));
    let lacking: Vec<&str> = issuers
        .filter(|issuer| issuer.names.task_id.is_none())
        .map(|issuer| issuer.name.as_str())
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the history of a run cannot be told with tokens of {}",
        listing(lacking)
    );
    Err(Issue::new(Code::NeedsTaskId, &chain.root_range, message)
        .help("name the claim that says which run of the task it is: `names: {task_id: …}`")
        .into())
}
