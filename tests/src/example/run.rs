//! Sending a prepared request, and asking the engine about it.

use std::collections::BTreeSet;

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::request::Field;
use remit_engine::time::UnixTime;

use super::{Identity, Prepared, Record, Seen, Told};
use crate::client::h1;
use crate::gateway::Gateway;
use crate::native::{Decided, Route, decide_fields};
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
    let upstreams = gateway.upstreams().iter();
    let arrivals: Vec<Arrival> = upstreams
        .flat_map(|upstream| upstream.arrivals_of(&prepared.case))
        .collect();
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
    let headers = prepared.headers.iter();
    let headers: Vec<(String, &str)> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .collect();
    let mut fields: Vec<Field<'_>> = vec![
        (b":authority", request.host.as_bytes()),
        (b":method", request.method.as_bytes()),
        (b":path", prepared.target.as_bytes()),
        (b":scheme", b"http"),
    ];
    fields.extend(
        headers
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes())),
    );
    let Decided {
        record,
        answer,
        identity,
        stripped,
    } = decide_fields(engine, &fields, Route::AsDecided, now, &NoHostCrypto);
    let record = Record::from_json(record);
    match answer {
        Some(answer) => Seen {
            status: answer.status,
            challenges: answer
                .headers
                .into_iter()
                .filter(|(name, _)| *name == "www-authenticate")
                .map(|(_, value)| value)
                .collect(),
            record,
            upstream: None,
        },
        None => {
            let identity = identity.iter();
            let identity = identity.map(|(name, value)| (name.as_str(), value.as_str()));
            let told = Told {
                identity: Identity::from_headers(identity),
                stripped: stripped.into_iter().collect(),
            };
            Seen {
                status: 200,
                challenges: vec![],
                record,
                upstream: Some((prepared.line(), told)),
            }
        }
    }
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
