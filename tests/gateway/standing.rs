//! Whether a token still stands: status lists, the deny feed, runs that are over, and streams that
//! are open when it no longer does.

mod deny_feed;
mod ended;
mod status_list;
mod streams;

use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Pinned};
use remit_tests::origin::{Origin, Page};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use serde_json::{Value, json};

use crate::world::{case, now, request};

/// Where the feed is.
pub(crate) const FEED: &str = "/feed.json";
/// Where the keys are, if they are fetched.
pub(crate) const KEYS: &str = "/keys.json";

/// What a policy takes from elsewhere.
#[derive(Default)]
pub(crate) struct Elsewhere {
    /// More keys of the issuer, one a line.
    pub(crate) issuer: Vec<String>,
    /// The document of the deny feed, if there is one.
    pub(crate) feed: Option<String>,
    /// The document of the keys; a file without it.
    pub(crate) keys: Option<String>,
}

/// A document that is fetched every second.
pub(crate) fn document(origin: &Origin, path: &str, more: &str) -> String {
    let url = origin.url(path);
    format!("{{url: \"{url}\", cluster: origin, refresh: 1s{more}}}")
}

/// A policy with one issuer, whose leeway is 0.
pub(crate) fn policy(elsewhere: &Elsewhere) -> Compiled {
    let file = String::from("{file: corp.jwks.json}");
    let keys = elsewhere.keys.as_ref().unwrap_or(&file);
    let feed = elsewhere.feed.as_ref();
    let feed = feed.map_or_else(String::new, |feed| format!("deny_feed: {feed}\n"));
    let more = elsewhere.issuer.iter();
    let more: String = more.map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "remit: v1
policy: standing
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {keys}
    may_assert: [\"spiffe://corp.example/**\"]
    leeway: 0s
    names: {{task: task, task_id: mission.id, session: sid, tenant: tenant}}
{more}{feed}resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    cluster: orders
    operations:
      list: {{http: GET /v1/orders, class: read}}
      close: {{http: POST /v1/close, class: write}}
  events:
    host: events.corp.example
    audience: https://api.corp.example
    cluster: events
    operations:
      watch: {{http: GET /events, class: read}}
      talk: {{http: GET /socket, class: read, upgrade: websocket}}
tasks:
  triage:
    issuers: [corp]
    agents: [\"spiffe://corp.example/support/*\"]
    allow: [\"orders.*\", \"events.*\"]
    ends_with: [orders.close]
"
    );
    Compiled::written(&text, &[])
}

/// A token that no other request has, of a run that no other has.
pub(crate) fn recipe() -> Recipe {
    let recipe = Recipe::corp(now()).claim("jti", case("token"));
    recipe.claim("mission", json!({"id": case("run")}))
}

/// A request with a token.
pub(crate) fn named(token: &str, case: &str) -> h1::Request {
    request("GET", "/v1/orders", case).field("authorization", format!("Bearer {token}"))
}

fn reason(gateway: &Gateway, case: &str) -> String {
    let record = gateway.entry_of(case).record();
    let record = record.expect("a decision has a record");
    record["reason"].as_str().unwrap_or_default().to_owned()
}

/// Status and reason of what a request with a token gets.
pub(crate) fn outcome(gateway: &Gateway, token: &str) -> (u16, String) {
    let name = case("ask");
    let status = named(token, &name).send(gateway.agents()).status;
    (status, reason(gateway, &name))
}

/// The same of one worker.
pub(crate) fn outcome_of(worker: &mut Pinned<'_>, gateway: &Gateway, token: &str) -> (u16, String) {
    let name = case("ask");
    let status = worker.send(&named(token, &name)).status;
    (status, reason(gateway, &name))
}

/// How often documents of a source have come into force.
pub(crate) fn fetched(gateway: &Gateway, source: &str) -> u64 {
    gateway.stat(&format!("wasmcustom.remit_fetch.source.{source}.result.ok"))
}

/// A deny feed that was made now.
pub(crate) fn feed(deny: &Value) -> Page {
    Page::of(json!({"version": 1, "issued_at": now(), "deny": deny}).to_string())
}

/// Publishes a deny feed and waits until it is in force.
pub(crate) fn publish(gateway: &Gateway, origin: &Origin, deny: &Value) {
    // The one that is under way may still bring what was there before.
    let before = fetched(gateway, "deny_feed");
    origin.put(FEED, feed(deny));
    remit_tests::runtime::until("the feed is fetched", || {
        fetched(gateway, "deny_feed") >= before + 2
    });
}

pub(crate) fn allowed() -> (u16, String) {
    (200, String::from("allowed"))
}

pub(crate) fn refused(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}
