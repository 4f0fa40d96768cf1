//! What a test asks and orders: a line of standard input each, answered by a line of standard output.
//!
//! | line | answer |
//! |---|---|
//! | `{"op": "counters", "domain": ...}` | `{"counters": [...]}`, or `{"error": ...}` where Redis does not answer |
//! | `{"op": "pace", "pace": "frozen"}` | `{}`: from now on requests wait, and count nothing |
//! | `{"op": "pace", "pace": "running"}` | `{}`: those that are still wanted go on |

use limitador::AsyncRateLimiter;
use limitador::counter::Counter;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::watch;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    Counters { domain: String },
    Pace { pace: Pace },
}

/// Whether requests are answered.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pace {
    Frozen,
    Running,
}

/// Answers until the input ends.
pub(crate) async fn answer(
    limiter: &AsyncRateLimiter,
    paces: watch::Sender<Pace>,
) -> anyhow::Result<()> {
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = orders.next_line().await? {
        let answer = match serde_json::from_str(&line)? {
            Order::Counters { domain } => counters(limiter, &domain).await,
            Order::Pace { pace } => {
                paces.send_replace(pace);
                json!({})
            }
        };
        println!("{answer}");
    }
    Ok(())
}

/// The counters of a domain whose window has not ended.
async fn counters(limiter: &AsyncRateLimiter, domain: &str) -> Value {
    match limiter.get_counters(&domain.into()).await {
        Ok(counters) => json!({"counters": counters.iter().map(shown).collect::<Vec<_>>()}),
        Err(error) => json!({"error": error.to_string()}),
    }
}

fn shown(counter: &Counter) -> Value {
    let limit = counter.max_value();
    json!({
        "limit": limit,
        "seconds": counter.window().as_secs(),
        // Limitador does not say by how much a limit was passed: this ends at the limit.
        "used": limit.saturating_sub(counter.remaining().unwrap_or(limit)),
        "variables": counter.set_variables(),
    })
}
