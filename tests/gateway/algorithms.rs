//! Every signature algorithm through a real Envoy: some are the module's own work, some the host's.

use remit_tests::gateway::Setup;
use remit_tests::mint::Mint;
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;

use crate::world::{case, now, request, started};

/// Keys of one issuer, and what each can sign with.
const SIGNERS: &[(&str, &[&str])] = &[
    ("corp-ed", &["EdDSA"]),
    ("corp-ec", &["ES256"]),
    ("corp-ec-384", &["ES384"]),
    ("corp-ec-521", &["ES512"]),
    (
        "corp-rsa",
        &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
    ),
];

#[test]
fn each_is_verified_and_a_changed_token_is_refused() {
    let keys: Vec<&str> = SIGNERS.iter().map(|(key, _)| *key).collect();
    let keys = Mint::shared().jwks(&keys).to_string();
    let names: Vec<&str> = SIGNERS
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let algorithms = format!("algorithms: [{}]", names.join(", "));
    let policy = Compiled::policy_changed(
        "cases",
        &[("algorithms: [EdDSA, ES256]", &algorithms)],
        &[("corp.jwks.json", &keys)],
    );
    let gateway = started(&Setup::new(&policy.plan));
    let ask = |token: &str| {
        let name = case("algorithm");
        let bearer = format!("Bearer {token}");
        let request = request("GET", "/v1/orders", &name).field("authorization", bearer);
        let status = request.send(gateway.agents()).status;
        let entry = gateway.entry_of(&name);
        let record = entry.record().expect("a decision has a record");
        (
            status,
            record["reason"].as_str().unwrap_or_default().to_owned(),
        )
    };
    for (key, names) in SIGNERS {
        for name in *names {
            let recipe = Recipe::corp(now()).signed_by(key, name).header("kid", *key);
            let good = recipe.token();
            assert_eq!(ask(&good), (200, "allowed".to_owned()), "{name}");
            let other = recipe.claim("jti", "another").token();
            let (signed, _) = other.rsplit_once('.').expect("three parts");
            let (_, signature) = good.rsplit_once('.').expect("three parts");
            let changed = format!("{signed}.{signature}");
            assert_eq!(ask(&changed), (401, "bad_signature".to_owned()), "{name}");
        }
    }
}
