//! Tokens that are bound to a client certificate (RFC 8705), over TLS and without.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
};
use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::recipe::Recipe;
use remit_tests::runtime::PATIENCE;
use remit_tests::upstream::CASE;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::mesh::{Endpoint, MESH, bearer, policy};
use crate::world::{ask, case, now, started};

const HOST: &str = "api.corp.example";

type Authority = CertifiedIssuer<'static, KeyPair>;

/// The authority of servers and clients, and a gateway that asks clients for certificates.
static WORLD: LazyLock<(Authority, Gateway)> = LazyLock::new(|| {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, key()).expect("a certificate");
    let policy = policy(&Endpoint::start(&["edge-ec"]));
    let setup = Setup::new(&policy.plan).edit("filter_chains:\n    - filters:", &tls(&authority));
    let gateway = started(&setup);
    (authority, gateway)
});

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

/// A certificate of the authority's, and its key.
fn issued(authority: &Authority, name: &str) -> (Certificate, KeyPair) {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    // Under the authority's own name it would pass for signed by itself.
    parameters.distinguished_name.push(DnType::CommonName, name);
    let key = key();
    let certificate = parameters.signed_by(&key, authority);
    (certificate.expect("a certificate"), key)
}

/// A filter chain over TLS, as Envoy is configured where a client may have a certificate.
fn tls(authority: &Authority) -> String {
    let (certificate, key) = issued(authority, HOST);
    let inline = |pem: String| json!({"inline_string": pem});
    let kind = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
    let socket = json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": kind,
            "common_tls_context": {
                "tls_certificates": [{
                    "certificate_chain": inline(certificate.pem()),
                    "private_key": inline(key.serialize_pem()),
                }],
                "validation_context": {"trusted_ca": inline(authority.pem())},
            },
        },
    });
    format!("filter_chains:\n    - transport_socket: {socket}\n      filters:")
}

/// A client with a certificate or without.
struct Client {
    certificate: Option<CertificateDer<'static>>,
    configuration: Arc<ClientConfig>,
}

impl Client {
    fn new(authority: &Authority, name: Option<&str>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("an authority");
        let builder =
            ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_root_certificates(roots);
        let Some(name) = name else {
            return Self {
                certificate: None,
                configuration: builder.with_no_client_auth().into(),
            };
        };
        let (certificate, key) = issued(authority, name);
        let certificate = certificate.der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let configuration = builder.with_client_auth_cert(vec![certificate.clone()], key);
        Self {
            certificate: Some(certificate),
            configuration: configuration.expect("a certificate and its key").into(),
        }
    }

    /// `cnf` of a token that is bound to its certificate (RFC 8705 section 3.1).
    fn confirmation(&self) -> Value {
        let certificate = self.certificate.as_ref().expect("the client has one");
        json!({"x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(certificate))})
    }

    /// What a proxy in front would say of its certificate.
    fn forwarded(&self) -> String {
        let certificate = self.certificate.as_ref().expect("the client has one");
        let digest = Sha256::digest(certificate);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("Hash={digits}")
    }

    /// Status and reason.
    fn ask(&self, gateway: &Gateway, request: Request) -> (u16, String) {
        let case = case("certificate");
        let request = request.field(CASE, &case).field("connection", "close");
        let status = self.send(gateway.agents(), &request);
        let record = gateway
            .entry_of(&case)
            .record()
            .expect("a decision has a record");
        (
            status,
            record["reason"].as_str().unwrap_or_default().to_owned(),
        )
    }

    fn send(&self, to: SocketAddr, request: &Request) -> u16 {
        let name = ServerName::try_from(HOST).expect("a name");
        let connection = ClientConnection::new(Arc::clone(&self.configuration), name);
        let socket = TcpStream::connect_timeout(&to, PATIENCE).expect("the gateway listens");
        socket
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout can be set");
        let mut stream = StreamOwned::new(connection.expect("a client"), socket);
        stream.write_all(&request.bytes()).expect("a handshake");
        let mut answer = Vec::new();
        // A gateway may close without a word (RFC 8446 section 6.1).
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        status.unwrap_or_else(|| panic!("no response: `{answer}`"))
    }
}

fn list(token: &str) -> Request {
    bearer("GET", "/v1/orders", token)
}

#[test]
fn a_token_counts_with_the_certificate_that_it_is_bound_to() {
    let (authority, gateway) = &*WORLD;
    let [right, wrong] = ["right", "wrong"].map(|name| Client::new(authority, Some(name)));
    let none = Client::new(authority, None);
    let bound = Recipe::corp(now())
        .claim("cnf", right.confirmation())
        .token();
    let free = Recipe::corp(now()).token();
    // In this order and again: what is remembered of the token is not who showed it.
    for _ in 0..2 {
        for (who, client, token, decision) in [
            ("right", &right, &bound, (200, "allowed")),
            ("wrong", &wrong, &bound, (401, "wrong_certificate")),
            ("none", &none, &bound, (401, "wrong_certificate")),
            ("none, anybody's token", &none, &free, (200, "allowed")),
            ("wrong, anybody's token", &wrong, &free, (200, "allowed")),
        ] {
            let (status, reason) = client.ask(gateway, list(token));
            assert_eq!((status, reason.as_str()), decision, "{who}");
        }
    }
}

/// Without TLS there is no certificate: the same token at a listener in plain text.
#[test]
fn it_counts_for_nothing_in_plain_text() {
    let (authority, _) = &*WORLD;
    let client = Client::new(authority, Some("plain"));
    let bound = Recipe::corp(now())
        .claim("cnf", client.confirmation())
        .token();
    let asked = ask(&MESH, list(&bound));
    assert_eq!(asked.decision(), (401, "wrong_certificate"));
    // What a client says of a certificate is no certificate.
    let claimed = list(&bound).field("x-forwarded-client-cert", client.forwarded());
    let asked = ask(&MESH, claimed);
    assert_eq!(asked.decision(), (401, "wrong_certificate"));
    assert!(
        asked
            .challenge()
            .starts_with(r#"Bearer error="invalid_token""#)
    );
}

/// A certificate is a binding only of a token that says so.
#[test]
fn a_rule_asks_for_the_binding_and_not_for_a_certificate() {
    let (authority, gateway) = &*WORLD;
    let client = Client::new(authority, Some("closer"));
    let free = Recipe::corp(now());
    let bound = free.clone().claim("cnf", client.confirmation());
    for (recipe, decision) in [(bound, (200, "allowed")), (free, (401, "binding_needed"))] {
        let request = bearer("DELETE", "/v1/orders", &recipe.token());
        let (status, reason) = client.ask(gateway, request);
        assert_eq!((status, reason.as_str()), decision);
    }
}

/// RFC 7800 section 3.1: a confirmation that is not understood, or not whole, denies.
#[test]
fn a_confirmation_that_is_not_understood_refuses_the_token() {
    let (authority, gateway) = &*WORLD;
    let client = Client::new(authority, Some("odd"));
    let mut two = client.confirmation();
    two["kid"] = json!("k");
    let encoded = client.confirmation()["x5t#S256"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    for (what, confirmation, reason) in [
        ("a member more", two, "claim_not_enforceable"),
        ("none", json!({}), "claim_not_enforceable"),
        (
            "another hash",
            json!({"x5t": encoded}),
            "claim_not_enforceable",
        ),
        (
            "half of it",
            json!({"x5t#S256": encoded.get(..20)}),
            "claim_malformed",
        ),
    ] {
        let token = Recipe::corp(now()).claim("cnf", confirmation).token();
        let (status, decided) = client.ask(gateway, list(&token));
        assert_eq!((status, decided.as_str()), (401, reason), "{what}");
    }
}
