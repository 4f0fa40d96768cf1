//! Envoy's side: configurations that fail closed, and a running Envoy for `remit dev` and tests.
//!
//! The configurations are the templates in the folder `envoy/` of the repository, filled in from
//! a plan and from the filter module itself ([`Module`]), so that neither the list of
//! capabilities nor the plan can drift from what is loaded.

mod admin;
mod bodies;
mod fetched;
mod find;
mod folder;
mod module;
mod process;
mod render;
mod template;
mod upstream;

pub use fetched::{Fetched, TwoPlaces};
pub use find::{EnvoyNotFound, ModuleNotFound, Variant, find_envoy, find_module};
pub use folder::ConfigurationFolder;
pub use module::{Module, ModuleError};
pub use process::{Envoy, StartError};
pub use render::{Configuration, ConfigurationError, Form, Settings};
pub use template::TemplateError;
pub use upstream::{Endpoint, EndpointError, Upstreams};
