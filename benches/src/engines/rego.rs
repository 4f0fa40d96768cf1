//! The `regorus` crate: its interpreter, and the virtual machine that it has beside it. Policies and
//! data are loaded beforehand; the input of each request is set as part of the decision, as both
//! demand. Ancestors are keys of an object, so that looking for one is a look-up.

mod policies;

use std::fmt::Write as _;
use std::num::{NonZeroU32, NonZeroUsize};

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, PolicyLengthConfig, Value};
use remit_bench_cases::rules::{Clause, Fact, Request, Rules};
use remit_tests::workloads::{Verdict, Workload};
use serde_json::{Map, json};

use crate::{Asked, Contender, verdict};

const ENTRY: &str = "data.bench.allow";

/// Policies and data in the interpreter.
pub struct Interpreted(Engine);

/// Policies and data in the virtual machine.
pub struct Machine(RegoVM);

impl Interpreted {
    fn load(policy: String, data: Value) -> Self {
        let mut engine = Engine::new();
        // Ten thousand rules are more than it reads unless told so.
        engine.set_policy_length_config(PolicyLengthConfig {
            max_col: NonZeroU32::MAX,
            max_file_bytes: NonZeroUsize::MAX,
            max_lines: NonZeroUsize::MAX,
        });
        engine
            .add_policy("bench.rego".into(), policy)
            .expect("a policy");
        engine.add_data(data).expect("data");
        Self(engine)
    }

    /// The rules, one body of `allow` each.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        let mut policy = String::from("package bench\nimport rego.v1\ndefault allow := false\n");
        for clauses in rules.clauses() {
            let clauses: Vec<String> = clauses.iter().map(condition).collect();
            let _ = writeln!(policy, "allow if {{ {} }}", clauses.join("; "));
        }
        Self::load(policy, Value::new_object())
    }

    /// An application's policy on a hierarchy.
    #[must_use]
    pub fn application(workload: &Workload) -> Self {
        let policy = policies::of(workload.application);
        Self::load(policy.to_owned(), data(workload))
    }

    fn ask(&mut self, input: &Value) -> Verdict {
        self.0.set_input(input.clone());
        let allow = self.0.eval_rule(ENTRY.to_owned()).expect("a decision");
        verdict(|| allow == Value::Bool(true))
    }
}

impl Machine {
    /// The same, compiled; `None` if it is more than a program of its holds.
    #[must_use]
    pub fn new(mut interpreted: Interpreted) -> Option<Self> {
        let data = interpreted.0.get_data();
        let compiled = interpreted.0.compile_with_entrypoint(&ENTRY.into());
        let program = Compiler::compile_from_policy(&compiled.expect("a policy"), &[ENTRY]).ok()?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(data).expect("data");
        machine.set_max_instructions(usize::MAX);
        Some(Self(machine))
    }

    fn ask(&mut self, input: &Value) -> Verdict {
        self.0.set_input(input.clone());
        let allow = self.0.execute().expect("a decision");
        verdict(|| allow == Value::Bool(true))
    }
}

fn condition(clause: &Clause) -> String {
    match clause {
        Clause::Equal(fact, value) => format!("{} == \"{value}\"", name(*fact)),
        Clause::StartsWith(fact, value) => format!("startswith({}, \"{value}\")", name(*fact)),
        Clause::HasScope(scope) => format!("\"{scope}\" in input.claims.scopes"),
    }
}

fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Operation => "input.operation",
        Fact::Task => "input.claims.task",
        Fact::Ticket => "input.claims.ticket.id",
        Fact::Method => "input.request.method",
        Fact::Path => "input.request.path",
    }
}

fn data(workload: &Workload) -> Value {
    let entities = workload.entities.iter().map(|(uid, entity)| {
        let ancestors = entity["ancestors"].as_array().expect("a list").iter();
        let ancestors: Map<String, serde_json::Value> = ancestors
            .map(|uid| (uid.as_str().expect("a uid").to_owned(), json!(true)))
            .collect();
        (
            uid.clone(),
            json!({"ancestors": ancestors, "attrs": entity["attrs"]}),
        )
    });
    let entities: Map<String, serde_json::Value> = entities.collect();
    json!({"entities": entities}).into()
}

fn ask_about(asked: &Asked<'_>) -> Value {
    let case = asked.case;
    json!({
        "principal": case.principal,
        "action": case.action,
        "action_ancestors": case.action_ancestors,
        "resource": case.resource,
    })
    .into()
}

impl Contender<Request> for Interpreted {
    type Input = Value;

    fn prepare(&self, request: &Request) -> Value {
        request.document().into()
    }

    fn decide(&mut self, input: &Value) -> Verdict {
        self.ask(input)
    }
}

impl Contender<Asked<'_>> for Interpreted {
    type Input = Value;

    fn prepare(&self, asked: &Asked<'_>) -> Value {
        ask_about(asked)
    }

    fn decide(&mut self, input: &Value) -> Verdict {
        self.ask(input)
    }
}

impl Contender<Request> for Machine {
    type Input = Value;

    fn prepare(&self, request: &Request) -> Value {
        request.document().into()
    }

    fn decide(&mut self, input: &Value) -> Verdict {
        self.ask(input)
    }
}

impl Contender<Asked<'_>> for Machine {
    type Input = Value;

    fn prepare(&self, asked: &Asked<'_>) -> Value {
        ask_about(asked)
    }

    fn decide(&mut self, input: &Value) -> Verdict {
        self.ask(input)
    }
}
