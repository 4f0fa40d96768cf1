use super::{InvalidPlan, validate};
use crate::limits;
use crate::plan::*;
use crate::tests::{always, orders, read};

fn with(change: impl FnOnce(&mut Plan)) -> Result<(), InvalidPlan> {
    let mut plan = orders();
    change(&mut plan);
    validate(&plan)
}

fn out_of_range(result: Result<(), InvalidPlan>) -> bool {
    matches!(result, Err(InvalidPlan::IndexOutOfRange { .. }))
}

fn rule(effect: Effect, mode: Mode, condition: Option<ProgramId>) -> Rule {
    Rule {
        id: "r".into(),
        effect,
        mode,
        condition,
    }
}

fn task(rules: Vec<(OperationId, RuleSet)>) -> Task {
    Task {
        name: "t".into(),
        issuers: vec![],
        agents: vec![],
        rules,
    }
}

#[test]
fn a_good_plan_passes() {
    assert_eq!(validate(&orders()), Ok(()));
}

#[test]
fn indices_must_be_in_range() {
    assert!(out_of_range(with(
        |plan| plan.resources[0].audience = Some(AudienceId(1))
    )));
    assert!(out_of_range(with(
        |plan| plan.operations[0].resource = Some(ResourceId(1))
    )));
    assert!(out_of_range(with(|plan| {
        plan.operations[0]
            .template
            .push(TemplateSegment::Capture(NameId(99)));
    })));
    assert!(out_of_range(with(|plan| {
        let parameter = QueryParameter {
            name: NameId(99),
            ty: Type::Int,
            presence: Presence::Optional,
        };
        plan.operations[0].query = QueryShape::Declared(vec![parameter]);
    })));
    assert!(out_of_range(with(
        |plan| plan.tasks = vec![task(vec![(OperationId(9), always([]))])]
    )));
    assert!(out_of_range(with(|plan| {
        plan.tasks = vec![task(vec![(OperationId(0), always([0]))])];
    })));
    assert!(out_of_range(with(|plan| {
        plan.rules = vec![rule(Effect::Deny, Mode::Enforce, Some(ProgramId(0)))];
    })));
    for slot in [
        Slot::Capture(NameId(99)),
        Slot::Query(NameId(99)),
        Slot::Claim(ClaimId(1)),
    ] {
        assert!(out_of_range(with(|plan| plan.slots = vec![slot])));
    }
    assert!(out_of_range(with(|plan| plan.programs = vec![read(0)])));
}

#[test]
fn what_goes_into_answers_cannot_break_out_of_them() {
    for metadata in [
        "https://x/\"y",
        "https://x/\\",
        "https://x/\r\nset-cookie: a=b",
        "https://x/ y",
        "https://é",
    ] {
        let result = with(|plan| plan.resources[0].metadata = Some(metadata.into()));
        assert_eq!(result, Err(InvalidPlan::MalformedText), "{metadata}");
    }
    assert_eq!(
        with(|plan| plan.resources[0].metadata = Some("https://x/y".into())),
        Ok(())
    );
}

#[test]
fn the_number_of_claims_is_bounded() {
    let claims = |number| with(|plan| plan.claims = vec![plan.claims[0].clone(); number]);
    assert_eq!(claims(limits::CLAIMS), Ok(()));
    assert_eq!(claims(limits::CLAIMS + 1), Err(InvalidPlan::TooManyClaims));
}

#[test]
fn rules_must_make_sense() {
    for malformed in [
        rule(Effect::Allow, Mode::Observe, None),
        rule(Effect::Require, Mode::Enforce, None),
        rule(Effect::Require, Mode::Observe, None),
    ] {
        assert_eq!(
            with(|plan| plan.rules = vec![malformed]),
            Err(InvalidPlan::MalformedRule)
        );
    }
}

#[test]
fn an_operation_for_tasks_needs_an_audience() {
    assert_eq!(
        with(|plan| plan.operations[0].resource = None),
        Err(InvalidPlan::NoAudience)
    );
    assert_eq!(
        with(|plan| plan.resources[0].audience = None),
        Err(InvalidPlan::NoAudience)
    );
}

#[test]
fn rules_stand_in_the_order_of_operations() {
    let twice = vec![(OperationId(0), always([])), (OperationId(0), always([]))];
    assert_eq!(
        with(|plan| plan.tasks = vec![task(twice)]),
        Err(InvalidPlan::OutOfOrder)
    );
}

#[test]
fn conditions_are_bounded_and_refer_backwards() {
    let truth = Node::Constant(Datum::Bool(true));
    let of = |nodes: Vec<Node>| Program { nodes, locals: 0 };
    let chain = |length: usize| {
        let nots = (0..length as u32).map(|operand| Node::Not(NodeId(operand)));
        of(std::iter::once(truth.clone()).chain(nots).collect())
    };
    let check = |program: Program| with(|plan| plan.programs = vec![program]);
    assert_eq!(check(chain(limits::PROGRAM_DEPTH - 1)), Ok(()));
    for malformed in [
        of(vec![]),
        of(vec![Node::Not(NodeId(0))]),
        of(vec![truth.clone(), Node::And(NodeId(0), NodeId(2))]),
        of(vec![truth.clone(); limits::PROGRAM_NODES + 1]),
        chain(limits::PROGRAM_DEPTH),
    ] {
        assert_eq!(check(malformed), Err(InvalidPlan::MalformedProgram));
    }
}

#[test]
fn patterns_end_with_their_rest() {
    let pattern = |segments: Vec<Segment>| Pattern {
        scheme: String::new(),
        segments,
    };
    for malformed in [
        pattern(vec![]),
        pattern(vec![Segment::Rest, Segment::Any]),
        pattern(vec![Segment::Rest, Segment::Rest]),
    ] {
        let result = with(|plan| {
            plan.tasks = vec![Task {
                agents: vec![malformed],
                ..task(vec![])
            }];
        });
        assert_eq!(result, Err(InvalidPlan::MalformedPattern));
    }
}

#[test]
fn what_this_module_cannot_serve_is_refused() {
    let result = with(|plan| plan.requires.push(Capability::RequestBody));
    assert_eq!(result, Err(InvalidPlan::NotServed));
}
