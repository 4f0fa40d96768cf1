use remit_engine::plan::{
    Access, BodyShape, Capability, Class, Conditional, Endpoint as Messages, ErrorCodes, Members,
    Operation, Others, Plan, Protocol, QueryShape, Resource, ResourceId, Source, SourceKind,
    TemplateSegment, WhenStale,
};

use super::*;

fn resource(name: &str, host: &str, cluster: Option<&str>) -> Resource {
    Resource {
        name: name.into(),
        host: host.into(),
        audience: None,
        cluster: cluster.map(Into::into),
        origin: format!("https://{host}"),
        metadata: None,
        served_metadata: None,
        endpoint: None,
    }
}

/// A plan with these resources, one public operation on each.
fn encoded(resources: Vec<Resource>) -> Vec<u8> {
    plan::encode(&plan_of(resources)).expect("a plan").0
}

fn source(url: &str, cluster: &str) -> Source {
    Source {
        kind: SourceKind::DenyFeed,
        url: url.into(),
        cluster: cluster.into(),
        refresh: 10,
        stale_after: Some(60),
        when_stale: WhenStale::Deny,
    }
}

fn plan_of(resources: Vec<Resource>) -> Plan {
    let operations = (0..)
        .zip(&resources)
        .map(|(index, _)| Operation {
            resource: Some(ResourceId(index)),
            name: "health".into(),
            class: Class::Read,
            access: Access::Public,
            method: "GET".into(),
            template: Vec::new(),
            query: QueryShape::Any,
            scopes: Vec::new(),
            classification: Vec::new(),
            upgrade: None,
            body: BodyShape::Unread,
            call: None,
        })
        .collect();
    Plan {
        policy: "test".into(),
        requires: Vec::new(),
        audiences: Vec::new(),
        claims: Vec::new(),
        names: Vec::new(),
        issuers: Vec::new(),
        sources: Vec::new(),
        deny_feed: None,
        history: plan::History::default(),
        fleet: None,
        approvals: None,
        resources,
        operations,
        tasks: Vec::new(),
        rules: Vec::new(),
        break_glass: Vec::new(),
        slots: Vec::new(),
        programs: Vec::new(),
        automata: Vec::new(),
        zones: Vec::new(),
    }
}

fn filter_module() -> (tempfile::TempDir, Module) {
    module_of(
        r#"(module
        (import "env" "proxy_set_property" (func))
        (func (export "proxy_on_configure"))
        (func (export "proxy_on_request_headers"))
        (func (export "proxy_on_delete")))"#,
    )
}

fn full_module() -> (tempfile::TempDir, Module) {
    module_of(
        r#"(module
        (import "env" "proxy_get_buffer_bytes" (func))
        (func (export "proxy_on_configure"))
        (func (export "proxy_on_request_headers"))
        (func (export "proxy_on_request_body"))
        (func (export "proxy_on_request_trailers"))
        (func (export "proxy_on_response_headers"))
        (func (export "proxy_on_response_body"))
        (func (export "proxy_on_delete")))"#,
    )
}

fn module_of(text: &str) -> (tempfile::TempDir, Module) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("remit.wasm");
    std::fs::write(&path, wat::parse_str(text).expect("test module")).expect("written");
    let module = Module::read(&path).expect("a filter");
    (folder, module)
}

fn rendered(form: Form, resources: Vec<Resource>, settings: &Settings) -> String {
    rendered_plan(form, &plan_of(resources), settings)
}

fn rendered_plan(form: Form, plan: &Plan, settings: &Settings) -> String {
    let (_folder, module) = match bodies::are_read(plan) {
        true => full_module(),
        false => filter_module(),
    };
    let (plan, _) = plan::encode(plan).expect("a plan");
    let configuration = Configuration::new(&module, &plan, settings).expect("a good plan");
    let text = configuration.render(form).expect("renders");
    assert_is_yaml(&text);
    text
}

/// Reads it to its end: indentation and quoting hold together.
fn assert_is_yaml(text: &str) {
    for event in saphyr_parser::Parser::new_from_str(text) {
        event.expect("YAML");
    }
}

fn two() -> Vec<Resource> {
    vec![
        resource("orders", "api.corp.example:8443", Some("orders")),
        resource("tickets", "mcp.corp.example", None),
    ]
}

#[test]
fn every_form_has_the_filter_and_where_requests_pass_the_gate_behind_it() {
    for form in [Form::Static, Form::Dynamic, Form::Filter] {
        let text = rendered(form, two(), &Settings::default());
        let filter = text.find("- name: remit\n").expect("the filter");
        let gate = text.find("- name: remit-gate\n").expect("the gate");
        assert!(filter < gate, "{form:?}: the gate stands before the filter");
        assert!(
            text.contains(r#"string_match: {prefix: '{"decision":"allow",'}"#),
            "{form:?}"
        );
        if let Some(router) = text.find("envoy.filters.http.router") {
            assert!(gate < router, "{form:?}: the gate stands behind the router");
        }
    }
}

#[test]
fn the_plan_is_carried_whole() {
    let plan = STANDARD.encode(encoded(two()));
    for form in [Form::Static, Form::Ecds, Form::Filter] {
        assert!(
            rendered(form, two(), &Settings::default()).contains(&plan),
            "{form:?}"
        );
    }
    assert!(!rendered(Form::Dynamic, two(), &Settings::default()).contains(&plan));
}

#[test]
fn the_capabilities_are_the_module_s() {
    let text = rendered(Form::Ecds, two(), &Settings::default());
    let list: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("allowed_capabilities:"))
        .skip(1)
        .map_while(|line| line.trim().strip_suffix(": {}"))
        .collect();
    assert_eq!(
        list,
        [
            "proxy_on_configure",
            "proxy_on_delete",
            "proxy_on_request_headers",
            "proxy_set_property"
        ]
    );
}

#[test]
fn until_the_first_plan_nobody_passes() {
    let text = rendered(Form::Dynamic, two(), &Settings::default());
    assert!(text.contains("rules: {action: ALLOW, policies: {}}"));
    assert!(text.contains("path: \"/etc/envoy/remit/ecds.yaml\""));
    assert!(text.contains("watched_directory: {path: \"/etc/envoy/remit\"}"));
}

#[test]
fn each_host_leads_to_its_cluster_and_each_cluster_to_its_place() {
    let settings = Settings {
        upstreams: Upstreams::all_at(Endpoint {
            host: "127.0.0.1".into(),
            port: 9000,
        })
        .with(
            "orders",
            Endpoint {
                host: "orders.internal".into(),
                port: 80,
            },
        ),
        ..Settings::default()
    };
    let text = rendered(Form::Static, two(), &settings);
    for expected in [
        r#"domains: ["api.corp.example"]"#,
        r#"route: {cluster: "orders"}"#,
        r#"type: "STRICT_DNS""#,
        r#"address: "orders.internal", port_value: 80"#,
        r#"domains: ["mcp.corp.example"]"#,
        r#"domains: ["*"]"#,
        r#"route: {cluster: "upstream"}"#,
        r#"type: "STATIC""#,
        r#"address: "127.0.0.1", port_value: 9000"#,
    ] {
        assert!(text.contains(expected), "`{expected}` is not in\n{text}");
    }
}

#[test]
fn one_host_on_two_clusters_is_refused() {
    let (_folder, module) = filter_module();
    let plan = encoded(vec![
        resource("a", "api.corp.example", Some("one")),
        resource("b", "api.corp.example:8443", Some("two")),
    ]);
    let settings = Settings::default();
    let configuration = Configuration::new(&module, &plan, &settings).expect("a good plan");
    let error = configuration
        .render(Form::Static)
        .expect_err("two clusters");
    assert!(
        matches!(&error, ConfigurationError::TwoClusters { host, .. } if host == "api.corp.example"),
        "{error}"
    );
    assert!(
        configuration.render(Form::Filter).is_ok(),
        "the filter alone has no routes"
    );
}

#[test]
fn what_the_filter_would_refuse_is_not_written() {
    let (_folder, module) = filter_module();
    let settings = Settings::default();
    let error = Configuration::new(&module, b"garbage", &settings).expect_err("no plan");
    assert!(matches!(error, ConfigurationError::Plan(_)), "{error}");
}

/// Plain on the machine itself, TLS with the name checked by the URL, and where it was said.
#[test]
fn documents_are_fetched_through_clusters_of_their_own() {
    let mut plan = plan_of(two());
    plan.sources = vec![
        source("http://127.0.0.1:9100/feed", "here"),
        source("https://sts.corp.example/jwks", "sts"),
        source("https://10.0.0.7:8443/jwks", "numbered"),
        source("https://elsewhere.example/", "told"),
        source("https://api.corp.example/", "orders"),
    ];
    let settings = Settings {
        upstreams: Settings::default().upstreams.with(
            "told",
            Endpoint {
                host: "127.0.0.1".into(),
                port: 9200,
            },
        ),
        ..Settings::default()
    };
    let text = rendered_plan(Form::Static, &plan, &settings);
    let cluster = |name: &str| {
        let start = text
            .find(&format!("  - name: \"{name}\"\n    type:"))
            .expect(name);
        let rest = text.get(start..).expect("in range");
        let end = rest.get(1..).and_then(|rest| rest.find("\n  - name:"));
        rest.get(..end.map_or(rest.len(), |end| end + 1))
            .expect("in range")
            .to_owned()
    };
    let here = cluster("here");
    assert!(here.contains(r#"type: "STATIC""#), "{here}");
    assert!(
        here.contains(r#"address: "127.0.0.1", port_value: 9100"#),
        "{here}"
    );
    assert!(!here.contains("tls"), "{here}");
    let sts = cluster("sts");
    assert!(sts.contains(r#"type: "STRICT_DNS""#), "{sts}");
    assert!(sts.contains(r#"sni: "sts.corp.example""#), "{sts}");
    assert!(
        sts.contains(r#"{san_type: "DNS", matcher: {exact: "sts.corp.example"}}"#),
        "{sts}"
    );
    assert!(
        sts.contains(r#"filename: "/etc/ssl/certs/ca-certificates.crt""#),
        "{sts}"
    );
    let numbered = cluster("numbered");
    assert!(numbered.contains("port_value: 8443"), "{numbered}");
    assert!(
        numbered.contains(r#"{san_type: "IP_ADDRESS", matcher: {exact: "10.0.0.7"}}"#),
        "{numbered}"
    );
    let told = cluster("told");
    assert!(
        told.contains("port_value: 9200") && !told.contains("tls"),
        "{told}"
    );
    let orders = cluster("orders");
    assert!(
        orders.contains("port_value: 9000") && !orders.contains("tls"),
        "{orders}"
    );
    assert_eq!(text.matches(r#"- name: "orders""#).count(), 1);
}

#[test]
fn a_cluster_leads_to_one_place() {
    let mut plan = plan_of(two());
    plan.sources = vec![
        source("https://a.example/1", "one"),
        source("https://a.example/2", "one"),
    ];
    let places = Fetched::of(&plan).expect("one place");
    assert_eq!(places.len(), 1);
    plan.sources.push(source("https://b.example/1", "one"));
    let error = Fetched::of(&plan).expect_err("two places");
    assert_eq!(error.cluster, "one");
}

/// The service that counts for a fleet speaks gRPC; nothing else is asked for in HTTP/2.
#[test]
fn the_cluster_of_a_fleet_speaks_http2() {
    let mut plan = plan_of(two());
    plan.fleet = Some(plan::Fleet {
        cluster: "ratelimit".into(),
        domain: "remit".into(),
        timeout: 100,
    });
    let endpoint = Endpoint {
        host: "10.0.0.9".into(),
        port: 8081,
    };
    let settings = Settings {
        upstreams: Settings::default().upstreams.with("ratelimit", endpoint),
        ..Settings::default()
    };
    for form in [Form::Static, Form::Dynamic] {
        let text = rendered_plan(form, &plan, &settings);
        let (before, cluster) = text
            .split_once("- name: \"ratelimit\"\n")
            .expect("the cluster");
        let http2 = "explicit_http_config: {http2_protocol_options: {}}";
        assert!(cluster.contains("port_value: 8081"), "{cluster}");
        assert!(cluster.contains(http2), "{cluster}");
        assert!(!before.contains(http2), "{before}");
    }
    let shared = plan.resources[0].cluster.clone().expect("a cluster");
    plan.fleet = plan.fleet.map(|fleet| plan::Fleet {
        cluster: shared,
        ..fleet
    });
    let (_folder, module) = filter_module();
    let (encoded, _) = plan::encode(&plan).expect("a plan");
    let configuration = Configuration::new(&module, &encoded, &settings).expect("loads");
    let error = configuration.render(Form::Static).expect_err("shared");
    assert!(
        matches!(error, ConfigurationError::SharedFleet(_)),
        "{error}"
    );
}

#[test]
fn only_protocols_that_operations_name_can_be_changed_to() {
    let text = rendered(Form::Static, two(), &Settings::default());
    assert!(!text.contains("upgrade_type"), "{text}");
    let mut plan = plan_of(two());
    for operation in &mut plan.operations {
        operation.upgrade = Some("websocket".into());
    }
    let text = rendered_plan(Form::Static, &plan, &Settings::default());
    assert_eq!(text.matches(r#"- {upgrade_type: "websocket"}"#).count(), 1);
}

/// A plan with one operation that reads so many bytes, on the second host.
fn reading(bytes: u32) -> Plan {
    let mut plan = plan_of(two());
    plan.requires.push(Capability::Bodies);
    plan.operations[1].method = "POST".into();
    plan.operations[1].body = BodyShape::Json(Members {
        declared: Vec::new(),
        others: Others::Pass,
        body_bytes: bytes,
        logged: Vec::new(),
        amount: None,
        recipient: None,
    });
    plan
}

const WAITS: &str = "allow_on_headers_stop_iteration: true";

#[test]
fn where_bodies_are_read_heads_wait_and_connections_hold_them() {
    let text = rendered(Form::Static, two(), &Settings::default());
    assert!(!text.contains(WAITS), "{text}");
    assert!(text.contains("per_connection_buffer_limit_bytes: 32768"));
    assert!(text.contains("initial_stream_window_size: 65536"));
    let plan = reading(300_000);
    for form in [Form::Static, Form::Ecds, Form::Filter] {
        let text = rendered_plan(form, &plan, &Settings::default());
        assert!(text.contains(WAITS), "{form:?}: {text}");
        assert!(text.contains("proxy_on_request_body: {}"), "{form:?}");
    }
    let text = rendered_plan(Form::Dynamic, &plan, &Settings::default());
    assert!(
        text.contains("per_connection_buffer_limit_bytes: 365536"),
        "{text}"
    );
    assert!(
        text.contains("initial_stream_window_size: 365536"),
        "{text}"
    );
    assert!(text.contains("request_timeout: 60s"));
}

/// Envoy would skip the callback, and what the body says would not be decided on.
#[test]
fn a_module_that_reads_no_bodies_is_refused_for_a_plan_that_does() {
    let (_folder, module) = filter_module();
    let (plan, _) = plan::encode(&reading(10)).expect("a plan");
    let settings = Settings::default();
    let error = Configuration::new(&module, &plan, &settings).expect_err("heads alone");
    assert!(
        matches!(error, ConfigurationError::HeadersAlone(_)),
        "{error}"
    );
    let (_folder, module) = full_module();
    assert!(Configuration::new(&module, &plan, &settings).is_ok());
}

fn messages(protocol: Protocol, path: &str) -> Messages {
    Messages {
        protocol,
        path: vec![path.into()],
        rest: None,
        body_bytes: 1024,
        conditional: Conditional::List,
        errors: ErrorCodes::Coaz,
        origins: Vec::new(),
    }
}

/// Streams stay open there and nowhere else; answers are held, so connections hold more.
#[test]
fn what_takes_messages_may_answer_with_streams() {
    let mut plan = plan_of(two());
    plan.requires.push(Capability::Bodies);
    plan.resources[1].endpoint = Some(messages(Protocol::Mcp, "mcp"));
    let text = rendered_plan(Form::Static, &plan, &Settings::default());
    let (api, mcp) = text
        .split_once(r#"domains: ["mcp.corp.example"]"#)
        .expect("the host");
    assert!(!api.contains("timeout: 0s"), "{api}");
    let stream = r#"match: {path: "/mcp"}"#;
    let at = mcp.find(stream).expect("its route");
    let all = mcp.find("match: {prefix: /}").expect("the others");
    assert!(at < all, "the others come first");
    let route = mcp.get(at..all).expect("in range");
    for expected in [
        "cluster: \"upstream\"",
        "timeout: 0s",
        "idle_timeout: 3600s",
    ] {
        assert!(route.contains(expected), "{route}");
    }
    assert_eq!(mcp.matches("timeout: 0s").count(), 1);
    let held = remit_engine::limits::MOST_BODY_BYTES + 65_536;
    for room in [
        "per_connection_buffer_limit_bytes",
        "initial_stream_window_size",
        "initial_connection_window_size",
    ] {
        assert!(text.contains(&format!("{room}: {held}")), "{text}");
    }
}

#[test]
fn the_rest_binding_of_an_agent_streams_too() {
    let mut plan = plan_of(two());
    plan.requires.push(Capability::Bodies);
    plan.resources[1].endpoint = Some(messages(Protocol::A2a, "a2a"));
    plan.operations[1].method = "POST".into();
    plan.operations[1].template = ["v1", "message:stream"]
        .map(|segment| TemplateSegment::Literal(segment.into()))
        .to_vec();
    let text = rendered_plan(Form::Static, &plan, &Settings::default());
    for path in ["/a2a", "/v1/message:stream"] {
        let route = format!(r#"match: {{path: "{path}"}}"#);
        assert!(text.contains(&route), "{text}");
    }
}
