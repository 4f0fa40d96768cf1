//! Growth is told from warm-up and from a single peak.

use std::time::Duration;

use super::{BOUND, Samples};

fn growth(bytes: impl Fn(u64) -> u64) -> i64 {
    let mut samples = Samples::default();
    for second in 0..100 {
        samples.add(Duration::from_secs(second), bytes(second));
    }
    samples.memory().growth_bytes
}

#[test]
fn what_grows_and_what_does_not() {
    const MIB: u64 = 1024 * 1024;
    assert_eq!(growth(|_| 100 * MIB), 0);
    let warm_up = |second: u64| second.min(39) * MIB;
    assert_eq!(growth(warm_up), 0);
    let peak = |second: u64| if second == 80 { 200 * MIB } else { 100 * MIB };
    assert_eq!(growth(peak), 0);
    assert_eq!(growth(|second| 100 * MIB - second), -30);
    assert!(growth(|second| (100 + second) * MIB) > BOUND);
}
