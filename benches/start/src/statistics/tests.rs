use super::{median, slope};

#[test]
fn the_median_is_the_middle() {
    for (values, expected) in [
        (vec![], 0.0),
        (vec![3.0], 3.0),
        (vec![9.0, 1.0, 4.0], 4.0),
        (vec![9.0, 1.0, 4.0, 5.0], 4.5),
    ] {
        assert!((median(&values) - expected).abs() < 1e-9, "{values:?}");
    }
}

#[test]
fn the_slope_is_that_of_the_line() {
    let line = [(1.0, 12.0), (5.0, 20.0), (9.0, 28.0)];
    assert!((slope(&line) - 2.0).abs() < 1e-9);
    let scattered = [(0.0, 1.0), (1.0, 0.0), (2.0, 5.0)];
    assert!((slope(&scattered) - 2.0).abs() < 1e-9);
}
