//! Every errand with every credential, through the gateway, over HTTP/1.1 and HTTP/2: the answer,
//! what reaches the upstream, the record in the access log and the counters.

use std::collections::BTreeMap;

use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::time::UnixTime;
use remit_tests::cases::{
    Credential, Errand, Identity, Wire, challenge, credentials, errands, expected, told,
    verify_record,
};
use remit_tests::client::{Response, h1, h2};
use remit_tests::envoy::Entry;
use remit_tests::gateway::Gateway;
use remit_tests::native;
use remit_tests::upstream::{Arrival, CASE};
use serde_json::Value;

use crate::world::{POLICY, now, setup, started};

/// Sent with every case: none of it may reach the upstream.
const FORGED: &[(&str, &str)] = &[
    ("x-remit-agent", "spiffe://corp.example/forged"),
    ("x-remit-principal", "forged"),
    ("x-remit-tenant", "forged"),
    ("x-remit-anything", "forged"),
    ("x-original-url", "/admin"),
    ("x-rewrite-url", "/admin"),
    ("x-http-method-override", "DELETE"),
    ("x-forwarded-host", "evil.example"),
    ("forwarded", "host=evil.example"),
];

struct Case<'t> {
    id: String,
    errand: &'t Errand,
    credential: &'t Credential,
    response: Response,
}

#[test]
fn over_http1() {
    let gateway = started(&setup());
    let mut session = h1::Session::new(gateway.agents());
    run(&gateway, Wire::Http1, |errand, credential, id| {
        let target = if errand.method == "CONNECT" {
            "api.corp.example:443"
        } else {
            errand.target
        };
        let mut request = h1::Request::new(errand.method, target, errand.host).field(CASE, id);
        for (name, value) in fields(errand, credential) {
            request = request.field(name, value);
        }
        session.send(&request)
    });
}

#[test]
fn over_http2() {
    let gateway = started(&setup());
    let mut session = h2::Session::new(gateway.agents());
    run(&gateway, Wire::Http2, |errand, credential, id| {
        let mut request =
            h2::Request::new(errand.method, errand.target, errand.host).field(CASE, id);
        for (name, value) in fields(errand, credential) {
            request = request.field(name, value);
        }
        session.send(&request)
    });
}

fn fields<'t>(errand: &'t Errand, credential: &'t Credential) -> Vec<(&'t str, &'t [u8])> {
    let text = |(name, value): &(&'t str, &'t str)| (*name, value.as_bytes());
    let shown = credential
        .shown
        .iter()
        .map(|(name, value)| (*name, value.as_slice()));
    FORGED
        .iter()
        .map(text)
        .chain(errand.fields.iter().map(text))
        .chain(shown)
        .collect()
}

fn run(
    gateway: &Gateway,
    wire: Wire,
    mut send: impl FnMut(&Errand, &Credential, &str) -> Response,
) {
    let (errands, credentials) = (errands(), credentials(now()));
    let mut cases = vec![];
    for errand in errands
        .iter()
        .filter(|errand| errand.wire == Wire::Both || errand.wire == wire)
    {
        for credential in &credentials {
            let id = format!("case-{}", cases.len());
            let response = send(errand, credential, &id);
            cases.push(Case {
                id,
                errand,
                credential,
                response,
            });
        }
    }
    let entries = gateway.entries_of(&cases.iter().map(|case| case.id.clone()).collect::<Vec<_>>());
    let arrivals = gateway.arrivals_by_case();
    let mut wrong = vec![];
    let mut counted: BTreeMap<(String, String), u64> = BTreeMap::new();
    for case in &cases {
        let entry = &entries[&case.id];
        let arrived = arrivals.get(&case.id).map_or(&[][..], Vec::as_slice);
        if let Err(why) = verify(case, entry, arrived) {
            let Case {
                errand, credential, ..
            } = case;
            wrong.push(format!("{} / {}: {why}", errand.name, credential.name));
        }
        let reason = expected(case.errand, case.credential).reason;
        let outcome = told(reason).outcome.to_owned();
        *counted
            .entry((outcome, reason.code().to_owned()))
            .or_default() += 1;
    }
    let total = cases.len();
    assert!(total > 4000, "the table shrank to {total} cases");
    assert!(
        wrong.is_empty(),
        "{} of {total} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    for ((outcome, reason), count) in counted {
        assert_eq!(
            gateway.counted(&outcome, &reason),
            count,
            "counter of {outcome} {reason}"
        );
    }
}

fn verify(case: &Case<'_>, entry: &Entry, arrived: &[(&str, Arrival)]) -> Result<(), String> {
    let Case {
        id: _,
        errand,
        credential,
        response,
    } = case;
    let reason = expected(errand, credential).reason;
    let told = told(reason);
    let record = entry
        .record()
        .ok_or_else(|| format!("no record in {entry:?}"))?;
    verify_record(errand, credential, &record)?;
    same_as_native(errand, credential, &record)?;
    if response.status != told.status || entry.0["status"] != told.status {
        return Err(format!(
            "answered {}, logged {}, not {}",
            response.status, entry.0["status"], told.status
        ));
    }
    if matches!(reason, Reason::Allowed | Reason::Public) {
        let [(cluster, arrival)] = arrived else {
            return Err(format!("arrived {} times", arrived.len()));
        };
        if *cluster != errand.cluster() {
            return Err(format!("arrived at {cluster}"));
        }
        return verify_arrival(errand, credential, reason, arrival);
    }
    if !arrived.is_empty() || response.is_from_upstream() {
        return Err(String::from("it reached an upstream"));
    }
    verify_refusal(errand, reason, response, entry)
}

fn same_as_native(errand: &Errand, credential: &Credential, record: &Value) -> Result<(), String> {
    let time = record["time"].as_u64().ok_or("no time")?;
    let now = UnixTime::from_nanos(time * 1_000_000);
    let engine = &ENGINE.with(std::rc::Rc::clone);
    let decided = native::decide(engine, errand, &credential.shown, now, &NoHostCrypto);
    if decided.record == *record {
        Ok(())
    } else {
        Err(format!("natively: {}", decided.record))
    }
}

thread_local! {
    static ENGINE: std::rc::Rc<remit_engine::Engine> = std::rc::Rc::new(POLICY.engine());
}

fn verify_arrival(
    errand: &Errand,
    credential: &Credential,
    reason: Reason,
    arrival: &Arrival,
) -> Result<(), String> {
    if arrival.method != errand.method || arrival.target != errand.target {
        return Err(format!("arrived as {} {}", arrival.method, arrival.target));
    }
    let identity = credential
        .identity
        .as_ref()
        .filter(|_| reason == Reason::Allowed);
    let expected = identity.map(identity_headers).unwrap_or_default();
    let arrived: BTreeMap<String, String> = arrival
        .values_below("x-remit-")
        .into_iter()
        .map(|(name, values)| (name.to_owned(), values.join(" and ")))
        .collect();
    if arrived != expected {
        return Err(format!("arrived with {arrived:?}, not {expected:?}"));
    }
    let overriding = FORGED
        .iter()
        .find(|(name, _)| !name.starts_with("x-remit-") && !arrival.values(name).is_empty());
    overriding.map_or(Ok(()), |(name, _)| Err(format!("arrived with {name}")))
}

fn identity_headers(identity: &Identity) -> BTreeMap<String, String> {
    let header = |name: &str| format!("x-remit-{}", name.replace('_', "-"));
    identity
        .iter()
        .map(|(name, value)| (header(name), (*value).to_owned()))
        .collect()
}

fn verify_refusal(
    errand: &Errand,
    reason: Reason,
    response: &Response,
    entry: &Entry,
) -> Result<(), String> {
    let told = told(reason);
    let asked = response.value("www-authenticate").map(str::to_owned);
    let expected = challenge(reason, errand.metadata());
    if asked != expected {
        return Err(format!("asks {asked:?}, not {expected:?}"));
    }
    if entry.0["details"] != format!("remit:{reason}") {
        return Err(format!("the details are {}", entry.0["details"]));
    }
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
    ] {
        if response.value(name) != Some(value) {
            return Err(format!("{name} is {:?}", response.values(name)));
        }
    }
    if errand.method == "HEAD" {
        return if response.body.is_empty() {
            Ok(())
        } else {
            Err(String::from("a body for HEAD"))
        };
    }
    let problem: Value =
        serde_json::from_slice(&response.body).map_err(|error| error.to_string())?;
    if problem["status"] != told.status || problem["detail"] != told.text {
        return Err(format!("says {problem}"));
    }
    Ok(())
}
