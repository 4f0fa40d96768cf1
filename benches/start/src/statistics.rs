//! The middle of some figures, and how one grows with another.

/// The median; 0 of nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let at = |position: usize| sorted.get(position).copied().unwrap_or_default();
    if sorted.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.saturating_sub(1)), at(middle))
    }
}

/// The slope of the line of least squares through points (x, y).
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let (mut with_y, mut with_x) = (0.0, 0.0);
    for (x, y) in points {
        with_y += (x - mean_x) * (y - mean_y);
        with_x += (x - mean_x) * (x - mean_x);
    }
    with_y / with_x
}

#[cfg(test)]
mod tests;
