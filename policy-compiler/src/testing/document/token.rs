//! Reading `tokens`, and the `token` of a request.

use std::collections::{BTreeMap, HashMap};

use remit_engine::plan::{IssuerId, Plan};
use serde_json::{Map, Value as Json};

use super::{number, value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::fields::{Fields, entries, items, text};
use crate::document::scalars;
use crate::source::Spanned;
use crate::testing::Recipe;
use crate::yaml::{Entry, Node};

const TOKEN: &[&str] = &[
    "issuer",
    "key",
    "type",
    "lifetime_seconds",
    "issued_seconds_ago",
    "authenticated_seconds_ago",
    "dpop",
    "certificate",
    "claims",
    "identity",
];
const VARIATION: &[&str] = &[
    "like",
    "issuer",
    "key",
    "type",
    "lifetime_seconds",
    "issued_seconds_ago",
    "authenticated_seconds_ago",
    "dpop",
    "certificate",
    "claims",
    "without",
    "identity",
];

/// Keys of a transaction token, which is bound to nothing and tells the upstream nothing of its own.
const TRANSACTION: &[&str] = &[
    "issuer",
    "key",
    "type",
    "lifetime_seconds",
    "issued_seconds_ago",
    "claims",
];

/// Longest distance of a token's times from the request's: a token of another year is no case.
const SECONDS: i64 = 400 * 24 * 3600;

/// How a token is made, and what the upstream is told with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Token {
    pub(super) recipe: Recipe,
    pub(super) identity: Option<BTreeMap<String, String>>,
}

/// The tokens of a file, by name.
pub(super) fn read_all<'n>(
    node: Option<&'n Node>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> HashMap<&'n str, Token> {
    let named = entries(node, diagnostics).iter();
    named
        .filter_map(|Entry { key, value }| {
            let fields = Fields::open(value, "a token", key.span, TOKEN, &[], diagnostics)?;
            let token = read(&fields, Token::default(), plan, diagnostics);
            Some((key.value.as_str(), token))
        })
        .collect()
}

/// The token of a request: one of the file's with something changed, or one of its own.
pub(super) fn read_variation(
    node: &Node,
    known: &HashMap<&str, Token>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<Token> {
    let fields = Fields::open(node, "a token", node.span, VARIATION, &[], diagnostics)?;
    let base = match fields.get("like") {
        None => Token::default(),
        Some(like) => {
            let name = text(like, diagnostics)?;
            let Some(base) = known.get(name.value.as_str()) else {
                let names = || {
                    let mut names: Vec<&str> = known.keys().copied().collect();
                    names.sort_unstable();
                    names
                };
                diagnostics.push(
                    name.diagnostic(
                        Code::UnknownName,
                        format!("there is no token `{}` in this file", name.value),
                    )
                    .help(if known.is_empty() {
                        "name tokens under `tokens`, or write the claims here".to_owned()
                    } else {
                        format!("the tokens are {}", listing(names()))
                    })
                    .help_if(did_you_mean(&name.value, names())),
                );
                return None;
            };
            base.clone()
        }
    };
    let mut token = read(&fields, base, plan, diagnostics);
    for item in items(fields.get("without"), diagnostics) {
        if let Some(name) = text(item, diagnostics) {
            token.recipe.claims.insert(name.value, Json::Null);
        }
    }
    Some(token)
}

/// The transaction token of a request.
pub(super) fn read_transaction(
    node: &Node,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<Recipe> {
    let what = "a transaction token";
    let fields = Fields::open(node, what, node.span, TRANSACTION, &[], diagnostics)?;
    let recipe = read(&fields, Token::default(), plan, diagnostics).recipe;
    if recipe.transaction_signer(plan).is_none() {
        let message = "it cannot be told whose transaction token this is";
        diagnostics.push(
            Diagnostic::new(Code::MissingKey, node.span, message)
                .help("name the `issuer`: one of profile `txn-token` in the policy"),
        );
        return None;
    }
    Some(recipe)
}

/// SHA-256 of a certificate, in hexadecimal.
fn certificate_of(node: &Node, diagnostics: &mut Diagnostics) -> Option<[u8; 32]> {
    let written = text(node, diagnostics)?;
    let digits: Option<Vec<u8>> = written
        .value
        .bytes()
        .map(|digit| {
            (digit as char)
                .to_digit(16)
                .and_then(|one| u8::try_from(one).ok())
        })
        .collect();
    let digits = digits.unwrap_or_default();
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .collect();
    let found = bytes.try_into().ok().filter(|_| digits.len() == 64);
    if found.is_none() {
        diagnostics.push(
            written
                .diagnostic(Code::BadValue, "this is not the SHA-256 of a certificate")
                .help("write its 64 hexadecimal digits, without colons"),
        );
    }
    found
}

/// What stands there, over what it is like.
fn read(fields: &Fields<'_>, base: Token, plan: &Plan, diagnostics: &mut Diagnostics) -> Token {
    let Token { recipe, identity } = base;
    let mut seconds = |key| {
        fields
            .get(key)
            .and_then(|node| number(node, -SECONDS..=SECONDS, diagnostics))
    };
    let (lifetime, issued_ago) = (seconds("lifetime_seconds"), seconds("issued_seconds_ago"));
    let authenticated_ago = seconds("authenticated_seconds_ago");
    let mut word = |key| fields.get(key).and_then(|node| text(node, diagnostics));
    let (key, typ, issuer) = (word("key"), word("type"), word("issuer"));
    let issuer = issuer.and_then(|name| issuer_named(&name, plan, diagnostics));
    let dpop = fields.get("dpop");
    let dpop = dpop.and_then(|node| {
        let what = "`true` or `false`";
        scalars::word(
            node,
            what,
            &[("true", true), ("false", false)],
            &[],
            diagnostics,
        )
    });
    let certificate = fields.get("certificate");
    let certificate = certificate.and_then(|node| certificate_of(node, diagnostics));
    let mut claims = recipe.claims;
    claims.extend(read_claims(fields.get("claims"), diagnostics));
    let told = fields.get("identity").map(|node| {
        let told = entries(Some(node), diagnostics).iter();
        told.filter_map(|Entry { key, value }| {
            let value = text(value, diagnostics)?;
            Some((key.value.clone(), value.value))
        })
        .collect()
    });
    Token {
        recipe: Recipe {
            key: key.or(recipe.key),
            issuer: issuer.or(recipe.issuer),
            typ: typ.map(|typ| typ.value).or(recipe.typ),
            lifetime: lifetime.or(recipe.lifetime),
            issued_ago: issued_ago.or(recipe.issued_ago),
            authenticated_ago: authenticated_ago.or(recipe.authenticated_ago),
            dpop: dpop.unwrap_or(recipe.dpop),
            certificate: certificate.or(recipe.certificate),
            claims,
        },
        identity: told.or(identity),
    }
}

fn read_claims(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Map<String, Json> {
    value::members(node, diagnostics)
}

fn issuer_named(
    name: &Spanned<String>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<IssuerId> {
    let names = || plan.issuers.iter().map(|issuer| issuer.name.as_str());
    let found = names().position(|known| known == name.value);
    if found.is_none() {
        diagnostics.push(
            name.diagnostic(
                Code::UnknownName,
                format!("the policy has no issuer `{}`", name.value),
            )
            .help(format!("its issuers are {}", listing(names())))
            .help_if(did_you_mean(&name.value, names())),
        );
    }
    found
        .and_then(|position| u32::try_from(position).ok())
        .map(IssuerId)
}
