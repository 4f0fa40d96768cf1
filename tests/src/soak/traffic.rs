//! What the clients ask for: the whole table of cases, and tokens that are new with each request.

mod fresh;

use std::sync::{Arc, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use fastrand::Rng;
use remit_engine::decision::Reason;

use super::turns::Expectation;
use crate::cases::{Credential, Errand, Shown, Wire, credentials, errands, expected};
use fresh::Fresh;

/// One request, and what it must lead to.
#[derive(Debug)]
pub(super) struct Sample {
    /// For a reader.
    pub(super) name: String,
    /// By which the upstreams count it.
    pub(super) case: String,
    pub(super) method: &'static str,
    pub(super) host: &'static str,
    pub(super) target: &'static str,
    pub(super) fields: Shown,
    pub(super) expected: Expectation,
}

#[derive(Debug)]
pub(super) struct Traffic {
    errands: Vec<Errand>,
    credentials: RwLock<Arc<Vec<Credential>>>,
    fresh: Fresh,
}

/// Of a hundred requests, how many have a new token or one that only some plans accept.
const FRESH: u32 = 25;
/// How many of the others have the plainest good token, so that allowed ones are no rarity.
const GOOD: u32 = 40;

impl Traffic {
    pub(super) fn new() -> Self {
        let upgrades = |errand: &Errand| errand.method == "CONNECT";
        Self {
            errands: errands().into_iter().filter(|one| !upgrades(one)).collect(),
            credentials: RwLock::new(Arc::new(credentials(now()))),
            fresh: Fresh::default(),
        }
    }

    /// Mints the tokens of the table anew.
    pub(super) fn mint(&self) {
        let minted = Arc::new(credentials(now()));
        *self.credentials.write().expect("no thread panics here") = minted;
    }

    pub(super) fn next(&self, wire: Wire, random: &mut Rng) -> Sample {
        if random.u32(..100) < FRESH {
            return self.fresh.next(random);
        }
        let credentials = Arc::clone(&self.credentials.read().expect("no thread panics here"));
        let of_wire = |errand: &Errand| matches!(errand.wire, Wire::Both) || errand.wire == wire;
        let (position, errand) = loop {
            let position = random.usize(..self.errands.len());
            match &self.errands[position] {
                errand if of_wire(errand) => break (position, errand),
                _ => {}
            }
        };
        let shown = match random.u32(..100) {
            0..GOOD => 0,
            _ => random.usize(..credentials.len()),
        };
        let credential = &credentials[shown];
        let own = errand.fields.iter();
        let own = own.map(|(name, value)| (*name, value.as_bytes().to_vec()));
        Sample {
            name: format!("{} / {}", errand.name, credential.name),
            case: format!("{position}/{shown}"),
            method: errand.method,
            host: errand.host,
            target: errand.target,
            fields: own.chain(credential.shown.iter().cloned()).collect(),
            expected: Expectation::Always(expected(errand, credential).reason),
        }
    }
}

/// Now, in seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map(|since| since.as_secs()).unwrap_or_default();
    i64::try_from(seconds).expect("a clock before the end of time")
}

/// A list of orders with a token.
fn list(kind: &'static str, token: &str, expected: Expectation) -> Sample {
    Sample {
        name: kind.to_owned(),
        case: kind.to_owned(),
        method: "GET",
        host: "api.corp.example",
        target: "/v1/orders",
        fields: vec![("authorization", format!("Bearer {token}").into_bytes())],
        expected,
    }
}

const fn always(reason: Reason) -> Expectation {
    Expectation::Always(reason)
}
