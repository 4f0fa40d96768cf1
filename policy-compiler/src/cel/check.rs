//! The type checker: from what was written to typed terms.
//!
//! Strict: operands must have types that the operation takes and that can make a difference.
//! `None` means that the reason was said; the other operand is checked all the same.

use std::ops::Range;

use remit_engine::plan::{Datum, Operator, Ordering, ScalarType, Slot};

use super::Written;
use super::env::Scope;
use super::fold::{self, Failure};
use super::paths::{Path, Target};
use super::syntax::{Binary, Expression, Kind, Unsupported};
use super::term::{Term, TermKind};
use super::types::{ValueType, scalars_can_equal};
use crate::diagnostic::{Code, Diagnostics};

/// Checks a condition. `None` if it is none; the reasons are among the diagnostics.
pub(super) fn check(
    expression: &Expression,
    written: Written<'_>,
    scope: Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Term> {
    let mut checker = Checker { written, scope, diagnostics };
    let term = checker.expression(expression)?;
    if term.ty == ValueType::BOOL {
        return Some(term);
    }
    let diagnostic = written
        .diagnostic(
            Code::NotBoolean,
            &expression.range,
            "a condition must be true or false".to_owned(),
        )
        .label(format!("this is {}", described(term.ty)))
        .help_if(match term.ty {
            ValueType::Optional(_) => Some("ask `.hasValue()`, or compare `.orValue(…)`".to_owned()),
            ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => {
                Some("compare it with something".to_owned())
            }
        });
    diagnostics.push(diagnostic);
    None
}

pub(super) struct Checker<'a> {
    pub(super) written: Written<'a>,
    scope: Scope<'a>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A type with its article.
fn described(ty: ValueType) -> String {
    let article = match ty {
        ValueType::Scalar(ScalarType::Int) | ValueType::Optional(_) => "an",
        ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => "a",
    };
    format!("{article} {ty}")
}

impl Checker<'_> {
    pub(super) fn error(&mut self, code: Code, range: &Range<usize>, message: String) {
        self.diagnostics.push(self.written.diagnostic(code, range, message));
    }

    /// Makes a term, computing what is constant.
    pub(super) fn term(
        &mut self,
        kind: TermKind,
        ty: ValueType,
        range: &Range<usize>,
    ) -> Option<Term> {
        match fold::fold(Term { kind, ty, range: range.clone() }) {
            Ok(term) => Some(term),
            Err(Failure { reason }) => {
                let diagnostic = self
                    .written
                    .diagnostic(
                        Code::AlwaysFails,
                        range,
                        "this part fails for every request".to_owned(),
                    )
                    .label(reason.to_string());
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    pub(super) fn expression(&mut self, expression: &Expression) -> Option<Term> {
        let range = &expression.range;
        if let Some(path) = Path::of(expression) {
            return self.path(&path, range);
        }
        match &expression.kind {
            Kind::Literal(scalar) => {
                Some(Term::constant(Datum::Scalar(scalar.clone()), range.clone()))
            }
            // A name is a path.
            Kind::Name(_) => None,
            Kind::Member { of, name, .. } => {
                let of = self.expression(of)?;
                self.error(
                    Code::NotAValue,
                    &name.range,
                    format!("{} has no member `{}`", described(of.ty), name.text),
                );
                None
            }
            Kind::Index { of, index, .. } => self.index(of, index, range),
            Kind::Has { of, name } => match Path::of(of) {
                Some(path) => self.has(&path.with(name, range.clone()), range),
                None => {
                    let _ = self.expression(of)?;
                    self.error(
                        Code::NotAValue,
                        range,
                        "`has` asks for a variable by its name".to_owned(),
                    );
                    None
                }
            },
            Kind::Call { function, receiver, arguments } => {
                self.call(function, receiver.as_deref(), arguments, range)
            }
            Kind::List(elements) => self.list(elements, range),
            Kind::Not(operand) => {
                let operand = self.expression(operand)?;
                self.bool(&operand)?;
                self.term(TermKind::Not(Box::new(operand)), ValueType::BOOL, range)
            }
            Kind::Negate(operand) => {
                let operand = self.expression(operand)?;
                self.number(&operand)?;
                let ty = operand.ty;
                self.term(TermKind::Negate(Box::new(operand)), ty, range)
            }
            Kind::Binary(Binary::In, element, list) => self.membership(element, list, range),
            Kind::Binary(operator, a, b) => {
                let (a, b) = (self.expression(a), self.expression(b));
                self.binary(*operator, a?, b?, range)
            }
            Kind::Choose(condition, a, b) => {
                let condition = self.expression(condition);
                let (a, b) = (self.expression(a), self.expression(b));
                let (condition, a, b) = (condition?, a?, b?);
                self.bool(&condition)?;
                let Some(ty) = a.ty.join(b.ty) else {
                    self.mismatch(&a, &b, range, "both branches of `? :` must have one type");
                    return None;
                };
                let kind = TermKind::Choose(Box::new(condition), Box::new(a), Box::new(b));
                self.term(kind, ty, range)
            }
            Kind::Unsupported(what) => {
                self.unsupported(what, range);
                None
            }
        }
    }

    fn path(&mut self, path: &Path, range: &Range<usize>) -> Option<Term> {
        let read = match path.resolve(self.scope, self.written) {
            Ok(Target::Variable { slot, ty, presence }) => {
                path.read_type(ty, presence, self.written).map(|ty| (slot, ty))
            }
            Ok(Target::Group(name)) => {
                Err(self
                    .written
                    .diagnostic(Code::NotAValue, range, format!("`{name}` is not a value"))
                    .help("name one of its members"))
            }
            Err(diagnostic) => Err(diagnostic),
        };
        match read {
            Ok((slot, ty)) => Some(self.read(slot, ty, range)),
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn read(&self, slot: Slot, ty: ValueType, range: &Range<usize>) -> Term {
        Term { kind: TermKind::Read(slot), ty, range: range.clone() }
    }

    fn has(&mut self, path: &Path, range: &Range<usize>) -> Option<Term> {
        match path.resolve(self.scope, self.written) {
            Ok(Target::Variable { slot, ty, .. }) => {
                let read = self.read(slot, ValueType::Optional(ty), range);
                self.term(TermKind::HasValue(Box::new(read)), ValueType::BOOL, range)
            }
            Ok(Target::Group(name)) => {
                let diagnostic = self
                    .written
                    .diagnostic(Code::NotAValue, range, format!("`{name}` is not a value"))
                    .help("ask for one of its members");
                self.diagnostics.push(diagnostic);
                None
            }
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn index(
        &mut self,
        of: &Expression,
        index: &Expression,
        range: &Range<usize>,
    ) -> Option<Term> {
        let (of, index) = (self.expression(of), self.expression(index));
        let (of, index) = (of?, index?);
        let ValueType::List(element) = of.ty else {
            self.wrong_operand(&of, "a list");
            return None;
        };
        if index.ty != ValueType::INT {
            self.wrong_operand(&index, "an int");
            return None;
        }
        let kind = TermKind::Index(Box::new(of), Box::new(index));
        self.term(kind, ValueType::Scalar(element), range)
    }

    fn binary(
        &mut self,
        operator: Binary,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Option<Term> {
        match operator {
            Binary::And | Binary::Or => {
                let (first, second) = (self.bool(&a), self.bool(&b));
                (first?, second?);
                let (a, b) = (Box::new(a), Box::new(b));
                let kind = match operator {
                    Binary::And => TermKind::And(a, b),
                    _ => TermKind::Or(a, b),
                };
                self.term(kind, ValueType::BOOL, range)
            }
            Binary::Equal | Binary::NotEqual => {
                let equal = self.equal(a, b, range)?;
                match operator {
                    Binary::Equal => Some(equal),
                    _ => self.term(TermKind::Not(Box::new(equal)), ValueType::BOOL, range),
                }
            }
            Binary::Compare(ordering) => self.compare(ordering, a, b, range),
            Binary::Arithmetic(operator) => self.arithmetic(operator, a, b, range),
            // Looked at before its operands are.
            Binary::In => None,
        }
    }

    fn equal(&mut self, a: Term, b: Term, range: &Range<usize>) -> Option<Term> {
        let (first, second) = (self.present(&a), self.present(&b));
        (first?, second?);
        if !a.ty.can_equal(b.ty) {
            self.mismatch(&a, &b, range, "they can never be equal");
            return None;
        }
        self.term(TermKind::Equal(Box::new(a), Box::new(b)), ValueType::BOOL, range)
    }

    fn compare(
        &mut self,
        ordering: Ordering,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Option<Term> {
        let (first, second) = (self.present(&a), self.present(&b));
        (first?, second?);
        let ordered = match (a.ty, b.ty) {
            (ValueType::Scalar(a), ValueType::Scalar(b)) => scalars_can_equal(a, b),
            _ => false,
        };
        if !ordered {
            self.mismatch(&a, &b, range, "they have no order");
            return None;
        }
        self.term(TermKind::Compare(ordering, Box::new(a), Box::new(b)), ValueType::BOOL, range)
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Option<Term> {
        let (first, second) = (self.present(&a), self.present(&b));
        (first?, second?);
        let fits = match (a.ty, b.ty) {
            (ValueType::INT, ValueType::INT) => true,
            (ValueType::Scalar(ScalarType::Double), ValueType::Scalar(ScalarType::Double)) => {
                operator != Operator::Remainder
            }
            (ValueType::STRING, ValueType::STRING) => operator == Operator::Add,
            _ => false,
        };
        if !fits {
            let symbol = Binary::Arithmetic(operator).symbol();
            self.mismatch(&a, &b, range, &format!("`{symbol}` does not take them"));
            return None;
        }
        let ty = a.ty;
        self.term(TermKind::Arithmetic(operator, Box::new(a), Box::new(b)), ty, range)
    }

    /// Constant elements only: lists with variables are for `in`.
    fn list(&mut self, elements: &[Expression], range: &Range<usize>) -> Option<Term> {
        let terms: Vec<Option<Term>> =
            elements.iter().map(|element| self.expression(element)).collect();
        let terms = terms.into_iter().collect::<Option<Vec<Term>>>()?;
        self.one_type(&terms)?;
        match fold::list(&terms) {
            Some(list) => Some(Term::constant(Datum::List(list), range.clone())),
            None => {
                let diagnostic = self
                    .written
                    .diagnostic(
                        Code::UnsupportedCel,
                        range,
                        "a list with variables is not supported here".to_owned(),
                    )
                    .help("variables can stand in a list to the right of `in`");
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn one_type(&mut self, elements: &[Term]) -> Option<()> {
        let Some(first) = elements.first() else { return Some(()) };
        for element in elements {
            if !matches!(element.ty, ValueType::Scalar(_)) {
                self.wrong_operand(element, "a bool, number or string");
                return None;
            }
            if element.ty != first.ty {
                let range = first.range.start..element.range.end;
                self.mismatch(first, element, &range, "the elements of a list must have one type");
                return None;
            }
        }
        Some(())
    }

    fn membership(
        &mut self,
        element: &Expression,
        list: &Expression,
        range: &Range<usize>,
    ) -> Option<Term> {
        if let Some(path) = Path::of(list)
            && let Ok(Target::Group(group)) = path.resolve(self.scope, self.written)
        {
            return self.in_group(element, path, &group, range);
        }
        let found = self.expression(element);
        // `x in [a, b]` is `x == a || x == b` where a or b is not constant.
        if let Kind::List(members) = &list.kind
            && !members.is_empty()
        {
            let terms: Vec<Option<Term>> =
                members.iter().map(|member| self.expression(member)).collect();
            let (found, terms) = (found?, terms.into_iter().collect::<Option<Vec<Term>>>()?);
            if let Some(constants) = fold::list(&terms) {
                self.one_type(&terms)?;
                let list = Term::constant(Datum::List(constants), list.range.clone());
                return self.in_list(found, list, range);
            }
            let mut tests = Vec::new();
            for term in terms {
                tests.push(self.equal(found.clone(), term, range)?);
            }
            return self.any(tests, range);
        }
        let list = self.expression(list);
        self.in_list(found?, list?, range)
    }

    fn in_list(&mut self, element: Term, list: Term, range: &Range<usize>) -> Option<Term> {
        self.present(&element)?;
        self.present(&list)?;
        let fits = match (element.ty, list.ty) {
            (ValueType::Scalar(_), ValueType::EmptyList) => true,
            (ValueType::Scalar(a), ValueType::List(b)) => scalars_can_equal(a, b),
            (_, ValueType::Scalar(_)) => {
                self.wrong_operand(&list, "a list");
                return None;
            }
            _ => false,
        };
        if !fits {
            self.mismatch(&element, &list, range, "the list can never hold it");
            return None;
        }
        self.term(TermKind::In(Box::new(element), Box::new(list)), ValueType::BOOL, range)
    }

    /// `'x-name' in request.headers`.
    fn in_group(
        &mut self,
        element: &Expression,
        group: Path,
        name: &str,
        range: &Range<usize>,
    ) -> Option<Term> {
        let key = self.expression(element)?;
        if let Some(Datum::Scalar(remit_engine::plan::Scalar::String(key))) = key.as_constant() {
            let word = super::syntax::Word { text: key.clone(), range: element.range.clone() };
            return self.has(&group.with(&word, range.clone()), range);
        }
        let diagnostic = self
            .written
            .diagnostic(
                Code::UnsupportedCel,
                range,
                format!("only a constant name can be looked for in `{name}`"),
            )
            .help("write the name as a string");
        self.diagnostics.push(diagnostic);
        None
    }

    /// All joined by `||`, as a tree that is no deeper than it must be.
    fn any(&mut self, mut tests: Vec<Term>, range: &Range<usize>) -> Option<Term> {
        if tests.len() > 1 {
            let second = tests.split_off(tests.len() / 2);
            let (a, b) = (self.any(tests, range)?, self.any(second, range)?);
            return self.term(TermKind::Or(Box::new(a), Box::new(b)), ValueType::BOOL, range);
        }
        tests.pop()
    }

    fn bool(&mut self, term: &Term) -> Option<()> {
        self.expect(term, term.ty == ValueType::BOOL, "a bool")
    }

    pub(super) fn string(&mut self, term: &Term) -> Option<()> {
        self.expect(term, term.ty == ValueType::STRING, "a string")
    }

    fn number(&mut self, term: &Term) -> Option<()> {
        let number =
            matches!(term.ty, ValueType::Scalar(ScalarType::Int | ScalarType::Double));
        self.expect(term, number, "a number")
    }

    /// Not an optional.
    fn present(&mut self, term: &Term) -> Option<()> {
        let present = !matches!(term.ty, ValueType::Optional(_));
        self.expect(term, present, "a value")
    }

    fn expect(&mut self, term: &Term, fits: bool, expected: &str) -> Option<()> {
        if !fits {
            self.wrong_operand(term, expected);
        }
        fits.then_some(())
    }

    pub(super) fn wrong_operand(&mut self, term: &Term, expected: &str) {
        let help = match term.ty {
            ValueType::Optional(_) => {
                Some("it may be absent: say what holds then with `.orValue(…)`".to_owned())
            }
            ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => None,
        };
        let diagnostic = self
            .written
            .diagnostic(Code::TypeMismatch, &term.range, format!("{expected} is expected here"))
            .label(format!("this is {}", described(term.ty)))
            .help_if(help);
        self.diagnostics.push(diagnostic);
    }

    fn mismatch(&mut self, a: &Term, b: &Term, range: &Range<usize>, why: &str) {
        let numbers = |ty| matches!(ty, ValueType::Scalar(ScalarType::Int | ScalarType::Double));
        let help = (numbers(a.ty) && numbers(b.ty) && a.ty != b.ty)
            .then(|| "numbers are not converted: write `1.0` for a double".to_owned());
        let diagnostic = self
            .written
            .diagnostic(
                Code::TypeMismatch,
                range,
                format!("{} and {} do not go together", described(a.ty), described(b.ty)),
            )
            .label(why)
            .help_if(help);
        self.diagnostics.push(diagnostic);
    }

    fn unsupported(&mut self, what: &Unsupported, range: &Range<usize>) {
        let (name, help) = match what {
            Unsupported::Comprehension(word) => (format!("`{}`", word.text), "write the cases out"),
            Unsupported::Map => ("a map literal".to_owned(), "compare members one by one"),
            Unsupported::Message => ("a message literal".to_owned(), "compare members one by one"),
            Unsupported::Bytes => ("a bytes literal".to_owned(), "use a string"),
            Unsupported::Unsigned => ("an unsigned number".to_owned(), "leave the `u` out"),
            Unsupported::Null => ("`null`".to_owned(), "ask for absence with `has(…)` or `.hasValue()`"),
            Unsupported::OptionalElement => {
                ("an optional element".to_owned(), "leave the `?` out")
            }
        };
        let diagnostic = self
            .written
            .diagnostic(
                Code::UnsupportedCel,
                range,
                format!("{name} is not supported by this version of remit"),
            )
            .help(help);
        self.diagnostics.push(diagnostic);
    }
}
