//! An OpenAPI description (3.0, 3.1), proposed as a resource of a policy.

mod body;
mod operation;
mod query;
mod reference;
mod server;
mod template;

use serde_json::{Map, Value};

use super::name::{Names, is_name, near};
use super::notice::{Notices, Pointer};
use super::page::{self, Item, Part};
use super::{INPUT_BYTES, NoHost, NotJson, OPERATIONS, Page, Place, json};
use operation::Operation;
use reference::resolved;
use server::Server;

const PREFACE: &[&str] = &[
    "Proposed from an OpenAPI description. Classes are guessed from methods. Look at each operation, at what",
    "it does and at its class; then take `reviewed: false` out.",
];

/// Why nothing can be imported from a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON.
    #[error(transparent)]
    NotJson(#[from] NotJson),
    /// It is not YAML.
    #[error("it is not YAML: {reason}")]
    NotYaml {
        /// What is wrong, and where.
        reason: String,
    },
    /// It is no OpenAPI description.
    #[error("it is no OpenAPI description: `openapi` or `paths` is missing")]
    NotOpenApi,
    /// Of another version.
    #[error("version `{said}` is not read: 3.0 and 3.1 are")]
    Version {
        /// What it says.
        said: String,
    },
    /// More than [`OPERATIONS`].
    #[error("it has more than {OPERATIONS} operations")]
    TooMany,
    /// The host cannot be told.
    #[error(transparent)]
    NoHost(#[from] NoHost),
}

/// Proposes a resource with every operation that is described.
///
/// # Errors
/// [`Unreadable`].
pub fn propose(text: &[u8], place: &Place) -> Result<Page, Unreadable> {
    let document = read(text)?;
    let paths = check_version(&document)?;
    let mut notices = Notices::default();
    let server = Server::of(&document, &mut notices);
    if document.get("webhooks").is_some() {
        notices.push(
            &Pointer::default().member("webhooks"),
            "webhooks are requests to others: not imported",
        );
    }
    let operations = operations(&document, paths, &server, &mut notices)?;
    let host = place.host.clone().or(server.host).ok_or(NoHost)?;
    let title = document.pointer("/info/title").and_then(Value::as_str);
    let name = match &place.resource {
        Some(name) => name.clone(),
        None => near(&title.unwrap_or_default().to_ascii_lowercase(), "api"),
    };
    let audience = match &place.audience {
        Some(audience) => Item::new("audience", Part::text(audience)),
        None => Item {
            comments: vec![
                "Not said by the description: the audience that its tokens carry.".to_owned(),
            ],
            ..Item::new("audience", Part::text(format!("https://{host}")))
        },
    };
    let operations = operations.iter().map(Operation::item).collect();
    let resource = vec![
        Item::new("host", Part::text(host)),
        audience,
        Item::new("operations", Part::Block(operations)),
    ];
    let version = Item {
        comments: PREFACE.iter().map(|line| (*line).to_owned()).collect(),
        ..Item::new("remit", Part::text("v1"))
    };
    let resource = Item::new(name, Part::Block(resource));
    Ok(Page {
        text: page::laid_out(&[version, Item::new("resources", Part::Block(vec![resource]))]),
        notices,
    })
}

/// JSON where it begins like an object, else YAML.
fn read(text: &[u8]) -> Result<Value, Unreadable> {
    if text.len() > INPUT_BYTES {
        return Err(NotJson::TooLong.into());
    }
    if text.trim_ascii_start().starts_with(b"{") {
        let mut values = json::read_all(text)?;
        return match (values.pop(), values.is_empty()) {
            (Some(value), true) => Ok(value),
            _ => Err(Unreadable::NotOpenApi),
        };
    }
    let not_yaml = |reason: String| Unreadable::NotYaml { reason };
    let text = std::str::from_utf8(text).map_err(|error| not_yaml(error.to_string()))?;
    serde_saphyr::from_str(text).map_err(|error| not_yaml(error.to_string()))
}

fn check_version(document: &Value) -> Result<&Map<String, Value>, Unreadable> {
    let version = document.get("openapi").or_else(|| document.get("swagger"));
    let said = match version {
        Some(Value::String(said)) => said.clone(),
        Some(other) => other.to_string(),
        None => return Err(Unreadable::NotOpenApi),
    };
    if !said.starts_with("3.0.") && !said.starts_with("3.1.") {
        return Err(Unreadable::Version { said });
    }
    let paths = document.get("paths").and_then(Value::as_object);
    paths.ok_or(Unreadable::NotOpenApi)
}

/// Methods of operations, as descriptions and as requests write them.
const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

fn operations(
    document: &Value,
    paths: &Map<String, Value>,
    server: &Server,
    notices: &mut Notices,
) -> Result<Vec<Operation>, Unreadable> {
    let mut operations = Vec::new();
    let mut seen = 0_usize;
    for (path, item) in paths {
        let at = Pointer::default().members(&["paths", path]);
        if path.starts_with("x-") {
            continue;
        }
        let Some((item, at)) = resolved(document, item, &at, notices) else {
            continue;
        };
        for unread in ["trace", "servers"]
            .iter()
            .filter(|key| item.get(key).is_some())
        {
            notices.push(&at.member(unread), "not imported");
        }
        for (key, method) in METHODS {
            let Some(described) = item.get(key) else {
                continue;
            };
            seen += 1;
            if seen > OPERATIONS {
                return Err(Unreadable::TooMany);
            }
            let source = operation::Source {
                document,
                item,
                described,
                at: at.member(key),
                item_at: &at,
            };
            operations.extend(Operation::new(&source, method, path, server, notices));
        }
    }
    name(&mut operations);
    Ok(operations)
}

/// Gives each a name of its own: those that have one get it before others could.
fn name(operations: &mut [Operation]) {
    let mut names = Names::default();
    let mut nameless = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        if !(is_name(&operation.key) && names.take(&operation.key)) {
            nameless.push(index);
        }
    }
    for index in nameless {
        if let Some(operation) = operations.get_mut(index) {
            operation.key = names.make(&operation.key, "operation");
        }
    }
}

#[cfg(test)]
mod tests;
