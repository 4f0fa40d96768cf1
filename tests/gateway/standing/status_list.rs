//! Token Status Lists: what a good one says holds, whatever else comes in its place says nothing.

use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::{Mint, Signer};
use remit_tests::origin::{Origin, Page};
use remit_tests::runtime::until;
use serde_json::{Value, json};

use crate::standing::{Elsewhere, allowed, document, outcome, policy, recipe, refused};
use crate::world::{now, started};

/// A list in the making: a byte of which the first bit is set and the second is not.
struct List {
    signer: &'static str,
    typ: &'static str,
    claims: Value,
}

impl List {
    fn of(origin: &Origin, path: &str) -> Self {
        Self {
            signer: "corp-ed",
            typ: "statuslist+jwt",
            claims: json!({
                "sub": origin.url(path),
                "iat": now(),
                "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
            }),
        }
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn token(&self) -> String {
        let header = json!({"alg": "EdDSA", "kid": "corp-ed", "typ": self.typ}).to_string();
        let claims = self.claims.to_string();
        let signer = Signer::Key(self.signer);
        Mint::shared().parts(signer, "EdDSA", header.as_bytes(), claims.as_bytes())
    }

    fn page(&self) -> Page {
        let page = Page::of(self.token());
        page.field("content-type", String::from("application/statuslist+jwt"))
    }
}

/// Lists that must not be believed. Each says of the second token that it stands.
fn bad(origin: &Origin) -> Vec<(&'static str, Page)> {
    let good = |path: &str| List::of(origin, path);
    let (signed, _) = {
        let token = good("/tampered").claim("jti", "other").token();
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        (signed.to_owned(), signature.to_owned())
    };
    let token = good("/tampered").token();
    let (_, signature) = token.rsplit_once('.').expect("three parts");
    let bomb = compress_to_vec_zlib(&vec![0; 64 * 1024 * 1024], 6);
    let bomb = json!({"bits": 1, "lst": URL_SAFE_NO_PAD.encode(bomb)});
    let mut other_typ = good("/typ");
    other_typ.typ = "JWT";
    let mut strangers = good("/stranger");
    strangers.signer = "stranger-ed";
    vec![
        ("/tampered", Page::of(format!("{signed}.{signature}"))),
        ("/bomb", good("/bomb").claim("status_list", bomb).page()),
        ("/typ", other_typ.page()),
        ("/sub", good("/other").page()),
        ("/stranger", strangers.page()),
        ("/expired", good("/expired").claim("exp", now() - 60).page()),
        ("/future", good("/future").claim("iat", now() + 600).page()),
        ("/long", Page::of("x".repeat(3 * 1024 * 1024))),
        ("/missing", Page::status(404)),
    ]
}

fn start(origin: &Origin, lists: &[(&str, &str)]) -> Gateway {
    let lists = lists.iter();
    let lists: Vec<String> = lists
        .map(|(path, more)| document(origin, path, more))
        .collect();
    let lists = format!("status_lists: [{}]", lists.join(", "));
    let policy = policy(&Elsewhere {
        issuer: vec![lists],
        ..Elsewhere::default()
    });
    started(&Setup::new(&policy.plan))
}

/// A token that has a place on a list.
fn token(origin: &Origin, path: &str, index: u32) -> String {
    let status = json!({"status_list": {"idx": index, "uri": origin.url(path)}});
    recipe().claim("status", status).token()
}

#[test]
fn a_list_says_who_was_revoked() {
    let origin = Origin::start();
    origin.put("/list", List::of(&origin, "/list").page());
    let gateway = start(&origin, &[("/list", "")]);
    let ask = |index| outcome(&gateway, &token(&origin, "/list", index));
    until("the list comes", || ask(1) == allowed());
    assert_eq!(ask(0), refused(401, "token_revoked"));
    assert_eq!(ask(99), refused(401, "token_revoked"), "outside the list");
    // A token that was let through before is refused as soon as the list says so.
    let standing = token(&origin, "/list", 1);
    assert_eq!(outcome(&gateway, &standing), allowed());
    let all =
        json!({"bits": 1, "lst": URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&[0xff; 2], 6))});
    let all = List::of(&origin, "/list").claim("status_list", all);
    origin.put("/list", all.page());
    let revoked = refused(401, "token_revoked");
    until("it is revoked", || outcome(&gateway, &standing) == revoked);
    // A list that the policy does not name is fetched from nowhere.
    assert_eq!(
        outcome(&gateway, &token(&origin, "/foreign", 1)),
        refused(401, "claim_not_enforceable")
    );
    assert!(origin.asked("/foreign").is_empty());
}

#[test]
fn what_is_no_list_says_nothing() {
    let origin = Origin::start();
    let bad = bad(&origin);
    for (path, page) in &bad {
        origin.put(path, page.clone());
    }
    let paths: Vec<_> = bad.iter().map(|(path, _)| (*path, "")).collect();
    let gateway = start(&origin, &paths);
    scope(|threads| {
        for (path, _) in &paths {
            let (gateway, origin) = (&gateway, &origin);
            threads.spawn(move || {
                until("it is fetched", || origin.asked(path).len() > 1);
                let outcome = outcome(gateway, &token(origin, path, 1));
                assert_eq!(outcome, refused(503, "standing_unknown"), "{path}");
            });
        }
    });
    // Tokens without a status are not concerned.
    assert_eq!(outcome(&gateway, &recipe().token()), allowed());
}

/// A list that has run out, by its own word or by the policy's, says nothing either.
#[test]
fn a_list_counts_no_longer_than_it_may() {
    let origin = Origin::start();
    let paths = [
        ("/ttl", ""),
        ("/exp", ""),
        ("/stale", ", stale_after: 3s"),
        ("/ignored", ", stale_after: 3s, when_stale: ignore"),
    ];
    let list = |path| List::of(&origin, path);
    for path in ["/ttl", "/exp", "/stale"] {
        origin.put(path, list(path).page());
    }
    let gateway = start(&origin, &paths);
    assert_eq!(outcome(&gateway, &token(&origin, "/ignored", 0)), allowed());
    origin.put("/ignored", list("/ignored").page());
    origin.put("/ttl", list("/ttl").claim("ttl", 3).page());
    let asked = origin.asked("/ttl").len();
    until("its `ttl` counts", || {
        origin.asked("/ttl").len() > asked + 1
    });
    let of = |index| paths.iter().map(move |(path, _)| (*path, index));
    let tokens = of(1).map(|(path, index)| (path, token(&origin, path, index)));
    let tokens: Vec<_> = tokens.collect();
    let revoked = token(&origin, "/ignored", 0);
    for (path, token) in &tokens {
        until(path, || outcome(&gateway, token) == allowed());
    }
    let revoked_then = refused(401, "token_revoked");
    until("it is revoked", || {
        outcome(&gateway, &revoked) == revoked_then
    });

    let expires = now() + 8;
    let asked = origin.asked("/exp").len();
    origin.put("/exp", list("/exp").claim("exp", expires).page());
    until("its `exp` counts", || {
        origin.asked("/exp").len() > asked + 1
    });
    let began = Instant::now();
    paths
        .iter()
        .for_each(|(path, _)| origin.put(path, Page::status(500)));
    for (path, token) in tokens.iter().filter(|(path, _)| *path != "/ignored") {
        let unknown = refused(503, "standing_unknown");
        until(path, || outcome(&gateway, token) == unknown);
        // Far more than any of them may take.
        assert!(began.elapsed() < Duration::from_secs(15), "{path}");
    }
    sleep(Duration::from_secs(4).saturating_sub(began.elapsed()));
    // What an old list says against a token holds, where the policy lets staleness pass.
    assert_eq!(outcome(&gateway, &revoked), revoked_then);
    let kept = token(&origin, "/ignored", 1);
    assert_eq!(outcome(&gateway, &kept), allowed());
}
