//! The rows.

use std::cell::LazyCell;

use crate::authorizer::Authorizer;
use crate::bodies;
use crate::histories;
use crate::load::Requests;
use crate::native::{jwt_authn, rbac_cel, rbac_matchers};
use crate::policy::{HOST, PATH, Rules, plan};
use crate::tokens::{self, Algorithm};
use crate::variant::{Group, Variant};
use crate::wasm::{self, Modules};

/// The base of all differences.
pub const NONE: &str = "no filter";
/// Envoy's own pair with one condition in CEL.
pub const NATIVE_CEL: &str = "jwt_authn, cached + RBAC with CEL, 1 policy";
/// The same with 100.
pub const NATIVE_CEL_100: &str = "jwt_authn, cached + RBAC with CEL, 100 policies";
/// The filter's decision and nothing after it.
pub const DECISION: &str = "Remit, decision alone";
/// With metrics and record.
pub const RECORDED: &str = "Remit, + metrics and record";
/// As it is shipped.
pub const SHIPPED: &str = "Remit as shipped (+ identity headers)";
/// With metrics and record, and the native gate behind it.
pub const GATED: &str = "Remit, + metrics and record, native gate behind";
/// As it is shipped, with what is shipped behind it.
pub const SHIPPED_GATED: &str = "Remit as shipped, native gate behind";
/// A service beside Envoy.
pub const AUTHORIZER: &str = "ext_authz, a gRPC service with Cedar";

/// Tokens that `jwt_authn`'s cache holds: more than any row sends, but for first sights.
pub(crate) const CACHE: u32 = 16_384;
/// New tokens a round.
const NEW_TOKENS: usize = 2_500;
/// Forged tokens a second beside good ones.
const FLOOD: u32 = 4_000;

const TOKEN: &str = "signature, issuer, audience, expiry";
const LIKE_FOR_LIKE: &str = "signature, issuer, audience, expiry; method, path, task, scope";
const UP_TO_THE_FIRST: &str = "up to the first check that fails";
pub(crate) const ALSO_IDENTITY: &str = "signature, issuer, audience, expiry; method, path, task, scope; also typ, lifetime, agent, host, \
     one reading of the path";

/// Everything that rows are made of.
#[derive(Debug)]
pub struct Parts<'p> {
    /// The modules.
    pub modules: &'p Modules,
    /// The service, where it was built.
    pub authorizer: Option<&'p Authorizer>,
    /// How many rounds there are, warm-up included: new tokens are made for each.
    pub rounds: usize,
}

impl Parts<'_> {
    /// All rows.
    #[must_use]
    pub fn variants(&self) -> Vec<Variant> {
        let mut all = self.floor();
        all.extend(self.one_rule());
        all.extend(self.many_rules());
        all.extend(self.tokens());
        all.extend(self.first_sight());
        all.extend(self.refusals());
        all.extend(self.floods());
        all.extend(histories::rows(self.modules));
        all.extend(bodies::rows(self.modules));
        all
    }

    fn floor(&self) -> Vec<Variant> {
        let row = |name, filters| Variant::new(Group::Floor, name, filters, one_token());
        vec![
            row(NONE, vec![]).checks("nothing"),
            row(
                "no-op wasm filter, as the SDK makes it",
                vec![wasm::noop("noop", &self.modules.noop)],
            )
            .checks("nothing"),
            row(
                "no-op wasm filter, unneeded exports removed",
                vec![wasm::noop("noop-trimmed", &self.modules.noop_trimmed)],
            )
            .checks("nothing"),
        ]
    }

    fn one_rule(&self) -> Vec<Variant> {
        let row = |name, filters| {
            Variant::new(Group::OneRule, name, filters, one_token()).checks(LIKE_FOR_LIKE)
        };
        let ours = |name, filters| row(name, filters).checks(ALSO_IDENTITY);
        let one = plan(Rules::One);
        let parts = |kept| wasm::parts(self.modules, kept, &one);
        let mut rows = vec![
            row("jwt_authn, cached", vec![jwt_authn(Some(CACHE))]).checks(TOKEN),
            row(
                "jwt_authn, cached + RBAC, 1 policy",
                vec![jwt_authn(Some(CACHE)), rbac_matchers(1)],
            ),
            row(NATIVE_CEL, vec![jwt_authn(Some(CACHE)), rbac_cel(1)]),
            ours(DECISION, vec![parts("nothing")]),
            ours("Remit, + metrics", vec![parts("metrics")]),
            ours(RECORDED, vec![parts("metrics,record")]),
            ours(GATED, vec![parts("metrics,record"), wasm::gate()]),
            ours(SHIPPED, vec![wasm::remit(self.modules, &one)]),
            ours(
                SHIPPED_GATED,
                vec![wasm::remit(self.modules, &one), wasm::gate()],
            ),
        ];
        if let Some(authorizer) = self.authorizer {
            let mut row = row(AUTHORIZER, vec![authorizer.filter()]);
            row.asks_authorizer = true;
            rows.push(row);
        }
        rows
    }

    fn many_rules(&self) -> Vec<Variant> {
        let row = |name: &str, filters| {
            Variant::new(Group::ManyRules, name, filters, one_token()).checks(LIKE_FOR_LIKE)
        };
        let ours = |name: &str, rules| {
            row(name, vec![wasm::remit(self.modules, &plan(rules))]).checks(ALSO_IDENTITY)
        };
        let mut rows = vec![
            row(
                "jwt_authn, cached + RBAC, 100 policies",
                vec![jwt_authn(Some(CACHE)), rbac_matchers(100)],
            ),
            row(NATIVE_CEL_100, vec![jwt_authn(Some(CACHE)), rbac_cel(100)]),
        ];
        for count in RULE_COUNTS {
            rows.push(ours(&over_operations(count), Rules::OverOperations(count)));
        }
        for count in CONSTANT_COUNTS {
            rows.push(ours(&constant_apart(count), Rules::ConstantApart(count)));
        }
        rows
    }

    fn tokens(&self) -> Vec<Variant> {
        let one = plan(Rules::One);
        let mut rows = Vec::new();
        for count in TOKEN_COUNTS {
            let requests = Requests::new(count, |number| request(&good(number)), 200);
            let row = |name: &str, filters, checks| {
                Variant::new(Group::Tokens, name, filters, requests.again()).checks(checks)
            };
            rows.push(row(
                &in_rotation(count),
                vec![wasm::remit(self.modules, &one)],
                ALSO_IDENTITY,
            ));
            rows.push(row(
                &format!("jwt_authn, cached + RBAC with CEL, {count} live tokens"),
                vec![jwt_authn(Some(CACHE)), rbac_cel(1)],
                LIKE_FOR_LIKE,
            ));
        }
        rows
    }

    fn first_sight(&self) -> Vec<Variant> {
        let one = plan(Rules::One);
        let mut rows = Vec::new();
        for algorithm in Algorithm::ALL {
            let make = move |number| request(&tokens::good(algorithm, number));
            let all = Requests::new(NEW_TOKENS * self.rounds, make, 200);
            let mut row = |name: &str, filter, checks| {
                let row = Variant::new(Group::FirstSight, name, vec![filter], all.again());
                rows.push(Variant {
                    round: Some(NEW_TOKENS),
                    ..row.checks(checks)
                });
            };
            row(&first_sight_native(algorithm), jwt_authn(None), TOKEN);
            let ours = wasm::remit(self.modules, &one);
            row(&first_sight(algorithm), ours, ALSO_IDENTITY);
        }
        rows
    }

    fn refusals(&self) -> Vec<Variant> {
        let one = plan(Rules::One);
        let ours = || vec![wasm::remit(self.modules, &one)];
        let native = || vec![jwt_authn(Some(CACHE)), rbac_cel(1)];
        let forged = tokens::forged(&good(0), 1);
        let row = |name, filters, bytes: Vec<u8>, status| {
            let requests = Requests::new(1, move |_| bytes.clone(), status);
            Variant::new(Group::Refusals, name, filters, requests).checks(UP_TO_THE_FIRST)
        };
        vec![
            row(
                "jwt_authn + RBAC with CEL, no token",
                native(),
                bare(PATH),
                401,
            ),
            row("Remit, no token", ours(), bare(PATH), 401),
            row(
                "jwt_authn + RBAC with CEL, other path",
                native(),
                to("/v1/other/1", &good(0)),
                403,
            ),
            row(
                "Remit, other path",
                ours(),
                to("/v1/other/1", &good(0)),
                403,
            ),
            row(
                "jwt_authn + RBAC with CEL, the same forged token",
                native(),
                request(&forged),
                401,
            ),
            row(
                "Remit, the same forged token",
                ours(),
                request(&forged),
                401,
            ),
        ]
    }

    fn floods(&self) -> Vec<Variant> {
        let one = plan(Rules::One);
        let row = |name: &str, filters, flood| {
            let row = Variant::new(Group::Flood, name, filters, one_token());
            Variant { flood, ..row }
        };
        let ours = |name: &str, flood| {
            row(name, vec![wasm::remit(self.modules, &one)], flood).checks(ALSO_IDENTITY)
        };
        // More than the memory for refused tokens holds, so that each is new again.
        let many = 20_000;
        let ps256 = Requests::new(many, |number| request(&tokens::forged_ps256(number)), 401);
        // Beyond what signatures may cost they are not looked at.
        let ps256 = ps256.or(503);
        let mut rows = vec![ours(CALM, None), ours(FLOODED_PS256, Some((ps256, FLOOD)))];
        for algorithm in Algorithm::ALL {
            let token = LazyCell::new(move || tokens::good(algorithm, 0));
            let make = move |number| request(&tokens::forged(&token, number + 1));
            let forged = Requests::new(many, make, 401);
            let name = format!("Remit, {FLOOD} forged {} tokens a second", algorithm.name());
            rows.push(ours(&name, Some((forged.again().or(503), FLOOD))));
            let name = format!(
                "jwt_authn, {FLOOD} forged {} tokens a second",
                algorithm.name()
            );
            let native = vec![jwt_authn(Some(CACHE))];
            rows.push(row(&name, native, Some((forged, FLOOD))).checks(TOKEN));
        }
        rows
    }
}

/// Rules of the rows over operations.
pub const RULE_COUNTS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// Rules of the rows that differ in a constant.
pub const CONSTANT_COUNTS: [usize; 2] = [10, 1_000];
/// Live tokens.
pub const TOKEN_COUNTS: [usize; 3] = [1, 1_000, 10_000];
/// A good token with nothing beside it.
pub const CALM: &str = "Remit, no flood";
/// A good token beside forged ones of the algorithm that costs the most.
pub const FLOODED_PS256: &str = "Remit, 4000 forged PS256 tokens a second";

/// The row of rules over operations.
#[must_use]
pub fn over_operations(count: usize) -> String {
    format!("Remit, {count} rules over as many operations")
}

/// The row of rules a constant apart.
#[must_use]
pub fn constant_apart(count: usize) -> String {
    format!("Remit, {count} rules on one operation, a constant apart")
}

/// The row of tokens in rotation.
#[must_use]
pub fn in_rotation(count: usize) -> String {
    format!("Remit, {count} live tokens")
}

/// The row of new tokens.
#[must_use]
pub fn first_sight(algorithm: Algorithm) -> String {
    format!("Remit, each token new, {}", algorithm.name())
}

/// The same with Envoy's own filter.
#[must_use]
pub fn first_sight_native(algorithm: Algorithm) -> String {
    format!(
        "jwt_authn without cache, each token new, {}",
        algorithm.name()
    )
}

pub(crate) fn good(number: usize) -> String {
    tokens::good(Algorithm::EdDsa, number)
}

pub(crate) fn one_token() -> Requests {
    Requests::new(1, |_| request(&good(0)), 200)
}

pub(crate) fn request(token: &str) -> Vec<u8> {
    to(PATH, token)
}

pub(crate) fn to(path: &str, token: &str) -> Vec<u8> {
    format!("{}authorization: Bearer {token}\r\n\r\n", head(path)).into_bytes()
}

fn bare(path: &str) -> Vec<u8> {
    format!("{}\r\n", head(path)).into_bytes()
}

fn head(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: {HOST}\r\nuser-agent: agent/1.0\r\naccept: */*\r\n")
}
