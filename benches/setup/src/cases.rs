//! The fixed cases.

use remit_bench_cases::body::Message;
use remit_bench_cases::case::{Decisions, Request, Tokens};
use remit_bench_cases::decision::Head;
use remit_bench_cases::rules::{Difference, Rules};
use remit_bench_cases::{Case, Work};
use remit_engine::decision::Reason;
use remit_filter::pairs;

use crate::conditions::Conditions;
use crate::head;
use crate::keys::{Keys, Signer};
use crate::messages;
use crate::policy;

/// The case of one rule of four clauses, evaluated alone.
pub const RULE: &str = "rule-evaluated";
/// The same, with all that a request with a known token needs.
pub const DECISION: &str = "decision-known-token";
/// The same rule by hand.
pub const BY_HAND: &str = "rule-by-hand";
/// The same rule by hand, as data.
pub const BY_HAND_AS_DATA: &str = "rule-by-hand-as-data";
/// The filter on a request that goes on.
pub const ALLOWED: &str = "filter-allowed";
/// The filter on a request without a token.
pub const NO_TOKEN: &str = "filter-refused-no-token";

/// As many rules, so far apart.
const MANY: [(&str, Difference, usize); 6] = [
    ("rules-operations-10", Difference::Operation, 10),
    ("rules-operations-100", Difference::Operation, 100),
    ("rules-operations-1000", Difference::Operation, 1_000),
    (OPERATIONS_10000, Difference::Operation, 10_000),
    ("rules-constant-1000", Difference::Constant, 1_000),
    ("rules-prefix-100", Difference::Prefix, 100),
];
const OPERATIONS_10000: &str = "rules-operations-10000";

/// How often a case runs that is over in microseconds: so often that entering and leaving does not
/// count.
const OFTEN: u32 = 500;

/// All of them that `remit-bench-case` runs, in the order of tables.
#[must_use]
pub fn all() -> Vec<Case> {
    let mut cases = one_rule();
    cases.extend(filter());
    cases.extend(first_sight());
    cases.extend(many_rules());
    cases.extend(histories());
    cases
}

fn one_rule() -> Vec<Case> {
    let request = Rules::ONE.allowed();
    let conditions = Conditions::rules(Rules::ONE);
    let condition = conditions.carried(&request.document()).next();
    let known = vec![head::with_token(&request, "one")];
    let plan = policy::plan_bytes(Rules::ONE);
    let forged = vec![head::with_token(&request, "one").forged()];
    let rotation = (0..1_000)
        .map(|number| head::with_token(&request, &format!("token-{number}")))
        .collect();
    vec![
        often(BY_HAND, Work::ByHand),
        often(BY_HAND_AS_DATA, Work::ByHandAsData),
        often(RULE, Work::Evaluate(condition.expect("one rule"))),
        often(DECISION, known_tokens(&plan, known, Reason::Allowed)),
        often(
            "decision-known-refusal",
            known_tokens(&plan, forged, Reason::TokenMalformed),
        ),
        Case {
            runs: 1_000,
            ..often(
                "decision-1000-tokens",
                known_tokens(&plan, rotation, Reason::Allowed),
            )
        },
    ]
}

/// The plan of the filter's cases, and requests on it with what becomes of them.
#[must_use]
pub fn requests() -> (Vec<u8>, Vec<(&'static str, Head, Reason)>) {
    let request = Rules::ONE.allowed();
    let known = head::with_token(&request, "one");
    let requests = vec![
        (ALLOWED, known.clone(), Reason::Allowed),
        (
            "filter-refused-known",
            known.forged(),
            Reason::TokenMalformed,
        ),
        (
            NO_TOKEN,
            head::without_token(&request),
            Reason::NoCredential,
        ),
    ];
    (policy::plan_bytes(Rules::ONE), requests)
}

fn filter() -> Vec<Case> {
    let (plan, requests) = requests();
    let mut cases: Vec<Case> = requests
        .iter()
        .map(|(name, head, reason)| {
            let request = Request {
                plan: plan.clone(),
                head: header_map(head),
                reason: reason.code().to_owned(),
            };
            often(name, Work::Handle(request))
        })
        .collect();
    let head = head::with_token(&Rules::ONE.allowed(), "one");
    cases.push(often(
        "filter-header-map",
        Work::ReadHeaderMap(header_map(&head)),
    ));
    cases
}

/// A request's header map as the gateway hands it over.
#[must_use]
pub fn header_map(head: &Head) -> Vec<u8> {
    head.with_fields(|fields| {
        let text = |bytes| std::str::from_utf8(bytes).expect("made of text");
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        pairs::write(&fields).expect("a short header map")
    })
}

fn first_sight() -> Vec<Case> {
    const TOKENS: u32 = 16;
    let request = Rules::ONE.allowed();
    let names: Vec<String> = (0..TOKENS).map(|number| format!("new-{number}")).collect();
    let plan = policy::compile_policy(policy::policy(Rules::ONE, Keys::Each), Keys::Each);
    let new = |name: &str, heads: Vec<Head>, reason: Reason| {
        let decisions = Decisions {
            plan: plan.clone(),
            heads,
            tokens: Tokens::New,
            reason: reason.code().to_owned(),
        };
        Case {
            name: name.to_owned(),
            runs: TOKENS,
            work: Work::Decide(decisions),
        }
    };
    let eddsa = |name: &String| head::with_token(&request, name);
    let signed_by = |signer| {
        names
            .iter()
            .map(move |name| (signer, name))
            .map(|(signer, name)| head::signed_by(signer, &request, name))
            .collect::<Vec<_>>()
    };
    // Each with the signature of the next.
    let good: Vec<Head> = names.iter().map(eddsa).collect();
    let bad = good
        .iter()
        .zip(good.iter().cycle().skip(1))
        .map(|(head, next)| head.signed_like(next))
        .collect();
    vec![
        new("first-sight-eddsa", good, Reason::Allowed),
        new("first-sight-eddsa-bad", bad, Reason::BadSignature),
        new(
            "first-sight-es256",
            signed_by(Signer::Es256),
            Reason::Allowed,
        ),
        new(
            "first-sight-rs256",
            signed_by(Signer::Rs256),
            Reason::Allowed,
        ),
    ]
}

fn many_rules() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, difference, count) in MANY {
        let rules = Rules { difference, count };
        let plan = policy::plan_bytes(rules);
        let heads = vec![head::with_token(&rules.allowed(), "one")];
        cases.push(often(name, known_tokens(&plan, heads, Reason::Allowed)));
        if name == OPERATIONS_10000 {
            cases.push(Case {
                name: String::from("load-10000-rules"),
                runs: 1,
                work: Work::Load(plan),
            });
        }
    }
    cases
}

/// Decisions that read what was done before and write it again.
fn histories() -> Vec<Case> {
    const LIMIT: &str = "    limits: [{id: calls, at_most: 1000000000, per: agent}]\n";
    // The one reads its history for this request, the other is why it is remembered.
    const GUARDS: &str = "guards:\n  - {id: one, deny: [api.op1], after: [api.op0]}\n  \
                          - {id: other, deny: [api.op0], after: [api.op1]}\n";
    let two = Rules {
        count: 2,
        ..Rules::ONE
    };
    let head = head::with_token(&two.allowed(), "one");
    let decided = |name, asked| {
        let plan = policy::plan_with_history(asked);
        let known = known_tokens(&plan, vec![head.clone()], Reason::Allowed);
        often(name, known)
    };
    let handled = Request {
        plan: policy::plan_with_history(LIMIT),
        head: header_map(&head),
        reason: Reason::Allowed.code().to_owned(),
    };
    vec![
        decided("history-limit", LIMIT),
        decided("history-guards", GUARDS),
        decided("history-limit-and-guards", &[LIMIT, GUARDS].concat()),
        often("filter-history-limit", Work::Handle(handled)),
    ]
}

/// Those that `remit-bench-body-case` runs: a call whose rule reads an argument, and a list of which
/// half is shown.
#[must_use]
pub fn bodies() -> Vec<Case> {
    const TOOLS: usize = 50;
    let request = Rules::ONE.allowed();
    let head = head::with_token(&request, "one");
    let message = |plan: Vec<u8>, body: String| Message {
        plan,
        host: head.host.clone(),
        path: String::from(policy::MCP),
        authorization: head.authorization.clone().unwrap_or_default(),
        body,
    };
    let call = messages::call(2 * 1024, &request.ticket);
    let decided = Work::DecideBody {
        message: message(policy::tools(1), call),
        reason: Reason::Allowed.code().to_owned(),
    };
    let list = Work::FilterList {
        asked: message(policy::tools(TOOLS), messages::list()),
        answer: messages::listed(0..TOOLS),
        shown: messages::listed((0..TOOLS).step_by(2)),
    };
    vec![
        often("message-tool-call-2k", decided),
        often("list-50-tools", list),
    ]
}

fn often(name: &str, work: Work) -> Case {
    Case {
        name: name.to_owned(),
        runs: OFTEN,
        work,
    }
}

fn known_tokens(plan: &[u8], heads: Vec<Head>, reason: Reason) -> Work {
    Work::Decide(Decisions {
        plan: plan.to_vec(),
        heads,
        tokens: Tokens::Known,
        reason: reason.code().to_owned(),
    })
}
