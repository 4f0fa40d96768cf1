//! A client as a process: it is asked for visits, one after the other.

use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::Visit;
use crate::lines::Process;

/// The process.
pub(super) struct Visitor(Mutex<Process>);

impl Visitor {
    /// Starts it; the name is for what goes wrong.
    pub(super) fn start(name: &'static str, command: &mut Command) -> Self {
        Self(Mutex::new(Process::start(name, command)))
    }

    /// Makes a visit and waits for its end, which the script sees to.
    pub(super) fn visit(&self, mut request: Value, token: Option<&str>) -> Visit {
        request["headers"] = match token {
            Some(token) => json!({"authorization": format!("Bearer {token}")}),
            None => json!({}),
        };
        let answer = {
            let mut process = self.0.lock().expect("no test panicked while asking");
            process.ask(&request)
        };
        serde_json::from_value(answer.clone())
            .unwrap_or_else(|error| panic!("{error} in {answer}, asked for {request}"))
    }
}
