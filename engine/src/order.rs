//! Sorting where speed does not matter: at load, and in the functions of conditions.

use std::cmp::Ordering;

/// `items` in the order that `compare` says; equal ones stay as they were.
///
/// What is sorted are positions, so that the module holds the standard library's sort once (8 KB)
/// rather than once for each type.
pub(crate) fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let positions = order(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let take = |position| items.get_mut(position).and_then(Option::take);
    positions.into_iter().filter_map(take).collect()
}

#[inline(never)]
fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..length).collect();
    positions.sort_by(|a, b| compare(*a, *b));
    positions
}

#[cfg(test)]
mod tests;
