//! Requests that are decided on their bodies, and answers that are looked at: nothing reaches the
//! upstream undecided, and nobody is shown what the rules hide.

mod answers;
mod bounded;
mod capabilities;
mod framing;
mod http;
mod late;
pub(crate) mod messages;
mod owned;
mod proofs;
mod reload;
mod shown;
mod streaming;
mod waiting;

use std::sync::LazyLock;

use remit_tests::client::{h1, h2};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::upstream::CASE;

use crate::world::{good, request, started};

pub(crate) static POLICY: LazyLock<Compiled> = LazyLock::new(|| Compiled::policy("bodies"));

/// A gateway with the policy `bodies`. It lives until the test binary ends.
static GATEWAY: LazyLock<Gateway> = LazyLock::new(|| started(&setup()));

/// Trailers are handed on from HTTP/1.1 too, to an upstream that takes them.
static WITH_TRAILERS: LazyLock<Gateway> = LazyLock::new(|| {
    let trailers = "http_protocol_options: {enable_trailers: true}";
    started(&speaking_http2(setup(), "orders").add_below("stat_prefix: agents", trailers))
});

fn setup() -> Setup {
    Setup::reading(&POLICY.plan)
}

/// To the upstream of a cluster Envoy speaks HTTP/2, in which it hands trailers on.
fn speaking_http2(setup: Setup, cluster: &str) -> Setup {
    let http2 = "explicit_http_config: {http2_protocol_options: {}}";
    let kind = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    let options = format!("{kind}: {{\"@type\": type.googleapis.com/{kind}, {http2}}}");
    let cluster = format!("name: \"{cluster}\"\n    type: \"STATIC\"");
    let speaking = format!("{cluster}\n    typed_extension_protocol_options: {{{options}}}");
    setup.edit(&cluster, &speaking)
}

pub(crate) const REFUNDS: &str = "/v1/orders/A-17/refunds";
pub(crate) const SMALL: &[u8] = br#"{"amount": 20.5, "note": "as agreed"}"#;
const LARGE: &[u8] = br#"{"amount": 50.01}"#;

/// A request with a good token and a JSON body to come, over HTTP/1.1.
pub(crate) fn post(case: &str, target: &str) -> h1::Request {
    request("POST", target, case)
        .field("authorization", good())
        .field("content-type", "application/json")
}

/// The same over HTTP/2.
fn post_h2(case: &str, target: &str) -> h2::Request {
    h2::Request::new("POST", target, "api.corp.example")
        .field(CASE, case)
        .field("authorization", good())
        .field("content-type", "application/json")
}

/// A body in chunks of so many bytes, without its end.
pub(crate) fn chunks(body: &[u8], bytes: usize) -> Vec<u8> {
    let chunk =
        |chunk: &[u8]| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
    body.chunks(bytes).flat_map(chunk).collect()
}
