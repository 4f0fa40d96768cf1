//! Tokens for the table of cases: a good one, and what is changed in it.

use serde_json::{Map, Value, json};

use crate::mint::{Mint, Signer};

/// What a token says and who signs it.
#[derive(Debug, Clone)]
pub struct Recipe {
    key: &'static str,
    alg: &'static str,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

/// Our own issuer.
pub const CORP: &str = "https://sts.corp.example";
/// The partner's.
pub const PARTNER: &str = "https://agents.partner.example";
/// Our service for transaction tokens.
pub const TTS: &str = "https://tts.corp.example";
/// The audience of most resources.
pub const API: &str = "https://api.corp.example";
/// The audience of the ledger.
pub const LEDGER: &str = "https://ledger.corp.example/v2";
/// The agent of a good token of ours.
pub const CORP_AGENT: &str = "spiffe://corp.example/support/bot-7";
/// The agent of a good token of the partner's.
pub const PARTNER_AGENT: &str = "https://agents.partner.example/buyer/1";

impl Recipe {
    /// A good token of ours, issued ten seconds ago and good for five minutes.
    #[must_use]
    pub fn corp(now: i64) -> Self {
        let claims = json!({
            "iss": CORP,
            "aud": API,
            "sub": "user-42",
            "client_id": CORP_AGENT,
            "iat": now - 10,
            "exp": now + 300,
            "jti": "t-1",
            "task": "triage",
            "mission": {"id": "run-9"},
            "sid": "conversation-3",
            "instance": "pod-5",
            "tenant": "emea",
            "ticket": {"id": "T-1", "severity": 2},
            "refundable": ["A-17", "B-2"],
        });
        Self::new(
            "corp-ed",
            "EdDSA",
            &json!({"kid": "corp-ed", "typ": "at+jwt"}),
            &claims,
        )
    }

    /// A good token of the partner's, which names no principal.
    #[must_use]
    pub fn partner(now: i64) -> Self {
        let claims = json!({
            "iss": PARTNER,
            "aud": [API],
            "sub": PARTNER_AGENT,
            "iat": now - 10,
            "exp": now + 200,
            "purpose": "restock",
            "run": "r-1",
        });
        Self::new(
            "partner-rsa",
            "RS256",
            &json!({"kid": "partner-rsa", "typ": "JWT"}),
            &claims,
        )
    }

    /// A good SVID of a trust domain's (JWT-SVID sections 2 and 3), good for two minutes.
    #[must_use]
    pub fn svid(now: i64, key: &'static str, sub: &str) -> Self {
        let claims = json!({
            "sub": sub,
            "aud": [API],
            "exp": now + 120,
            "task": "triage",
            "scope": "orders:refund",
        });
        let kid = Mint::shared().jwk(key)["kid"].clone();
        Self::new(key, "ES256", &json!({"kid": kid}), &claims)
    }

    /// A good transaction token (draft-ietf-oauth-transaction-tokens-10 section 5), good for two
    /// minutes.
    #[must_use]
    pub fn transaction(now: i64) -> Self {
        let claims = json!({
            "iss": TTS,
            "aud": "corp.example",
            "iat": now,
            "exp": now + 120,
            "txn": "txn-97053963",
            "sub": "user-42",
            "scope": "orders:list orders:refund",
            "req_wl": "spiffe://corp.example/gate/1",
            "tctx": {"amount": 50},
        });
        let header = json!({"kid": "tts-1", "typ": "txntoken+jwt"});
        Self::new("tts-ec", "ES256", &header, &claims)
    }

    /// A token with this header, `alg` left out, and these claims.
    #[must_use]
    pub fn new(key: &'static str, alg: &'static str, header: &Value, claims: &Value) -> Self {
        let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
        Self {
            key,
            alg,
            header: members(header),
            claims: members(claims),
        }
    }

    /// Signs with another key.
    #[must_use]
    pub fn signed_by(mut self, key: &'static str, alg: &'static str) -> Self {
        (self.key, self.alg) = (key, alg);
        self
    }

    /// Sets a header member.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a header member.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Sets a claim.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// The token as the independent library's encoder makes it.
    #[must_use]
    pub fn token(&self) -> String {
        let (header, claims) = (self.header.clone().into(), self.claims.clone().into());
        Mint::shared().token(self.key, self.alg, &header, &claims)
    }

    /// The token with exactly these header members and `alg`, whatever they are, signed by the
    /// independent library.
    #[must_use]
    pub fn raw(&self) -> String {
        self.parts(&self.header_text(), &self.claims_text())
    }

    /// Header text, `alg` first.
    #[must_use]
    pub fn header_text(&self) -> String {
        let mut header = Map::new();
        header.insert(String::from("alg"), json!(self.alg));
        header.extend(self.header.clone());
        Value::Object(header).to_string()
    }

    /// Payload text.
    #[must_use]
    pub fn claims_text(&self) -> String {
        Value::Object(self.claims.clone()).to_string()
    }

    /// A token of these texts, signed as the recipe says.
    #[must_use]
    pub fn parts(&self, header: &str, payload: &str) -> String {
        let signer = Signer::Key(self.key);
        Mint::shared().parts(signer, self.alg, header.as_bytes(), payload.as_bytes())
    }
}
