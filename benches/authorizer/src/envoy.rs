//! How Envoy is told to ask: the filter and its cluster, as entries of YAML lists.

use std::net::SocketAddr;

/// The filter: an entry of `http_filters`. Where it gets no answer, nobody passes.
pub const FILTER: &str = r#"- name: authorizer
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
    transport_api_version: V3
    failure_mode_allow: false
    status_on_error: {code: ServiceUnavailable}
    # Method and path are always sent; of the header fields, what the rule needs and no other.
    allowed_headers: {patterns: [{exact: authorization}]}
    grpc_service:
      timeout: 2s
      envoy_grpc: {cluster_name: authorizer}
"#;

/// The cluster of an authorizer that listens here: an entry of `clusters`.
#[must_use]
pub fn cluster(address: SocketAddr) -> String {
    format!(
        r#"- name: authorizer
  type: STATIC
  connect_timeout: 2s
  typed_extension_protocol_options:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
      explicit_http_config: {{http2_protocol_options: {{}}}}
  load_assignment:
    cluster_name: authorizer
    endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: "{}", port_value: {}}}}}}}}}]}}]
"#,
        address.ip(),
        address.port(),
    )
}
