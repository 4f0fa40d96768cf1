//! Tokens minted for the request that shows them, and some that are shown again and again while
//! plans come and go that trust their key or do not.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use remit_engine::decision::Reason;

use super::{Sample, always, list, now};
use crate::recipe::{CORP_AGENT, Recipe};
use crate::soak::turns::{Expectation, KEY_A, KEY_B};

#[derive(Debug, Default)]
pub(super) struct Fresh {
    minted: AtomicU64,
    kept: Mutex<BTreeMap<&'static str, (i64, String)>>,
}

/// A kind of request, the token that it shows and what that leads to.
type Row = (&'static str, fn(i64) -> Recipe, Expectation);

/// Shown again and again.
const KEPT: &[Row] = &[
    (
        "key a, again",
        |now| by(KEY_A, now),
        Expectation::SignedBy(KEY_A),
    ),
    (
        "key b, again",
        |now| by(KEY_B, now),
        Expectation::SignedBy(KEY_B),
    ),
    ("at closing, again", closing, Expectation::ListAtClosing),
];

/// Shown once.
const NEW: &[Row] = &[
    ("key a", |now| by(KEY_A, now), Expectation::SignedBy(KEY_A)),
    ("key b", |now| by(KEY_B, now), Expectation::SignedBy(KEY_B)),
    ("at closing", closing, Expectation::ListAtClosing),
    ("EdDSA", Recipe::corp, always(Reason::Allowed)),
    ("ES256", es256, always(Reason::Allowed)),
    ("RS256", Recipe::partner, always(Reason::Allowed)),
    (
        "forged EdDSA",
        |now| Recipe::corp(now).signed_by("stranger-ed", "EdDSA"),
        always(Reason::BadSignature),
    ),
    (
        "forged ES256",
        |now| es256(now).signed_by("stranger-ec", "ES256"),
        always(Reason::BadSignature),
    ),
    (
        "forged RS256",
        |now| Recipe::partner(now).signed_by("stranger-rsa", "RS256"),
        always(Reason::BadSignature),
    ),
    (
        "another key of the issuer's",
        |now| Recipe::corp(now).signed_by(KEY_A, "EdDSA"),
        always(Reason::BadSignature),
    ),
    (
        "expired",
        |now| {
            Recipe::corp(now)
                .claim("iat", now - 300)
                .claim("exp", now - 60)
        },
        always(Reason::TokenExpired),
    ),
    (
        "another audience",
        |now| Recipe::corp(now).claim("aud", "https://other.example"),
        always(Reason::WrongAudience),
    ),
    (
        "another agent",
        |now| Recipe::corp(now).claim("client_id", "spiffe://corp.example/sre/bot-1"),
        always(Reason::AgentNotInTask),
    ),
    (
        "an agent of nobody's",
        |now| Recipe::corp(now).claim("client_id", "spiffe://other.example/support/bot-7"),
        always(Reason::IssuerMayNotAssert),
    ),
];

/// How old a token may be that is shown again, in seconds.
const KEEP: i64 = 30;

impl Fresh {
    pub(super) fn next(&self, random: &mut Rng) -> Sample {
        // Those that are kept cost nothing to make.
        if random.u32(..4) > 0 {
            let (kind, recipe, expected) = KEPT[random.usize(..KEPT.len())];
            return list(kind, &self.kept(kind, recipe), expected);
        }
        let (kind, recipe, expected) = NEW[random.usize(..NEW.len())];
        list(kind, &self.minted(recipe), expected)
    }

    fn kept(&self, kind: &'static str, recipe: fn(i64) -> Recipe) -> String {
        let mut kept = self.kept.lock().expect("minting does not panic");
        let now = now();
        match kept.get(kind) {
            Some((minted, token)) if now - minted < KEEP => token.clone(),
            _ => {
                let token = self.minted(recipe);
                kept.insert(kind, (now, token.clone()));
                token
            }
        }
    }

    fn minted(&self, recipe: fn(i64) -> Recipe) -> String {
        let number = self.minted.fetch_add(1, Ordering::Relaxed);
        recipe(now()).claim("jti", format!("soak-{number}")).token()
    }
}

fn by(key: &'static str, now: i64) -> Recipe {
    Recipe::corp(now).header("kid", key).signed_by(key, "EdDSA")
}

fn es256(now: i64) -> Recipe {
    Recipe::corp(now)
        .header("kid", "corp-ec")
        .signed_by("corp-ec", "ES256")
}

/// A token of a task that only some of the plans let list orders.
fn closing(now: i64) -> Recipe {
    let agent = CORP_AGENT.replace("support", "finance");
    Recipe::corp(now)
        .claim("client_id", agent)
        .claim("task", "closing")
}
