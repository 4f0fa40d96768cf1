//! Numbers as people read them.

/// Three figures that count.
#[must_use]
pub fn figure(value: f64) -> String {
    let places = match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 0.1 => 2,
        _ => 4,
    };
    format!("{value:.places$}")
}

/// A time in nanoseconds, in the unit that suits it.
#[must_use]
pub fn nanoseconds(time: f64) -> String {
    let (value, unit) = match time {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "us"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", figure(value))
}
