//! Tokens that pass.

use serde_json::json;

use super::{Credential, Identity, Shown, corp_identity, partner_identity, works};
use crate::recipe::{API, CORP_AGENT, LEDGER, Recipe};

pub(super) fn good(now: i64) -> Vec<Credential> {
    let corp = || Recipe::corp(now);
    let replaced = |identity: Identity| Some(identity);
    let with = |change: &[(&'static str, &'static str)]| -> Identity {
        let keep = |(name, _): &(&str, &str)| !change.iter().any(|(other, _)| other == name);
        corp_identity()
            .into_iter()
            .filter(keep)
            .chain(change.iter().copied())
            .collect()
    };
    let without = |names: &[&str]| -> Identity {
        corp_identity()
            .into_iter()
            .filter(|(name, _)| !names.contains(name))
            .collect()
    };
    let lower: Shown = vec![(
        "authorization",
        format!("bearer {}", corp().token()).into_bytes(),
    )];
    let acting = corp().claim("sub", "user-1").claim(
        "act",
        json!({"sub": "spiffe://corp.example/support/sub-agent"}),
    );
    let alone = corp().claim("sub", CORP_AGENT);
    let bare = corp()
        .without("mission")
        .without("sid")
        .without("instance")
        .without("tenant");
    vec![
        works("good EdDSA", &corp().token()),
        works(
            "good Ed25519",
            &corp().signed_by("corp-ed", "Ed25519").raw(),
        ),
        works(
            "good, the next key",
            &corp()
                .signed_by("corp-ed-next", "EdDSA")
                .header("kid", "corp-ed-next")
                .token(),
        ),
        works(
            "good ES256",
            &corp()
                .signed_by("corp-ec", "ES256")
                .header("kid", "corp-ec")
                .token(),
        ),
        works(
            "good ES256 without kid",
            &corp()
                .signed_by("corp-ec", "ES256")
                .without_header("kid")
                .token(),
        ),
        works(
            "good, application/at+jwt",
            &corp().header("typ", "application/AT+JWT").token(),
        ),
        works("good, fractions of seconds", &json_fraction(&corp(), now)),
        works("good, in the leeway", &corp().claim("iat", now + 3).token()),
        Credential {
            shown: lower,
            ..works("good, lower-case scheme", "")
        },
        Credential {
            audiences: &[API, LEDGER],
            ..works(
                "good for two audiences",
                &corp().claim("aud", json!([LEDGER, API])).token(),
            )
        },
        Credential {
            identity: replaced(with(&[
                ("agent", "spiffe://corp.example/support/sub-agent"),
                ("principal", "user-1"),
            ])),
            ..works("good, acting for a user", &acting.token())
        },
        Credential {
            identity: replaced(without(&["principal"])),
            ..works("good, for itself", &alone.token())
        },
        Credential {
            identity: replaced(without(&["task_id", "session", "instance", "tenant"])),
            ..works("good, with nothing optional", &bare.token())
        },
        Credential {
            identity: Some(partner_identity()),
            task: "restock",
            ..works("good partner RS256", &Recipe::partner(now).token())
        },
        Credential {
            identity: Some(partner_identity()),
            task: "restock",
            ..works(
                "good partner without typ",
                &Recipe::partner(now).without_header("typ").raw(),
            )
        },
    ]
}

/// NumericDates need not be whole (RFC 7519 section 2).
fn json_fraction(recipe: &Recipe, now: i64) -> String {
    let text = recipe.claims_text();
    let text = text.replace(
        &format!("\"exp\":{}", now + 300),
        &format!("\"exp\":{}.75", now + 300),
    );
    recipe.parts(&recipe.header_text(), &text)
}
