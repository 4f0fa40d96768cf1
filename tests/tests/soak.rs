//! A short soak; `make soak` goes on for longer.

use std::time::Duration;

use remit_tests::soak::{Options, run};

#[test]
fn a_short_soak() {
    let options = Options {
        time: Duration::from_secs(12),
        reloads: 100,
        seed: 7,
    };
    let report = run(&options, &|_| {});
    println!("{report}");
    let faults = report.faults();
    assert!(faults.is_empty(), "{}\n{report}", faults.join("\n"));
    // Enough of everything to mean something.
    assert!(report.requests > 2000, "{report}");
    assert!(report.switches.in_force >= 4, "{report}");
    assert!(report.switches.refused >= 1, "{report}");
    assert!(report.decisions.len() >= 30, "{report}");
}
