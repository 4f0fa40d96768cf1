//! Envoy with the filter and the gate in front of recording upstreams, configured as Remit
//! configures it.
//!
//! The configuration is what `remit compile --envoy` writes, with the few edits that a test asks
//! for. Each edit must find its place exactly once, so that none can go silent.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_policy_compiler::envoy::{Configuration, Endpoint, Form, Module, Settings, Upstreams};
use tempfile::TempDir;

use crate::envoy::{AccessLog, Entry, Envoy, StartError};
use crate::places;
use crate::upstream::{Arrival, CASE, Upstream};

/// How to start a gateway.
#[derive(Debug, Clone)]
pub struct Setup {
    plan: Vec<u8>,
    module: PathBuf,
    workers: u32,
    edits: Vec<Edit>,
    form: Form,
}

/// A change to the configuration.
#[derive(Debug, Clone)]
enum Edit {
    /// Other text in a text's place.
    Replace(String, String),
    /// A line more below a line, indented like it.
    Below(String, String),
}

/// A running gateway.
pub struct Gateway {
    envoy: Envoy,
    agents: SocketAddr,
    upstreams: [Upstream; 3],
    folder: TempDir,
}

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
        }
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
        let plan = format!("\"{}\"", STANDARD.encode(&self.plan));
        let text = serde_json::Value::from(text).to_string();
        self.edit(&plan, &text)
    }

    /// Takes filter and plan from a file that is watched.
    #[must_use]
    pub fn dynamic(mut self) -> Self {
        self.form = Form::Dynamic;
        self
    }

    /// Starts the gateway.
    ///
    /// # Errors
    /// [`StartError`] if Envoy does not become LIVE.
    pub fn start(&self) -> Result<Gateway, StartError> {
        let folder = TempDir::new().expect("a temporary folder");
        let upstreams = ["orders", "ledger", "upstream"].map(Upstream::start);
        let settings = settings(&upstreams, folder.path());
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
        let [bootstrap, discovered] = texts;
        let file = folder.path().join("bootstrap.yaml");
        fs::write(&file, bootstrap).expect("the folder can be written");
        if self.form == Form::Dynamic {
            replace(&settings.ecds_file, &discovered);
        }
        let envoy = Envoy::start(&file, folder.path(), self.workers)?;
        let agents = envoy.listener("agents");
        Ok(Gateway {
            envoy,
            agents,
            upstreams,
            folder,
        })
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

fn settings(upstreams: &[Upstream; 3], folder: &Path) -> Settings {
    let endpoint = |upstream: &Upstream| Endpoint {
        host: upstream.address().ip().to_string(),
        port: upstream.address().port(),
    };
    let [orders, ledger, others] = upstreams;
    Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_port: 0,
        upstreams: Upstreams::all_at(endpoint(others))
            .with("orders", endpoint(orders))
            .with("ledger", endpoint(ledger)),
        ecds_file: folder.join("discovered/ecds.yaml"),
    }
}

/// Writes a file at once: a reader sees the old one or the new one.
fn replace(file: &Path, text: &str) {
    let folder = file.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder).expect("a folder can be made");
    let new = folder.join("new");
    fs::write(&new, text).expect("the folder can be written");
    fs::rename(new, file).expect("a file can be renamed");
}

impl Gateway {
    /// Where agents connect.
    #[must_use]
    pub fn agents(&self) -> SocketAddr {
        self.agents
    }

    /// The Envoy.
    pub fn envoy(&mut self) -> &mut Envoy {
        &mut self.envoy
    }

    /// The value of a statistic.
    #[must_use]
    pub fn stat(&self, name: &str) -> u64 {
        self.envoy.stat(name)
    }

    /// The Envoy's memory in use.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        self.envoy.resident_bytes()
    }

    /// What Envoy has logged.
    #[must_use]
    pub fn log_of_envoy(&self) -> String {
        self.envoy.log()
    }

    /// How many decisions were counted for a reason.
    #[must_use]
    pub fn counted(&self, outcome: &str, reason: &str) -> u64 {
        let name = format!("remit_decisions.outcome.{outcome}.reason.{reason}");
        self.envoy.stat(&format!("wasmcustom.{name}"))
    }

    /// The upstream of a cluster.
    #[must_use]
    pub fn upstream(&self, cluster: &str) -> &Upstream {
        let upstream = self
            .upstreams
            .iter()
            .find(|upstream| upstream.name() == cluster);
        upstream.unwrap_or_else(|| panic!("no cluster `{cluster}`"))
    }

    /// All upstreams.
    #[must_use]
    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    /// Requests of a case that reached any upstream.
    #[must_use]
    pub fn arrivals_of(&self, case: &str) -> usize {
        self.upstreams
            .iter()
            .map(|upstream| upstream.arrivals_of(case).len())
            .sum()
    }

    /// Everything that has reached an upstream, by case, with the upstream's name.
    #[must_use]
    pub fn arrivals_by_case(&self) -> BTreeMap<String, Vec<(&'static str, Arrival)>> {
        let mut by_case: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for upstream in &self.upstreams {
            for arrival in upstream.arrivals() {
                let case = arrival.values(CASE).join(",");
                by_case
                    .entry(case)
                    .or_default()
                    .push((upstream.name(), arrival));
            }
        }
        by_case
    }

    /// All requests that reached any upstream.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.upstreams
            .iter()
            .map(|upstream| upstream.arrivals().len())
            .sum()
    }

    /// The access log's line of a case.
    #[must_use]
    pub fn entry_of(&self, case: &str) -> Entry {
        self.log().entry_of(case)
    }

    /// The access log's line of a case that may have none: Envoy may have seen no request in it.
    #[must_use]
    pub fn entry_within(&self, case: &str) -> Option<Entry> {
        self.log().entry_within(case, Duration::from_millis(300))
    }

    /// The access log's lines of many cases.
    #[must_use]
    pub fn entries_of(&self, cases: &[String]) -> BTreeMap<String, Entry> {
        self.log().entries_of(cases)
    }

    /// The access log.
    #[must_use]
    pub fn log(&self) -> AccessLog {
        AccessLog::at(self.folder.path().join("access.log"))
    }

    /// Puts other text in the place of the discovered configuration.
    pub fn discover(&self, change: impl FnOnce(String) -> String) {
        let file = self.folder.path().join("discovered/ecds.yaml");
        let text = fs::read_to_string(&file).expect("the gateway is dynamic");
        replace(&file, &change(text));
    }
}
