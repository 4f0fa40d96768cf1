use std::cmp::Ordering;

use super::Value;

#[test]
fn numbers_stand_on_one_line_and_are_compared_exactly() {
    const BIG: i64 = i64::MAX;
    for (int, double, order) in [
        (1, 1.0, Ordering::Equal),
        (1, 1.5, Ordering::Less),
        (2, 1.5, Ordering::Greater),
        (-5, -5.5, Ordering::Greater),
        (0, -0.0, Ordering::Equal),
        (BIG, 9_223_372_036_854_775_807.0, Ordering::Less),
        (
            9_007_199_254_740_993,
            9_007_199_254_740_992.0,
            Ordering::Greater,
        ),
        (i64::MIN, -9_223_372_036_854_775_808.0, Ordering::Equal),
        (i64::MIN, f64::NEG_INFINITY, Ordering::Greater),
        (BIG, f64::INFINITY, Ordering::Less),
    ] {
        let (int, double) = (Value::Int(int), Value::Double(double));
        assert_eq!(int.compare(&double), Some(order), "{int:?} {double:?}");
        assert_eq!(
            double.compare(&int),
            Some(order.reverse()),
            "{double:?} {int:?}"
        );
        assert_eq!(int.equals(&double), Some(order == Ordering::Equal));
    }
    let nan = Value::Double(f64::NAN);
    assert_eq!(
        (nan.compare(&Value::Int(0)), nan.equals(&nan)),
        (None, Some(false))
    );
}

#[test]
fn different_types_are_not_equal_and_have_no_order() {
    let text = Value::String("1".into());
    assert_eq!(text.equals(&Value::Int(1)), Some(false));
    assert_eq!(text.compare(&Value::Int(1)), None);
    assert_eq!(
        Value::Bool(false).compare(&Value::Bool(true)),
        Some(Ordering::Less)
    );
    assert_eq!(Value::Absent.equals(&Value::Absent), None);
}
