//! What the tests of trust domains share: the policy `mesh`, and a bundle endpoint.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::policy::Compiled;

use crate::world::started;

/// A gateway with the policy. It lives until the test binary ends.
pub(crate) static MESH: LazyLock<Gateway> = LazyLock::new(|| {
    let endpoint = Endpoint::start(&["edge-ec"]);
    started(&Setup::new(&policy(&endpoint).plan))
});

/// The policy with both bundles: one in a file, the other behind a URL.
pub(crate) fn policy(edge: &Endpoint) -> Compiled {
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
    let url = format!("http://{}/bundle.json", edge.address);
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
pub(crate) struct Endpoint {
    address: SocketAddr,
    bundle: Arc<Mutex<String>>,
}

impl Endpoint {
    /// Starts one with a bundle of some of the mint's keys. It runs until the test binary ends.
    pub(crate) fn start(keys: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = Self {
            address: listener.local_addr().expect("it is bound"),
            bundle: Arc::default(),
        };
        endpoint.publish(keys);
        let bundle = Arc::clone(&endpoint.bundle);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let bundle = bundle.lock().expect("nobody panics here").clone();
                // A gateway that cuts a connection asks again.
                let _ = answer(stream, &bundle);
            }
        });
        endpoint
    }

    /// Puts a bundle of other keys in its place.
    pub(crate) fn publish(&self, keys: &[&str]) {
        let bundle = Mint::shared().bundle(keys).to_string();
        *self.bundle.lock().expect("nobody panics here") = bundle;
    }
}

fn answer(mut stream: TcpStream, bundle: &str) -> std::io::Result<()> {
    for line in BufReader::new(&stream).lines() {
        if line?.is_empty() {
            break;
        }
    }
    let length = bundle.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{bundle}"
    )
}
