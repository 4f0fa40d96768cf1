//! What operands must be, and what to say where they are not.

use std::ops::Range;

use remit_engine::plan::ScalarType;

use super::{Checked, Checker, described};
use crate::cel::syntax::Unsupported;
use crate::cel::term::Term;
use crate::cel::types::ValueType;
use crate::diagnostic::Code;

fn is_number(ty: ValueType) -> bool {
    matches!(ty, ValueType::Scalar(ScalarType::Int | ScalarType::Double))
}

impl Checker<'_> {
    pub(super) fn bool(&mut self, term: &Term) -> Checked<()> {
        self.expect(term, term.ty == ValueType::BOOL, "a bool")
    }

    pub(in crate::cel) fn string(&mut self, term: &Term) -> Checked<()> {
        self.expect(term, term.ty == ValueType::STRING, "a string")
    }

    pub(super) fn number(&mut self, term: &Term) -> Checked<()> {
        self.expect(term, is_number(term.ty), "a number")
    }

    /// Neither is an optional.
    pub(super) fn both_present(&mut self, a: &Term, b: &Term) -> Checked<()> {
        let present = |term: &Term| !matches!(term.ty, ValueType::Optional(_));
        let first = self.expect(a, present(a), "a value");
        let second = self.expect(b, present(b), "a value");
        first.and(second)
    }

    fn expect(&mut self, term: &Term, fits: bool, expected: &str) -> Checked<()> {
        if fits {
            Ok(())
        } else {
            self.wrong_operand(term, expected)
        }
    }

    pub(in crate::cel) fn wrong_operand<T>(&mut self, term: &Term, expected: &str) -> Checked<T> {
        let help = match term.ty {
            ValueType::Optional(_) => {
                Some("it may be absent: say what holds then with `.orValue(…)`".to_owned())
            }
            ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => None,
        };
        let message = format!("{expected} is expected here");
        self.refuse(
            self.written
                .diagnostic(Code::TypeMismatch, &term.range, message)
                .label(format!("this is {}", described(term.ty)))
                .help_if(help),
        )
    }

    pub(super) fn mismatch<T>(
        &mut self,
        a: &Term,
        b: &Term,
        range: &Range<usize>,
        why: &str,
    ) -> Checked<T> {
        let help = (is_number(a.ty) && is_number(b.ty) && a.ty != b.ty)
            .then(|| "numbers are not converted: write `1.0` for a double".to_owned());
        let message = format!(
            "{} and {} do not go together",
            described(a.ty),
            described(b.ty)
        );
        self.refuse(
            self.written
                .diagnostic(Code::TypeMismatch, range, message)
                .label(why)
                .help_if(help),
        )
    }

    pub(super) fn unsupported(
        &mut self,
        what: &Unsupported,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (name, help) = match what {
            Unsupported::Comprehension(word) => (format!("`{}`", word.text), "write the cases out"),
            Unsupported::Map => ("a map literal".to_owned(), "compare members one by one"),
            Unsupported::Message => ("a message literal".to_owned(), "compare members one by one"),
            Unsupported::Bytes => ("a bytes literal".to_owned(), "use a string"),
            Unsupported::Unsigned => ("an unsigned number".to_owned(), "leave the `u` out"),
            Unsupported::Null => (
                "`null`".to_owned(),
                "ask for absence with `has(…)` or `.hasValue()`",
            ),
            Unsupported::OptionalElement => ("an optional element".to_owned(), "leave the `?` out"),
        };
        let message = format!("{name} is not supported by this version of remit");
        self.refuse(
            self.written
                .diagnostic(Code::UnsupportedCel, range, message)
                .help(help),
        )
    }
}
