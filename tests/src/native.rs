//! The engine asked directly, as the filter asks it.

use remit_engine::Engine;
use remit_engine::decision::{Answer, Body, Decision, Record, Refusal};
use remit_engine::host::Host;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::testing::{Listed, listed_in, read_body};
use serde_json::Value;

use crate::cases::{Errand, Shown};

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The decision record.
    pub record: Value,
    /// What the caller is told; `None` if the request goes on.
    pub answer: Option<Answer>,
    /// Identity headers for the upstream.
    pub identity: Vec<(String, String)>,
    /// Names of the fields to take off.
    pub stripped: Vec<String>,
    /// Names of the credential's fields, where the upstream is not to have it.
    pub withheld: &'static [&'static str],
    /// What the caller sees of the list in the upstream's answer.
    pub listed: Option<Listed>,
}

/// Decides an errand with what is shown, as Envoy hands it over, with the cluster that the tests'
/// gateway chooses.
#[must_use]
pub fn decide(
    engine: &Engine,
    errand: &Errand,
    shown: &Shown,
    now: UnixTime,
    host: &dyn Host,
) -> Decided {
    let mut fields: Vec<Field<'_>> = vec![
        (b":authority", errand.host.as_bytes()),
        (b":method", errand.method.as_bytes()),
        (b":scheme", b"http"),
    ];
    if errand.method != "CONNECT" {
        fields.push((b":path", errand.target.as_bytes()));
    }
    fields.extend(
        errand
            .fields
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes())),
    );
    fields.extend(
        shown
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_slice())),
    );
    decide_fields(engine, &fields, Route::To(errand.cluster()), now, host)
}

/// Where a gateway sends a request that goes on.
#[derive(Debug, Clone, Copy)]
pub enum Route<'c> {
    /// To this cluster.
    To(&'c str),
    /// Where the policy says.
    AsDecided,
}

/// What comes with and after the fields of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contents<'c> {
    /// The body.
    pub body: Option<&'c str>,
    /// What the upstream answers, as JSON.
    pub answer: Option<&'c str>,
}

/// Decides on fields as Envoy hands them over, with the cluster that a gateway chooses.
#[must_use]
pub fn decide_fields(
    engine: &Engine,
    fields: &[Field<'_>],
    route: Route<'_>,
    now: UnixTime,
    host: &dyn Host,
) -> Decided {
    decide_contents(engine, fields, Contents::default(), route, now, host)
}

/// Decides on fields and what comes with them.
#[must_use]
pub fn decide_contents(
    engine: &Engine,
    fields: &[Field<'_>],
    contents: Contents<'_>,
    route: Route<'_>,
    now: UnixTime,
    host: &dyn Host,
) -> Decided {
    let head = RequestHead::new(fields);
    let stripped = head
        .to_strip(engine.plan().approval_header())
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let mut withheld: &[&str] = &[];
    let mut listed = None;
    let mut decision = engine.decide(&head, now, host);
    if let Decision::Read(reading) = &decision {
        let progress = reading.progress();
        let content = read_body(contents.body, progress.most());
        let body = Body {
            content: content.as_ref().map_err(|why| *why),
            progress: &progress,
        };
        decision = engine.decide_whole(&head, &body, now, host);
    }
    let decision = match decision {
        // What it has was fetched just now.
        Decision::Wait(wait) => Err(wait.settle()),
        decision => decision.settled(),
    };
    let (record, answer, identity) = match decision {
        Err(refusal) => refused(&refusal, host),
        Ok(allow) => {
            let headers = allow.upstream_headers();
            let identity = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let identity = identity.collect();
            withheld = allow.withheld_headers();
            let chosen = allow.cluster().map(|decided| match route {
                Route::To(cluster) => cluster,
                Route::AsDecided => decided,
            });
            match allow.confirm(chosen.map(str::as_bytes), host) {
                Ok(permit) => {
                    let answer = contents.answer.map(str::as_bytes);
                    listed = answer
                        .and_then(|answer| listed_in(engine, &head, &permit, answer, now, host));
                    (read(permit.record()), None, identity)
                }
                Err(refusal) => refused(&refusal, host),
            }
        }
    };
    Decided {
        record,
        answer,
        identity,
        stripped,
        withheld,
        listed,
    }
}

/// What is told of a refusal, which counts where a limit counts such.
fn refused(
    refusal: &Refusal<'_>,
    host: &dyn Host,
) -> (Value, Option<Answer>, Vec<(String, String)>) {
    refusal.count(host);
    (read(refusal.record()), Some(refusal.answer()), vec![])
}

fn read(record: &Record<'_>) -> Value {
    let text = record.to_json();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in `{text}`"))
}
