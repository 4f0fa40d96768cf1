//! The authorizer as Envoy asks it: the process itself, a real Envoy before it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up fails and says why"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use remit_bench_authorizer::envoy as asking;
use remit_tests::client::{Response, h1};
use remit_tests::envoy::{AccessLog, Envoy};
use remit_tests::upstream::{Keeps, Upstream};
use remit_tests::workloads::token;
use serde_json::{Value, json};
use tempfile::TempDir;

const READ: &str = "/v1/orders/4711";

#[test]
fn envoy_lets_through_what_the_authorizer_allows() {
    let folder = TempDir::new().expect("a temporary folder");
    let (authorizer, address) = start(folder.path());
    let upstream = Upstream::start("upstream", Keeps::Requests);
    let bootstrap = folder.path().join("bootstrap.yaml");
    fs::write(&bootstrap, configuration(address, &upstream)).expect("a file");
    let envoy = Envoy::start(
        &bootstrap,
        folder.path(),
        &AccessLog::at(folder.path().join("log")),
        1,
    )
    .expect("Envoy starts");
    let agents = envoy.listener("agents");
    let ask = |case: &str, path: &str, token: &str| {
        h1::Request::new("GET", path, token::HOST)
            .field("authorization", format!("Bearer {token}"))
            .field("x-subject", "somebody")
            .field("x-case", case)
            .send(agents)
    };
    let passed = |case: &str| !upstream.arrivals_of(case).is_empty();

    let good = sign(json!({"task": "triage", "scopes": ["orders:read"]}));
    for case in ["first", "remembered"] {
        assert_eq!(ask(case, READ, &good).status, 200, "{case}");
        let arrival = upstream.only_arrival_of(case);
        assert_eq!(
            arrival.values("x-subject"),
            ["https://workloads.example/agent"]
        );
    }
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let forged = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    let elsewhere = sign(json!({"task": "lookup", "scopes": ["orders:read"]}));
    let refused: [(&str, Response, u16); 3] = [
        ("forged", ask("forged", READ, &forged), 401),
        ("path", ask("path", "/v1/refunds/1", &good), 403),
        ("task", ask("task", READ, &elsewhere), 403),
    ];
    for (case, response, status) in refused {
        assert_eq!(response.status, status, "{case}");
        assert!(!passed(case), "{case}");
    }

    // Without an authorizer nobody passes; and it ends with its input.
    end(authorizer);
    assert_eq!(ask("alone", READ, &good).status, 503);
    assert!(!passed("alone"));
}

/// The authorizer, and where it listens.
fn start(folder: &Path) -> (Child, SocketAddr) {
    let jwks = folder.join("jwks.json");
    fs::write(&jwks, token::jwks()).expect("a file");
    let mut authorizer = Command::new(env!("CARGO_BIN_EXE_remit-bench-authorizer"))
        .arg("--jwks")
        .arg(jwks)
        .args(["--issuer", token::ISSUER, "--audience", token::AUDIENCE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let output = authorizer.stdout.take().expect("it is piped");
    BufReader::new(output).read_line(&mut line).expect("a line");
    (authorizer, line.trim().parse().expect("an address"))
}

fn end(mut authorizer: Child) {
    drop(authorizer.stdin.take());
    let patience = Instant::now() + Duration::from_secs(10);
    while authorizer.try_wait().expect("it is ours").is_none() {
        if Instant::now() > patience {
            authorizer.kill().expect("it is ours");
            panic!("the authorizer does not end with its input");
        }
        sleep(Duration::from_millis(10));
    }
}

/// A token of the workloads' issuer that is good now.
fn sign(claims: Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("a clock after 1970").as_secs();
    token::sign_at(now.try_into().expect("in range"), "one", claims)
}

fn configuration(authorizer: SocketAddr, upstream: &Upstream) -> String {
    let indented = |text: &str, by: usize| text.replace('\n', &format!("\n{}", " ".repeat(by)));
    format!(
        r#"admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}}}
static_resources:
  listeners:
  - name: agents
    address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: agents
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: upstream}}}}]}}]}}
          http_filters:
          {filter}
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
  clusters:
  {cluster}
  - name: upstream
    type: STATIC
    load_assignment:
      cluster_name: upstream
      endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}}}]}}]
"#,
        filter = indented(asking::FILTER.trim_end(), 10),
        cluster = indented(asking::cluster(authorizer).trim_end(), 2),
        port = upstream.address().port(),
    )
}
