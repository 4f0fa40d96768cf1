//! What has been counted: questions on standard input, answers on standard output, one object a line.
//!
//! `{"domain": ...}` is answered by `{"counters": [{"limit": ..., "seconds": ..., "used": ...,
//! "variables": {...}}, ...]}`, or by `{"error": ...}` where Redis does not answer.

use limitador::AsyncRateLimiter;
use limitador::counter::Counter;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// Answers until the input ends.
pub(crate) async fn answer(limiter: &AsyncRateLimiter) -> anyhow::Result<()> {
    let mut questions = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = questions.next_line().await? {
        let question: Value = serde_json::from_str(&line)?;
        let domain = question.get("domain").and_then(Value::as_str);
        println!("{}", of(limiter, domain.unwrap_or_default()).await);
    }
    Ok(())
}

/// The counters of a domain whose window has not ended.
async fn of(limiter: &AsyncRateLimiter, domain: &str) -> Value {
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
