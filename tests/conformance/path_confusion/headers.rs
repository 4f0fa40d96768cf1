//! Credentials and overrides in unusual places.

use remit_tests::client::h1;
use remit_tests::upstream::CASE;
use remit_tests::vectors::Tally;
use serde_json::Value;

use super::{HOST, World, named};

/// What stands in the vectors for a good token.
const GOOD: &str = "eyJ.good.tok";

/// Fields that must not arrive, whatever else is decided.
const STRIPPED: &[&str] = &["x-http-method-override", "x-rewrite-url"];

pub(super) fn judge(world: &World, case: &Value, tally: &mut Tally) {
    let id = case["id"].as_str().expect("a case has an id");
    let expect = case["expect"].as_str().expect("a case expects something");
    let headers = case["headers"].as_array().expect("a case has headers");
    let pair = |header: &Value| {
        let text = |index: usize| header[index].as_str().unwrap_or_default().to_owned();
        (text(0), text(1))
    };
    let headers: Vec<(String, String)> = headers.iter().map(pair).collect();
    let pseudo = |name: &str, default: &str| {
        let given = headers.iter().find(|(other, _)| other == name);
        given.map_or_else(|| default.to_owned(), |(_, value)| value.clone())
    };
    let name = named(&format!("headers-{id}"));
    let (method, path) = (pseudo(":method", "GET"), pseudo(":path", "/public"));
    let mut request = h1::Request::new(&method, &path, &pseudo(":authority", HOST));
    request = request.field(CASE, &name).field("connection", "close");
    let fields = headers.iter().filter(|(field, _)| !field.starts_with(':'));
    for (field, value) in fields.clone() {
        request = request.field(field, value.replace(GOOD, &world.token));
    }
    // A trick beside the credential is tried with a good one, or it would show nothing.
    if !fields
        .clone()
        .any(|(field, _)| field.eq_ignore_ascii_case("authorization"))
    {
        request = request.field("authorization", format!("Bearer {}", world.token));
    }
    let outcome = world.outcome(&name, request.send(world.gateway.agents()).status);
    let answered = format!(
        "{} {}",
        outcome.status,
        outcome.reason.as_deref().unwrap_or("by Envoy")
    );
    let verdict = match (&outcome.arrival, expect) {
        (Some(_), "reject") => Err(format!("arrived: {answered}")),
        (None, expect) if expect.starts_with("use:") => Err(format!("refused: {answered}")),
        (None, _) if !matches!(outcome.status, 400 | 401 | 403) => Err(answered),
        (Some(arrival), _) => {
            if expect == "policy" {
                tally.note(format!("{id}: {answered} (left to us)"));
            }
            let kept = STRIPPED
                .iter()
                .find(|name| !arrival.values(name).is_empty());
            let as_sent = arrival.target == path && arrival.method == method;
            match kept {
                Some(kept) => Err(format!("{kept} arrived")),
                None if !as_sent => Err(format!("{} {} arrived", arrival.method, arrival.target)),
                None => Ok(()),
            }
        }
        (None, _) => {
            if expect == "policy" {
                tally.note(format!("{id}: {answered} (left to us)"));
            }
            Ok(())
        }
    };
    tally.check(id, verdict);
}
