//! One operation.

use remit_engine::plan::Class;
use serde_json::Value;

use super::super::class_word;
use super::super::notice::{Notices, Pointer};
use super::super::page::{Item, Part};
use super::super::schema::{Member, Shape};
use super::server::Server;
use super::{body, query, template};

/// Where an operation is described.
pub(super) struct Source<'d> {
    /// The whole description.
    pub(super) document: &'d Value,
    /// What is described of the path.
    pub(super) item: &'d Value,
    /// What is described of the operation.
    pub(super) described: &'d Value,
    /// Where the operation stands.
    pub(super) at: Pointer,
    /// Where the path stands.
    pub(super) item_at: &'d Pointer,
}

/// An operation that is proposed.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name.
    pub(super) key: String,
    /// Method and path.
    http: String,
    class: Class,
    query: Vec<Member>,
    body: Option<Shape>,
    comments: Vec<String>,
}

impl Operation {
    /// Proposes one; `None`, with the reason told, where a policy cannot have it.
    pub(super) fn new(
        source: &Source<'_>,
        method: &'static str,
        path: &str,
        server: &Server,
        notices: &mut Notices,
    ) -> Option<Self> {
        let before = notices.count();
        let path = match template::read(&format!("{}{path}", server.base)) {
            Ok(path) => path,
            Err(problem) => {
                notices.push(&source.at, format!("{problem}: left out"));
                return None;
            }
        };
        let query = query::parameters(source, notices);
        let body = body::shape(source, method, notices);
        for unread in ["servers", "callbacks"] {
            if source.described.get(unread).is_some() {
                notices.push(&source.at.member(unread), "not imported");
            }
        }
        let text = |name: &str| source.described.get(name).and_then(Value::as_str);
        let id = text("operationId");
        let key = match id {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => format!("{} {path}", method.to_ascii_lowercase()),
        };
        let mut comments = Vec::new();
        if let Some(words) = text("summary").or_else(|| text("description")) {
            comments.push(format!("\"{words}\""));
        }
        if source.described.get("deprecated") == Some(&Value::Bool(true)) {
            comments.push("deprecated there".to_owned());
        }
        let no_one = |security: &Value| security.as_array().is_some_and(Vec::is_empty);
        if source.described.get("security").is_some_and(no_one) {
            comments.push("needs no token there".to_owned());
        }
        if method == "POST" && starts_work(id.unwrap_or_default(), &path) {
            comments
                .push("if it starts something rather than stores it: class: execute".to_owned());
        }
        comments.extend(notices.comments_since(before));
        Some(Self {
            key,
            http: format!("{method} {path}"),
            class: class(method),
            query,
            body,
            comments,
        })
    }

    /// As a page has it.
    pub(super) fn item(&self) -> Item {
        let mut members = vec![
            Item::new("http", Part::text(&self.http)),
            Item::new("class", Part::word(class_word(self.class))),
        ];
        if !self.query.is_empty() {
            let query = self.query.iter();
            let query = query.map(|each| (each.name.clone(), Part::text(each.declared())));
            members.push(Item::new("query", Part::Braces(query.collect())));
        }
        if let Some(body) = &self.body {
            members.push(Item::new("body", body.part()));
        }
        members.push(Item::new("reviewed", Part::word("false")));
        Item {
            comments: self.comments.clone(),
            key: self.key.clone(),
            value: Part::Block(members),
        }
    }
}

/// Safe methods read (RFC 9110 section 9.2.1).
fn class(method: &str) -> Class {
    match method {
        "GET" | "HEAD" | "OPTIONS" => Class::Read,
        _ => Class::Write,
    }
}

/// Whether its name or the end of its path speaks of doing something.
fn starts_work(id: &str, path: &str) -> bool {
    const VERBS: &[&str] = &[
        "run", "execute", "invoke", "start", "trigger", "deploy", "restart", "launch", "send",
    ];
    let end = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let id = id.to_ascii_lowercase();
    VERBS
        .iter()
        .any(|verb| end == *verb || id.starts_with(verb))
}
