//! An expression, typed.

use std::ops::Range;

use remit_engine::plan::{
    Datum, ElementKind, FoldKind, Function, LocalId, OptionalMapResult, Slot,
};

use super::types::Ty;

/// An expression with its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) ty: Ty,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

/// How an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As a value; an error where it is not there.
    Value,
    /// As an optional.
    Optional,
    /// Whether it is there.
    Presence,
}

/// What a term is: the plan's nodes as a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TermKind {
    Constant(Datum),
    Slot(Slot, Reading),
    Local(LocalId),
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Choose(Box<Term>, Box<Term>, Box<Term>),
    Equal(Box<Term>, Box<Term>),
    NotEqual(Box<Term>, Box<Term>),
    Call(Function, Vec<Term>),
    /// The pattern is a constant, in RE2's syntax.
    Matches(Box<Term>, String),
    OptionalOr(Box<Term>, Box<Term>),
    OptionalOrValue(Box<Term>, Box<Term>),
    Field(Box<Term>, String),
    HasField(Box<Term>, String),
    OptionalField(Box<Term>, String),
    List(Vec<(Term, ElementKind)>),
    Map(Vec<(Term, Term, ElementKind)>),
    Bind {
        local: LocalId,
        value: Box<Term>,
        body: Box<Term>,
    },
    OptionalMap {
        optional: Box<Term>,
        local: LocalId,
        body: Box<Term>,
        result: OptionalMapResult,
    },
    Fold(Box<FoldTerm>),
    /// What has no meaning, in an expression that is not checked: an error at run time.
    Fails,
}

/// A comprehension, typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoldTerm {
    pub(super) kind: FoldKind,
    pub(super) range: Term,
    pub(super) key: Option<LocalId>,
    pub(super) element: LocalId,
    pub(super) filter: Option<Term>,
    pub(super) body: Term,
}

impl Term {
    /// A constant.
    pub(super) fn constant(datum: Datum, range: Range<usize>) -> Self {
        Self {
            ty: (&datum).into(),
            kind: TermKind::Constant(datum),
            range,
        }
    }

    /// The value of a constant.
    pub(super) fn as_constant(&self) -> Option<&Datum> {
        match &self.kind {
            TermKind::Constant(datum) => Some(datum),
            _ => None,
        }
    }

    /// The value of a constant condition.
    pub(super) fn constant_bool(&self) -> Option<bool> {
        match self.as_constant() {
            Some(Datum::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// The text of a constant string.
    pub(super) fn constant_text(&self) -> Option<&str> {
        match self.as_constant() {
            Some(Datum::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The terms that it is made of, in the order in which they are looked at.
    pub(super) fn operands(&self) -> Vec<&Self> {
        match &self.kind {
            TermKind::Constant(_) | TermKind::Slot(..) | TermKind::Local(_) | TermKind::Fails => {
                Vec::new()
            }
            TermKind::Not(a)
            | TermKind::Matches(a, _)
            | TermKind::Field(a, _)
            | TermKind::HasField(a, _)
            | TermKind::OptionalField(a, _) => vec![a],
            TermKind::And(a, b)
            | TermKind::Or(a, b)
            | TermKind::Equal(a, b)
            | TermKind::NotEqual(a, b)
            | TermKind::OptionalOr(a, b)
            | TermKind::OptionalOrValue(a, b) => vec![a, b],
            TermKind::Choose(c, a, b) => vec![c, a, b],
            TermKind::Call(_, operands) => operands.iter().collect(),
            TermKind::List(elements) => elements.iter().map(|(element, _)| element).collect(),
            TermKind::Map(entries) => entries
                .iter()
                .flat_map(|(key, value, _)| [key, value])
                .collect(),
            TermKind::Bind { value, body, .. } => vec![value, body],
            TermKind::OptionalMap { optional, body, .. } => vec![optional, body],
            TermKind::Fold(fold) => {
                let mut operands = vec![&fold.range];
                operands.extend(&fold.filter);
                operands.push(&fold.body);
                operands
            }
        }
    }

    /// The same, to change them.
    pub(super) fn operands_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            TermKind::Constant(_) | TermKind::Slot(..) | TermKind::Local(_) | TermKind::Fails => {
                Vec::new()
            }
            TermKind::Not(a)
            | TermKind::Matches(a, _)
            | TermKind::Field(a, _)
            | TermKind::HasField(a, _)
            | TermKind::OptionalField(a, _) => vec![a],
            TermKind::And(a, b)
            | TermKind::Or(a, b)
            | TermKind::Equal(a, b)
            | TermKind::NotEqual(a, b)
            | TermKind::OptionalOr(a, b)
            | TermKind::OptionalOrValue(a, b) => vec![a, b],
            TermKind::Choose(c, a, b) => vec![c, a, b],
            TermKind::Call(_, operands) => operands.iter_mut().collect(),
            TermKind::List(elements) => elements.iter_mut().map(|(element, _)| element).collect(),
            TermKind::Map(entries) => entries
                .iter_mut()
                .flat_map(|(key, value, _)| [key, value])
                .collect(),
            TermKind::Bind { value, body, .. } => vec![value, body],
            TermKind::OptionalMap { optional, body, .. } => vec![optional, body],
            TermKind::Fold(fold) => {
                let mut operands = vec![&mut fold.range];
                operands.extend(&mut fold.filter);
                operands.push(&mut fold.body);
                operands
            }
        }
    }

    /// Local variables that it binds itself.
    pub(super) fn binds(&self) -> Vec<LocalId> {
        match &self.kind {
            TermKind::Bind { local, .. } | TermKind::OptionalMap { local, .. } => vec![*local],
            TermKind::Fold(fold) => fold.key.into_iter().chain([fold.element]).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it reads no input and no variable from outside itself.
    pub(super) fn is_closed(&self) -> bool {
        let mut reads = false;
        self.for_each_slot(&mut |_| reads = true);
        !reads && self.is_whole()
    }

    /// Whether it reads no variable from outside itself, and has a meaning.
    pub(super) fn is_whole(&self) -> bool {
        fn whole(term: &Term, bound: &mut Vec<LocalId>) -> bool {
            match &term.kind {
                TermKind::Fails => return false,
                TermKind::Local(local) => return bound.contains(local),
                _ => {}
            }
            let outside = bound.len();
            bound.extend(term.binds());
            let is_whole = term.operands().into_iter().all(|one| whole(one, bound));
            bound.truncate(outside);
            is_whole
        }
        whole(self, &mut Vec::new())
    }

    /// Calls `each` with every input that it reads.
    pub(super) fn for_each_slot(&self, each: &mut dyn FnMut(&Slot)) {
        if let TermKind::Slot(slot, _) = &self.kind {
            each(slot);
        }
        for operand in self.operands() {
            operand.for_each_slot(each);
        }
    }
}
