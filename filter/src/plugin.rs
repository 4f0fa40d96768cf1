//! A loaded plan, ready to decide: what `on_configure` makes and what requests share.
//!
//! A new configuration is a new [`Plugin`]. The gateway keeps the old one for as long as a stream
//! that began under it lasts, which may be hours; what it remembers of tokens goes at once
//! ([`Vm::take_in`]).

use remit_engine::fleet::Said;
use remit_engine::plan::{self, Capability, PlanError};
use remit_engine::{Engine, EngineError};

use crate::emergency;
use crate::fetch::Sources;
use crate::fleet::Asking;
use crate::gateway::{CallFailed, ContextId, Gateway};
use crate::histories::Histories;
use crate::marks::Marks;
use crate::metrics;
use crate::open::Open;
#[cfg(feature = "bodies")]
use crate::reading::Readers;
use crate::tick;
use crate::vm::Vm;
use crate::waiting::Waiting;

/// What this module does.
const CAPABILITIES: &[Capability] = &[
    Capability::RequestHeaders,
    #[cfg(feature = "bodies")]
    Capability::Bodies,
];

/// One configuration of the filter.
#[derive(Debug)]
pub struct Plugin {
    root: ContextId,
    engine: Engine,
    sources: Sources,
    waiting: Waiting,
    asking: Asking,
    open: Open,
    emergencies: emergency::Shown,
    #[cfg(feature = "bodies")]
    readers: Readers,
}

/// Why a configuration is refused. Nothing is decided with it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The gateway did not hand it over.
    #[error("the configuration cannot be read: {0}")]
    Configuration(CallFailed),
    /// There is none.
    #[error("the configuration is empty: it must hold a plan, as `remit compile` writes it")]
    Empty,
    /// It is not a plan, or one that asks for what this module does not have.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Its keys cannot be used.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A counter is missing, so decisions could not be counted.
    #[error("the counters cannot be defined: {0}")]
    Counters(CallFailed),
    /// Nothing would be fetched, nobody woken and no stream ended.
    #[error("the gateway does not tick: {0}")]
    Tick(CallFailed),
}

impl Plugin {
    /// Loads the configured plan, for the context that was configured.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(gateway: &impl Gateway, vm: &Vm, root: ContextId) -> Result<Self, LoadError> {
        let configuration = gateway.configuration().map_err(LoadError::Configuration)?;
        if configuration.is_empty() {
            return Err(LoadError::Empty);
        }
        let loaded = plan::decode_owned(configuration)?.served_by(CAPABILITIES)?;
        let engine = Engine::new(loaded)?;
        vm.define_counters(gateway).map_err(LoadError::Counters)?;
        if engine.plan().fleet.is_some() {
            for said in [Said::Granted, Said::Over(Vec::new()), Said::Away] {
                vm.named_counter(gateway, metrics::fleet(&said))
                    .map_err(LoadError::Counters)?;
            }
        }
        // The earlier marks begin, the less is refused for having come before them. Where this
        // fails, the first decision that needs them tries again.
        let _ = Marks::new(gateway, &vm.epoch).since();
        if engine.keeps_history() {
            Histories::new(gateway, vm).prepare(engine.plan().history.capacity);
        }
        let sources = Sources::new(gateway, vm, engine.plan()).map_err(LoadError::Counters)?;
        let plugin = Self {
            root,
            engine,
            sources,
            waiting: Waiting::default(),
            asking: Asking::default(),
            open: Open::default(),
            emergencies: emergency::Shown::default(),
            #[cfg(feature = "bodies")]
            readers: Readers::default(),
        };
        gateway
            .tick_every(tick::period(&plugin))
            .map_err(LoadError::Tick)?;
        Ok(plugin)
    }

    /// The context that all requests of the plan come from.
    #[must_use]
    pub fn root(&self) -> ContextId {
        self.root
    }

    /// What decides.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What it fetches.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The requests that wait.
    #[must_use]
    pub fn waiting(&self) -> &Waiting {
        &self.waiting
    }

    /// The requests that wait for the service for the fleet.
    #[must_use]
    pub fn asking(&self) -> &Asking {
        &self.asking
    }

    /// The requests whose bodies are coming in.
    #[cfg(feature = "bodies")]
    #[must_use]
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// What it has shown of its exceptions.
    pub(crate) fn emergencies(&self) -> &emergency::Shown {
        &self.emergencies
    }

    /// The streams that it has let through.
    #[must_use]
    pub fn open(&self) -> &Open {
        &self.open
    }
}
