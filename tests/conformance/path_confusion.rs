//! Request targets, authorities and headers that are read in several ways, through the gateway.
//!
//! The policy allows any path of up to four segments and denies `/admin` and all below it. What
//! reaches the upstream is what counts: it must be what the decision fell on, and nothing that any
//! reader could take for `/admin`.

mod authorities;
mod headers;
mod targets;

use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::Arrival;
use remit_tests::vectors::{PATH_CONFUSION, Tally};
use serde_json::Value;

const HOST: &str = "api.example.com";

/// A gateway and a token that may do everything but administrate.
struct World {
    gateway: Gateway,
    token: String,
}

/// What became of a request.
#[derive(Debug)]
struct Outcome {
    status: u16,
    /// The decision's reason, if the filter was reached.
    reason: Option<String>,
    /// The path that the access log has, without the query.
    path: Option<String>,
    arrival: Option<Arrival>,
}

type Judge = fn(&World, &Value, &mut Tally);

pub(crate) fn run() -> Vec<Tally> {
    let world = World {
        gateway: Setup::new(&Compiled::policy("paths").plan)
            .start()
            .expect("Envoy starts"),
        token: Recipe::corp(crate::now()).token(),
    };
    let suites: [(&str, Judge); 3] = [
        ("request_targets", targets::judge),
        ("authorities", authorities::judge),
        ("header_tricks", headers::judge),
    ];
    let run = |(file, judge): (&str, Judge)| {
        let mut tally = Tally::new(&format!("{}/{file}", PATH_CONFUSION.name));
        for case in PATH_CONFUSION.cases(file).expect("the vectors are there") {
            judge(&world, &case, &mut tally);
        }
        tally
    };
    suites.into_iter().map(run).collect()
}

impl World {
    /// Sends a request that has the case's name in it, and looks at what came of it.
    fn outcome(&self, name: &str, status: u16) -> Outcome {
        let entry = if status == 0 {
            None
        } else {
            self.gateway.entry_within(name)
        };
        let record = entry.as_ref().and_then(remit_tests::envoy::Entry::record);
        let reason = record.and_then(|record| record["reason"].as_str().map(str::to_owned));
        let path = entry.and_then(|entry| entry.0["path"].as_str().map(str::to_owned));
        let mut arrivals = self.gateway.upstream("orders").arrivals_of(name);
        assert!(
            arrivals.len() < 2,
            "{name} arrived {} times",
            arrivals.len()
        );
        Outcome {
            status,
            reason,
            path,
            arrival: arrivals.pop(),
        }
    }
}

/// A name of letters, digits and hyphens.
fn named(id: &str) -> String {
    id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}
