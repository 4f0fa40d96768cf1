//! From the start of `remit dev` to its end.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use remit_policy_compiler::Compiled;
use remit_policy_compiler::envoy::{
    Configuration, ConfigurationFolder, Endpoint, Envoy, Form, Module, Settings, Upstreams,
    Variant, find_envoy, find_module,
};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::ChildStdout;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::super::Exit;
use super::policy::{self, Outcome, Reading};
use super::watch::Watch;
use super::{Arguments, decision, echo};

/// Enough to see that workers agree.
const WORKERS: u16 = 2;
/// How long Envoy may take over a new plan.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two questions whether it has it.
const PAUSE: Duration = Duration::from_millis(20);
/// Names the plan that the workers decide by.
const VERSION_STAT: &str = "extension_config_discovery.http_filter.remit.version_text";
/// Counts the plans that Envoy has not taken.
const REJECTED_STAT: &str = "extension_config_discovery.http_filter.remit.update_rejected";

/// Where systems keep the authorities that they trust.
const AUTHORITIES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// The authorities of this machine. Envoy does not start without the file.
fn authorities() -> PathBuf {
    let mut files = AUTHORITIES.iter().map(PathBuf::from);
    let found = files.find(|file| file.is_file());
    found.unwrap_or(Settings::default().ca_file)
}

/// Runs until it is interrupted or Envoy ends.
pub(super) async fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let binary = find_envoy(arguments.envoy.as_deref())?;
    let Reading {
        outcome: Outcome::Compiled(compiled),
        folders,
    } = policy::read(&arguments.path)
    else {
        return Ok(Exit::Policy);
    };
    let mut ends = Ends::new()?;
    let upstream = match &arguments.upstream {
        Some(endpoint) => endpoint.clone(),
        None => {
            let address = echo::start()
                .await
                .context("the echo server cannot be started")?;
            Endpoint {
                host: address.ip().to_string(),
                port: address.port(),
            }
        }
    };
    // Envoys share a port without a word; requests would then go to one or the other.
    drop(
        std::net::TcpListener::bind(arguments.listen).with_context(|| {
            format!(
                "{} is in use: choose another with --listen",
                arguments.listen
            )
        })?,
    );
    // Removed when it is dropped, which is at every end of this function.
    let temporary = tempfile::tempdir().context("no temporary folder can be made")?;
    let folder = ConfigurationFolder::at(temporary.path());
    let settings = Settings {
        listen: arguments.listen,
        admin_port: 0,
        upstreams: Upstreams::all_at(upstream.clone()),
        ecds_file: folder.ecds(),
        ca_file: authorities(),
    };
    let mut gateway = Gateway {
        binary,
        module: arguments.module.clone(),
        settings,
        folder,
        bootstrap: String::new(),
    };
    // Before Envoy starts, so that no change is missed.
    let mut watch = Watch::new(&folders).context("the policy's folder cannot be watched")?;
    let mut running = tokio::select! {
        running = gateway.start(&compiled) => running?,
        () = ends.any() => return Ok(Exit::Success),
    };
    let kind = if arguments.upstream.is_some() {
        ""
    } else {
        " (an echo)"
    };
    anstream::eprintln!(
        "agents: http://{}   upstream: {}:{}{kind}   policy: {} {}",
        arguments.listen,
        upstream.host,
        upstream.port,
        compiled.plan.policy,
        compiled.digest.short()
    );
    anstream::eprintln!(
        "every decision is printed here; changes of the policy are followed; Ctrl-C ends it"
    );

    let mut current = compiled.digest;
    let mut rejected = false;
    loop {
        tokio::select! {
            () = ends.any() => break,
            status = running.envoy.ended() => {
                bail!("Envoy ended with {}", status.context("the state of Envoy cannot be read")?);
            }
            entry = running.log.next_line() => {
                // The end of the log is the end of Envoy, which the branch above reports.
                if let Some(line) = entry.ok().flatten().as_deref().and_then(decision::line) {
                    anstream::println!("{line}");
                }
            }
            () = watch.changed() => {
                let Reading { outcome, folders } = policy::read(&arguments.path);
                if let Err(error) = watch.follow(&folders) {
                    anstream::eprintln!("error: a folder of the policy cannot be watched: {error}");
                }
                match outcome {
                    Outcome::Rejected => {
                        anstream::eprintln!("the policy before it stays in force");
                        rejected = true;
                    }
                    Outcome::Compiled(compiled) if compiled.digest == current => {
                        if std::mem::take(&mut rejected) {
                            anstream::eprintln!("the policy is good again: {}", current.short());
                        }
                    }
                    Outcome::Compiled(compiled) => {
                        rejected = false;
                        match gateway.change(running, &compiled).await? {
                            Changed::Taken(now) => {
                                running = now;
                                current = compiled.digest;
                                anstream::eprintln!("the policy is now {}", current.short());
                            }
                            Changed::Refused(before) => {
                                running = before;
                                anstream::eprintln!("error: Envoy has not taken the new plan; the policy before it stays in force");
                            }
                        }
                    }
                }
            }
        }
    }
    anstream::eprintln!("ending");
    running.envoy.stop().await;
    Ok(Exit::Success)
}

/// What Envoy is started with.
struct Gateway {
    binary: PathBuf,
    /// The module that was named.
    module: Option<PathBuf>,
    settings: Settings,
    folder: ConfigurationFolder,
    /// The bootstrap that is in force.
    bootstrap: String,
}

/// A running Envoy and its access log.
struct Running {
    envoy: Envoy,
    log: Lines<BufReader<ChildStdout>>,
}

/// What came of a new plan.
enum Changed {
    Taken(Running),
    Refused(Running),
}

impl Gateway {
    /// The module that a plan needs.
    fn module(&self, compiled: &Compiled) -> anyhow::Result<Module> {
        let variant = Variant::for_plan(&compiled.plan);
        let found = find_module(self.module.as_deref(), variant)?;
        Ok(Module::read(&found)?)
    }

    /// Starts Envoy with a plan.
    async fn start(&mut self, compiled: &Compiled) -> anyhow::Result<Running> {
        let module = self.module(compiled)?;
        let configuration = Configuration::new(&module, &compiled.bytes, &self.settings)?;
        self.bootstrap = configuration.render(Form::Dynamic)?;
        self.folder
            .write_bootstrap(&self.bootstrap)
            .and_then(|()| {
                self.folder
                    .write_ecds(&configuration.render(Form::Ecds).map_err(io::Error::other)?)
            })
            .context("the configuration cannot be written")?;
        anstream::eprintln!("starting {} …", self.binary.display());
        let began = Instant::now();
        let mut envoy = Envoy::start(&self.binary, &self.folder, WORKERS).await?;
        anstream::eprintln!("ready after {:.1} s", began.elapsed().as_secs_f32());
        let log = envoy.access_log().context("Envoy has no standard output")?;
        Ok(Running {
            envoy,
            log: BufReader::new(log).lines(),
        })
    }

    /// Changes to another plan: through the watched file where that is enough, by a new start
    /// where hosts or clusters have changed, which are not in it.
    async fn change(&mut self, running: Running, compiled: &Compiled) -> anyhow::Result<Changed> {
        let module = self.module(compiled)?;
        let configuration = Configuration::new(&module, &compiled.bytes, &self.settings)?;
        if configuration.render(Form::Dynamic)? != self.bootstrap {
            anstream::eprintln!("hosts or clusters have changed: Envoy is started again");
            running.envoy.stop().await;
            return self.start(compiled).await.map(Changed::Taken);
        }
        let rejected = stat(&running.envoy, REJECTED_STAT).await;
        self.folder
            .write_ecds(&configuration.render(Form::Ecds)?)
            .context("the configuration cannot be written")?;
        let wanted = format!("\"{}\"", compiled.digest);
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if stat(&running.envoy, VERSION_STAT).await == Some(wanted.clone()) {
                return Ok(Changed::Taken(running));
            }
            if stat(&running.envoy, REJECTED_STAT).await != rejected {
                break;
            }
            sleep(PAUSE).await;
        }
        Ok(Changed::Refused(running))
    }
}

/// A value from Envoy's statistics.
async fn stat(envoy: &Envoy, name: &str) -> Option<String> {
    let lines = envoy.ask(&format!("/stats?filter={name}")).await.ok()?;
    let (_, value) = lines.lines().next()?.split_once(": ")?;
    Some(value.to_owned())
}

/// The ways in which a user or the system ends a command.
struct Ends([Signal; 3]);

impl Ends {
    fn new() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn any(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
