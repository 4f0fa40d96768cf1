use super::*;

fn counted(instructions: u64) -> Vec<Counted> {
    vec![Counted {
        name: String::from("case"),
        instructions,
    }]
}

#[test]
fn a_count_three_per_cent_off_is_within() {
    for (count, expected) in [
        (9_699, Standing::Below),
        (9_700, Standing::Within),
        (10_000, Standing::Within),
        (10_300, Standing::Within),
        (10_301, Standing::Above),
    ] {
        assert_eq!(Standing::of(count, Some(10_000)), expected, "{count}");
    }
}

#[test]
fn a_raised_count_fails_and_a_lowered_one_only_says_so() {
    let budgets = Budgets::read("case = 1000").unwrap();
    for (count, failed, told) in [(1_031, 1, "ABOVE"), (1_030, 0, "1.030"), (900, 0, "lower")] {
        let counted = counted(count);
        let outcome = Outcome::new(&counted, &budgets);
        assert_eq!(outcome.failed(), failed, "{count}");
        assert_eq!(outcome.passed(), 1 - failed, "{count}");
        let table: Vec<String> = outcome.lines().collect();
        assert!(table[1].contains(told), "{table:?}");
    }
}

#[test]
fn a_case_without_a_budget_and_a_budget_without_a_case_fail() {
    let budgets = Budgets::read("other = 1000").unwrap();
    let counted = counted(1_000);
    let outcome = Outcome::new(&counted, &budgets);
    assert_eq!((outcome.passed(), outcome.failed()), (0, 2));
}

#[test]
fn budgets_that_are_no_numbers_are_refused() {
    for text in ["case", "case = \"1\"", "case = -1", "case = 0", "case = {}"] {
        assert!(Budgets::read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_written_is_read() {
    let counted = counted(1_234);
    let budgets = Budgets::read(&Budgets::write(&counted)).unwrap();
    assert_eq!(budgets.of("case"), Some(1_234));
    assert_eq!(budgets.names().count(), 1);
}

#[test]
fn a_profile_in_which_nothing_was_collected_is_no_count() {
    assert_eq!(
        callgrind::total("events: Ir\ntotals: 12345\n"),
        Some(12_345)
    );
    assert_eq!(callgrind::total("events: Ir\ntotals: 0\n"), None);
    assert_eq!(callgrind::total("events: Ir\n"), None);
}
