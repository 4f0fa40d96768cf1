use super::{Kind, find, masked};

fn kinds(text: &str) -> Vec<(Kind, &str)> {
    find(text)
        .into_iter()
        .map(|one| (one.kind, text.get(one.range).unwrap()))
        .collect()
}

const RANDOM: &str = "q7Zt0vXk29LmPzR4sWn8";
const TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
const MEMBER: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

#[test]
fn secrets_are_found_where_they_stand() {
    let cases = [
        (format!("password: {RANDOM}"), Kind::Named, RANDOM),
        (format!("# db_password = \"{RANDOM}\""), Kind::Named, RANDOM),
        (
            format!("when: request.headers['x-api-key'] == '{RANDOM}'"),
            Kind::Named,
            RANDOM,
        ),
        (
            format!("keys: [{{kty: OKP, d: {MEMBER}}}]"),
            Kind::Jwk,
            MEMBER,
        ),
        (format!("{{\"d\":\"{MEMBER}\"}}"), Kind::Jwk, MEMBER),
        (format!("audience: {TOKEN}"), Kind::Token, TOKEN),
        (
            "note: AKIAQ3ZX7T2M9KD4WPLB".into(),
            Kind::Credential,
            "AKIAQ3ZX7T2M9KD4WPLB",
        ),
    ];
    for (text, kind, value) in &cases {
        assert_eq!(kinds(text), [(*kind, *value)], "{text}");
    }
}

#[test]
fn what_a_policy_has_is_none() {
    let cases = [
        "audience: https://api.corp.example/v1/orders-2024",
        "inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: Rb6NpxNlFEAHyhRcnaPQ0L85M0_XDCksVZL5eIgr0ww}]}",
        "claims: {token: optional(list(string)), secret: string}",
        "when: token.ticket.id == \"A-1001-2002-3003-4004\"",
        "secret_file: /var/run/secrets/corp/key-2024-11.json",
        "password: correct-horse-battery-staple",
        "policy: release.2024.11.candidate-of-the-support-desk",
        "description: \u{fc}ber-lange-Zeile-ohne-jeden-Sinn-2024",
    ];
    for text in cases {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn a_private_key_is_found_whole() {
    let text = "a: |\n  -----BEGIN EC PRIVATE KEY-----\n  MHcCAQEE\n  -----END EC PRIVATE KEY-----\n\
                b: |\n  -----BEGIN PUBLIC KEY-----\n  MHcCAQEE\n  -----END PUBLIC KEY-----\n";
    let found = kinds(text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, Kind::Pem);
    assert!(found[0].1.contains("MHcCAQEE"));
}

#[test]
fn excerpts_are_shown_without_it() {
    let text = format!("a: 1\npassword: {RANDOM} # \u{fc}\n");
    let part = text.get(5..).unwrap();
    let shown = masked(&text, 5, part);
    assert_eq!(
        shown,
        format!("password: {} # \u{fc}\n", "*".repeat(RANDOM.len()))
    );
}

#[test]
fn many_secrets_are_found_in_a_moment() {
    let line = format!("-----BEGIN X-----\npassword: {RANDOM}\n");
    let text = line.repeat(20_000) + &"-----BEGIN PRIVATE KEY-----\n".repeat(20_000);
    assert_eq!(find(&text).len(), 20_001);
}
