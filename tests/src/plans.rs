//! A plan for the token vectors, which know neither tasks nor agents.

use remit_engine::plan::{
    Access, Algorithm, AudienceId, Binding, BodyShape, Capability, ClaimNames, Class, Effect,
    Forwarding, Issuer, IssuerId, Key, Mode, Operation, OperationId, Pattern, Plan, Profile,
    QueryShape, Resource, ResourceId, Rule, RuleId, RuleSet, Segment, Task,
};

/// The host of the one resource.
pub const HOST: &str = "api.test";

/// A plan with one plain issuer, whose tokens may do the one thing there is, `GET /`: the token's
/// `sub` is at once the agent and the name of the task, so that whatever verifies is allowed.
#[must_use]
pub fn for_token_vectors(issuer: &str, audience: &str, subject: &str, keys: Vec<Key>) -> Plan {
    let subject_pattern = Pattern {
        scheme: String::new(),
        segments: vec![Segment::Literal(subject.to_owned())],
    };
    let rules = RuleSet {
        always: vec![RuleId(0)],
        indexed: None,
    };
    Plan {
        policy: String::from("vectors"),
        requires: vec![Capability::RequestHeaders],
        audiences: vec![audience.to_owned()],
        claims: vec![],
        names: vec![],
        issuers: vec![Issuer {
            name: String::from("vectors"),
            issuer: issuer.to_owned(),
            trust_domain: None,
            profile: Profile::Plain,
            algorithms: Algorithm::NAMES.iter().map(|(_, one)| *one).collect(),
            keys,
            key_source: None,
            status_lists: vec![],
            binding: Binding::BearerOk,
            forwarding: Forwarding::Keep,
            uses: remit_engine::plan::Uses::Many,
            detail_types: vec![],
            may_assert: vec![subject_pattern.clone()],
            max_lifetime: 24 * 60 * 60,
            leeway: 0,
            names: ClaimNames {
                task: vec![String::from("sub")],
                ..ClaimNames::default()
            },
            claims: vec![],
        }],
        sources: vec![],
        deny_feed: None,
        history: remit_engine::plan::History::default(),
        fleet: None,
        approvals: None,
        resources: vec![Resource {
            name: String::from("api"),
            host: String::from(HOST),
            audience: Some(AudienceId(0)),
            cluster: None,
            origin: format!("https://{HOST}"),
            metadata: None,
            served_metadata: None,
            endpoint: None,
        }],
        operations: vec![Operation {
            resource: Some(ResourceId(0)),
            name: String::from("look"),
            class: Class::Read,
            access: Access::Task,
            method: String::from("GET"),
            template: vec![],
            query: QueryShape::Any,
            scopes: Vec::new(),
            classification: Vec::new(),
            upgrade: None,
            body: BodyShape::Unread,
            call: None,
        }],
        tasks: vec![Task {
            name: subject.to_owned(),
            issuers: vec![IssuerId(0)],
            agents: vec![subject_pattern],
            rules: vec![(OperationId(0), rules)],
            delegation: None,
            ends_with: vec![],
            limits: vec![],
        }],
        rules: vec![Rule {
            id: String::from("api.look"),
            effect: Effect::Allow,
            mode: Mode::Enforce,
            condition: None,
            demand: None,
        }],
        break_glass: vec![],
        slots: vec![],
        programs: vec![],
        automata: vec![],
        zones: vec![],
    }
}
