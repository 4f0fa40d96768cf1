//! What can be wrong with an example.

use std::io;
use std::path::PathBuf;

use remit_policy_compiler::source::LoadError;
use remit_policy_compiler::testing::TrialError;

/// An example cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The policy cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Policy or requests have errors.
    #[error("`{}` is not in order\n{said}", path.display())]
    Wrong {
        /// Policy or requests.
        path: PathBuf,
        /// What is wrong, as `remit` says it.
        said: String,
    },
    /// There is nothing to run.
    #[error("`{}` has no requests", folder.display())]
    NoRequests {
        /// The folder.
        folder: PathBuf,
    },
    /// A request says what is not a gateway's to be told.
    #[error("request `{request}` has a `{key}`, which is not sent")]
    NotSent {
        /// The request.
        request: String,
        /// The key.
        key: &'static str,
    },
    /// There is no private key to sign a token with.
    #[error("there is no private key in `{}`", folder.display())]
    NoKey {
        /// Where it should be.
        folder: PathBuf,
    },
    /// What a request shows cannot be made.
    #[error("request `{request}` cannot be made: {source}")]
    Make {
        /// The request.
        request: String,
        /// Why.
        source: TrialError,
    },
    /// What is served is not in order.
    #[error("`{}` cannot be served: {why}", path.display())]
    Served {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}
