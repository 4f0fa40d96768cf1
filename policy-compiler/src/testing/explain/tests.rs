use serde_json::{Value, json};

use super::*;
use crate::testing::tests::{attempt, decide, desk};

fn explain(rules: &str, target: &str, headers: &[(&str, &str)], claims: Value) -> Explanation {
    let (sources, compiled) = desk(rules);
    let attempts = [attempt(target, headers, claims)];
    let decided = decide(&compiled, &sources, &attempts);
    Explanation::new(&compiled, &sources, &attempts[0].request, &decided[0])
}

/// The parts of the first rule's condition, indented, with what they came to.
fn parts(explanation: &Explanation) -> Vec<String> {
    let steps = explanation.rules[0].steps.iter();
    steps
        .map(|step| {
            let value = match &step.value {
                Came::To(values) => values.join(", "),
                Came::ToError(error) => format!("error: {error}"),
                Came::ToNothing => "-".to_owned(),
            };
            format!("{}{} = {value}", "  ".repeat(step.depth), step.text)
        })
        .collect()
}

fn allow_when(condition: &str) -> String {
    format!("    allow: [{{id: own, operations: [orders.read], when: \"{condition}\"}}]\n")
}

#[test]
fn parts_stand_below_what_uses_them() {
    let rules = allow_when("token.level > 2 && path.order_id.startsWith('7')");
    let explanation = explain(&rules, "/v1/orders/7", &[], json!({"level": 3}));
    assert_eq!(
        parts(&explanation),
        [
            "token.level > 2 && path.order_id.startsWith('7') = true",
            "  token.level > 2 = true",
            "    token.level = 3",
            "  path.order_id.startsWith('7') = true",
            "    path.order_id = '7'",
        ]
    );
    assert_eq!(explanation.rules[0].part, Part::Decided);
}

#[test]
fn what_was_not_evaluated_is_not_followed() {
    let rules = allow_when("token.level > 2 && path.order_id.startsWith('7')");
    let explanation = explain(&rules, "/v1/orders/7", &[], json!({"level": 1}));
    assert_eq!(
        parts(&explanation)[3..],
        ["  path.order_id.startsWith('7') = -"]
    );
}

#[test]
fn an_error_is_told_where_it_arose() {
    let rules = allow_when("token.?names.orValue([])[3] == 'a'");
    let explanation = explain(&rules, "/v1/orders/7", &[], json!({"names": ["a"]}));
    let error = "error: a list has no such element";
    assert_eq!(
        parts(&explanation)[..2],
        [
            format!("token.?names.orValue([])[3] == 'a' = {error}"),
            format!("  token.?names.orValue([])[3] = {error}"),
        ]
    );
    assert!(explanation.rules[0].verdict.is_err());
}

#[test]
fn secrets_are_not_shown() {
    let rules = allow_when(
        "token.level == 1 && (request.headers[?'x-api-key'].orValue('') + 'x' != 'hunter22x' \
         || token.?api_key.orValue('').startsWith('sk-') \
         || query.?session_token.orValue('') == 's3cr3t')",
    );
    let explanation = explain(
        &rules,
        "/v1/orders/7?session_token=s3cr3t",
        &[("X-Api-Key", "hunter22")],
        json!({"api_key": "no-secret-like-this"}),
    );
    let shown = format!("{explanation:?}");
    for step in &explanation.rules[0].steps {
        let Came::To(values) = &step.value else {
            continue;
        };
        for secret in ["hunter22", "no-secret", "s3cr3t"] {
            assert!(!values.join(" ").contains(secret), "{step:?}");
        }
    }
    assert!(shown.contains("*** (8 characters)"), "{shown}");
    assert_eq!(
        explanation.request,
        "GET https://api.corp.example/v1/orders/7?session_token=***"
    );
    // What decides is shown.
    assert!(parts(&explanation).contains(&"  token.level == 1 = true".to_owned()));
}

#[test]
fn a_path_with_a_secret_in_its_query_is_one() {
    let rules = allow_when("request.path != '' && token.level == 1");
    let explanation = explain(&rules, "/v1/orders/7?session_token=s3cr3t", &[], json!({}));
    assert!(!format!("{:?}", explanation.rules).contains("s3cr3t"));
}

#[test]
fn rules_that_were_passed_over_are_named() {
    let rules =
        "    deny: [{id: off, operations: [orders.read]}]\n".to_owned() + &allow_when("token.vip");
    let explanation = explain(&rules, "/v1/orders/7", &[], json!({}));
    let names: Vec<&str> = explanation
        .rules
        .iter()
        .map(|rule| rule.name.as_str())
        .collect();
    assert_eq!(names, ["triage/off"]);
    assert_eq!(
        explanation.passed_over,
        [PassedOver {
            name: "triage/own".into(),
            effect: Effect::Allow,
            why: Why::Decided
        }]
    );
}

#[test]
fn each_element_of_a_list_has_its_value() {
    let rules = allow_when("token.?names.orValue([]).exists(n, n.startsWith('b'))");
    let claims = json!({"names": ["a", "b", "c"]});
    let explanation = explain(&rules, "/v1/orders/7", &[], claims);
    assert_eq!(
        parts(&explanation),
        [
            "token.?names.orValue([]).exists(n, n.startsWith('b')) = true",
            "  token.?names.orValue([]) = ['a', 'b', 'c']",
            "  n.startsWith('b') = false, true",
            "    n = 'a', 'b'",
        ]
    );
}

#[test]
fn a_secret_stays_one_in_a_variable_and_in_an_object() {
    let rules = allow_when(
        "token.?extra.optMap(e, e.name + e.api_key).orValue('') == 'x' && token.level == 1",
    );
    let claims = json!({"extra": {"api_key": "hunter22", "name": "n"}});
    let explanation = explain(&rules, "/v1/orders/7", &[], claims);
    let shown = parts(&explanation).join("\n");
    assert!(!shown.contains("hunter22"), "{shown}");
    let object = "token.?extra = optional.of({'api_key': *** (8 characters), 'name': 'n'})";
    assert!(shown.contains(object), "{shown}");
}

#[test]
fn what_is_kept_with_a_token_is_shown_for_each_rule() {
    let long = "size(token.?names.orValue([]).filter(n, n.startsWith('b') || n.endsWith('c'))) > 1";
    let rules = format!(
        "    allow:\n      - {{id: a, operations: [orders.read], when: \"token.level > 5 && {long}\"}}\n      \
         - {{id: b, operations: [orders.read], when: \"token.level < 5 && {long}\"}}\n"
    );
    let claims = json!({"names": ["b", "c"]});
    let explanation = explain(&rules, "/v1/orders/7", &[], claims);
    let [first, second] = &explanation.rules[..] else {
        panic!("two rules")
    };
    // The first did not come to it.
    assert_eq!(
        first.steps.last().map(|step| &step.value),
        Some(&Came::ToNothing)
    );
    let shown: Vec<&str> = second.steps.iter().map(|step| step.text.as_str()).collect();
    assert!(shown.contains(&"n.endsWith('c')"), "{shown:?}");
}
