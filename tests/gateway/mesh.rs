//! What the tests of trust domains share: the policy `mesh`, and a bundle endpoint.

use std::sync::LazyLock;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::origin::{Origin, Page};
use remit_tests::policy::Compiled;

use crate::world::started;

const BUNDLE: &str = "/bundle.json";

/// A gateway with the policy. It lives until the test binary ends.
pub(crate) static MESH: LazyLock<Gateway> =
    LazyLock::new(|| started(&Setup::new(&policy(&EDGE).plan)));

/// The bundle of a domain whose one key is `edge-ec`.
pub(crate) static EDGE: LazyLock<Origin> = LazyLock::new(|| {
    let edge = Origin::start();
    publish(&edge, &["edge-ec"]);
    edge
});

/// The policy with both bundles: one in a file, the other behind a URL.
pub(crate) fn policy(edge: &Origin) -> Compiled {
    let mint = Mint::shared();
    let mut ours = mint.bundle(&["mesh-ec", "mesh-rsa", "mesh-ed"]);
    // A key of the domain's that is for something else.
    let keys = ours["keys"].as_array_mut().expect("a bundle has keys");
    keys.push(mint.jwk("corp-ec").clone());
    let files = [
        ("mesh.bundle.json", ours.to_string()),
        ("tts.jwks.json", mint.jwks(&["tts-ec"]).to_string()),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let url = edge.url(BUNDLE);
    let there = [("http://127.0.0.1:1/bundle.json", url.as_str())];
    Compiled::policy_changed("mesh", &there, &files)
}

/// A request with a credential for anyone.
pub(crate) fn bearer(method: &str, target: &str, token: &str) -> Request {
    let request = Request::new(method, target, "api.corp.example");
    request.field("authorization", format!("Bearer {token}"))
}

/// Stands in for the bundle endpoint of a SPIRE server, which no package registry has: what it serves
/// is the same JSON document.
pub(crate) fn publish(edge: &Origin, keys: &[&str]) {
    let bundle = Mint::shared().bundle(keys).to_string();
    edge.put(BUNDLE, Page::of(bundle));
}
