//! A file of policy tests as it is read: strict, with the place of every mistake.

mod answer;
mod call;
mod expect;
mod request;
mod token;
mod value;

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use remit_engine::plan::Plan;
use remit_engine::time::UnixTime;

use self::token::Token;
use super::{Attempt, Case, Credential, parse_time};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::fields::{Fields, distinct, items, text};
use crate::document::owners::Owners;
use crate::source::{Sources, Span, Spanned};
use crate::yaml::{self, Node};

const FILE: &[&str] = &["now", "tokens", "requests"];
const TEST: &[&str] = &[
    "name",
    "now",
    "token",
    "token_text",
    "transaction",
    "send",
    "request",
    "headers",
    "body",
    "raw_body",
    "call",
    "resource",
    "revision",
    "cluster",
    "answer",
    "expect",
];

/// A test that says what went before must not pass as if nothing had.
const LATER: &[&str] = &["history"];

/// Reads the tests of a policy that compiled to this plan.
///
/// # Errors
/// Everything that is wrong with them.
pub(super) fn read(sources: &Sources, plan: &Plan) -> Result<Vec<Case>, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::default();
    let mut cases = Vec::new();
    for (id, file) in sources.files() {
        if let Some(root) = yaml::parse(id, file, &mut diagnostics) {
            let start = Span {
                file: id,
                start: 0,
                end: 0,
            };
            cases.extend(read_file(&root, start, plan, &mut diagnostics));
        }
    }
    if diagnostics.has_errors() {
        Err(diagnostics.into_sorted())
    } else {
        Ok(cases)
    }
}

fn read_file(root: &Node, start: Span, plan: &Plan, diagnostics: &mut Diagnostics) -> Vec<Case> {
    let Some(top) = Fields::open(
        root,
        "a file of policy tests",
        start,
        FILE,
        &[],
        diagnostics,
    ) else {
        return Vec::new();
    };
    let now = top.get("now").and_then(|node| time(node, diagnostics));
    let now = now.unwrap_or_else(Attempt::usual_time);
    let tokens = token::read_all(top.get("tokens"), plan, diagnostics);
    let mut names = Vec::new();
    let mut cases = Vec::new();
    for item in items(top.require("requests", diagnostics), diagnostics) {
        cases.extend(read_case(item, now, &tokens, plan, &mut names, diagnostics));
    }
    // Files of tests have no owners.
    distinct("request", names.iter(), &Owners::default(), diagnostics);
    cases
}

fn read_case(
    node: &Node,
    now: UnixTime,
    tokens: &HashMap<&str, Token>,
    plan: &Plan,
    names: &mut Vec<Spanned<String>>,
    diagnostics: &mut Diagnostics,
) -> Option<Case> {
    let fields = Fields::open(node, "a request", node.span, TEST, LATER, diagnostics)?;
    let name = fields
        .require("name", diagnostics)
        .and_then(|node| text(node, diagnostics));
    names.extend(name.clone());
    let at = name.as_ref().map_or(node.span, |name| name.span);
    let own_now = fields.get("now").and_then(|node| time(node, diagnostics));
    let shown = credential(&fields, tokens, plan, diagnostics);
    let transaction = fields
        .get("transaction")
        .map(|node| token::read_transaction(node, plan, diagnostics));
    let request = call::read(&fields, at, plan, diagnostics);
    let method = request.as_ref().and_then(|(_, method)| method.as_deref());
    let answer = fields.get("answer").map(|node| {
        let answer = answer::read(node, method, diagnostics)?;
        Some(Spanned::new(answer, node.span))
    });
    let cluster = fields
        .get("cluster")
        .and_then(|node| text(node, diagnostics));
    let (credential, identity) = shown?;
    // What cannot be read must not become no transaction token.
    let transaction = match transaction {
        Some(recipe) => Some(recipe?),
        None => None,
    };
    let expected = fields
        .require("expect", diagnostics)
        .and_then(|node| expect::read(node, identity, plan, diagnostics));
    let (name, (request, _), expected) = (name?, request?, expected?);
    let answer = match answer {
        Some(answer) => Some(answer?),
        None => None,
    };
    if let (Some(answer), None) = (&answer, &expected.listed) {
        let message = "nothing looks at this answer";
        let help = "say what remains of it: `expect: {listed: […]}`";
        diagnostics.push(answer.diagnostic(Code::BadValue, message).help(help));
    }
    if let (None, Some(_)) = (&answer, &expected.listed) {
        let message = "without an `answer` there is nothing to list";
        let help = "say what the upstream has: `answer: [NAME, …]`";
        diagnostics.push(name.diagnostic(Code::MissingKey, message).help(help));
    }
    if matches!(credential, Credential::None) && request.names_token() {
        diagnostics.push(
            name.diagnostic(
                Code::BadValue,
                "this request has a place for a token and no token",
            )
            .help("give it a `token`"),
        );
    }
    Some(Case {
        span: name.span,
        name: name.value,
        attempt: Attempt {
            now: own_now.unwrap_or(now),
            credential,
            transaction,
            request,
            cluster: cluster.map(|cluster| cluster.value),
            answer: answer.map(|answer| answer.value),
        },
        expected,
    })
}

type Identity = Option<BTreeMap<String, String>>;

fn credential(
    fields: &Fields<'_>,
    tokens: &HashMap<&str, Token>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<(Credential, Identity)> {
    match (fields.get("token"), fields.get("token_text")) {
        (None, None) => Some((Credential::None, None)),
        (Some(node), None) => {
            let Token { recipe, identity } =
                token::read_variation(node, tokens, plan, diagnostics)?;
            if recipe.key.is_none() && recipe.signer(plan).is_none() {
                diagnostics.push(
                    Diagnostic::new(Code::MissingKey, node.span, "this token has no issuer")
                        .help("write `issuer: NAME`, or the claim `iss`"),
                );
            }
            Some((Credential::Minted(recipe), identity))
        }
        (None, Some(node)) => {
            let token = text(node, diagnostics)?;
            Some((Credential::Verbatim(token.value), None))
        }
        (Some(_), Some(node)) => {
            let message = "`token` and `token_text` exclude each other";
            diagnostics.push(Diagnostic::new(Code::UnknownKey, node.span, message));
            None
        }
    }
}

fn time(node: &Node, diagnostics: &mut Diagnostics) -> Option<UnixTime> {
    let written = text(node, diagnostics)?;
    let time = parse_time(&written.value);
    if time.is_none() {
        diagnostics.push(
            written
                .diagnostic(
                    Code::BadValue,
                    format!("`{}` is not a time from 1970 to 9999", written.value),
                )
                .help("write it with its zone: `2026-01-01T12:00:00Z`"),
        );
    }
    time
}

/// A whole number.
fn number(node: &Node, range: RangeInclusive<i64>, diagnostics: &mut Diagnostics) -> Option<i64> {
    let written = text(node, diagnostics)?;
    let number = written.value.parse().ok();
    let number = number.filter(|number| range.contains(number));
    if number.is_none() {
        diagnostics.push(
            written
                .diagnostic(
                    Code::BadValue,
                    format!("`{}` is no number that can stand here", written.value),
                )
                .help(format!(
                    "it can be from {} to {}",
                    range.start(),
                    range.end()
                )),
        );
    }
    number
}
