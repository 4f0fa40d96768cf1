use serde_json::{Value, json};

use super::*;
use crate::testing::tests::{attempt, decide, desk};

/// What no request with these claims has decided: the rule, the text, and what did not happen.
fn gaps(rules: &str, claims: &[Value]) -> Vec<String> {
    let (sources, compiled) = desk(rules);
    let mut coverage = Coverage::new(&compiled);
    let attempts: Vec<_> = claims
        .iter()
        .map(|claims| attempt("/v1/orders/7", &[], claims.clone()))
        .collect();
    for decided in decide(&compiled, &sources, &attempts) {
        coverage.add(&decided.recording);
    }
    let gaps = coverage.gaps().into_iter();
    gaps.map(|gap| {
        let text = gap.span.map_or("?", |span| sources.text(span));
        format!("{:?} {text}: {}", gap.kind, gap.wanted.missed())
    })
    .collect()
}

fn allow_when(condition: &str) -> String {
    format!("    allow: [{{id: own, operations: [orders.read], when: \"{condition}\"}}]\n")
}

#[test]
fn a_rule_that_no_request_came_to_is_all_there_is_to_say() {
    let rules = allow_when("token.level > 2 && token.vip");
    assert_eq!(gaps(&rules, &[]), ["Rule own: never reached"]);
}

#[test]
fn a_condition_should_go_both_ways() {
    let rules = allow_when("token.level > 2");
    let both = [json!({"level": 1}), json!({"level": 3})];
    assert_eq!(
        gaps(&rules, &both[..1]),
        ["Condition token.level > 2: never true"]
    );
    assert_eq!(
        gaps(&rules, &both[1..]),
        ["Condition token.level > 2: never false"]
    );
    assert!(gaps(&rules, &both).is_empty());
}

#[test]
fn so_should_each_part_that_it_turns_on() {
    let rules = allow_when("token.level > 2 && token.level < 9 && token.vip");
    assert_eq!(
        gaps(
            &rules,
            &[json!({"level": 1}), json!({"level": 3, "vip": true})]
        ),
        [
            "Branch token.level < 9: never false",
            "Branch token.vip: never false",
        ]
    );
}

#[test]
fn both_sides_of_a_choice_should_be_evaluated() {
    let rules = allow_when("(token.vip ? 9 : 2) > token.level");
    assert_eq!(
        gaps(&rules, &[json!({"level": 1}), json!({"level": 3})]),
        ["Branch token.vip: never true", "Branch 9: never reached"]
    );
}

#[test]
fn an_error_is_neither_true_nor_false() {
    let rules = allow_when("token.?names.orValue([])[0] == 'a'");
    let condition = "Condition token.?names.orValue([])[0] == 'a'";
    assert_eq!(
        gaps(&rules, &[json!({})]),
        [
            format!("{condition}: never true"),
            format!("{condition}: never false")
        ]
    );
}

#[test]
fn what_a_comprehension_asks_should_go_both_ways() {
    let rules = allow_when("token.?names.orValue([]).exists(n, n == 'b')");
    assert_eq!(
        gaps(&rules, &[json!({"names": ["b"]}), json!({"names": []})]),
        ["Branch n == 'b': never false"]
    );
}

#[test]
fn a_rule_that_is_left_out_by_a_value_is_false() {
    let rules: String = ('0'..='9')
        .map(|id| {
            format!("      - {{id: r{id}, operations: [orders.read], when: path.order_id == '{id}' && token.vip}}\n")
        })
        .collect();
    let rules = format!("    allow:\n{rules}");
    let (_, compiled) = desk(&rules);
    let indexed = &compiled.plan.tasks[0].rules[0].1.indexed;
    assert!(indexed.is_some(), "the rules are found by a value");
    // Request 7: those before it were found not to apply, those behind it were not asked.
    let never = gaps(&rules, &[json!({"vip": true})]);
    for id in 0..7 {
        let gap = format!("Condition path.order_id == '{id}' && token.vip: never");
        assert!(never.contains(&format!("{gap} true")), "{never:#?}");
        assert!(!never.contains(&format!("{gap} false")), "{never:#?}");
        let part = format!("Branch path.order_id == '{id}': never");
        assert!(!never.contains(&format!("{part} false")), "{never:#?}");
    }
    for id in 8..10 {
        assert!(
            never.contains(&format!("Rule r{id}: never reached")),
            "{never:#?}"
        );
    }
    // Where nothing allows, all were.
    let never = gaps(&rules, &[json!({})]);
    assert!(
        !never.iter().any(|gap| gap.starts_with("Rule")),
        "{never:#?}"
    );
}

#[test]
fn lcov_has_rules_as_functions_and_ways_as_branches() {
    let rules = "    allow:\n      - id: own\n        operations: [orders.read]\n        when: |\n          \
                 token.level > 2 ||\n          token.vip\n    deny:\n      - {id: off, operations: [orders.read], when: token.level > 9}\n";
    let (sources, compiled) = desk(rules);
    let mut coverage = Coverage::new(&compiled);
    let attempts = [attempt("/v1/orders/7", &[], json!({"level": 3}))];
    for decided in decide(&compiled, &sources, &attempts) {
        coverage.add(&decided.recording);
    }
    assert_eq!(
        coverage.lcov(&sources),
        "TN:\nSF:desk.yaml\n\
         FN:21,triage/own\nFN:27,triage/off\nFNDA:1,triage/own\nFNDA:1,triage/off\nFNF:2\nFNH:2\n\
         BRDA:24,0,0,1\nBRDA:24,0,1,0\nBRDA:24,1,0,1\nBRDA:24,1,1,0\nBRDA:25,2,0,-\nBRDA:25,2,1,-\n\
         BRDA:27,3,0,0\nBRDA:27,3,1,1\nBRF:8\nBRH:3\n\
         DA:21,1\nDA:24,1\nDA:25,0\nDA:27,1\nLF:4\nLH:3\nend_of_record\n"
    );
}
