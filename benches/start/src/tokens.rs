//! What a token takes of memory that a worker has verified and remembers.

use std::time::{SystemTime, UNIX_EPOCH};

use remit_tests::client::h1::{Request, Session};
use remit_tests::envoy::Envoy;
use remit_tests::workloads::token;

use crate::gateway::Gateways;
use crate::plans::{self, PATH, Policy};
use crate::report::{Module, Tokens};

/// Tokens that are shown before memory is first looked at, so that the code has been compiled
/// that verifies them and every buffer is there.
const BEFORE: usize = 500;
/// Of those that were shown first, one in so many is shown again, to see that it is remembered.
/// More would push others out: the cache forgets by generations.
const AGAIN: usize = 5;

/// One worker is shown tokens, all different.
pub(crate) fn measure(gateways: &Gateways<'_>, count: usize) -> Vec<Tokens> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("a clock after 1970").as_secs();
    let now = i64::try_from(now).expect("a clock before the year 292277026596");
    let sign = |number: usize| token::sign_at(now, &format!("t-{number}"), plans::claims());
    let tokens: Vec<String> = (0..BEFORE + count).map(sign).collect();
    let (before, tokens) = tokens.split_at(BEFORE);
    let token_bytes = tokens.first().map_or(0, String::len);
    [Policy::OneRule, Policy::ManyRules]
        .into_iter()
        .map(|policy| {
            let [remit, noop] = Module::BOTH.map(|module| {
                let running = gateways.start(module, policy, 1);
                let mut session = Session::new(running.envoy.listener("agents"));
                let _ = show(&running.envoy, &mut session, before);
                let first = running.settled_bytes();
                let new = show(&running.envoy, &mut session, tokens);
                let grown = running.settled_bytes() as f64 - first as f64;
                let oldest = tokens.get(..count / AGAIN).unwrap_or(tokens);
                let known = show(&running.envoy, &mut session, oldest);
                // Else they were verified anew: memory is not what so many take.
                assert!(
                    module == Module::Noop || known < new * 0.7,
                    "there is no room for {count} tokens: {new:.0} us of processor each, then {known:.0} us"
                );
                (grown, new, known)
            });
            let difference = remit.0 - noop.0;
            Tokens {
                policy,
                count,
                token_bytes,
                remit_bytes: remit.0,
                noop_bytes: noop.0,
                each_bytes: difference / count as f64,
                new_us: remit.1,
                known_us: remit.2,
            }
        })
        .collect()
}

/// Shows tokens one after the other and returns what each took of processor time, in microseconds.
fn show(envoy: &Envoy, session: &mut Session, tokens: &[String]) -> f64 {
    let before = envoy.processor_time();
    for token in tokens {
        let request = Request::new("GET", PATH, token::HOST)
            .field("authorization", format!("Bearer {token}"));
        let response = session.send(&request);
        assert_eq!(response.status, 200, "a good token was refused");
    }
    let taken = envoy.processor_time().saturating_sub(before);
    taken.as_secs_f64() * 1e6 / tokens.len() as f64
}
