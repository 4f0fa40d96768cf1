//! Many connections that ask at once, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread::scope;

use remit_tests::client::Response;
use remit_tests::client::h1::Connection;
use remit_tests::gateway::Gateway;
use serde_json::Value;

/// Connections that stay.
pub(super) struct Crowd(Vec<Connection>);

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    pub(super) status: u16,
    /// The reason, and where it is refused the rule or limit.
    pub(super) why: String,
    /// The policy that decided.
    pub(super) policy: String,
}

impl Told {
    pub(super) fn by(response: &Response) -> Self {
        let record = response.value("x-record").unwrap_or_default();
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        // Who refuses, where that is a rule's or limit's doing.
        let why = match (response.status, text("reason"), text("rule")) {
            (401 | 403 | 429, reason, rule) if !rule.is_empty() => format!("{reason} {rule}"),
            (_, reason, _) => reason,
        };
        Self {
            status: response.status,
            why,
            policy: text("policy"),
        }
    }

    pub(super) fn is_allowed(&self) -> bool {
        self.status == 200
    }
}

/// How often each answer was given.
pub(super) fn tally(told: &[Told]) -> BTreeMap<(u16, &str), usize> {
    let mut tally = BTreeMap::new();
    for one in told {
        *tally.entry((one.status, one.why.as_str())).or_default() += 1;
    }
    tally
}

/// How many were let through.
pub(super) fn allowed(told: &[Told]) -> usize {
    told.iter().filter(|one| one.is_allowed()).count()
}

impl Crowd {
    /// So many, of which every worker has some.
    pub(super) fn of(gateway: &Gateway, connections: usize, workers: usize) -> Self {
        let crowd = (0..connections).map(|_| Connection::open(gateway.agents()));
        let mut crowd = Self(crowd.collect());
        crowd.ask(&vec![
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
            connections
        ]);
        let served = gateway.stats_with(".downstream_cx_active");
        let busy = served
            .iter()
            .filter(|(name, count)| name.contains(".worker_") && *count > 0);
        assert_eq!(busy.count(), workers, "{served:?}");
        crowd
    }

    /// Sends requests, each connection its share one after the other and all connections at once;
    /// says what became of them, in their order.
    pub(super) fn ask(&mut self, requests: &[Vec<u8>]) -> Vec<Told> {
        let connections = self.0.len();
        let start = Barrier::new(connections);
        let shares: Vec<Vec<Told>> = scope(|threads| {
            let start = &start;
            let share = |(position, connection): (usize, &'_ mut Connection)| {
                let mine = requests.iter().skip(position).step_by(connections);
                start.wait();
                mine.map(|request| {
                    connection.send(request);
                    Told::by(&connection.receive(false))
                })
                .collect()
            };
            let asking = self.0.iter_mut().enumerate();
            let asking: Vec<_> = asking
                .map(|one| threads.spawn(move || share(one)))
                .collect();
            let done = asking.into_iter();
            done.map(|one| one.join().expect("it asks")).collect()
        });
        let mut shares: Vec<_> = shares.into_iter().map(Vec::into_iter).collect();
        let in_turn = (0..requests.len()).map(|number| shares[number % connections].next());
        in_turn.map(|told| told.expect("an answer")).collect()
    }
}

/// What becomes of requests that are sent one after the other on one connection.
pub(super) fn in_turn(gateway: &Gateway, requests: &[Vec<u8>]) -> Vec<Told> {
    let mut connection = Connection::open(gateway.agents());
    let ask = |request: &Vec<u8>| {
        connection.send(request);
        Told::by(&connection.receive(false))
    };
    requests.iter().map(ask).collect()
}
