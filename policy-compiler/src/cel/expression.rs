//! One expression on its own, over variables that are given: what tests hold against the CEL
//! specification, and benchmarks measure. It is checked, lowered and evaluated by the same code as
//! a policy's conditions.

use std::collections::HashMap;
use std::ops::Range;

use remit_engine::cel::{
    Automata, Bindings, Budget, Code as PlanCode, EvalError, Silent, evaluate, holds,
};
use remit_engine::plan::{Automaton, ClaimId, Datum, Presence, Program, ProgramId, Slot, Zone};

use super::check;
use super::declarations::Declaration;
use super::environment::{Chain, Environment, Profile, Resolved, StepForm};
use super::issue::Issue;
use super::lower::Lowering;
use super::parse::{self, Comments};
use super::syntax::NameScope;
use super::types::Ty;
use crate::diagnostic::{Code, did_you_mean};

/// Variables and functions that an expression is checked against.
#[derive(Debug, Clone)]
pub struct Variables {
    /// How strictly.
    pub profile: Profile,
    /// The namespace that names are looked up in first: `com.example`; empty for none.
    pub container: String,
    /// Variables: names, which may be qualified, with their types.
    pub types: Vec<(String, Ty)>,
    /// Functions that can be checked, and not carried out.
    pub functions: Vec<Declaration>,
}

/// An expression, ready to be evaluated.
#[derive(Debug)]
pub struct Expression {
    ty: Ty,
    program: ProgramId,
    slots: Vec<Slot>,
    programs: Vec<Program>,
    zones: Vec<Zone>,
    written: Vec<Automaton>,
    automata: Automata,
}

/// The parts of an expression that a plan carries.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'e> {
    /// The expression's program.
    pub program: ProgramId,
    /// What its nodes read.
    pub slots: &'e [Slot],
    /// It, and programs that it refers to.
    pub programs: &'e [Program],
    /// Its time zones.
    pub zones: &'e [Zone],
    /// Its patterns.
    pub automata: &'e [Automaton],
}

impl Expression {
    /// Parses, checks and lowers an expression.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(text: &str, variables: &Variables) -> Result<Self, Vec<Issue>> {
        let parsed =
            parse::parse_one(text, Comments::Skip).map_err(|error| vec![error.issue(text)])?;
        let outcome = check::check(&parsed, &Scope::new(variables))?;
        let whole = 0..text.len();
        let too_large = |message: String| vec![Issue::new(Code::ConditionTooLong, &whole, message)];
        let mut lowering = Lowering::default();
        let program = lowering
            .inline(&outcome.term, outcome.locals)
            .map_err(|error| too_large(error.to_string()))?;
        let parts = lowering.finish();
        Ok(Self {
            ty: outcome.term.ty,
            program,
            automata: Automata::new(&parts.automata)
                .map_err(|error| too_large(error.to_string()))?,
            written: parts.automata,
            slots: parts.slots,
            programs: parts.programs,
            zones: parts.zones,
        })
    }

    /// The type that was deduced.
    #[must_use]
    pub fn ty(&self) -> &Ty {
        &self.ty
    }

    /// The program that it came to.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        self.programs.get(self.program.index())
    }

    /// What a plan would carry of it: what another build of the engine evaluates.
    #[must_use]
    pub fn carried(&self) -> Carried<'_> {
        Carried {
            program: self.program,
            slots: &self.slots,
            programs: &self.programs,
            zones: &self.zones,
            automata: &self.written,
        }
    }

    fn code(&self) -> PlanCode<'_> {
        PlanCode {
            slots: &self.slots,
            programs: &self.programs,
            zones: &self.zones,
            automata: &self.automata,
        }
    }

    /// What it comes to. Values stand in the order of the variables; `None` is absent.
    ///
    /// # Errors
    /// [`EvalError`].
    pub fn evaluate(&self, values: &[Option<Datum>]) -> Result<Datum, EvalError> {
        let budget = Budget::new();
        let value = evaluate(
            self.code(),
            self.program,
            &Bindings(values),
            &budget,
            &mut Silent,
        )?;
        Datum::try_from(&value).map_err(|_| EvalError::Budget)
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// [`EvalError`].
    pub fn holds(&self, values: &[Option<Datum>]) -> Result<bool, EvalError> {
        let budget = Budget::new();
        holds(
            self.code(),
            self.program,
            &Bindings(values),
            &budget,
            &mut Silent,
        )
    }
}

struct Scope<'v> {
    variables: &'v Variables,
    by_name: HashMap<&'v str, (usize, &'v Ty)>,
}

impl<'v> Scope<'v> {
    fn new(variables: &'v Variables) -> Self {
        let named = variables.types.iter().enumerate();
        Self {
            variables,
            by_name: named
                .map(|(position, (name, ty))| (name.as_str(), (position, ty)))
                .collect(),
        }
    }

    /// Names that a name may mean, from the container outwards (CEL specification, "Name
    /// Resolution").
    fn candidates(&self, name: &str, scope: NameScope) -> Vec<String> {
        let mut candidates = Vec::new();
        if scope == NameScope::Inner {
            let mut container = self.variables.container.as_str();
            while !container.is_empty() {
                candidates.push(format!("{container}.{name}"));
                container = container.rsplit_once('.').map_or("", |(outer, _)| outer);
            }
        }
        candidates.push(name.to_owned());
        candidates
    }
}

impl Environment for Scope<'_> {
    fn profile(&self) -> Profile {
        self.variables.profile
    }

    fn resolve(&self, chain: &Chain) -> Resolved {
        let members = chain
            .steps
            .iter()
            .take_while(|step| {
                step.form == StepForm::Member && step.access == super::syntax::Access::Plain
            })
            .count();
        for used in (0..=members).rev() {
            let mut name = chain.root.clone();
            for step in chain.steps.iter().take(used) {
                name.push('.');
                name.push_str(&step.name);
            }
            for candidate in self.candidates(&name, chain.scope) {
                if let Some((position, ty)) = self.by_name.get(candidate.as_str()) {
                    return Resolved::Variable {
                        slot: Slot::Claim(ClaimId(u32::try_from(*position).unwrap_or(u32::MAX))),
                        ty: (*ty).clone(),
                        presence: Presence::Mandatory,
                        used,
                    };
                }
            }
        }
        Resolved::Nothing
    }

    fn function(&self, name: &str) -> Option<&Declaration> {
        self.variables.functions.iter().find(|one| one.name == name)
    }

    fn unknown(&self, chain: &Chain) -> Issue {
        let range: &Range<usize> = &chain.root_range;
        let message = format!("there is no variable `{}`", chain.root);
        let names = self.variables.types.iter().map(|(name, _)| name.as_str());
        Issue::new(Code::UnknownVariable, range, message).help_if(did_you_mean(&chain.root, names))
    }
}
