use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CONDITIONAL, ListKind, Shown, Visible};
use crate::answers::message::rewrite;
use crate::answers::{AnswerError, Binding, Watch};
use crate::json::Json;
use crate::limits;

/// Decides by the first letters of names; remembers what it was asked.
#[derive(Default)]
struct ByName(Vec<(ListKind, String)>);

impl Visible for ByName {
    fn see(&mut self, kind: ListKind, name: &str, definition: &Json<'_>) -> Shown {
        assert!(matches!(definition, Json::Object(_)));
        self.0.push((kind, name.to_owned()));
        shown(name)
    }

    fn task(&mut self, _: &str) {}
}

fn shown(name: &str) -> Shown {
    match name.as_bytes().first() {
        Some(b'h') => Shown::Hidden,
        Some(b'm') => Shown::Marked,
        _ => Shown::Listed,
    }
}

const ANY: Watch = Watch {
    list: None,
    tasks: false,
    binding: Binding::JsonRpc,
};

fn filtered(text: &str) -> Result<String, AnswerError> {
    let out = rewrite(text.as_bytes(), ANY, &mut ByName::default())?;
    Ok(out.map_or(text.to_owned(), |out| String::from_utf8(out).unwrap()))
}

fn tools(inside: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":{inside},"nextCursor":"c"}}}}"#)
}

#[test]
fn hidden_entries_are_gone_with_their_commas() {
    for (list, expected) in [
        (r#"[]"#, r#"[]"#),
        (r#"[ {"name":"a"} ]"#, r#"[ {"name":"a"} ]"#),
        (r#"[ {"name":"h"} ]"#, r#"[  ]"#),
        (r#"[ {"name":"h"} , {"name":"h"} ]"#, r#"[  ]"#),
        (r#"[ {"name":"h"} , {"name":"a"} ]"#, r#"[ {"name":"a"} ]"#),
        (r#"[ {"name":"a"} , {"name":"h"} ]"#, r#"[ {"name":"a"} ]"#),
        (
            r#"[{"name":"a"},{"name":"h"},{"name":"h"} , {"name":"b"},{"name":"h"}]"#,
            r#"[{"name":"a"} , {"name":"b"}]"#,
        ),
        (
            r#"[{"name":"h"},{"name":"a"}, {"name":"h"}, {"name":"b"}]"#,
            r#"[{"name":"a"}, {"name":"b"}]"#,
        ),
        (
            r#"[{"n\u0061me":"\u0068"},{"name":"a,]}\"\\"}]"#,
            r#"[{"name":"a,]}\"\\"}]"#,
        ),
    ] {
        assert_eq!(filtered(&tools(list)), Ok(tools(expected)), "{list}");
    }
}

#[test]
fn marks_are_merged_into_what_is_there() {
    let mark = format!("\"{CONDITIONAL}\":true");
    for (entry, expected) in [
        (
            r#"{"name":"m" }"#,
            format!(r#"{{"name":"m","_meta":{{{mark}}} }}"#),
        ),
        (
            r#"{"_meta": { } ,"name":"m"}"#,
            format!(r#"{{"_meta": {{{mark} }} ,"name":"m"}}"#),
        ),
        (
            r#"{"name":"m","_meta":{"x":{"y":[1]} },"z":0}"#,
            format!(r#"{{"name":"m","_meta":{{"x":{{"y":[1]}},{mark} }},"z":0}}"#),
        ),
        (
            r#"{"name":"m","_meta":{"io.remit/conditional":false}}"#,
            format!(r#"{{"name":"m","_meta":{{{mark}}}}}"#),
        ),
    ] {
        let expected = tools(&format!("[{expected}]"));
        assert_eq!(filtered(&tools(&format!("[{entry}]"))), Ok(expected));
    }
}

#[test]
fn every_kind_is_known_by_its_members() {
    for (member, naming, kind) in [
        ("tools", "name", ListKind::Tools),
        ("prompts", "name", ListKind::Prompts),
        ("resources", "uri", ListKind::Resources),
        (
            "resourceTemplates",
            "uriTemplate",
            ListKind::ResourceTemplates,
        ),
        ("tasks", "taskId", ListKind::Tasks),
        ("tasks", "id", ListKind::Tasks),
    ] {
        let text = format!(
            r#"{{"id":7,"result":{{"{member}":[{{"{naming}":"h"}},{{"{naming}":"a"}}]}}}}"#
        );
        let mut visible = ByName::default();
        let out = rewrite(text.as_bytes(), ANY, &mut visible).unwrap();
        let expected = format!(r#"{{"id":7,"result":{{"{member}":[{{"{naming}":"a"}}]}}}}"#);
        assert_eq!(out, Some(expected.into_bytes()), "{member}");
        let asked = ["h", "a"].map(|name| (kind, name.to_owned()));
        assert_eq!(visible.0, asked, "{member}");
    }
}

#[test]
fn what_is_not_as_the_schema_says_is_refused() {
    for list in [
        "{}",
        "null",
        "3",
        r#""a""#,
        "[1]",
        "[[]]",
        "[null]",
        "[{}]",
        r#"[{"name":1}]"#,
        r#"[{"Name":"a"}]"#,
        r#"[{"name":"a","NAME":"b"}]"#,
        r#"[{"name":"m","_meta":[]}]"#,
    ] {
        assert_eq!(filtered(&tools(list)), Err(AnswerError::Shape), "{list}");
    }
    for text in [
        r#""[tools]""#,
        "[[]]",
        "[1]",
        "3",
        r#"{"Result":{"tools":[]}}"#,
        r#"{"re\u017fult":{}}"#,
        r#"{"result":{"Tools":[]}}"#,
        r#"{"result":{"tas\u212as":[]}}"#,
        r#"{"result":{"tools":[],"CacheScope":"public"}}"#,
        r#"{"result":{"tasks":[{"id":"a","taskId":"h"}]}}"#,
    ] {
        assert_eq!(filtered(text), Err(AnswerError::Shape), "{text}");
    }
    for text in [
        "",
        "{",
        "{}{}",
        "{'a':1}",
        "[{},]",
        "\u{feff}{}",
        r#"{"id":1,"id":1}"#,
        r#"{"result":{"tools":[],"t\u006fols":[]}}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":1e999}"#,
        r#"{"result":{"tools":[{"name":"a","name":"h"}]}}"#,
        "/**/{}",
        r#"{"a":NaN}"#,
    ] {
        assert_eq!(filtered(text), Err(AnswerError::Json), "{text}");
    }
    assert_eq!(
        rewrite(b"{\"a\":\"\xff\"}", ANY, &mut ByName::default()),
        Err(AnswerError::Json)
    );
}

#[test]
fn only_results_with_lists_are_touched() {
    for text in [
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"tools","data":{"tools":[{"name":"h"}]}}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"tools":[{"name":"h"}]}}"#,
        r#"{"jsonrpc":"2.0","id":"x","result":{"content":[{"name":"h"}],"structuredContent":{"tools":[{"name":"h"}]}}}"#,
        r#"{"result":null}"#,
        r#"{"result":[{"name":"h"}]}"#,
        "{}",
        "[]",
        " [ { } ] ",
        r#"{"result":{"capabilities":{"tools":{}},"cacheScope":"public"}}"#,
    ] {
        assert_eq!(filtered(text).as_deref(), Ok(text));
    }
}

#[test]
fn a_task_may_say_its_id_twice() {
    let text = r#"{"result":{"tasks":[{"id":"h","taskId":"h"},{"taskId":"a","id":"a"}]}}"#;
    let expected = r#"{"result":{"tasks":[{"taskId":"a","id":"a"}]}}"#;
    assert_eq!(filtered(text).as_deref(), Ok(expected));
}

#[test]
fn a_result_under_any_id_and_in_a_batch_is_filtered() {
    let text = r#"[{"id":1,"error":{}}, {"id":2,"result":{"tools":[{"name":"h"}]}},{"method":"ping","id":3,"result":{"prompts":[{"name":"a"},{"name":"h"}]}}]"#;
    let expected = r#"[{"id":1,"error":{}}, {"id":2,"result":{"tools":[]}},{"method":"ping","id":3,"result":{"prompts":[{"name":"a"}]}}]"#;
    assert_eq!(filtered(text).as_deref(), Ok(expected));
    let batch = |messages| format!("[{}]", vec!["{}"; messages].join(","));
    assert!(filtered(&batch(limits::BATCH_MESSAGES)).is_ok());
    let more = batch(limits::BATCH_MESSAGES + 1);
    assert_eq!(filtered(&more), Err(AnswerError::TooMany));
}

#[test]
fn a_filtered_list_is_for_its_caller_alone() {
    for (said, expected) in [
        (r#""public""#, r#""private""#),
        (r#""private""#, r#""private""#),
        (r#""Public""#, r#""private""#),
        ("{}", r#""private""#),
    ] {
        for (before, behind) in [
            (r#"{"result":{"cacheScope": "#, r#","tools":[],"ttlMs":1}}"#),
            (r#"{"result":{"tools":[],"cacheScope": "#, r#"}}"#),
        ] {
            let text = format!("{before}{said}{behind}");
            assert_eq!(filtered(&text), Ok(format!("{before}{expected}{behind}")));
        }
    }
}

#[test]
fn nesting_and_values_are_bounded() {
    let nested = |depth| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(filtered(&nested(limits::BODY_DEPTH - 1)).is_ok());
    for depth in [limits::BODY_DEPTH, 400_000] {
        assert_eq!(filtered(&nested(depth)), Err(AnswerError::Json));
    }
    let wide = |values| format!(r#"{{"a":[{}]}}"#, vec!["0"; values].join(","));
    assert!(filtered(&wide(limits::ANSWER_VALUES - 2)).is_ok());
    assert_eq!(
        filtered(&wide(limits::ANSWER_VALUES - 1)),
        Err(AnswerError::Json)
    );
}

/// Any JSON without repeated names.
fn value() -> impl Strategy<Value = Value> {
    let text = r#"([a-z \\"\[\]{},:/]|é|\u{1F600}|\n){0,6}"#;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn entry() -> impl Strategy<Value = Value> {
    let meta = prop::option::of(prop::collection::btree_map("[a-z]{1,3}", value(), 0..3));
    ("[ahm][a-z\"\\]}]{0,3}", meta, value(), value()).prop_map(|(name, meta, a, z)| {
        let mut entry = json!({"name": name, "a": a, "z": z});
        if let Some(meta) = meta {
            entry["_meta"] = Value::Object(meta.into_iter().collect());
        }
        entry
    })
}

fn message() -> impl Strategy<Value = Value> {
    (prop::collection::vec(entry(), 0..6), value()).prop_map(|(entries, other)| {
        json!({"id": other, "jsonrpc": "2.0", "result": {"_meta": other, "tools": entries, "ttlMs": 5}})
    })
}

/// JSON with white space wherever it may be.
fn spaced(value: &Value, spaces: &mut dyn Iterator<Item = &'static str>) -> String {
    let inside = match value {
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(|one| spaced(one, spaces)).collect();
            format!("[{}{}]", spaces.next().unwrap(), elements.join(","))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| {
                    let name = spaced(&Value::from(name.as_str()), spaces);
                    format!("{name}:{}", spaced(value, spaces))
                })
                .collect();
            format!("{{{}{}}}", spaces.next().unwrap(), members.join(","))
        }
        scalar => scalar.to_string(),
    };
    format!(
        "{}{inside}{}",
        spaces.next().unwrap(),
        spaces.next().unwrap()
    )
}

struct All(Shown);

impl Visible for All {
    fn see(&mut self, _: ListKind, _: &str, _: &Json<'_>) -> Shown {
        self.0
    }

    fn task(&mut self, _: &str) {}
}

proptest! {
    #[test]
    fn what_is_all_visible_is_not_touched(message in message(), start in 0_usize..5) {
        let mut spaces = ["", " ", "\n", "\t\r", ""].into_iter().cycle().skip(start);
        let text = spaced(&message, &mut spaces);
        prop_assert_eq!(rewrite(text.as_bytes(), ANY, &mut All(Shown::Listed)), Ok(None));
    }

    #[test]
    fn what_is_left_is_what_a_filter_on_the_values_leaves(message in message(), start in 0_usize..5) {
        let mut spaces = ["", " ", "\n", "\t\r", ""].into_iter().cycle().skip(start);
        let text = spaced(&message, &mut spaces);
        let mut expected: Value = serde_json::from_str(&text).unwrap();
        let entries = expected["result"]["tools"].as_array_mut().unwrap();
        entries.retain(|entry| shown(entry["name"].as_str().unwrap()) != Shown::Hidden);
        for entry in entries {
            if shown(entry["name"].as_str().unwrap()) == Shown::Marked {
                entry.as_object_mut().unwrap().entry("_meta").or_insert_with(|| json!({}))
                    [CONDITIONAL] = Value::from(true);
            }
        }
        let out = filtered(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), expected);
    }
}
