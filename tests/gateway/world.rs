//! What the tests share: policies, tokens and a gateway for those that can live with each other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use remit_tests::client::{Response, h1};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::{Arrival, CASE};
use serde_json::Value;

/// The policy of the table of cases.
pub(crate) static POLICY: LazyLock<Compiled> = LazyLock::new(|| Compiled::policy("cases"));

/// A gateway with that policy. It lives until the test binary ends.
pub(crate) static GATEWAY: LazyLock<Gateway> = LazyLock::new(|| started(&setup()));

/// The gateway of the table: Envoy sends one host elsewhere than the policy says.
pub(crate) fn setup() -> Setup {
    Setup::new(&POLICY.plan).misrouted()
}

pub(crate) fn started(setup: &Setup) -> Gateway {
    setup
        .start()
        .unwrap_or_else(|error| panic!("Envoy does not start:\n{}", error.log))
}

/// Now, in seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970");
    i64::try_from(since.as_secs()).expect("a clock before the end of time")
}

/// A name that no other case has.
pub(crate) fn case(name: &str) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// `Bearer …` with a good token of ours, minted anew before it expires.
pub(crate) fn good() -> String {
    static TOKEN: Mutex<Option<(i64, String)>> = Mutex::new(None);
    let mut token = TOKEN.lock().expect("minting does not panic");
    let now = now();
    let kept = token.take().filter(|(minted, _)| now - minted < 120);
    let (_, good) = token.insert(kept.unwrap_or_else(|| (now, Recipe::corp(now).token())));
    format!("Bearer {good}")
}

/// A request to the host of most resources, named by a case.
pub(crate) fn request(method: &str, target: &str, case: &str) -> h1::Request {
    h1::Request::new(method, target, "api.corp.example").field(CASE, case)
}

/// A request that the policy allows.
pub(crate) fn allowed(case: &str) -> h1::Request {
    request("GET", "/v1/orders", case).field("authorization", good())
}

/// A request that was sent, and what was decided on it.
pub(crate) struct Asked {
    case: String,
    pub(crate) response: Response,
    /// The decision's record.
    pub(crate) record: Value,
}

/// Sends a request under a name of its own.
pub(crate) fn ask(gateway: &Gateway, request: h1::Request) -> Asked {
    let case = case("asked");
    let response = request.field(CASE, &case).send(gateway.agents());
    let record = gateway.entry_of(&case).record();
    Asked {
        record: record.unwrap_or_else(|| panic!("{} without a record", response.status)),
        case,
        response,
    }
}

impl Asked {
    /// Its status and reason.
    pub(crate) fn decision(&self) -> (u16, &str) {
        let reason = self.record["reason"].as_str().unwrap_or_default();
        (self.response.status, reason)
    }

    /// What has become of it at the upstream; it did get there.
    pub(crate) fn arrival(&self, gateway: &Gateway) -> Arrival {
        gateway.upstream("orders").only_arrival_of(&self.case)
    }

    /// What the caller is asked for.
    pub(crate) fn challenge(&self) -> &str {
        self.response.value("www-authenticate").unwrap_or_default()
    }
}
