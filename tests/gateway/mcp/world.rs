//! A help desk behind a gateway, and who comes there.

use std::sync::LazyLock;

use remit_tests::client::Response;
use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::peers::Helpdesk;
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use serde_json::Value;

use super::HOST;
use crate::world::{now, started};

/// A help desk and its gateway.
pub(super) struct World {
    pub(super) desk: Helpdesk,
    pub(super) gateway: Gateway,
}

/// One for those who can live with each other. It lives until the test binary ends.
pub(super) static SHARED: LazyLock<World> = LazyLock::new(|| World::of(Helpdesk::start()));

impl World {
    /// A gateway with the policy `helpdesk` in front of a help desk.
    pub(super) fn of(desk: Helpdesk) -> Self {
        let plan = Compiled::policy("helpdesk").plan;
        let setup = Setup::reading(&plan);
        let gateway = started(&setup.cluster("helpdesk", desk.address()));
        Self { desk, gateway }
    }
}

/// A good token for the help desk.
pub(super) fn token(task: &str) -> String {
    recipe(task).token()
}

/// What a good token for the help desk says.
pub(super) fn recipe(task: &str) -> Recipe {
    let recipe = Recipe::corp(now()).claim("task", task);
    recipe.claim("aud", format!("https://{HOST}"))
}

/// Sends a message as no SDK would: just so.
pub(super) fn post(
    gateway: &Gateway,
    token: &str,
    fields: &[(&str, &str)],
    body: &str,
) -> Response {
    let request = Request::new("POST", "/mcp", HOST)
        .field("authorization", format!("Bearer {token}"))
        .field("accept", "application/json, text/event-stream")
        .field("content-type", "application/json")
        .field("content-length", body.len().to_string());
    let fields = fields.iter();
    let request = fields.fold(request, |request, (name, value)| request.field(name, value));
    request.body(body.as_bytes()).send(gateway.agents())
}

/// The body as JSON.
pub(super) fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|_| panic!("{} {}", response.status, response.text()))
}
