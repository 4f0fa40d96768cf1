//! A case that is ready, and has been seen to come to what it should.

use std::fmt::Debug;
use std::hint::black_box;

use remit_engine::Engine;
use remit_filter::gateway::ContextId;
use remit_filter::pairs;
use remit_filter::plugin::Plugin;
use remit_filter::request::{self, Attempt, Turn};
use remit_filter::vm::Vm;

use crate::by_hand::{self, ManyRules};
use crate::case::{Case, Decisions, Request, Tokens, Unfit, Work};
use crate::condition;
use crate::decision::{Head, engine, reason};
use crate::gateway;
use crate::keeping::Keeping;
use crate::rules::Rules;

const ROOT: ContextId = ContextId(1);

/// A request that has just come.
const FIRST: Turn = Turn {
    context: ContextId(2),
    attempt: Attempt::First,
};

/// A case that is ready.
#[derive(Debug)]
pub struct Prepared(Kind);

#[derive(Debug)]
enum Kind {
    Evaluate(condition::Ready),
    ByHand(by_hand::Inputs),
    ByHandAsData(ManyRules, by_hand::Inputs),
    Decide(Box<Engine>, Vec<Head>, Tokens, Keeping),
    Handle(gateway::Ready, Vm, Box<Plugin>),
    ReadHeaderMap(Vec<u8>),
    Load(Vec<u8>),
    /// Of another runner.
    Other(Box<dyn Once>),
}

impl Case {
    /// Makes it ready and looks whether it comes to what it should.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn prepare(self) -> Result<Prepared, Unfit> {
        let allowed = || by_hand::Inputs::new(&Rules::ONE.allowed());
        let kind = match self.work {
            Work::Evaluate(condition) => {
                let ready = condition::Ready::new(condition)?;
                expect("Ok(true)", &format!("{:?}", ready.holds()))?;
                Kind::Evaluate(ready)
            }
            Work::ByHand => {
                let inputs = allowed();
                expect("true", &by_hand::one_rule(&inputs).to_string())?;
                Kind::ByHand(inputs)
            }
            Work::ByHandAsData => {
                let (rules, inputs) = (ManyRules::in_order(Rules::ONE), allowed());
                expect("true", &rules.allow(&inputs).to_string())?;
                Kind::ByHandAsData(rules, inputs)
            }
            Work::Decide(decisions) => decide(decisions)?,
            Work::Handle(request) => handle(request)?,
            Work::ReadHeaderMap(buffer) => {
                pairs::read(&buffer)?;
                Kind::ReadHeaderMap(buffer)
            }
            Work::Load(plan) => {
                engine(&plan)?;
                Kind::Load(plan)
            }
            Work::DecideBody { .. } | Work::FilterList { .. } => return Err(Unfit::Runner),
        };
        Ok(Prepared(kind))
    }
}

pub(crate) fn expect(expected: &str, found: &str) -> Result<(), Unfit> {
    if found == expected {
        return Ok(());
    }
    Err(Unfit::Outcome {
        found: found.to_owned(),
        expected: expected.to_owned(),
    })
}

/// Every request is decided once, by the engine that is measured or by another.
fn decide(decisions: Decisions) -> Result<Kind, Unfit> {
    let ready = engine(&decisions.plan)?;
    let host = Keeping::default();
    for head in &decisions.heads {
        expect(&decisions.reason, reason(&ready, head, &host).code())?;
    }
    let measured = match decisions.tokens {
        Tokens::Known => ready,
        Tokens::New => engine(&decisions.plan)?,
    };
    Ok(Kind::Decide(
        Box::new(measured),
        decisions.heads,
        decisions.tokens,
        host,
    ))
}

fn handle(request: Request) -> Result<Kind, Unfit> {
    let gateway = gateway::Ready::new(request.plan, request.head);
    let vm = Vm::new();
    let plugin = Plugin::load(&gateway, &vm, ROOT)?;
    let _verdict = request::handle(&gateway, &vm, Some(&plugin), FIRST);
    let record = gateway.record();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap_or_default();
    let found = record
        .get("reason")
        .and_then(|reason| reason.as_str())
        .unwrap_or("no record");
    expect(&request.reason, found)?;
    Ok(Kind::Handle(gateway, vm, Box::new(plugin)))
}

/// Something that runs over and over.
pub(crate) trait Once: Debug {
    /// Runs it.
    fn once(&self);
}

impl Prepared {
    pub(crate) fn other(case: impl Once + 'static) -> Self {
        Self(Kind::Other(Box::new(case)))
    }

    /// How often it can run before it has to be made ready anew; `None` is as often as wanted.
    #[must_use]
    pub fn at_most(&self) -> Option<u32> {
        match &self.0 {
            Kind::Decide(_, heads, Tokens::New, _) => u32::try_from(heads.len()).ok(),
            _ => None,
        }
    }

    /// Runs it. Nothing else is counted or timed, and callgrind finds it by its name.
    #[inline(never)]
    pub fn run(&self, runs: u32) {
        match &self.0 {
            Kind::Evaluate(condition) => repeat(runs, || black_box(condition).holds()),
            Kind::ByHand(inputs) => repeat(runs, || by_hand::one_rule(black_box(inputs))),
            Kind::ByHandAsData(rules, inputs) => {
                repeat(runs, || black_box(rules).allow(black_box(inputs)));
            }
            Kind::Decide(engine, heads, _, host) => {
                let mut rotation = heads.iter().cycle();
                repeat(runs, || {
                    let next = rotation.next();
                    next.map(|head| reason(engine, black_box(head), host))
                });
            }
            Kind::Handle(gateway, vm, plugin) => {
                repeat(runs, || {
                    request::handle(black_box(gateway), vm, Some(plugin), FIRST)
                });
            }
            Kind::ReadHeaderMap(buffer) => repeat(runs, || pairs::read(black_box(buffer))),
            Kind::Load(plan) => repeat(runs, || engine(black_box(plan))),
            Kind::Other(case) => repeat(runs, || black_box(case).once()),
        }
    }
}

fn repeat<R>(runs: u32, mut once: impl FnMut() -> R) {
    for _ in 0..runs {
        black_box(once());
    }
}
