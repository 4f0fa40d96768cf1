//! Keys that are fetched through the gateway: whatever the other side does, valid requests pass by
//! the keys that are there, and what is taken back is taken back for all workers at once.

mod faults;
mod load;
mod reload;
mod revoked;
mod start;
mod unknown_key;

use remit_tests::client::{Response, h1};
use remit_tests::gateway::Gateway;
use remit_tests::mint::Mint;
use remit_tests::origin::{Origin, Page};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;

use crate::world::{case, now, request};

/// A policy with issuers of these names, whose keys the origin has at `/<name>.json`.
pub(crate) fn policy(origin: &Origin, name: &str, issuers: &[&str], refresh: &str) -> Compiled {
    let each = issuers.iter().map(|issuer| {
        let url = origin.url(&path(issuer));
        format!(
            "  {issuer}:
    issuer: https://{issuer}.example
    algorithms: [EdDSA]
    jwks: {{url: \"{url}\", cluster: keys, refresh: {refresh}}}
    may_assert: [\"spiffe://corp.example/**\"]
"
        )
    });
    let each: String = each.collect();
    let all = issuers.join(", ");
    let text = format!(
        "remit: v1
policy: {name}
issuers:
{each}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    cluster: orders
    operations:
      list: {{http: GET /v1/orders, class: read}}
tasks:
  triage:
    issuers: [{all}]
    agents: [\"spiffe://corp.example/support/*\"]
    allow: [orders.list]
"
    );
    Compiled::written(&text, &[])
}

/// Where the keys of an issuer are.
pub(crate) fn path(issuer: &str) -> String {
    format!("/{issuer}.json")
}

/// A key set as a page.
pub(crate) fn keys(keys: &[&str]) -> Page {
    Page::of(Mint::shared().jwks(keys).to_string())
}

/// A token of an issuer, by one of the mint's keys, that no other request has.
pub(crate) fn token(issuer: &str, key: &'static str) -> String {
    let recipe = Recipe::corp(now()).claim("iss", format!("https://{issuer}.example"));
    let recipe = recipe.claim("jti", case("token")).signed_by(key, "EdDSA");
    // Those of strangers say the names of trusted ones.
    let kid = key.replace("stranger", "corp");
    recipe.header("kid", kid).token()
}

/// A request with a token.
pub(crate) fn with(token: &str) -> h1::Request {
    named(token, "fetching")
}

/// A request with a token, which can be found in the access log.
pub(crate) fn named(token: &str, case: &str) -> h1::Request {
    request("GET", "/v1/orders", case).field("authorization", format!("Bearer {token}"))
}

/// What a request with a token gets on a connection of its own: the answer, and the reason.
pub(crate) fn ask(gateway: &Gateway, token: &str) -> (Response, String) {
    let name = case("ask");
    let response = named(token, &name).send(gateway.agents());
    let record = gateway.entry_of(&name).record();
    let record = record.expect("a decision has a record");
    let reason = record["reason"].as_str().unwrap_or_default().to_owned();
    (response, reason)
}

/// Status and reason of that.
pub(crate) fn outcome(gateway: &Gateway, token: &str) -> (u16, String) {
    let (response, reason) = ask(gateway, token);
    (response.status, reason)
}

/// How often fetching a source has ended so: `ok`, `failed` or `refused`.
pub(crate) fn fetched(gateway: &Gateway, source: &str, result: &str) -> u64 {
    gateway.stat(&format!(
        "wasmcustom.remit_fetch.source.{source}.result.{result}"
    ))
}
