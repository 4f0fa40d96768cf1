//! Comprehensions.

use super::containers;
use super::error::EvalError;
use super::eval::Evaluation;
use super::functions;
use super::inputs::Inputs;
use super::trace::Trace;
use super::value::Value;
use crate::plan::{Fold, FoldKind};

/// What is left of the fold after an element.
enum Step {
    Next,
    Done,
}

/// What a fold has come to so far.
struct State<'v> {
    /// The first error, where a fold absorbs them.
    error: Option<EvalError>,
    decided: bool,
    count: usize,
    list: Vec<Value<'v>>,
    entries: Vec<(Value<'v>, Value<'v>)>,
}

impl<'v, T: Trace, I: Inputs<'v> + ?Sized> Evaluation<'_, 'v, T, I> {
    pub(super) fn fold(&mut self, fold: &'v Fold) -> Result<Value<'v>, EvalError> {
        let mut state = State {
            error: None,
            decided: false,
            count: 0,
            list: Vec::new(),
            entries: Vec::new(),
        };
        match self.value(fold.range)? {
            Value::List(list) => {
                for position in 0..list.len() {
                    let Some(element) = list.get(position) else {
                        break;
                    };
                    let index = i64::try_from(position).map_err(|_| EvalError::Overflow)?;
                    if let Some(key) = fold.key {
                        self.bind(key, Ok(Value::Int(index)))?;
                    }
                    let key = Value::Int(index);
                    if let Step::Done = self.element(fold, &mut state, key, element)? {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                for position in 0..map.len() {
                    let Some((key, value)) = map.entry(position) else {
                        break;
                    };
                    let element = match fold.key {
                        Some(local) => {
                            self.bind(local, Ok(key.clone()))?;
                            value
                        }
                        None => key.clone(),
                    };
                    if let Step::Done = self.element(fold, &mut state, key, element)? {
                        break;
                    }
                }
            }
            _ => return Err(EvalError::Type),
        }
        self.finish(fold.kind, state)
    }

    fn element(
        &mut self,
        fold: &'v Fold,
        state: &mut State<'v>,
        key: Value<'v>,
        element: Value<'v>,
    ) -> Result<Step, EvalError> {
        self.budget.step()?;
        self.bind(fold.element, Ok(element.clone()))?;
        if let Some(filter) = fold.filter
            && !self.test(filter)?
        {
            return Ok(Step::Next);
        }
        match fold.kind {
            FoldKind::All => self.absorb(fold, state, false),
            FoldKind::Exists => self.absorb(fold, state, true),
            FoldKind::ExistsOne => {
                state.count += usize::from(self.test(fold.body)?);
                Ok(Step::Next)
            }
            FoldKind::Filter => {
                if self.test(fold.body)? {
                    self.push(state, element)?;
                }
                Ok(Step::Next)
            }
            FoldKind::Map => {
                let value = self.value(fold.body)?;
                self.push(state, value)?;
                Ok(Step::Next)
            }
            FoldKind::TransformMap => {
                let value = self.value(fold.body)?;
                self.enter(state, key, value)?;
                Ok(Step::Next)
            }
            FoldKind::TransformMapEntry => {
                let Value::Map(made) = self.value(fold.body)? else {
                    return Err(EvalError::Type);
                };
                for (key, value) in made.iter() {
                    self.enter(state, key, value)?;
                }
                Ok(Step::Next)
            }
            FoldKind::SortBy => {
                let by = self.value(fold.body)?;
                self.enter(state, by, element)?;
                Ok(Step::Next)
            }
        }
    }

    fn push(&self, state: &mut State<'v>, value: Value<'v>) -> Result<(), EvalError> {
        self.budget.allocate(size_of::<Value<'_>>())?;
        state.list.push(value);
        Ok(())
    }

    fn enter(
        &self,
        state: &mut State<'v>,
        key: Value<'v>,
        value: Value<'v>,
    ) -> Result<(), EvalError> {
        self.budget.allocate(2 * size_of::<Value<'_>>())?;
        state.entries.push((key, value));
        Ok(())
    }

    /// `all` is decided by `false`, `exists` by `true`; either absorbs errors of other elements.
    fn absorb(
        &mut self,
        fold: &'v Fold,
        state: &mut State<'v>,
        decisive: bool,
    ) -> Result<Step, EvalError> {
        match self.test(fold.body) {
            Ok(verdict) if verdict == decisive => {
                state.decided = true;
                Ok(Step::Done)
            }
            Ok(_) => Ok(Step::Next),
            // Nothing comes behind an empty budget.
            Err(EvalError::Budget) => Err(EvalError::Budget),
            Err(error) => {
                state.error = state.error.or(Some(error));
                Ok(Step::Next)
            }
        }
    }

    fn finish(&self, kind: FoldKind, state: State<'v>) -> Result<Value<'v>, EvalError> {
        let State {
            error,
            decided,
            count,
            list,
            entries,
        } = state;
        match kind {
            FoldKind::All | FoldKind::Exists if decided => {
                Ok(Value::Bool(kind == FoldKind::Exists))
            }
            FoldKind::All | FoldKind::Exists => match error {
                Some(error) => Err(error),
                None => Ok(Value::Bool(kind == FoldKind::All)),
            },
            FoldKind::ExistsOne => Ok(Value::Bool(count == 1)),
            FoldKind::Filter | FoldKind::Map => Ok(Value::owned_list(list)),
            FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                containers::map(entries, self.budget)
            }
            FoldKind::SortBy => functions::sort_by(entries, self.budget),
        }
    }
}

#[cfg(test)]
mod tests;
