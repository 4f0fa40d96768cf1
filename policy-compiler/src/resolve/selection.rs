//! Which operations a rule is about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use remit_engine::plan::{Access, Class, OperationId, Plan};

use super::OperationFacts;
use super::history::Calls;
use super::labels::{LabelSet, Vocabulary};
use crate::diagnostic::{Code, Diagnostics, did_you_mean, listing};
use crate::document::{Document, Label, Resource, Selection};
use crate::source::Spanned;

/// Operations by every way of naming them.
pub(super) struct Selector<'a, 'd> {
    document: &'d Document,
    vocabulary: &'a Vocabulary<'d>,
    facts: &'a [OperationFacts<'d>],
    plan: &'a Plan,
    /// One name may be several operations of the plan: an A2A method in its bindings.
    by_name: HashMap<&'a str, Vec<OperationId>>,
    resources: HashMap<&'d str, &'d Resource>,
}

/// What a selection comes to.
pub(super) enum Selected {
    /// These, in order.
    Operations(Vec<OperationId>),
    /// It could not be understood; that was said.
    Unclear,
}

impl<'a, 'd> Selector<'a, 'd> {
    pub(super) fn new(
        document: &'d Document,
        vocabulary: &'a Vocabulary<'d>,
        facts: &'a [OperationFacts<'d>],
        plan: &'a Plan,
    ) -> Self {
        let protected = facts.iter().filter(|fact| {
            let operation = plan.operations.get(fact.id.index());
            operation.is_some_and(|operation| operation.access == Access::Task)
        });
        let mut by_name: HashMap<&str, Vec<OperationId>> = HashMap::new();
        for fact in protected {
            let ids = by_name.entry(fact.full_name.as_str()).or_default();
            ids.push(fact.id);
        }
        let resources = document
            .resources
            .iter()
            .map(|one| (one.name.value.as_str(), one))
            .collect();
        Self {
            document,
            vocabulary,
            facts,
            plan,
            by_name,
            resources,
        }
    }

    /// The operations of a selection, each once, in order.
    pub(super) fn select(
        &self,
        selection: &'d Selection,
        diagnostics: &mut Diagnostics,
    ) -> Selected {
        match selection {
            Selection::Named(names) => {
                let mut found = BTreeSet::new();
                let mut clear = true;
                for name in names {
                    clear &= self.named(name, &mut found, diagnostics);
                }
                if clear {
                    Selected::Operations(found.into_iter().collect())
                } else {
                    Selected::Unclear
                }
            }
            Selection::Selector { class, labels, .. } => self.matching(*class, labels, diagnostics),
        }
    }

    /// The calls that a selection means, as they are remembered: those of a selector together, those
    /// of each named operation by themselves. `None` where it could not be understood.
    pub(super) fn calls(
        &self,
        selection: &'d Selection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Calls>> {
        let Selected::Operations(selected) = self.select(selection, diagnostics) else {
            return None;
        };
        Some(match selection {
            Selection::Selector { class, labels, .. } => {
                let labels = labels.iter();
                let labels = labels.map(|one| (one.name.value.as_str(), one.value.value.as_str()));
                vec![Calls::fitting(*class, labels, selected)]
            }
            Selection::Named(_) => {
                let mut by_name: BTreeMap<&str, Vec<OperationId>> = BTreeMap::new();
                for fact in self.facts {
                    if selected.binary_search(&fact.id).is_ok() {
                        by_name.entry(&fact.full_name).or_default().push(fact.id);
                    }
                }
                let calls = by_name.into_iter();
                calls.map(|(name, ids)| Calls::of(name, ids)).collect()
            }
        })
    }

    /// Whether the name was understood.
    fn named(
        &self,
        name: &Spanned<String>,
        found: &mut BTreeSet<OperationId>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        if let Some(ids) = self.by_name.get(name.value.as_str()) {
            found.extend(ids);
            return true;
        }
        let (resource_name, operation_name) = name
            .value
            .split_once('.')
            .unwrap_or((name.value.as_str(), ""));
        let Some(resource) = self.resources.get(resource_name) else {
            diagnostics.push(
                name.diagnostic(
                    Code::UnknownName,
                    format!("there is no resource `{resource_name}`"),
                )
                .help("an operation is named `resource.operation`, all of a resource `resource.*`")
                .help_if(did_you_mean(resource_name, self.resources.keys().copied()))
                .help_if(self.meant(&name.value)),
            );
            return false;
        };
        if operation_name == "*" {
            let prefix = format!("{resource_name}.");
            let all = self
                .by_name
                .iter()
                .filter(|(name, _)| name.starts_with(&prefix));
            found.extend(all.flat_map(|(_, ids)| ids));
            return true;
        }
        if resource.incomplete {
            return false;
        }
        if operation_name.is_empty() {
            diagnostics.push(
                name.diagnostic(
                    Code::UnknownName,
                    format!("`{resource_name}` is a resource, not an operation"),
                )
                .help(format!(
                    "name one of its operations, or write `{resource_name}.*` for all"
                )),
            );
            return false;
        }
        let names = || {
            resource
                .operations
                .iter()
                .map(|one| one.name.value.as_str())
        };
        diagnostics.push(
            name.diagnostic(
                Code::UnknownName,
                format!("the resource `{resource_name}` has no operation `{operation_name}`"),
            )
            .help(format!("its operations are {}", listing(names())))
            .help_if(did_you_mean(operation_name, names())),
        );
        false
    }

    /// Somebody who writes only an operation's name.
    fn meant(&self, name: &str) -> Option<String> {
        let named_so = |full: &&&str| full.split_once('.').is_some_and(|(_, last)| last == name);
        let mut candidates: Vec<&&str> = self.by_name.keys().filter(named_so).collect();
        candidates.sort_unstable();
        candidates
            .first()
            .map(|full| format!("did you mean `{full}`?"))
    }

    fn matching(
        &self,
        class: Option<Class>,
        labels: &'d [Label],
        diagnostics: &mut Diagnostics,
    ) -> Selected {
        let Some(wanted) = self.vocabulary.check(labels, diagnostics) else {
            return Selected::Unclear;
        };
        // A resource that was not read whole might have had what is looked for.
        if self
            .document
            .resources
            .iter()
            .any(|resource| resource.incomplete)
        {
            return Selected::Unclear;
        }
        let fits = |fact: &&OperationFacts<'_>| {
            self.plan
                .operations
                .get(fact.id.index())
                .is_some_and(|operation| {
                    operation.access == Access::Task
                        && class.is_none_or(|class| operation.class == class)
                        && carries(&fact.labels, &wanted)
                })
        };
        Selected::Operations(self.facts.iter().filter(fits).map(|fact| fact.id).collect())
    }
}

/// Whether labels have, of every label that is wanted, one of the values that are: several values
/// of one label are alternatives, several labels are not.
fn carries(labels: &LabelSet<'_>, wanted: &LabelSet<'_>) -> bool {
    let names: BTreeSet<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let has = |name: &str| {
        wanted
            .iter()
            .any(|one| one.0 == name && labels.contains(one))
    };
    names.into_iter().all(has)
}
