//! The vocabulary of labels: closed, so that a typo is an error and not a rule that never fits.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostics, did_you_mean, listing};
use crate::document::{Label, LabelDeclaration};

/// The labels that there are.
pub(super) struct Vocabulary<'d> {
    declared: &'d [LabelDeclaration],
}

/// Labels, checked: name and value.
pub(crate) type LabelSet<'d> = BTreeSet<(&'d str, &'d str)>;

impl<'d> Vocabulary<'d> {
    pub(super) fn new(declared: &'d [LabelDeclaration]) -> Self {
        Self { declared }
    }

    /// Checks labels against the vocabulary. `None` if one is not in it.
    pub(super) fn check(
        &self,
        labels: &'d [Label],
        diagnostics: &mut Diagnostics,
    ) -> Option<LabelSet<'d>> {
        let mut set = LabelSet::new();
        let mut whole = true;
        for Label { name, value } in labels {
            let declared = self
                .declared
                .iter()
                .find(|one| one.name.value == name.value);
            let Some(declared) = declared else {
                let names = || self.declared.iter().map(|one| one.name.value.as_str());
                diagnostics.push(
                    name.diagnostic(
                        Code::UnknownName,
                        format!("there is no label `{}`", name.value),
                    )
                    .help("declare it under `labels` with the values that it can have")
                    .help_if(did_you_mean(&name.value, names())),
                );
                whole = false;
                continue;
            };
            let values = || declared.values.iter().map(|one| one.value.as_str());
            if values().any(|known| known == value.value) {
                set.insert((&name.value, &value.value));
                continue;
            }
            diagnostics.push(
                value
                    .diagnostic(
                        Code::UnknownName,
                        format!("the label `{}` has no value `{}`", name.value, value.value),
                    )
                    .also(declared.name.span, "its values are declared here")
                    .help(format!("its values are {}", listing(values())))
                    .help_if(did_you_mean(&value.value, values())),
            );
            whole = false;
        }
        whole.then_some(set)
    }
}
