//! A policy whose limits a test says itself, tokens for as many task ids as one likes, and a gateway
//! that tells the decision with each answer.

use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_ED25519, SigningKey as _};
use remit_engine::approval::{self, Call};
use remit_engine::plan::{
    self, Beyond, Counts, Limit, LimitId, Memory, MemoryId, Mode, Node, OperationId, Per, Plan,
    Program, ProgramId, RuleId, Slot, SlotId, Task, Term, TermId,
};
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::recipe::{API, CORP};
use remit_tests::upstream::CASE;
use serde_json::{Value, json};

use crate::world;

/// The host of all requests.
const HOST: &str = "api.corp.example";
const KEY_ID: &str = "history";
const AGENT: &str = "spiffe://corp.example/support/bot-7";

static KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_for(&PKCS_ED25519).expect("a key"));

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let x = URL_SAFE_NO_PAD.encode(KEY.public_key_raw());
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY_ID, "x": x}]});
    let compiled = Compiled::policy_with_keys("history", &[("corp.jwks.json", &keys.to_string())]);
    let loaded = plan::decode(&compiled.plan).expect("what was just compiled");
    loaded.plan().clone()
});

/// The policy with limits.
#[derive(Clone)]
pub(super) struct Policy(Plan);

impl Policy {
    /// Without any.
    pub(super) fn new() -> Self {
        let mut plan = PLAN.clone();
        (plan.history.capacity, plan.history.keep) = (16384, 24 * 3600);
        Self(plan)
    }

    /// Under another name.
    pub(super) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.0.policy);
        self
    }

    /// With room for so many.
    pub(super) fn room(mut self, room: u32) -> Self {
        self.0.history.capacity = room;
        self
    }

    /// With a limit of calls of some operations by task id, or as it is changed.
    pub(super) fn limit(
        mut self,
        id: &str,
        operations: &[&str],
        at_most: u32,
        change: impl FnOnce(&mut Limit),
    ) -> Self {
        let mut key = *b"........";
        key.iter_mut()
            .zip(id.bytes())
            .for_each(|(to, from)| *to = from);
        let mut operations: Vec<_> = operations
            .iter()
            .map(|name| (self.operation(name), 1))
            .collect();
        operations.sort_unstable();
        let mut limit = Limit {
            id: id.to_owned(),
            key,
            mode: Mode::Enforce,
            per: Per::TaskId,
            counts: Counts::Calls,
            operations,
            at_most,
            window: None,
            since: None,
            beyond: Beyond::Refuse,
            fleet: None,
        };
        change(&mut limit);
        let number = self.0.history.limits.len();
        self.0.history.limits.push(limit);
        let number = LimitId(u32::try_from(number).expect("few"));
        self.triage().limits.push(number);
        self
    }

    /// How many orders there are may be known of, by their ids.
    pub(super) fn distinct_orders(mut self, id: &str, at_most: u32) -> Self {
        let slot = self.slot(|slot, plan| match slot {
            Slot::Capture(name) => plan.names[name.index()] == "order_id",
            _ => false,
        });
        let by = self.program(Node::Read(slot));
        self.limit(id, &["read"], at_most, |limit| {
            limit.counts = Counts::Distinct(vec![by]);
        })
    }

    /// Where `send` is refused once `secret` was let through.
    pub(super) fn send_never_after_secret(mut self) -> Self {
        let secret = self.operation("secret");
        let plan = &mut self.0;
        plan.history.memories.push(Memory {
            per: Per::TaskId,
            key: *b"secret..",
            targets: None,
        });
        plan.history.terms.push(Term {
            memories: vec![MemoryId(0)],
        });
        plan.history.touches.push((secret, vec![MemoryId(0)]));
        let slot = SlotId(u32::try_from(plan.slots.len()).expect("few"));
        plan.slots.push(Slot::HistoryFirst(TermId(0)));
        let condition = self.program(Node::Present(slot));
        let mut rules = (0..).map(RuleId).zip(&mut self.0.rules);
        let (_, rule) = rules
            .find(|(_, rule)| rule.id == "no-exfiltration")
            .expect("the rule");
        rule.condition = Some(condition);
        self
    }

    /// The plan's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        plan::encode(&self.0).expect("a plan that loads").0
    }

    /// A gateway with it.
    pub(super) fn setup(&self) -> Setup {
        Setup::new(&self.bytes()).counting().telling()
    }

    fn operation(&self, name: &str) -> OperationId {
        let mut operations = (0..).map(OperationId).zip(&self.0.operations);
        let found = operations.find(|(_, operation)| operation.name == name);
        found.unwrap_or_else(|| panic!("no operation {name}")).0
    }

    fn triage(&mut self) -> &mut Task {
        let mut tasks = self.0.tasks.iter_mut();
        tasks.find(|task| task.name == "triage").expect("the task")
    }

    fn slot(&self, is_it: impl Fn(&Slot, &Plan) -> bool) -> SlotId {
        let mut slots = (0..).map(SlotId).zip(&self.0.slots);
        slots
            .find(|(_, slot)| is_it(slot, &self.0))
            .expect("the slot")
            .0
    }

    fn program(&mut self, node: Node) -> ProgramId {
        let number = ProgramId(u32::try_from(self.0.programs.len()).expect("few"));
        self.0.programs.push(Program {
            nodes: vec![node],
            locals: 0,
        });
        number
    }
}

/// Starts a gateway and waits until tokens can be issued that are younger than it: of what was done
/// with older ones it knows nothing.
pub(super) fn started(setup: &Setup) -> Gateway {
    let gateway = world::started(setup);
    next_second();
    gateway
}

/// Waits until the clock shows another second.
pub(super) fn next_second() {
    let then = world::now();
    while world::now() == then {
        sleep(Duration::from_millis(10));
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) issuer: String,
    pub(super) tenant: String,
    pub(super) task_id: String,
    /// When the token is issued, in seconds.
    pub(super) at: i64,
}

impl Caller {
    /// In a run of a task, with a token that is issued now.
    pub(super) fn of(task_id: &str, tenant: &str) -> Self {
        Self {
            issuer: CORP.to_owned(),
            tenant: tenant.to_owned(),
            task_id: task_id.to_owned(),
            at: world::now(),
        }
    }

    /// The same, of the issuer each of whose tokens lets one request through.
    pub(super) fn once(task_id: &str) -> Self {
        Self {
            issuer: String::from("https://once.corp.example"),
            ..Self::of(task_id, "emea")
        }
    }

    /// The request for something, with a token of its own.
    pub(super) fn asks_for(&self, target: &str) -> Vec<u8> {
        self.request(target).bytes()
    }

    /// The request for the one thing that needs an approval, and an approval issued at a time.
    pub(super) fn approved(&self, at: i64) -> Vec<u8> {
        let call = Call {
            operation: "orders.pay",
            ..Call::default()
        };
        let approval = json!({
            "jti": self.task_id,
            "iat": at,
            "exp": at + 300,
            "aud": API,
            "sub": AGENT,
            "principal": "user-42",
            "task_id": self.task_id,
            "tenant": self.tenant,
            "action": call.action().to_text(),
        });
        let request = self.request("/v1/pay");
        let request = request.field("x-remit-approval", signed(approval::TYP, &approval));
        request.bytes()
    }

    fn request(&self, target: &str) -> h1::Request {
        let token = signed("at+jwt", &self.claims());
        h1::Request::new("GET", target, HOST)
            .field(CASE, &self.task_id)
            .field("authorization", format!("Bearer {token}"))
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer,
            "aud": API,
            "sub": "user-42",
            "client_id": AGENT,
            "iat": self.at,
            "exp": self.at + 900,
            "jti": self.task_id,
            "task": "triage",
            "mission": {"id": self.task_id},
            "tenant": self.tenant,
        })
    }
}

/// What the one key signs: this is about as many tokens as one likes, and not about signatures.
fn signed(ty: &str, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "kid": KEY_ID, "typ": ty}).to_string();
    let [header, claims] = [header, claims.to_string()].map(|text| URL_SAFE_NO_PAD.encode(text));
    let signed = format!("{header}.{claims}");
    let signature = KEY.sign(signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
