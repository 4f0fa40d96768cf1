//! The whole way: sources in, a plan with its bytes out.

use std::path::PathBuf;

use remit_engine::plan::{self, Access, Digest, Plan};

use crate::cel::PlanMap;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::{cel, document, lint, resolve};

/// A policy that compiled.
#[derive(Debug)]
pub struct Compiled {
    /// The plan.
    pub plan: Plan,
    /// Where its rules and the parts of their conditions stand in the policy.
    pub map: PlanMap,
    /// The plan as the filter loads it.
    pub bytes: Vec<u8>,
    /// Its digest: the policy's version in every decision.
    pub digest: Digest,
    /// What is odd about the policy.
    pub warnings: Vec<Diagnostic>,
    /// Files that the policy names and that were read.
    pub assets: Vec<PathBuf>,
}

/// A policy that did not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy has errors")]
pub struct Rejected {
    /// Errors and warnings in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that the policy names.
    pub assets: Vec<PathBuf>,
}

/// Compiles a policy. The same sources always give the same bytes.
///
/// # Errors
/// [`Rejected`], with everything that is wrong.
pub fn compile(sources: &Sources) -> Result<Compiled, Rejected> {
    let mut diagnostics = Diagnostics::default();
    let document = document::read(sources, &mut diagnostics);
    let mut resolved = resolve::resolve(&document, sources, &mut diagnostics);
    let assets = std::mem::take(&mut resolved.assets);
    let subject = lint::Subject {
        document: &document,
        resolved: &resolved,
        sources,
    };
    lint::run(&subject, &mut diagnostics);
    let (plan, mut map) = cel::compile(resolved, sources, &mut diagnostics);
    map.place_limits(&document, &plan);
    resolve::fits(&document, &plan, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(Rejected {
            diagnostics: diagnostics.into_sorted(),
            assets,
        });
    }
    match plan::encode(&plan) {
        Ok((bytes, digest)) => Ok(Compiled {
            plan,
            map,
            bytes,
            digest,
            warnings: diagnostics.into_sorted(),
            assets,
        }),
        Err(error) => {
            // Too large is the one way that is left; a contradiction would be a mistake of ours,
            // and no plan must come of that either.
            if let Some((file, _)) = sources.files().next() {
                let start = Span {
                    file,
                    start: 0,
                    end: 0,
                };
                diagnostics.push(Diagnostic::new(
                    Code::PlanRefused,
                    start,
                    format!("no plan can be made of this policy: {error}"),
                ));
            }
            Err(Rejected {
                diagnostics: diagnostics.into_sorted(),
                assets,
            })
        }
    }
}

/// How much there is of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Issuers.
    pub issuers: usize,
    /// Resources.
    pub resources: usize,
    /// Operations that need a token.
    pub operations: usize,
    /// Operations that need none.
    pub public: usize,
    /// Tasks.
    pub tasks: usize,
    /// Rules.
    pub rules: usize,
    /// Conditions.
    pub conditions: usize,
}

impl Compiled {
    /// How much there is of what.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let plan = &self.plan;
        let public = plan
            .operations
            .iter()
            .filter(|one| one.access == Access::Public)
            .count();
        Summary {
            issuers: plan.issuers.len(),
            resources: plan.resources.len(),
            operations: plan.operations.len() - public,
            public,
            tasks: plan.tasks.len(),
            rules: plan.rules.len(),
            conditions: plan
                .rules
                .iter()
                .filter(|rule| rule.condition.is_some())
                .count(),
        }
    }
}
