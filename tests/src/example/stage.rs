//! A gateway with the policy of an example, and the servers that it fetches from.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::Duration;

use remit_engine::request::CREDENTIAL_HEADERS;
use remit_policy_compiler::envoy::Variant;
use remit_policy_compiler::testing::{self, Case, Listed};

use super::identity::{Credential, Identity, Told};
use super::prepare::now;
use super::served::documents;
use super::tls::{Clients, terminate};
use super::{Example, ExampleError, Prepared, Record, Seen};
use crate::client::{Response, h1};
use crate::gateway::{Gateway, Setup};
use crate::origin::{Origin, Page};
use crate::peers::Helpdesk;
use crate::places;
use crate::runtime::until;
use crate::upstream::Arrival;

/// A running gateway.
pub struct Stage {
    gateway: Gateway,
    /// Those that speak TLS, where the example has such.
    clients: Option<Clients>,
    /// They stop when this goes.
    _origins: BTreeMap<String, Origin>,
    /// The MCP server, where the example has one.
    _desk: Option<Helpdesk>,
}

/// The host of the MCP server that is there for examples.
const DESK: &str = "mcp.corp.example";

impl Stage {
    /// Starts Envoy, and waits until it has fetched what the policy names.
    ///
    /// # Errors
    /// [`ExampleError`] if what is served is not in order.
    pub fn start(example: &Example) -> Result<Self, ExampleError> {
        let mut origins: BTreeMap<String, Origin> = BTreeMap::new();
        for served in documents(example.folder(), now().seconds())? {
            let origin = origins.entry(served.cluster).or_insert_with(Origin::start);
            origin.put(&served.path, Page::of(served.body));
        }
        let mut setup = Setup::new(&example.policy().bytes);
        if Variant::for_plan(&example.policy().plan) == Variant::Full {
            setup = setup.module(&places::full_module());
        }
        for (cluster, origin) in &origins {
            setup = setup.cluster(cluster, origin.address());
        }
        let certificates = example.folder().join("tls");
        let speaks_tls = certificates.is_dir();
        if speaks_tls {
            setup = terminate(setup, &certificates);
        }
        let gateway = setup.start();
        let gateway =
            gateway.unwrap_or_else(|error| panic!("Envoy does not start:\n{}", error.log));
        let mut resources = example.policy().plan.resources.iter();
        let has_desk = resources.any(|one| one.endpoint.is_some() && one.host == DESK);
        let desk = has_desk.then(Helpdesk::start);
        if let Some(desk) = &desk {
            for upstream in gateway.upstreams() {
                upstream.relay(DESK, desk.address());
            }
        }
        let sources = example.policy().plan.sources.len();
        until("all is fetched", || fetched(&gateway) >= sources);
        if example.requests().any(|(case, _)| shows_once(case)) {
            // Those from before the start are refused, and they are as of whole seconds.
            sleep(Duration::from_secs(1));
        }
        Ok(Self {
            clients: speaks_tls.then(|| Clients::start(gateway.agents(), &certificates)),
            gateway,
            _origins: origins,
            _desk: desk,
        })
    }

    /// How many requests have reached an upstream.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.gateway.arrivals()
    }

    /// Sends a request that no other of its mark is sent through, and gathers what the caller, the
    /// access log and the upstreams have seen.
    #[must_use]
    pub fn send(&self, prepared: &Prepared<'_>) -> Seen {
        let request = &prepared.case.attempt.request;
        let mut sent = h1::Request::new(&request.method, &prepared.sent.target, &request.host);
        for (name, value) in &prepared.sent.headers {
            sent = sent.field(name, value);
        }
        if let Some(body) = &request.body {
            let length = body.len().to_string();
            sent = sent.field("content-length", length).body(body.as_bytes());
        }
        let agents = match &self.clients {
            Some(clients) => {
                // Until it is closed there is no end to what the client hears.
                sent = sent.field("connection", "close");
                clients.showing(prepared.sent.certificate)
            }
            None => self.gateway.agents(),
        };
        let response = sent.send(agents);
        // The line is written when the exchange is over: no arrival is still to come.
        let record = self.gateway.entry_of(&prepared.mark).record();
        let upstreams = self.gateway.upstreams().iter();
        let arrivals: Vec<Arrival> = upstreams
            .flat_map(|upstream| upstream.arrivals_of(&prepared.mark))
            .collect();
        let challenges = response.values("www-authenticate");
        Seen {
            status: response.status,
            challenges: challenges.into_iter().map(str::to_owned).collect(),
            record: record.map(Record),
            upstream: told(prepared, &arrivals),
            listed: listed(&response),
        }
    }
}

/// The list in an answer, which is JSON or a stream of events with it in the last.
fn listed(response: &Response) -> Option<Listed> {
    let text = response.text();
    let mut lines = text.lines();
    let last = lines.rfind(|line| line.starts_with("data:"));
    let message = last.and_then(|line| line.strip_prefix("data:"));
    let message = message.unwrap_or(&text);
    Listed::read(message.as_bytes())
}

/// Whether it shows what counts once: a proof of possession, or an approval.
fn shows_once(case: &Case) -> bool {
    let attempt = &case.attempt;
    let is_proven =
        matches!(&attempt.credential, testing::Credential::Minted(recipe) if recipe.dpop);
    is_proven || attempt.approval.is_some()
}

/// How many documents have been fetched.
fn fetched(gateway: &Gateway) -> usize {
    let stats = gateway.stats_with("remit_fetch.source.");
    let good = |(name, count): &&(String, u64)| name.ends_with(".result.ok") && *count > 0;
    stats.iter().filter(good).count()
}

/// What the upstreams got of a request. More than one arrival is shown as what nobody expects.
fn told(prepared: &Prepared<'_>, arrivals: &[Arrival]) -> Option<(String, Told)> {
    let first = arrivals.first()?;
    let lines = arrivals.iter().map(|arrival| {
        let host = arrival.authority.as_deref().unwrap_or_default();
        format!("{} {host}{}", arrival.method, arrival.target)
    });
    let headers = first.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("?")));
    let arrived = |name: &str, value: &str| first.values(name).contains(&value);
    let sent = prepared.sent.headers.iter();
    let sent = sent.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let (credentials, others): (Vec<_>, Vec<_>) =
        sent.partition(|(name, _)| CREDENTIAL_HEADERS.contains(&name.as_str()));
    let all_passed = credentials.iter().all(|(name, value)| arrived(name, value));
    let none_passed = credentials
        .iter()
        .all(|(name, _)| first.values(name).is_empty());
    let stripped = others.into_iter();
    let mut stripped: BTreeSet<String> = stripped
        .filter(|(name, value)| !arrived(name, value))
        .map(|(name, _)| name)
        .collect();
    if !all_passed && !none_passed {
        stripped.insert("a part of the credential".to_owned());
    }
    let told = Told {
        identity: Identity::from_headers(headers),
        stripped,
        credential: match all_passed && !credentials.is_empty() {
            true => Credential::Passed,
            false => Credential::Withheld,
        },
    };
    Some((lines.collect::<Vec<_>>().join(" and "), told))
}
