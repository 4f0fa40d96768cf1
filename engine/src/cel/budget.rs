//! What the conditions of one request may use together.

use std::cell::Cell;

use super::error::EvalError;
use crate::limits;

/// What the conditions of one request may still use together. Once it is used up, it stays so:
/// nothing that comes later is cheap enough to go on.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u32>,
    bytes: Cell<u32>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

impl Budget {
    /// [`limits::EVALUATION_STEPS`] and [`limits::EVALUATION_BYTES`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            steps: Cell::new(limits::EVALUATION_STEPS),
            bytes: Cell::new(limits::EVALUATION_BYTES),
        }
    }

    /// Steps that were taken so far.
    #[must_use]
    pub fn steps_used(&self) -> u32 {
        limits::EVALUATION_STEPS.saturating_sub(self.steps.get())
    }

    #[inline]
    fn spend(&self, purse: &Cell<u32>, amount: usize) -> Result<(), EvalError> {
        let left = u32::try_from(amount)
            .ok()
            .and_then(|amount| purse.get().checked_sub(amount));
        let Some(left) = left else {
            // Without steps nothing is looked at any more, so that no `||` absorbs the error.
            self.steps.set(0);
            self.bytes.set(0);
            return Err(EvalError::Budget);
        };
        purse.set(left);
        Ok(())
    }

    /// One step.
    #[inline]
    pub(crate) fn step(&self) -> Result<(), EvalError> {
        self.spend(&self.steps, 1)
    }

    /// So many steps.
    #[inline]
    pub(crate) fn steps(&self, count: usize) -> Result<(), EvalError> {
        self.spend(&self.steps, count)
    }

    /// Work on text or bytes that grows with their size: a step for each 64 of them.
    #[inline]
    pub(crate) fn scan(&self, bytes: usize) -> Result<(), EvalError> {
        if bytes < 64 {
            return Ok(());
        }
        self.spend(&self.steps, bytes / 64)
    }

    /// Memory, to be asked for before it is taken. Every byte made is a byte written: it costs
    /// steps as well.
    #[inline]
    pub(crate) fn allocate(&self, bytes: usize) -> Result<(), EvalError> {
        self.scan(bytes)?;
        self.spend(&self.bytes, bytes)
    }
}

#[cfg(test)]
mod tests;
