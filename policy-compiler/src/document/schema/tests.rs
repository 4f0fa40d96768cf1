use serde_json::Value;

use super::schema;

/// Every key of the readers' tables has a schema with words to it.
#[test]
fn every_key_is_described() {
    let schema = schema();
    let mut keys = 0;
    walk(&schema, &schema, &mut keys);
    assert!(keys > 40, "{keys} keys");
}

fn walk(root: &Value, at: &Value, keys: &mut usize) {
    match at {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                for (key, property) in properties {
                    if key == "keys" {
                        continue;
                    }
                    *keys += 1;
                    let target = property.get("$ref").and_then(|pointer| {
                        root.pointer(pointer.as_str().unwrap().trim_start_matches('#'))
                    });
                    let described = [Some(property), target]
                        .into_iter()
                        .flatten()
                        .any(|one| one.get("description").is_some());
                    assert!(described, "{key}: {property}");
                }
            }
            // What stands under `if` asks about a key, and does not describe it.
            let others = members.iter().filter(|(name, _)| *name != "if");
            others.for_each(|(_, value)| walk(root, value, keys));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(root, item, keys)),
        _ => {}
    }
}
