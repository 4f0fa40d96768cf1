//! Sending a prepared request, and asking the engine about it.

use std::collections::BTreeSet;

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Answer, Decision, Record as EngineRecord};
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;

use super::{Identity, Prepared, Record, Seen, Told};
use crate::client::h1;
use crate::gateway::Gateway;
use crate::upstream::Arrival;

/// Sends it through a gateway that no other request of its case goes through, and gathers what the
/// caller, the access log and the upstreams have seen.
#[must_use]
pub fn through_gateway(prepared: &Prepared<'_>, gateway: &Gateway) -> Seen {
    let request = prepared.request;
    let mut sent = h1::Request::new(&request.method, &prepared.target, &request.host);
    for (name, value) in &prepared.headers {
        sent = sent.field(name, value);
    }
    let response = sent.send(gateway.agents());
    // The line is written when the exchange is over: no arrival is still to come.
    let record = gateway.entry_of(&prepared.case).record();
    let arrivals = gateway.arrivals_of(&prepared.case);
    let challenges = response.values("www-authenticate");
    Seen {
        status: response.status,
        challenges: challenges.into_iter().map(str::to_owned).collect(),
        record: record.and_then(Record::from_json),
        upstream: told(prepared, &arrivals),
    }
}

/// Asks the engine, in the place of a gateway that sends requests where the policy says.
#[must_use]
pub fn by_engine(prepared: &Prepared<'_>, engine: &Engine, now: UnixTime) -> Seen {
    let request = prepared.request;
    let pseudo = [
        (":method", &request.method),
        (":authority", &request.host),
        (":path", &prepared.target),
    ];
    let pseudo = pseudo.map(|(name, value)| (name.to_owned(), value.clone()));
    let headers = prepared.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let all: Vec<(String, String)> = pseudo.into_iter().chain(headers).collect();
    let fields: Vec<Field<'_>> = all
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    let head = RequestHead::new(&fields);
    let refused = |record: &EngineRecord<'_>, answer: Answer| {
        let challenges = answer.headers.into_iter();
        Seen {
            status: answer.status,
            challenges: challenges
                .filter(|(name, _)| *name == "www-authenticate")
                .map(|(_, value)| value)
                .collect(),
            record: read(record),
            upstream: None,
        }
    };
    match engine.decide(&head, now, &NoHostCrypto) {
        Decision::Refuse(refusal) => refused(refusal.record(), refusal.answer()),
        Decision::Allow(allow) => {
            let identity = Identity::from_headers(allow.upstream_headers().into_iter());
            let stripped = head
                .to_strip()
                .map(|name| String::from_utf8_lossy(name).into_owned());
            let told = Told {
                identity,
                stripped: stripped.collect(),
            };
            let cluster = allow.cluster().map(str::as_bytes);
            match allow.confirm(cluster) {
                Ok(permit) => Seen {
                    status: 200,
                    challenges: vec![],
                    record: read(permit.record()),
                    upstream: Some((prepared.line(), told)),
                },
                Err(refusal) => refused(refusal.record(), refusal.answer()),
            }
        }
    }
}

fn read(record: &EngineRecord<'_>) -> Option<Record> {
    Record::from_json(serde_json::from_str(&record.to_json()).ok()?)
}

/// What the upstreams got of a case. More than one arrival is shown as what nobody expects.
fn told(prepared: &Prepared<'_>, arrivals: &[Arrival]) -> Option<(String, Told)> {
    let first = arrivals.first()?;
    let lines = arrivals.iter().map(|arrival| {
        let host = arrival.authority.as_deref().unwrap_or_default();
        format!("{} {host}{}", arrival.method, arrival.target)
    });
    let headers = first.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("?")));
    let arrived = |name: &str, value: &str| first.values(name).contains(&value);
    let sent = prepared
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value));
    let stripped: BTreeSet<String> = sent
        .filter(|(name, value)| !arrived(name, value))
        .map(|(name, _)| name)
        .collect();
    let told = Told {
        identity: Identity::from_headers(headers),
        stripped,
    };
    Some((lines.collect::<Vec<_>>().join(" and "), told))
}
