//! `remit compile --envoy`: the plan inside Envoy's configuration.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use remit_engine::plan;
use remit_policy_compiler::envoy::{
    Configuration, Endpoint, EndpointError, Form, Module, Settings, Upstreams, Variant, find_module,
};

/// What is written around the plan.
#[derive(Debug, Args)]
#[command(next_help_heading = "Envoy")]
pub(super) struct EnvoyArguments {
    /// Write Envoy's configuration with the plan in it, instead of the plan.
    #[arg(long, value_enum, value_name = "FORM", conflicts_with = "base64")]
    envoy: Option<Shape>,
    /// The filter module, whose imports and exports are listed; else `$REMIT_MODULE` (of a policy
    /// that reads bodies `$REMIT_FULL_MODULE`), or the one that `make module` builds.
    #[arg(long, value_name = "FILE", requires = "envoy")]
    module: Option<PathBuf>,
    /// Where the module lies on the machine that runs Envoy, if that is elsewhere.
    #[arg(long, value_name = "FILE", requires = "envoy")]
    module_at: Option<PathBuf>,
    /// Where agents connect.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        requires = "envoy"
    )]
    listen: SocketAddr,
    /// The port of the admin interface, on loopback.
    #[arg(long, value_name = "PORT", default_value_t = 9901, requires = "envoy")]
    admin_port: u16,
    /// Where clusters are: `host:port` for all, `cluster=host:port` for one. Repeatable.
    #[arg(
        long,
        value_name = "PLACE",
        default_value = "127.0.0.1:9000",
        requires = "envoy"
    )]
    upstream: Vec<Place>,
    /// The file that the form `dynamic` watches.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/etc/envoy/remit/ecds.yaml",
        requires = "envoy"
    )]
    ecds_file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// A bootstrap with the plan inline.
    Static,
    /// A bootstrap that takes filter and plan from a file, and sees when it changes.
    Dynamic,
    /// That file.
    Ecds,
    /// The entries for `http_filters` of an Envoy that is there already: filter and gate.
    Filter,
}

/// An endpoint for one cluster, or for all that are not named.
#[derive(Debug, Clone)]
struct Place {
    cluster: Option<String>,
    endpoint: Endpoint,
}

impl FromStr for Place {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (cluster, endpoint) = match text.split_once('=') {
            Some((cluster, endpoint)) => (Some(cluster.to_owned()), endpoint),
            None => (None, text),
        };
        Ok(Self {
            cluster,
            endpoint: endpoint.parse()?,
        })
    }
}

impl EnvoyArguments {
    /// Whether a configuration is asked for.
    pub(super) fn wanted(&self) -> bool {
        self.envoy.is_some()
    }

    /// The configuration that is asked for, if one is.
    pub(super) fn render(&self, plan: &[u8]) -> anyhow::Result<Option<String>> {
        let form = match self.envoy {
            None => return Ok(None),
            Some(Shape::Static) => Form::Static,
            Some(Shape::Dynamic) => Form::Dynamic,
            Some(Shape::Ecds) => Form::Ecds,
            Some(Shape::Filter) => Form::Filter,
        };
        let variant = Variant::for_plan(plan::decode(plan)?.plan());
        let mut module = Module::read(&find_module(self.module.as_deref(), variant)?)?;
        if let Some(path) = &self.module_at {
            module = module.at(path);
        }
        let settings = Settings {
            listen: self.listen,
            admin_port: self.admin_port,
            upstreams: self.upstreams(),
            ecds_file: self.ecds_file.clone(),
            ..Settings::default()
        };
        self.check_clusters(plan)?;
        let configuration = Configuration::new(&module, plan, &settings)?;
        Ok(Some(configuration.render(form)?))
    }

    /// An address for a cluster that the policy does not have would be nobody's.
    fn check_clusters(&self, plan: &[u8]) -> anyhow::Result<()> {
        let loaded = plan::decode(plan)?;
        let plan = loaded.plan();
        let of_resources = plan.resources.iter();
        let of_resources = of_resources.filter_map(|one| one.cluster.as_deref());
        let of_sources = plan.sources.iter().map(|one| one.cluster.as_str());
        let of_fleet = plan.fleet.iter().map(|one| one.cluster.as_str());
        let of_documents = of_sources.chain(of_fleet);
        let clusters: BTreeSet<&str> = of_resources.chain(of_documents).collect();
        let mut given = self
            .upstream
            .iter()
            .filter_map(|place| place.cluster.as_deref());
        if let Some(cluster) = given.find(|cluster| !clusters.contains(cluster)) {
            let known: Vec<&str> = clusters.iter().copied().collect();
            anyhow::bail!(
                "the policy names no cluster `{cluster}`; it names {}",
                if known.is_empty() {
                    String::from("none")
                } else {
                    known.join(", ")
                }
            );
        }
        Ok(())
    }

    fn upstreams(&self) -> Upstreams {
        let everywhere = self.upstream.iter().rfind(|place| place.cluster.is_none());
        let default = everywhere.map_or_else(
            || Settings::default().upstreams,
            |place| Upstreams::all_at(place.endpoint.clone()),
        );
        self.upstream
            .iter()
            .fold(default, |upstreams, place| match &place.cluster {
                Some(cluster) => upstreams.with(cluster, place.endpoint.clone()),
                None => upstreams,
            })
    }
}
