//! How long Envoy takes from its start to being live.

use crate::gateway::Gateways;
use crate::plans::Policy;
use crate::report::{Module, Spread, Start};

/// Both modules with every policy in turn, round after round.
pub(crate) fn measure(gateways: &Gateways<'_>, rounds: usize) -> Vec<Start> {
    let mut seconds = Policy::ALL.map(|policy| (policy, Module::BOTH.map(|it| (it, vec![]))));
    for _ in 0..rounds {
        for (policy, modules) in &mut seconds {
            for (module, seconds) in modules {
                let running = gateways.start(*module, *policy, 1);
                seconds.push(running.envoy.live_after().as_secs_f64());
            }
        }
    }
    seconds
        .into_iter()
        .map(|(policy, [(_, remit), (_, noop)])| Start {
            policy,
            remit: Spread::of(&remit),
            noop: Spread::of(&noop),
            ratio: crate::median(&remit) / crate::median(&noop),
        })
        .collect()
}
