//! A file of policy tests as it is read: strict, with the place of every mistake.

mod answer;
mod approval;
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
use crate::document::fields::{Fields, distinct, items, missing, some_items, text};
use crate::document::owners::Owners;
use crate::document::scalars;
use crate::source::{Sources, Span, Spanned};
use crate::yaml::{self, Node};

const FILE: &[&str] = &["now", "tokens", "requests", "sequences"];
const TEST: &[&str] = &[
    "name",
    "now",
    "token",
    "token_text",
    "transaction",
    "approval",
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

/// Requests that share a history say what one alone does, and what is only for them.
const SEQUENCE: &[&str] = &["name", "now", "token", "transaction", "steps"];
const OF_STEPS: &[&str] = &["after", "times"];
/// Steps that a sequence has at most: each is tried after all that stand before it.
const STEPS: usize = 100;
/// How often a step is sent at most.
const TIMES: RangeInclusive<i64> = 1..=1000;
/// How long a step is sent after the one before it at most, in seconds: 30 days.
const LONGEST: u32 = 30 * 24 * 3600;

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
    let mut reader = Reader {
        tokens: &tokens,
        plan,
        names: &mut names,
        diagnostics,
    };
    let (requests, sequences) = (top.get("requests"), top.get("sequences"));
    if requests.is_none() && sequences.is_none() {
        let missing = missing("requests", "a file of policy tests", start);
        reader.diagnostics.push(missing.help("or `sequences`"));
    }
    for item in items(requests, reader.diagnostics) {
        cases.extend(reader.case(item, &Setting::at(now)));
    }
    for item in items(sequences, reader.diagnostics) {
        cases.extend(reader.sequence(item, now));
    }
    // Files of tests have no owners.
    distinct("request", names.iter(), &Owners::default(), diagnostics);
    cases
}

/// What a sequence says for all of its steps.
struct Setting<'n> {
    now: UnixTime,
    /// The step's number, and the name of its sequence.
    step: Option<(usize, &'n Spanned<String>)>,
    token: Option<&'n Node>,
    transaction: Option<&'n Node>,
    /// Steps by their names.
    before: Vec<(String, Attempt)>,
}

impl Setting<'_> {
    /// Of a request by itself.
    fn at(now: UnixTime) -> Self {
        Self {
            now,
            step: None,
            token: None,
            transaction: None,
            before: Vec::new(),
        }
    }
}

struct Reader<'a, 'n> {
    tokens: &'a HashMap<&'n str, Token>,
    plan: &'a Plan,
    names: &'a mut Vec<Spanned<String>>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_, '_> {
    /// Requests that share a history, each tried after all that stand before it.
    fn sequence(&mut self, node: &Node, now: UnixTime) -> Vec<Case> {
        let what = "a sequence";
        let fields = Fields::open(node, what, node.span, SEQUENCE, &[], self.diagnostics);
        let Some(fields) = fields else {
            return Vec::new();
        };
        let name = fields.require("name", self.diagnostics);
        let name = name.and_then(|node| text(node, self.diagnostics));
        let own_now = fields.get("now");
        let own_now = own_now.and_then(|node| time(node, self.diagnostics));
        let steps = some_items(fields.require("steps", self.diagnostics), self.diagnostics);
        let Some(name) = name else {
            return Vec::new();
        };
        if steps.len() > STEPS {
            let message = format!("a sequence has at most {STEPS} steps");
            let help = "a step that is sent several times says `times: N`";
            self.diagnostics
                .push(name.diagnostic(Code::BadValue, message).help(help));
            return Vec::new();
        }
        let mut setting = Setting {
            now: own_now.unwrap_or(now),
            step: None,
            token: fields.get("token"),
            transaction: fields.get("transaction"),
            before: Vec::new(),
        };
        let mut cases: Vec<Case> = Vec::new();
        for (number, step) in (1..).zip(steps) {
            setting.step = Some((number, &name));
            // What follows one that cannot be read would be tried without it.
            let Some(case) = self.case(step, &setting) else {
                break;
            };
            setting.now = case.attempt.now;
            let done = Attempt {
                before: Vec::new(),
                ..case.attempt.clone()
            };
            let name = case.name.get(name.value.len() + 2..).unwrap_or_default();
            setting.before.push((name.to_owned(), done));
            cases.push(case);
        }
        cases
    }

    fn case(&mut self, node: &Node, setting: &Setting<'_>) -> Option<Case> {
        let Self {
            tokens,
            plan,
            ref mut names,
            ref mut diagnostics,
        } = *self;
        let (what, keys) = match setting.step {
            None => ("a request", TEST.to_vec()),
            Some(_) => ("a step", [TEST, OF_STEPS].concat()),
        };
        let fields = Fields::open(node, what, node.span, &keys, &[], diagnostics)?;
        let name = match setting.step {
            None => fields.require("name", diagnostics),
            Some(_) => fields.get("name"),
        };
        let name = name.and_then(|node| text(node, diagnostics));
        let name = match (setting.step, name) {
            (None, name) => name,
            (Some((number, sequence)), name) => {
                let step = name.as_ref().map(|name| name.value.clone());
                let step = step.unwrap_or_else(|| format!("step {number}"));
                let span = name.map_or(node.span, |name| name.span);
                Some(Spanned::new(format!("{}: {step}", sequence.value), span))
            }
        };
        names.extend(name.clone());
        let at = name.as_ref().map_or(node.span, |name| name.span);
        let own_now = fields.get("now").and_then(|node| time(node, diagnostics));
        let later = match fields.get("after") {
            Some(node) => scalars::duration(node, 0, LONGEST, diagnostics)?,
            None => 0,
        };
        let times = match fields.get("times") {
            Some(node) => number(node, TIMES, diagnostics)?,
            None => 1,
        };
        let shown = credential(&fields, setting.token, tokens, plan, diagnostics);
        let transaction = fields
            .get("transaction")
            .or(setting.transaction)
            .map(|node| token::read_transaction(node, plan, diagnostics));
        let approval = fields
            .get("approval")
            .map(|node| approval::read(node, &setting.before, plan, diagnostics));
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
        let approval = match approval {
            Some(approval) => Some(approval?),
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
                now: own_now.unwrap_or(setting.now.plus_seconds(later)),
                credential,
                transaction,
                approval,
                request,
                cluster: cluster.map(|cluster| cluster.value),
                answer: answer.map(|answer| answer.value),
                times: u32::try_from(times).unwrap_or(1),
                before: setting.before.iter().map(|(_, one)| one.clone()).collect(),
            },
            expected,
        })
    }
}

type Identity = Option<BTreeMap<String, String>>;

fn credential(
    fields: &Fields<'_>,
    usual: Option<&Node>,
    tokens: &HashMap<&str, Token>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<(Credential, Identity)> {
    let written = (fields.get("token"), fields.get("token_text"));
    let written = match written {
        (None, None) => (usual, None),
        written => written,
    };
    match written {
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
            Some((Credential::Minted(Box::new(recipe)), identity))
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
