//! What a worker more takes of memory: the slope over their number, ours less the no-op filter's.

use crate::gateway::Gateways;
use crate::plans::Policy;
use crate::report::{Module, Worker};

/// Numbers of workers; far enough apart that a worker stands out from what varies.
const WORKERS: [u32; 3] = [1, 5, 9];

/// Both modules with every policy and number of workers in turn, round after round.
pub(crate) fn measure(gateways: &Gateways<'_>, rounds: usize) -> Vec<Worker> {
    let mut bytes = Policy::ALL.map(|policy| (policy, Module::BOTH.map(|it| (it, vec![]))));
    for _ in 0..rounds {
        for workers in WORKERS {
            for (policy, modules) in &mut bytes {
                for (module, bytes) in modules {
                    let running = gateways.start(*module, *policy, workers);
                    bytes.push((f64::from(workers), running.settled_bytes()));
                }
            }
        }
    }
    bytes
        .into_iter()
        .map(|(policy, [(_, remit), (_, noop)])| {
            let (remit_bytes, noop_bytes) = (slope_of(&remit), slope_of(&noop));
            Worker {
                policy,
                remit_bytes,
                noop_bytes,
                difference_bytes: remit_bytes - noop_bytes,
                process_bytes: medians(&remit),
                noop_process_bytes: medians(&noop),
            }
        })
        .collect()
}

/// The median process for each number of workers.
fn medians(bytes: &[(f64, u64)]) -> Vec<(u32, f64)> {
    let of = |workers: u32| {
        let these = bytes
            .iter()
            .filter(|(count, _)| *count == f64::from(workers));
        let these: Vec<f64> = these.map(|&(_, bytes)| bytes as f64).collect();
        (workers, crate::median(&these))
    };
    WORKERS.map(of).into()
}

fn slope_of(bytes: &[(f64, u64)]) -> f64 {
    let points: Vec<(f64, f64)> = medians(bytes)
        .into_iter()
        .map(|(workers, bytes)| (f64::from(workers), bytes))
        .collect();
    crate::slope(&points)
}
