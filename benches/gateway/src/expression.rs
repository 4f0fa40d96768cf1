//! CEL as Envoy's configuration has it: the tree of `google.api.expr.v1alpha1.Expr`, not text.

use serde_json::{Value, json};

/// A node, still without its number.
#[derive(Debug, Clone)]
pub struct Expression(Value);

/// A variable.
#[must_use]
pub fn named(name: &str) -> Expression {
    Expression(json!({"ident_expr": {"name": name}}))
}

/// A string.
#[must_use]
pub fn text(value: &str) -> Expression {
    Expression(json!({"const_expr": {"string_value": value}}))
}

/// A function or operator.
#[must_use]
pub fn called(function: &str, arguments: [Expression; 2]) -> Expression {
    let arguments = arguments.map(|argument| argument.0);
    Expression(json!({"call_expr": {"function": function, "args": arguments}}))
}

impl Expression {
    /// All of them hold.
    #[must_use]
    pub fn all(clauses: impl IntoIterator<Item = Self>) -> Self {
        let both = |left, right| called("_&&_", [left, right]);
        clauses
            .into_iter()
            .reduce(both)
            .unwrap_or_else(|| Self(json!({"const_expr": {"bool_value": true}})))
    }

    /// A member by its name.
    #[must_use]
    pub fn field(self, field: &str) -> Self {
        Self(json!({"select_expr": {"operand": self.0, "field": field}}))
    }

    /// A member by its key.
    #[must_use]
    pub fn at(self, key: &str) -> Self {
        called("_[_]", [self, text(key)])
    }

    /// A method with one argument.
    #[must_use]
    pub fn call(self, function: &str, argument: Self) -> Self {
        Self(json!({"call_expr": {"target": self.0, "function": function, "args": [argument.0]}}))
    }

    /// As the configuration wants it: each node with a number of its own.
    #[must_use]
    pub fn numbered(mut self) -> Value {
        number(&mut self.0, &mut 0);
        self.0
    }
}

fn number(node: &mut Value, last: &mut u32) {
    *last += 1;
    let id = last.to_string();
    let Some(members) = node.as_object_mut() else {
        return;
    };
    for inner in members.values_mut().filter_map(Value::as_object_mut) {
        for key in ["operand", "target"] {
            if let Some(child) = inner.get_mut(key) {
                number(child, last);
            }
        }
        for child in inner
            .get_mut("args")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            number(child, last);
        }
    }
    members.insert(String::from("id"), json!(id));
}
