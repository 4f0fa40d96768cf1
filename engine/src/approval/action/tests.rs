use sha2::{Digest as _, Sha256};

use super::*;

fn refund() -> Call<'static> {
    Call {
        operation: "orders.refund",
        path: vec![("order_id", "42")],
        query: vec![("note", "b"), ("dry", "no"), ("note", "a")],
        url_path: None,
        content: Some([0; 32]),
    }
}

#[test]
fn a_call_has_one_text() {
    assert_eq!(
        refund().canonical(),
        r#"{"content":"sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","operation":"orders.refund","path":{"order_id":"42"},"query":{"dry":["no"],"note":["b","a"]}}"#
    );
    let bare = Call {
        operation: "a.b",
        url_path: Some("/v1/tasks/\"7\""),
        ..Call::default()
    };
    assert_eq!(
        bare.canonical(),
        r#"{"operation":"a.b","url_path":"/v1/tasks/\"7\""}"#
    );
    // UTF-16 puts what is beyond its first plane before U+E000 and what follows.
    let names = Call {
        operation: "a.b",
        query: vec![("\u{e000}", "1"), ("\u{10000}", "2"), ("z", "\u{1}")],
        ..Call::default()
    };
    assert_eq!(
        names.canonical(),
        "{\"operation\":\"a.b\",\"query\":{\"z\":[\"\\u0001\"],\"\u{10000}\":[\"2\"],\"\u{e000}\":[\"1\"]}}"
    );
}

/// What the text says is read back by somebody else's reader as it was meant, so that it can be
/// recomputed anywhere.
#[test]
fn the_text_is_json() {
    let call = Call {
        operation: "orders.\"odd\"",
        path: vec![("b", "\\"), ("a", "é\n")],
        query: vec![("x", "]"), ("x", ","), ("w", "{")],
        ..refund()
    };
    let read: serde_json::Value = serde_json::from_str(&call.canonical()).unwrap();
    assert_eq!(read["operation"], "orders.\"odd\"");
    assert_eq!(read["path"], serde_json::json!({"a": "é\n", "b": "\\"}));
    assert_eq!(
        read["query"],
        serde_json::json!({"w": ["{"], "x": ["]", ","]})
    );
}

#[test]
fn every_part_tells_calls_apart() {
    let same = refund();
    let others = [
        Call {
            operation: "orders.refunds",
            ..refund()
        },
        Call {
            path: vec![("order_id", "43")],
            ..refund()
        },
        Call {
            path: vec![("order", "42")],
            ..refund()
        },
        Call {
            path: vec![],
            ..refund()
        },
        Call {
            query: vec![("note", "a"), ("dry", "no"), ("note", "b")],
            ..refund()
        },
        Call {
            query: vec![("note", "b"), ("dry", "no")],
            ..refund()
        },
        Call {
            query: vec![],
            ..refund()
        },
        Call {
            content: Some([1; 32]),
            ..refund()
        },
        Call {
            content: None,
            ..refund()
        },
        Call {
            url_path: Some(""),
            ..refund()
        },
    ];
    for (at, other) in others.iter().enumerate() {
        assert_ne!(other.action(), same.action(), "{at}");
        let rest = others.iter().skip(at + 1);
        assert!(rest.map(Call::action).all(|one| one != other.action()));
    }
    let mut turned = refund();
    turned.query.swap(0, 1);
    assert_eq!(turned.action(), same.action(), "names are sorted");
}

#[test]
fn an_action_is_written_in_one_way() {
    let action = refund().action();
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(refund().canonical()));
    assert_eq!(action.to_text(), format!("sha-256:{digest}"));
    assert_eq!(Action::parse(&action.to_text()), Some(action));
    for other in [
        digest.clone(),
        format!("sha-256:{digest}="),
        format!("SHA-256:{digest}"),
        format!("sha-512:{digest}"),
        format!("sha-256:{}", digest.get(1..).unwrap()),
        format!("sha-256:{digest}AA"),
        String::new(),
    ] {
        assert_eq!(Action::parse(&other), None, "{other}");
    }
}
