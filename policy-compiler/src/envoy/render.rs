//! From a plan and a module to Envoy's configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::{self, LoadedPlan, PlanError};

use super::bodies::{self, Room};
use super::fetched::{Fetched, TwoPlaces};
use super::module::Module;
use super::template::{Fillings, TemplateError, fill};
use super::upstream::{Endpoint, Upstreams};

const BOOTSTRAP: &str = include_str!("../../../envoy/bootstrap.yaml");
const FILTER: &str = include_str!("../../../envoy/filter.yaml");
const DISCOVERY: &str = include_str!("../../../envoy/discovery.yaml");
const GATE: &str = include_str!("../../../envoy/gate.yaml");
const WASM: &str = include_str!("../../../envoy/wasm.yaml");
const ECDS: &str = include_str!("../../../envoy/ecds.yaml");
const VIRTUAL_HOST: &str = include_str!("../../../envoy/virtual-host.yaml");
const STREAM: &str = include_str!("../../../envoy/stream.yaml");
const CLUSTER: &str = include_str!("../../../envoy/cluster.yaml");
const TLS: &str = include_str!("../../../envoy/tls.yaml");
const HTTP2: &str = include_str!("../../../envoy/http2.yaml");

/// Where requests go whose host is no resource's, such as those for a public operation on any
/// host.
const OTHER_HOSTS: &str = "upstream";

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A bootstrap with the plan inline.
    Static,
    /// A bootstrap that takes filter and plan from a file, and sees when it changes.
    Dynamic,
    /// That file.
    Ecds,
    /// The entries for `http_filters` of an Envoy that is there already: filter and gate.
    Filter,
}

/// What neither the plan nor the module says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where agents connect.
    pub listen: SocketAddr,
    /// Port of the admin interface, on loopback.
    pub admin_port: u16,
    /// Where the clusters are.
    pub upstreams: Upstreams,
    /// The file that [`Form::Dynamic`] watches.
    pub ecds_file: PathBuf,
    /// The authorities whose certificates count where documents are fetched over TLS, in PEM.
    pub ca_file: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            admin_port: 9901,
            upstreams: Upstreams::all_at(Endpoint {
                host: "127.0.0.1".into(),
                port: 9000,
            }),
            ecds_file: PathBuf::from("/etc/envoy/remit/ecds.yaml"),
            ca_file: PathBuf::from("/etc/ssl/certs/ca-certificates.crt"),
        }
    }
}

/// Why no configuration is written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The plan cannot be loaded, so the filter could not either.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Envoy would let bodies past that the plan decides on.
    #[error(
        "the plan reads bodies, and the module `{0}` reads heads alone: name `remit_full.wasm`"
    )]
    HeadersAlone(PathBuf),
    /// Envoy's routes that we write go by host alone.
    #[error(
        "the resources on host `{host}` are on clusters `{first}` and `{second}`: write the routes for it yourself and paste the filter"
    )]
    TwoClusters {
        /// The host.
        host: String,
        /// A cluster.
        first: String,
        /// Another one.
        second: String,
    },
    /// A cluster leads to one place.
    #[error(transparent)]
    TwoPlaces(#[from] TwoPlaces),
    /// What speaks gRPC speaks nothing else.
    #[error(
        "the cluster `{0}` is the rate limit service's and leads to something else too: name two clusters"
    )]
    SharedFleet(String),
    /// A file name that cannot be written in YAML.
    #[error("the file name `{0}` is not text")]
    FileName(PathBuf),
    /// A template of ours is broken.
    #[error("a configuration template is broken: {0}")]
    Template(#[from] TemplateError),
}

/// Everything that goes into a configuration.
#[derive(Debug, Clone)]
pub struct Configuration<'c> {
    module: &'c Module,
    encoded: &'c [u8],
    loaded: LoadedPlan,
    settings: &'c Settings,
}

impl<'c> Configuration<'c> {
    /// For a plan, as [`plan::encode`] writes it.
    ///
    /// # Errors
    /// [`ConfigurationError::Plan`] if the filter would refuse it, and
    /// [`ConfigurationError::HeadersAlone`] if it would not see what is decided on.
    pub fn new(
        module: &'c Module,
        plan: &'c [u8],
        settings: &'c Settings,
    ) -> Result<Self, ConfigurationError> {
        let loaded = plan::decode(plan)?;
        if bodies::are_read(loaded.plan()) && !module.reads_bodies() {
            return Err(ConfigurationError::HeadersAlone(module.path().to_owned()));
        }
        Ok(Self {
            module,
            encoded: plan,
            loaded,
            settings,
        })
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`ConfigurationError`].
    pub fn render(&self, form: Form) -> Result<String, ConfigurationError> {
        match form {
            Form::Static => self.bootstrap(self.filter()?),
            Form::Dynamic => self.bootstrap(self.discovery()?),
            Form::Ecds => self.ecds(),
            Form::Filter => Ok(self.filter()? + GATE),
        }
    }

    fn bootstrap(&self, filter: String) -> Result<String, ConfigurationError> {
        let Settings {
            listen,
            admin_port,
            upstreams,
            ecds_file: _,
            ca_file: _,
        } = self.settings;
        let hosts = self.hosts()?;
        let others = (
            OTHER_HOSTS.to_owned(),
            "*".to_owned(),
            OTHER_HOSTS.to_owned(),
        );
        let virtual_hosts = hosts
            .iter()
            .map(|(host, cluster)| (host.clone(), host.clone(), cluster.clone()))
            .chain([others])
            .map(|(name, domain, cluster)| self.virtual_host(&name, &domain, &cluster))
            .collect::<Result<String, _>>()?;
        let mut names: Vec<&str> = hosts.values().map(String::as_str).collect();
        names.push(OTHER_HOSTS);
        names.sort_unstable();
        names.dedup();
        let mut clusters = names
            .iter()
            .map(|name| cluster(name, upstreams.of(name), String::new()))
            .collect::<Result<String, _>>()?;
        let fetched = Fetched::of(self.loaded.plan())?;
        for fetched in &fetched {
            if !names.contains(&fetched.cluster.as_str()) {
                clusters.push_str(&self.fetching(fetched)?);
                names.push(&fetched.cluster);
            }
        }
        if let Some(fleet) = &self.loaded.plan().fleet {
            let name = fleet.cluster.as_str();
            if names.contains(&name) {
                return Err(ConfigurationError::SharedFleet(name.to_owned()));
            }
            clusters.push_str(&cluster(name, upstreams.of(name), HTTP2.to_owned())?);
        }
        let room = Room::of(self.loaded.plan());
        let fillings = Fillings::default()
            .number("buffer", room.buffer)
            .number("window", room.window)
            .number("connection_window", room.connection_window)
            .number("admin_port", *admin_port)
            .text("listen_address", &listen.ip().to_string())
            .number("listen_port", listen.port())
            .block("upgrades", self.upgrades())
            .block("http_filters", filter + GATE)
            .block("virtual_hosts", virtual_hosts)
            .block("clusters", clusters);
        Ok(fill(BOOTSTRAP, &fillings)?)
    }

    /// The cluster through which documents are fetched: where it was said to be, else where their
    /// URLs say.
    fn fetching(&self, fetched: &Fetched) -> Result<String, ConfigurationError> {
        let name = &fetched.cluster;
        if let Some(endpoint) = self.settings.upstreams.named(name) {
            return Ok(cluster(name, endpoint, String::new())?);
        }
        let transport = match fetched.tls {
            true => self.tls(&fetched.endpoint.host)?,
            false => String::new(),
        };
        Ok(cluster(name, &fetched.endpoint, transport)?)
    }

    fn tls(&self, host: &str) -> Result<String, ConfigurationError> {
        let file = &self.settings.ca_file;
        let ca_file = file
            .to_str()
            .ok_or_else(|| ConfigurationError::FileName(file.clone()))?;
        // An address is no name to ask for (RFC 6066 section 3).
        let (sni, san_type) = match is_address(host) {
            true => ("", "IP_ADDRESS"),
            false => (host, "DNS"),
        };
        let fillings = Fillings::default()
            .text("sni", sni)
            .text("ca_file", ca_file)
            .text("san_type", san_type)
            .text("name", host);
        Ok(fill(TLS, &fillings)?)
    }

    /// The protocols that operations name.
    fn upgrades(&self) -> String {
        let operations = self.loaded.plan().operations.iter();
        let protocols: BTreeSet<&str> = operations
            .filter_map(|one| one.upgrade.as_deref())
            .collect();
        if protocols.is_empty() {
            return String::new();
        }
        let each = protocols.iter().map(|protocol| {
            let quoted = serde_json::Value::from(*protocol);
            format!("- {{upgrade_type: {quoted}}}\n")
        });
        std::iter::once("upgrade_configs:\n".to_owned())
            .chain(each)
            .collect()
    }

    /// The cluster of each host, ports left out because Envoy strips them.
    fn hosts(&self) -> Result<BTreeMap<String, String>, ConfigurationError> {
        let mut hosts: BTreeMap<String, String> = BTreeMap::new();
        for resource in &self.loaded.plan().resources {
            let host = without_port(&resource.host).to_owned();
            let cluster = resource
                .cluster
                .clone()
                .unwrap_or_else(|| OTHER_HOSTS.into());
            match hosts.get(&host) {
                Some(first) if *first != cluster => {
                    let first = first.clone();
                    return Err(ConfigurationError::TwoClusters {
                        host,
                        first,
                        second: cluster,
                    });
                }
                _ => hosts.insert(host, cluster),
            };
        }
        Ok(hosts)
    }

    fn virtual_host(
        &self,
        name: &str,
        domain: &str,
        cluster: &str,
    ) -> Result<String, TemplateError> {
        let plan = self.loaded.plan();
        let of_host = plan.resources.iter();
        let of_host = of_host.filter(|one| without_port(&one.host) == domain);
        let streams = of_host
            .flat_map(|resource| bodies::streaming(plan, resource))
            .map(|path| stream(&path, cluster))
            .collect::<Result<String, _>>()?;
        let fillings = Fillings::default()
            .text("name", name)
            .text("domain", domain)
            .block("streams", streams)
            .text("cluster", cluster);
        fill(VIRTUAL_HOST, &fillings)
    }

    fn filter(&self) -> Result<String, ConfigurationError> {
        Ok(fill(
            FILTER,
            &Fillings::default().block("wasm", self.wasm()?),
        )?)
    }

    fn discovery(&self) -> Result<String, ConfigurationError> {
        let file = &self.settings.ecds_file;
        let name = file
            .to_str()
            .ok_or_else(|| ConfigurationError::FileName(file.clone()))?;
        let folder = file
            .parent()
            .and_then(|folder| folder.to_str())
            .unwrap_or("/");
        let fillings = Fillings::default()
            .text("ecds_file", name)
            .text("ecds_folder", folder);
        Ok(fill(DISCOVERY, &fillings)?)
    }

    fn ecds(&self) -> Result<String, ConfigurationError> {
        let fillings = Fillings::default()
            .text("version", &self.loaded.digest().to_string())
            .block("wasm", self.wasm()?);
        Ok(fill(ECDS, &fillings)?)
    }

    fn wasm(&self) -> Result<String, ConfigurationError> {
        let path = self.module.path();
        let path = path
            .to_str()
            .ok_or_else(|| ConfigurationError::FileName(path.into()))?;
        let capabilities = self
            .module
            .capabilities()
            .map(|name| format!("{name}: {{}}\n"))
            .collect();
        let fillings = Fillings::default()
            .block("waiting", bodies::waiting(self.loaded.plan()))
            .text("module", path)
            .block("capabilities", capabilities)
            .text("plan", &STANDARD.encode(self.encoded));
        Ok(fill(WASM, &fillings)?)
    }
}

fn stream(path: &str, cluster: &str) -> Result<String, TemplateError> {
    let fillings = Fillings::default()
        .text("path", path)
        .text("cluster", cluster);
    fill(STREAM, &fillings)
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

fn cluster(name: &str, endpoint: &Endpoint, transport: String) -> Result<String, TemplateError> {
    let Endpoint { host, port } = endpoint;
    let fillings = Fillings::default()
        .text("name", name)
        .text(
            "discovery",
            if is_address(host) {
                "STATIC"
            } else {
                "STRICT_DNS"
            },
        )
        .text("address", host)
        .number("port", *port)
        .block("transport", transport);
    fill(CLUSTER, &fillings)
}

/// A host without its port; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests;
