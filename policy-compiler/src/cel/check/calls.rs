//! Calls: which function a name means, and which of its overloads takes the arguments.

use std::ops::Range;

use remit_engine::plan::{Datum, Function};

use super::{Checked, Checker, messages, names::chain_of};
use crate::cel::declarations::{self, Arity, Callee, Declaration, Style};
use crate::cel::environment::Resolved;
use crate::cel::syntax::{Expression, NameScope, Word};
use crate::cel::term::{Term, TermKind};
use crate::cel::types::Ty;
use crate::cel::{pattern, zone};

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        function: &Word,
        receiver: Option<&Expression>,
        arguments: &[Expression],
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let Some(qualified) = receiver.and_then(|receiver| self.namespaced(receiver, function)) {
            let operands = self.expressions(arguments)?;
            let word = Word {
                text: qualified,
                range: function.range.clone(),
            };
            return self.function(&word, Style::Global, operands, range);
        }
        let style = match receiver {
            Some(_) => Style::Receiver,
            None => Style::Global,
        };
        let operands = self.expressions(receiver.into_iter().chain(arguments))?;
        self.function(function, style, operands, range)
    }

    /// The name of a function in a namespace: `math.greatest`. A variable of the namespace's name
    /// comes first.
    fn namespaced(&self, receiver: &Expression, function: &Word) -> Option<String> {
        let chain = chain_of(receiver)?;
        let is_local = chain.scope == NameScope::Inner && self.locals.find(&chain.root).is_some();
        if is_local {
            return None;
        }
        let name = format!("{}.{}", chain.text(), function.text);
        let declared = self.environment.function(&name).is_some();
        let known = declarations::function(&name).is_some()
            || chain.steps.is_empty() && declarations::is_namespace(&chain.root);
        let is_variable = matches!(
            self.environment.resolve(&chain),
            Resolved::Variable { .. } | Resolved::Touched { .. } | Resolved::Group(_)
        );
        (declared || known && !is_variable).then_some(name)
    }

    fn function(
        &mut self,
        word: &Word,
        style: Style,
        operands: Vec<Term>,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let declaration = match self.environment.function(&word.text) {
            Some(declared) => Some(declared.clone()),
            None => declarations::function(&word.text).cloned(),
        };
        let Some(declaration) = declaration else {
            return self.refuse(messages::unknown_function(word, style));
        };
        if declaration.callee == Callee::Function(Function::ToDyn) && self.is_policy() {
            return self.refuse(messages::dyn_in_policy(range));
        }
        if self.is_policy()
            && !matches!(
                word.text.as_str(),
                "optional.of" | "optional.ofNonZeroValue"
            )
        {
            self.present_operands(&declaration, &operands)?;
        }
        let types: Vec<Ty> = operands.iter().map(|one| self.known(&one.ty)).collect();
        let mut results = Vec::new();
        for overload in declaration
            .overloads
            .iter()
            .filter(|one| one.style == style)
        {
            let mut parameters = overload.parameters.clone();
            if overload.arity == Arity::Variadic
                && let Some(last) = parameters.last().cloned()
            {
                while parameters.len() < types.len() {
                    parameters.push(last.clone());
                }
            }
            let fits = self.inference.call(&types, &parameters, &overload.result);
            results.extend(fits);
        }
        match self.one_result(results) {
            Some(ty) => self.carried_out(&declaration, operands, ty, range),
            None if self.is_unchecked() => self.carried_out(&declaration, operands, Ty::Dyn, range),
            None => self.refuse(messages::no_call(
                &declaration,
                style,
                &types,
                &operands,
                word,
                range,
            )),
        }
    }

    /// In a policy, what may be absent is said to be so before it is used.
    fn present_operands(&mut self, declaration: &Declaration, operands: &[Term]) -> Checked<()> {
        let takes_optionals = declaration
            .overloads
            .iter()
            .any(|one| matches!(one.parameters.first(), Some(Ty::Optional(_) | Ty::List(_))));
        if takes_optionals {
            return Ok(());
        }
        for operand in operands {
            if let ty @ Ty::Optional(_) = self.known(&operand.ty) {
                let wanted = messages::wanted(declaration);
                let issue = messages::wrong_operand(&ty, &operand.range, &wanted);
                self.object(issue.help_if(messages::optional_help(&ty)))?;
            }
        }
        Ok(())
    }

    fn carried_out(
        &mut self,
        declaration: &Declaration,
        operands: Vec<Term>,
        ty: Ty,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let kind = match declaration.callee {
            Callee::Function(function) => {
                self.time_zone(function, &operands)?;
                TermKind::Call(function, operands)
            }
            Callee::Declared => TermKind::Fails,
            Callee::Matches => return self.matches(operands, range),
            Callee::OptionalOr | Callee::OptionalOrValue => {
                let mut operands = operands.into_iter().map(Box::new);
                match (declaration.callee, operands.next(), operands.next()) {
                    (Callee::OptionalOr, Some(a), Some(b)) => TermKind::OptionalOr(a, b),
                    (_, Some(a), Some(b)) => TermKind::OptionalOrValue(a, b),
                    _ => TermKind::Fails,
                }
            }
        };
        self.term(kind, ty, range)
    }

    /// `matches`: its pattern is compiled now.
    fn matches(&mut self, operands: Vec<Term>, range: &Range<usize>) -> Checked<Term> {
        let mut operands = operands.into_iter();
        let (Some(text), Some(written)) = (operands.next(), operands.next()) else {
            return self.refuse(messages::not_a_value(range, "`matches` takes a pattern"));
        };
        let Some(pattern) = written.constant_text() else {
            return self.refuse(messages::pattern_not_literal(&written.range));
        };
        if let Err(error) = pattern::compile(pattern) {
            return self.refuse(messages::bad_pattern(&error, pattern, &written.range));
        }
        let kind = TermKind::Matches(Box::new(text), pattern.to_owned());
        self.term(kind, Ty::Bool, range)
    }

    /// The time zone of a time's part: a name must be known, so that its table can travel along.
    fn time_zone(&mut self, function: Function, operands: &[Term]) -> Checked<()> {
        let is_part = function.is_time_part();
        let Some(named) = operands.get(1).filter(|_| is_part && self.is_policy()) else {
            return Ok(());
        };
        match named.as_constant() {
            Some(Datum::String(name)) if zone::is_fixed(name) || zone::named(name).is_some() => {
                Ok(())
            }
            Some(Datum::String(name)) => self.object(messages::unknown_zone(name, &named.range)),
            _ => self.object(messages::zone_not_literal(&named.range)),
        }
    }
}
