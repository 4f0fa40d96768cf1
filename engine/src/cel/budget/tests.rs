use super::Budget;
use crate::cel::EvalError;
use crate::limits;

#[test]
fn a_request_has_so_many_steps_and_bytes() {
    let budget = Budget::new();
    for _ in 0..limits::EVALUATION_STEPS {
        assert_eq!(budget.step(), Ok(()));
    }
    assert_eq!(budget.steps_used(), limits::EVALUATION_STEPS);
    assert_eq!(budget.step(), Err(EvalError::Budget));

    let budget = Budget::new();
    assert_eq!(budget.allocate(limits::EVALUATION_BYTES as usize), Ok(()));
    assert_eq!(budget.steps_used(), limits::EVALUATION_BYTES / 64);
    assert_eq!(budget.allocate(1), Err(EvalError::Budget));
}

#[test]
fn what_is_used_up_stays_so() {
    for overdraw in [
        |budget: &Budget| budget.steps(usize::MAX),
        |budget: &Budget| budget.steps(limits::EVALUATION_STEPS as usize + 1),
        |budget: &Budget| budget.scan(usize::MAX),
        |budget: &Budget| budget.allocate(usize::MAX),
        |budget: &Budget| budget.allocate(limits::EVALUATION_BYTES as usize + 1),
    ] {
        let budget = Budget::new();
        assert_eq!(overdraw(&budget), Err(EvalError::Budget));
        assert_eq!(budget.step(), Err(EvalError::Budget));
        assert_eq!(budget.allocate(1), Err(EvalError::Budget));
    }
}
