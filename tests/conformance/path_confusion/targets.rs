//! Request targets: what Envoy makes of them, and that none leads to `/admin`.

use remit_tests::client::{h1, h2};
use remit_tests::upstream::CASE;
use remit_tests::vectors::Tally;
use serde_json::Value;

use super::{HOST, Outcome, World, named};

pub(super) fn judge(world: &World, case: &Value, tally: &mut Tally) {
    let id = case["id"].as_str().expect("a case has an id");
    let target = case["raw_target"].as_str().expect("a case has a target");
    let authorization = format!("Bearer {}", world.token);
    let name = named(id);
    let request = h1::Request::new("GET", target, HOST)
        .field(CASE, &name)
        .field("authorization", &authorization)
        .field("connection", "close");
    let outcome = world.outcome(&name, request.send(world.gateway.agents()).status);
    if target.is_empty() {
        // The HTTP/2 client would send `/`.
        return tally.check(id, verify(case, &outcome));
    }
    let over_h2 = format!("{name}-h2");
    let request = h2::Request::new("GET", target, HOST)
        .field(CASE, &over_h2)
        .field("authorization", &authorization);
    // Status 0: the client library sends no such target, or Envoy closed the connection.
    let again = world.outcome(&over_h2, request.send(world.gateway.agents()).status);
    let verdict = verify(case, &outcome).and_then(|()| match again.status {
        0 if again.arrival.is_some() => Err(String::from("HTTP/2: it arrived without an answer")),
        0 => Ok(()),
        _ => verify(case, &again).map_err(|why| format!("HTTP/2: {why}")),
    });
    tally.check(id, verdict);
}

fn verify(case: &Value, outcome: &Outcome) -> Result<(), String> {
    let Outcome {
        status,
        reason,
        path,
        arrival,
    } = outcome;
    let expected_path = expected_path(case);
    match (arrival, expected_path.as_deref()) {
        (None, _) if !matches!(status, 400 | 403 | 404) => Err(format!("answered {status}")),
        (None, Some(expected)) if reason.is_some() && path.as_deref() != Some(expected) => {
            Err(format!("Envoy made {path:?} of it, not {expected}"))
        }
        (None, _) => Ok(()),
        (Some(arrival), _) if must_not_arrive(case, &arrival.target) => {
            Err(format!("{} arrived", arrival.target))
        }
        (Some(arrival), expected) => {
            let (arrived, _) = arrival
                .target
                .split_once('?')
                .unwrap_or((&arrival.target, ""));
            if reason.as_deref() != Some("allowed") || path.as_deref() != Some(arrived) {
                return Err(format!("{arrived} arrived, decided {reason:?} on {path:?}"));
            }
            if expected.is_some_and(|expected| expected != arrived) {
                return Err(format!("{arrived} arrived, not {expected:?}"));
            }
            if could_be_admin(arrived) {
                return Err(format!("{arrived} arrived"));
            }
            Ok(())
        }
    }
}

/// What Envoy's normalisation makes of it, where the case says.
fn expected_path(case: &Value) -> Option<String> {
    let text = |name: &str| case[name].as_str();
    let expected = text("envoy_normalize_path")
        .or_else(|| text("envoy_merge_slashes"))
        .or_else(|| text("path_without_query_fragment"))?;
    // Both are done, one after the other.
    let mut merged = expected.to_owned();
    while merged.contains("//") {
        merged = merged.replace("//", "/");
    }
    Some(merged)
}

fn must_not_arrive(case: &Value, arrived: &str) -> bool {
    let dangerous = case["danger"]
        .as_array()
        .is_some_and(|danger| !danger.is_empty());
    let lenient = case["lenient_backend_may_reach_admin"] == true;
    // Envoy may have taken the danger out, as RFC 3986 section 5.2.4 has it, before anything was
    // decided: what it forwards is then another, plain path.
    let plain = !arrived.contains("//") && !arrived.contains(['%', ';', '\\']);
    let made_plain = plain && case["raw_target"] != arrived;
    case["protected_after_rfc3986"] == true
        || (dangerous && lenient && !made_plain)
        || (case["uhv_expected"] == "<reject>" && !has_other_settings(case))
}

/// Whether what a case expects of Envoy is for settings that Remit's configuration does not have.
/// It is then only held to what holds under ours: nothing arrives but as it was decided.
fn has_other_settings(case: &Value) -> bool {
    case["uhv_options"]
        .as_object()
        .is_some_and(|options| !options.is_empty())
}

/// Whether a server that decodes twice, resolves dots, cuts parameters and takes a backslash for a
/// slash gets to `/admin`. Letter case is kept: `/ADMIN` is another path by RFC 3986 section 6.2.2.1.
fn could_be_admin(path: &str) -> bool {
    let decoded = decoded(&decoded(path)).replace('\\', "/");
    let mut segments: Vec<&str> = vec![];
    for segment in decoded.split('/') {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            plain => segments.push(plain),
        }
    }
    segments.first() == Some(&"admin")
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = vec![];
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = text
            .get(at + 1..at + 3)
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match escaped.filter(|_| *byte == b'%') {
            Some(escaped) => {
                out.push(escaped);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
