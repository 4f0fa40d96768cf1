//! How a gateway is configured: as `remit compile --envoy` writes it, with the few edits that a
//! test asks for. Each edit must find its place exactly once, so that none can go silent.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_policy_compiler::envoy::{Configuration, Endpoint, Form, Module, Settings, Upstreams};
use tempfile::TempDir;

use super::{Gateway, ecds_file, replace};
use crate::envoy::{AccessLog, Clock, Envoy, StartError};
use crate::places;
use crate::upstream::{Keeps, Upstream};

/// How to start a gateway.
#[derive(Debug, Clone)]
pub struct Setup {
    plan: Vec<u8>,
    module: PathBuf,
    workers: u32,
    edits: Vec<Edit>,
    form: Form,
    keeps: Keeps,
    clusters: Vec<(String, SocketAddr)>,
    has_clock: bool,
}

/// A change to the configuration.
#[derive(Debug, Clone)]
enum Edit {
    /// Other text in a text's place.
    Replace(String, String),
    /// A line more below a line, indented like it.
    Below(String, String),
}

/// Adds the decision record to every answer, so that each client sees why it got what it got.
const TELL_THE_RECORD: &str = r#"- {name: tell, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation, mutations: {response_mutations: [{append: {header: {key: x-record, value: "%FILTER_STATE(wasm.remit:PLAIN)%"}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}}]}}}"#;

/// The access log prints the value of [`CASE`] beside the record.
const RECORD_IN_LOG: &str = r#"remit: "%FILTER_STATE(wasm.remit:PLAIN)%""#;

impl Setup {
    /// The shipped module with a plan, on two workers.
    #[must_use]
    pub fn new(plan: &[u8]) -> Self {
        let case = String::from(r#"case: "%REQ(X-CASE)%""#);
        Self {
            plan: plan.to_vec(),
            module: places::module(),
            workers: 2,
            edits: vec![Edit::Below(RECORD_IN_LOG.to_owned(), case)],
            form: Form::Static,
            keeps: Keeps::Requests,
            clusters: vec![],
            has_clock: false,
        }
    }

    /// The module that also reads bodies and answers, with a plan.
    #[must_use]
    pub fn reading(plan: &[u8]) -> Self {
        Self::new(plan).module(&places::full_module())
    }

    /// Another module in the filter's place.
    #[must_use]
    pub fn module(mut self, module: &Path) -> Self {
        self.module = module.to_owned();
        self
    }

    /// Another number of workers.
    #[must_use]
    pub fn workers(mut self, workers: u32) -> Self {
        self.workers = workers;
        self
    }

    /// Replaces a text in the configuration.
    #[must_use]
    pub fn edit(mut self, from: &str, to: &str) -> Self {
        self.edits
            .push(Edit::Replace(from.to_owned(), to.to_owned()));
        self
    }

    /// Sends one host of the policy `cases` elsewhere than the policy says.
    #[must_use]
    pub fn misrouted(self) -> Self {
        self.edit(
            r#"domains: ["misrouted.corp.example"]"#,
            r#"domains: ["nowhere.example"]"#,
        )
        .edit(
            r#"domains: ["api.corp.example"]"#,
            r#"domains: ["api.corp.example", "misrouted.corp.example"]"#,
        )
    }

    /// Adds a line below a line.
    #[must_use]
    pub fn add_below(mut self, line: &str, new: &str) -> Self {
        self.edits
            .push(Edit::Below(line.to_owned(), new.to_owned()));
        self
    }

    /// Puts other text where the plan stands.
    #[must_use]
    pub fn configuration(self, text: &str) -> Self {
        let text = serde_json::Value::from(text).to_string();
        let plan = self.quoted_plan();
        self.edit(&plan, &text)
    }

    /// The plan as it stands in the configuration.
    fn quoted_plan(&self) -> String {
        format!("\"{}\"", STANDARD.encode(&self.plan))
    }

    /// Takes filter and plan from a file that is watched.
    #[must_use]
    pub fn dynamic(mut self) -> Self {
        self.form = Form::Dynamic;
        self
    }

    /// For more requests than can be kept: upstreams only count, and there is no access log.
    #[must_use]
    pub fn counting(mut self) -> Self {
        self.keeps = Keeps::Counts;
        self
    }

    /// Tells the decision record in the header `x-record` of every answer.
    #[must_use]
    pub fn telling(self) -> Self {
        self.add_below("http_filters:", TELL_THE_RECORD)
    }

    /// Where a cluster leads, instead of to an upstream.
    #[must_use]
    pub fn cluster(mut self, name: &str, address: SocketAddr) -> Self {
        self.clusters.push((name.to_owned(), address));
        self
    }

    /// Has a clock of its own, which the test [steps](Gateway::set_clock_ahead).
    #[must_use]
    pub fn with_clock(mut self) -> Self {
        self.has_clock = true;
        self
    }

    /// Starts the gateway.
    ///
    /// # Errors
    /// [`StartError`] if Envoy does not become LIVE.
    pub fn start(&self) -> Result<Gateway, StartError> {
        let folder = TempDir::new().expect("a temporary folder");
        let upstreams = ["orders", "ledger", "upstream"];
        let upstreams = upstreams.map(|name| Upstream::start(name, self.keeps));
        let settings = self.settings(&upstreams, folder.path());
        let module = Module::read(&self.module).expect("a filter module");
        let configuration = Configuration::new(&module, &self.plan, &settings).expect("a plan");
        let render = |form| configuration.render(form).expect("a configuration");
        let mut texts = match self.form {
            Form::Dynamic => [render(Form::Dynamic), render(Form::Ecds)],
            form => [render(form), String::new()],
        };
        for edit in &self.edits {
            edit.apply(&mut texts);
        }
        let [bootstrap, first] = texts;
        let file = folder.path().join("bootstrap.yaml");
        fs::write(&file, bootstrap).expect("the folder can be written");
        if self.form == Form::Dynamic {
            replace(&settings.ecds_file, &first);
        }
        let log = match self.keeps {
            Keeps::Requests => AccessLog::at(folder.path().join("access.log")),
            Keeps::Counts => AccessLog::at(PathBuf::from("/dev/null")),
        };
        let clock = self.has_clock.then(|| Clock::in_folder(folder.path()));
        let envoy = Envoy::start_by(clock.as_ref(), &file, folder.path(), &log, self.workers)?;
        let agents = envoy.listener("agents");
        Ok(Gateway {
            envoy,
            clock,
            agents,
            upstreams,
            log,
            folder,
            discovered: render(Form::Ecds),
            plan: self.quoted_plan(),
        })
    }

    fn settings(&self, upstreams: &[Upstream; 3], folder: &Path) -> Settings {
        let [orders, ledger, others] = upstreams;
        let led = Upstreams::all_at(endpoint(others.address()))
            .with("orders", endpoint(orders.address()))
            .with("ledger", endpoint(ledger.address()));
        let elsewhere = self.clusters.iter();
        let led = elsewhere.fold(led, |led, (name, address)| {
            led.with(name, endpoint(*address))
        });
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            admin_port: 0,
            upstreams: led,
            ecds_file: ecds_file(folder),
            ..Settings::default()
        }
    }
}

fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
    }
}

impl Edit {
    /// Changes the one of the texts that has the place.
    fn apply(&self, texts: &mut [String]) {
        let (Self::Replace(place, _) | Self::Below(place, _)) = self;
        let places: usize = texts
            .iter()
            .map(|text| text.matches(place.as_str()).count())
            .sum();
        assert_eq!(
            places,
            1,
            "`{place}` stands {places} times in {}",
            texts.join("\n")
        );
        for text in texts
            .iter_mut()
            .filter(|text| text.contains(place.as_str()))
        {
            *text = match self {
                Self::Replace(from, to) => text.replace(from, to),
                Self::Below(line, new) => below(text, line, new),
            };
        }
    }
}

fn below(text: &str, line: &str, new: &str) -> String {
    let mut changed = String::new();
    for one in text.lines() {
        changed.push_str(one);
        changed.push('\n');
        if let Some((indent, _)) = one.split_once(line) {
            changed.push_str(&format!("{indent}{new}\n"));
        }
    }
    changed
}
