//! Tokens with a good signature that say more than they may: another's agents, audiences, tasks.

use remit_engine::decision::Reason;
use serde_json::json;

use super::{Credential, believed, corp_identity, fails, partner_identity};
use crate::cases::{Finding, Stage};
use crate::recipe::{CORP, CORP_AGENT, LEDGER, PARTNER, Recipe};

pub(super) fn bad_identity(now: i64) -> Vec<Credential> {
    use Reason::{AlgorithmRefused, ClaimMalformed, IssuerMayNotAssert, UnknownKey};
    let corp = || Recipe::corp(now);
    let partner = || Recipe::partner(now);
    let agent = |agent: &str| corp().claim("client_id", agent).token();
    let ours = partner().claim("sub", CORP_AGENT).token();
    let acting = json!({"sub": "spiffe://corp.example/support/bot-7"});
    let ours_acting = partner().claim("act", acting).token();
    let theirs_for_ours = partner().claim("sub", "spiffe://corp.example/people/ceo");
    let theirs_for_ours = theirs_for_ours.claim(
        "act",
        json!({"sub": "https://agents.partner.example/buyer/1"}),
    );
    let handed_on = corp().claim("sub", "user-1").claim(
        "act",
        json!({"sub": "spiffe://corp.example/support/sub-agent", "act": {"sub": "spiffe://evil.example/x"}}),
    );
    vec![
        fails(
            "handed on by another's agent",
            &handed_on.token(),
            IssuerMayNotAssert,
        ),
        fails(
            "another trust domain",
            &agent("spiffe://other.example/support/bot"),
            IssuerMayNotAssert,
        ),
        fails(
            "a longer trust domain",
            &agent("spiffe://corp.example.evil.example/support/bot"),
            IssuerMayNotAssert,
        ),
        fails(
            "the trust domain alone",
            &agent("spiffe://corp.example"),
            IssuerMayNotAssert,
        ),
        fails(
            "an empty segment",
            &agent("spiffe://corp.example//bot"),
            ClaimMalformed,
        ),
        fails(
            "a dot segment",
            &agent("spiffe://corp.example/support/../sre"),
            ClaimMalformed,
        ),
        fails(
            "capitals in the trust domain",
            &agent("spiffe://CORP.example/support/bot"),
            ClaimMalformed,
        ),
        fails(
            "an escape",
            &agent("spiffe://corp.example/support/%62ot"),
            ClaimMalformed,
        ),
        fails(
            "a query",
            &agent("spiffe://corp.example/support/bot?x=1"),
            ClaimMalformed,
        ),
        fails(
            "a principal of anyone's",
            &corp().claim("sub", "mailto:ceo@other.example").token(),
            IssuerMayNotAssert,
        ),
        fails("a name", &agent("bot-7"), IssuerMayNotAssert),
        fails(
            "a principal of the partner's",
            &corp()
                .claim("sub", "https://agents.partner.example/people/1")
                .token(),
            IssuerMayNotAssert,
        ),
        fails("partner: our agent", &ours, IssuerMayNotAssert),
        fails(
            "partner: our agent acting",
            &ours_acting,
            IssuerMayNotAssert,
        ),
        fails(
            "partner: our principal",
            &theirs_for_ours.token(),
            IssuerMayNotAssert,
        ),
        fails(
            "partner: our issuer, its key",
            &partner().claim("iss", CORP).header("typ", "at+jwt").token(),
            AlgorithmRefused,
        ),
        fails(
            "partner: our key's name",
            &partner().header("kid", "corp-ed").token(),
            UnknownKey,
        ),
        fails(
            "our key, the partner's issuer",
            &corp().claim("iss", PARTNER).header("typ", "JWT").token(),
            AlgorithmRefused,
        ),
    ]
}

pub(super) fn bad_task(now: i64) -> Vec<Credential> {
    use Reason::{AgentNotInTask, IssuerNotInTask, TaskMissing, UnknownTask};
    let corp = || Recipe::corp(now);
    let partner = || Recipe::partner(now);
    let at_task = |name, recipe: &Recipe, reason, task: Option<&'static str>| {
        let mut identity = corp_identity();
        identity.retain(|(name, _)| *name != "task");
        identity.extend(task.map(|task| ("task", task)));
        Credential {
            identity: Some(identity),
            ..believed(name, &recipe.token(), Stage::Task, reason)
        }
    };
    let partners = |name, recipe: &Recipe, finding, task: Option<&'static str>| {
        let mut identity = partner_identity();
        identity.retain(|(name, _)| *name != "task");
        identity.extend(task.map(|task| ("task", task)));
        Credential {
            identity: Some(identity),
            finding,
            task: "restock",
            ..believed(name, &recipe.token(), Stage::Task, TaskMissing)
        }
    };
    let at = |reason| Some(Finding::new(Stage::Task, reason));
    let named = corp().without("task").claim("task ", "triage");
    let finance = corp().claim("client_id", "spiffe://corp.example/support/eu/bot-7");
    let mut nested = at_task(
        "an agent one segment deeper",
        &finance,
        AgentNotInTask,
        Some("triage"),
    );
    if let Some(identity) = &mut nested.identity {
        identity.retain(|(name, _)| *name != "agent");
        identity.push(("agent", "spiffe://corp.example/support/eu/bot-7"));
    }
    let elsewhere = corp()
        .claim("aud", "https://api.corp.example.evil.example")
        .token();
    let prefix = corp()
        .claim(
            "aud",
            json!(["https://api.corp.example/", "https://API.corp.example"]),
        )
        .token();
    vec![
        at_task("no task", &corp().without("task"), TaskMissing, None),
        at_task(
            "a task claim of nearly that name",
            &named,
            TaskMissing,
            None,
        ),
        at_task(
            "an unknown task",
            &corp().claim("task", "triage-all"),
            UnknownTask,
            Some("triage-all"),
        ),
        at_task(
            "a task in other letters",
            &corp().claim("task", "Triage"),
            UnknownTask,
            Some("Triage"),
        ),
        at_task(
            "the partner's task",
            &corp().claim("task", "restock"),
            IssuerNotInTask,
            Some("restock"),
        ),
        at_task(
            "a task of other agents",
            &corp().claim("task", "closing"),
            AgentNotInTask,
            Some("closing"),
        ),
        nested,
        partners(
            "partner: our task",
            &partner().claim("purpose", "triage"),
            at(IssuerNotInTask),
            Some("triage"),
        ),
        partners(
            "partner: our task claim",
            &partner().without("purpose").claim("task", "triage"),
            at(TaskMissing),
            None,
        ),
        Credential {
            audiences: &[LEDGER],
            ..partners(
                "partner: an audience of ours",
                &partner().claim("aud", LEDGER),
                None,
                Some("restock"),
            )
        },
        Credential {
            audiences: &[],
            finding: None,
            ..believed(
                "another audience",
                &elsewhere,
                Stage::Audience,
                Reason::WrongAudience,
            )
        },
        Credential {
            audiences: &[],
            finding: None,
            ..believed(
                "audience of nearly that name",
                &prefix,
                Stage::Audience,
                Reason::WrongAudience,
            )
        },
        Credential {
            audiences: &[LEDGER],
            finding: None,
            ..believed(
                "another resource's audience",
                &corp().claim("aud", LEDGER).token(),
                Stage::Audience,
                Reason::WrongAudience,
            )
        },
    ]
}
