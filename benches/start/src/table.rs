//! The figures for a terminal.

use crate::{Report, Spread};

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * 1024.0;

/// Prints everything.
pub fn print(report: &Report) {
    println!("module {} bytes", report.module_bytes);
    for (policy, bytes) in &report.plan_bytes {
        println!("plan of {:14}{bytes} bytes", policy.name());
    }
    println!("\nseconds to live    remit                  no-op                  ratio");
    for start in &report.starts {
        println!(
            "{:18} {:22} {:22} {:.2}",
            start.policy.name(),
            spread(start.remit),
            spread(start.noop),
            start.ratio
        );
    }
    println!("\nMiB a worker       remit    no-op    difference");
    for worker in &report.workers {
        println!(
            "{:18} {:<8.2} {:<8.2} {:.2}",
            worker.policy.name(),
            worker.remit_bytes / MIB,
            worker.noop_bytes / MIB,
            worker.difference_bytes / MIB
        );
    }
    println!(
        "\nKiB a token        tokens  of bytes  remit    no-op    difference  new, us  known, us"
    );
    for tokens in &report.tokens {
        let each = |bytes: f64| bytes / KIB / tokens.count as f64;
        println!(
            "{:18} {:<7} {:<9} {:<8.2} {:<8.2} {:<11.2} {:<8.0} {:.0}",
            tokens.policy.name(),
            tokens.count,
            tokens.token_bytes,
            each(tokens.remit_bytes),
            each(tokens.noop_bytes),
            tokens.each_bytes / KIB,
            tokens.new_us,
            tokens.known_us
        );
    }
    println!("\nbudget                                       at most  found");
    for budget in &report.budgets {
        println!(
            "{:44} {:<8.2} {:<8.2} {}",
            budget.what,
            budget.bound,
            budget.found,
            if budget.holds { "holds" } else { "MISSED" }
        );
    }
}

fn spread(spread: Spread) -> String {
    let Spread {
        median,
        least,
        most,
        ..
    } = spread;
    format!("{median:.3} ({least:.3}-{most:.3})")
}
