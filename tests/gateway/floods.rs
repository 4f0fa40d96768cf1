//! Forged tokens at full rate: what signatures may cost has a bound, and tokens that are known pass
//! as ever. How fast, `make bench-envoy` says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use remit_tests::client::h1::{Request, Session};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::runtime::Stop;

use crate::world::{case, now, request, started};

const TIME: Duration = Duration::from_secs(4);
/// After a flood a new token has to pass within this time.
const CALM: Duration = Duration::from_secs(2);

fn with(token: &str) -> Request {
    request("GET", "/v1/orders", "flood").field("authorization", format!("Bearer {token}"))
}

fn new_token() -> String {
    Recipe::corp(now()).claim("jti", case("new")).token()
}

/// Tokens in the right form, each another, whose signatures are not.
struct Forger {
    signed: Recipe,
    length: usize,
    random: Rng,
}

impl Forger {
    fn of(alg: &'static str, key: &'static str, seed: u64) -> Self {
        let signed = Recipe::corp(now()).header("kid", key).signed_by(key, alg);
        let token = signed.token();
        let (_, signature) = token.rsplit_once('.').expect("three parts");
        let length = URL_SAFE_NO_PAD.decode(signature).expect("base64url").len();
        Self {
            signed,
            length,
            random: Rng::with_seed(seed),
        }
    }

    fn next(&mut self) -> String {
        let claims = self
            .signed
            .clone()
            .claim("jti", self.random.u64(..).to_string());
        // Below every modulus, so that it has to be raised to its power.
        let mut signature: Vec<u8> = (0..self.length).map(|_| self.random.u8(..)).collect();
        if let Some(first) = signature.first_mut() {
            *first = 1;
        }
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let (header, claims) = (self.signed.header_text(), claims.claims_text());
        format!("{}.{}.{signature}", part(&header), part(&claims))
    }
}

/// Sends forged tokens until told to stop; says how many were not looked at.
fn flood(gateway: &Gateway, mut forger: Forger, stop: &AtomicBool) -> usize {
    let mut session = Session::new(gateway.agents());
    let mut exhausted = 0;
    while !stop.load(Ordering::Relaxed) {
        match session.send(&with(&forger.next())).status {
            401 => {}
            503 => exhausted += 1,
            status => panic!("a forged token gets {status}"),
        }
    }
    exhausted
}

/// Says how many of the forged tokens were not looked at.
fn withstands(alg: &'static str, key: &'static str) -> usize {
    let keys = Mint::shared().jwks(&["corp-ed", "corp-rsa"]).to_string();
    let policy = Compiled::policy_changed(
        "cases",
        &[("algorithms: [EdDSA, ES256]", "algorithms: [EdDSA, PS256]")],
        &[("corp.jwks.json", &keys)],
    );
    let gateway = started(&Setup::new(&policy.plan).counting().workers(1));
    let mut session = Session::new(gateway.agents());
    let known = with(&new_token());
    assert_eq!(session.send(&known).status, 200);
    let stop = AtomicBool::new(false);
    let (exhausted, refused) = scope(|threads| {
        let (gateway, stop) = (&gateway, &stop);
        let _stopped = Stop(stop);
        let forgers = (0..6).map(|seed| {
            let forger = Forger::of(alg, key, seed);
            threads.spawn(move || flood(gateway, forger, stop))
        });
        let forgers: Vec<_> = forgers.collect();
        let (end, mut refused) = (Instant::now() + TIME, 0);
        while Instant::now() < end {
            for _ in 0..10 {
                assert_eq!(session.send(&known).status, 200, "a known token");
            }
            match session.send(&with(&new_token())).status {
                200 => {}
                503 => refused += 1,
                status => panic!("a new token gets {status}"),
            }
        }
        stop.store(true, Ordering::Relaxed);
        let forgers = forgers
            .into_iter()
            .map(|one| one.join().expect("no wrong answer"));
        (forgers.sum::<usize>(), refused)
    });
    let counted = gateway.counted("deny", "signatures_exhausted");
    assert_eq!(counted, u64::try_from(exhausted + refused).expect("few"));
    let (new, began) = (with(&new_token()), Instant::now());
    while session.send(&new).status != 200 {
        assert!(
            began.elapsed() < CALM,
            "a new token is refused after {CALM:?}"
        );
    }
    exhausted
}

#[test]
fn of_forged_ps256_tokens() {
    let exhausted = withstands("PS256", "corp-rsa");
    assert!(exhausted > 0, "the flood stays below the bound");
}

/// These cost so little that it takes more than these clients to use up the bound.
#[test]
fn of_forged_eddsa_tokens() {
    let _ = withstands("EdDSA", "corp-ed");
}
