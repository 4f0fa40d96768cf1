//! Where a generator's choices come from: numbers that proptest makes and shrinks. Where they
//! run out every choice is the first, so that the end of what is generated is simple.

/// Choices yet to be made.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    rest: std::slice::Iter<'a, u16>,
    nodes: usize,
}

impl<'a> Choices<'a> {
    /// Choices for an expression of about so many nodes.
    pub(crate) fn new(numbers: &'a [u16], nodes: usize) -> Self {
        Self {
            rest: numbers.iter(),
            nodes,
        }
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.rest.next().copied().unwrap_or(0)) % count.max(1)
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of several.
    pub(crate) fn of<'t, T>(&mut self, options: &'t [T]) -> &'t T {
        &options[self.below(options.len())]
    }

    /// One more node, if there may be one.
    pub(crate) fn node(&mut self) -> bool {
        let left = self.nodes > 0 && self.rest.len() > 0;
        self.nodes = self.nodes.saturating_sub(1);
        left
    }
}
